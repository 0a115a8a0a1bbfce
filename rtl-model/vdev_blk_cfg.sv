// SPDX-License-Identifier: Apache-2.0
//
// Configuration space of the block device [5.2.4] and ConfigGeneration. A field whose feature is not offered reads 0.
// A resize changes capacity, generation and interrupt in one cycle.
module vdev_blk_cfg (
  input  logic        clk_i,
  input  logic        por_ni,       // power on: takes the capacity from its pins
  input  logic        clear_i,      // device reset is over
  input  logic        is_blk_i,
  input  logic [63:0] offered_i,
  input  logic [63:0] capacity_i,
  input  logic [31:0] size_max_i,
  input  logic [31:0] seg_max_i,
  input  logic [31:0] blk_size_i,
  input  logic [63:0] topology_i,   // {opt_io_size, min_io_size, alignment_offset, physical_block_exp}
  input  logic [15:0] num_queues_i,
  input  logic        resize_i,     // pulse: capacity_i is new
  output logic [63:0] capacity_o,
  output logic        changed_o,
  output logic [31:0] gen_o,
  input  logic [11:0] roff_i,
  output logic [31:0] rdata_o,
  input  logic        we_i,
  input  logic [11:0] woff_i,
  input  logic        wdata_bit_i,  // bit 0 of byte 0
  input  logic        wstrb_bit_i
);
  logic        writethrough_q, resize_q;
  logic [31:0] gen_q;
  logic [63:0] capacity_q;
  assign capacity_o = capacity_q;
  assign gen_o      = gen_q;
  assign changed_o  = resize_q;  // generation and capacity change at the edge at which the event is taken

  always_ff @(posedge clk_i) begin
    if (!por_ni) begin
      capacity_q <= capacity_i;
      gen_q      <= '0;
      resize_q   <= 1'b0;
    end else begin
      resize_q <= resize_i && is_blk_i;
      if (resize_q) begin
        capacity_q <= capacity_i;
        gen_q      <= gen_q + 32'd1;
      end
    end
    if (!por_ni || clear_i) writethrough_q <= 1'b0;
    else if (we_i && woff_i == 12'd32 && wstrb_bit_i && offered_i[11]) writethrough_q <= !wdata_bit_i;
  end

  always_comb begin
    rdata_o = '0;
    if (is_blk_i) begin
      case (roff_i)
        12'd0:  rdata_o = capacity_q[31:0];
        12'd4:  rdata_o = capacity_q[63:32];
        12'd8:  rdata_o = offered_i[1] ? size_max_i : '0;
        12'd12: rdata_o = offered_i[2] ? seg_max_i : '0;
        12'd20: rdata_o = offered_i[6] ? blk_size_i : '0;
        12'd24: rdata_o = offered_i[10] ? topology_i[31:0] : '0;
        12'd28: rdata_o = offered_i[10] ? topology_i[63:32] : '0;
        12'd32: rdata_o = {offered_i[12] ? num_queues_i : 16'd0, 15'd0, !writethrough_q && offered_i[11]};
        default: ;
      endcase
    end
  end
endmodule

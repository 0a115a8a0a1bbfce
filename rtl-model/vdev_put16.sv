// SPDX-License-Identifier: Apache-2.0
//
// Writes one 16-bit ring field at any address by strobes (never read-modify-write: it shares its beat with fields of
// the other side) and reports when its B is back. At byte 7 of a bus word it takes two beats.
module vdev_put16 (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        start_i,   // lane and value stay until done
  input  logic [2:0]  lane_i,    // byte of the bus word
  input  logic [15:0] value_i,
  output logic        done_o,
  output logic        err_o,
  // dma_wr client
  output logic        wq_valid_o,
  input  logic        wq_ready_i,
  output logic        wd_valid_o,
  input  logic        wd_ready_i,
  output logic [63:0] wd_data_o,
  output logic [7:0]  wd_strb_o,
  input  logic        wb_valid_i,
  input  logic        wb_err_i
);
  typedef enum logic [2:0] {Idle, Ask, First, Second, Wait} state_e;
  state_e state_q;

  assign wq_valid_o = state_q == Ask;
  assign wd_valid_o = state_q == First || state_q == Second;
  assign done_o     = state_q == Wait && wb_valid_i;
  assign err_o      = wb_err_i;

  always_comb begin
    wd_data_o = '0;
    wd_strb_o = '0;
    if (state_q == First) begin
      wd_data_o = {48'd0, value_i} << {lane_i, 3'b000};
      wd_strb_o = 8'h03 << lane_i;
    end else if (state_q == Second) begin
      wd_data_o = {56'd0, value_i[15:8]};
      wd_strb_o = 8'h01;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Idle;
    end else begin
      case (state_q)
        Idle:    if (start_i) state_q <= Ask;
        Ask:     if (wq_ready_i) state_q <= First;
        First:   if (wd_ready_i) state_q <= (lane_i == 3'd7) ? Second : Wait;
        Second:  if (wd_ready_i) state_q <= Wait;
        default: if (wb_valid_i) state_q <= Idle;
      endcase
    end
  end
endmodule

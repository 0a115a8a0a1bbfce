// SPDX-License-Identifier: Apache-2.0
//
// Segment memory: one write port, two synchronous read ports (block RAM).
module vdev_segmem #(
  parameter int unsigned Depth = 256,
  parameter int unsigned AW    = $clog2(Depth)
) (
  input  logic          clk_i,
  input  logic          we_i,
  input  logic [AW-1:0] waddr_i,
  input  logic [63:0]   waddr_data_i,
  input  logic [31:0]   wlen_data_i,
  input  logic          a_re_i,
  input  logic [AW-1:0] a_idx_i,
  output logic [63:0]   a_addr_o,
  output logic [31:0]   a_len_o,
  input  logic          b_re_i,
  input  logic [AW-1:0] b_idx_i,
  output logic [63:0]   b_addr_o,
  output logic [31:0]   b_len_o
);
  logic [63:0] addr_q [Depth];
  logic [31:0] len_q [Depth];

  always_ff @(posedge clk_i) begin
    if (we_i) begin
      addr_q[waddr_i] <= waddr_data_i;
      len_q[waddr_i]  <= wlen_data_i;
    end
    if (a_re_i) begin
      a_addr_o <= addr_q[a_idx_i];
      a_len_o  <= len_q[a_idx_i];
    end
    if (b_re_i) begin
      b_addr_o <= addr_q[b_idx_i];
      b_len_o  <= len_q[b_idx_i];
    end
  end
endmodule

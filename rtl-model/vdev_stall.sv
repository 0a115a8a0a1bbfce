// SPDX-License-Identifier: Apache-2.0
//
// Watches the DMA: bursts outstanding and no handshake on any channel for Limit cycles is a memory that does not answer.
// Said once; the device then asks for a reset. What is on the bus stays on the bus: only answers, or power on, end it.
module vdev_stall #(
  parameter int unsigned Limit = 65536,  // cycles, a power of two
  parameter int unsigned CW    = $clog2(Limit)
) (
  input  logic clk_i,
  input  logic rst_ni,
  input  logic idle_i,     // nothing outstanding
  input  logic moved_i,    // a handshake in this cycle
  output logic stalled_o   // in one cycle
);
  logic [CW:0] count_q;
  logic        told_q;
  assign stalled_o = count_q[CW] && !told_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni || idle_i || moved_i) begin
      count_q <= '0;
      told_q  <= 1'b0;
    end else begin
      if (!count_q[CW]) count_q <= count_q + (CW+1)'(1);
      told_q <= count_q[CW];
    end
  end
endmodule

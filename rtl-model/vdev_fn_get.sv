// SPDX-License-Identifier: Apache-2.0
//
// Pulls the next chain for a function that serves all its queues alike: round robin over queues that may have one.
// Keeps one chain ahead, so that fetching overlaps the work on the chain before; but hands it over only when all
// writes of the chain before are answered: effects come in order of availability, also where buffers overlap; and
// none after a bus error: no effect comes behind a chain that failed.
module vdev_fn_get #(
  parameter int unsigned NQ = 8,       // at most 8
  parameter int unsigned QW = $clog2(NQ),
  parameter int unsigned TW = 3,
  parameter int unsigned LW = 40
) (
  input  logic          clk_i,
  input  logic          rst_ni,        // also on abort
  output logic          busy_o,
  // device port
  input  logic [NQ-1:0] q_avail_i,
  output logic          get_valid_o,
  input  logic          get_ready_i,
  output logic [QW-1:0] get_queue_o,
  input  logic          chain_valid_i,
  output logic          chain_ready_o,
  input  logic          chain_none_i,
  input  logic [TW-1:0] chain_tag_i,
  input  logic [QW-1:0] chain_queue_i,
  input  logic [LW-1:0] chain_rd_len_i,
  input  logic [LW-1:0] chain_wr_len_i,
  // to the function
  input  logic          wr_busy_i,     // payload writes of this function not yet answered
  input  logic          fail_i,        // a bus error on payload
  output logic          next_valid_o,
  input  logic          next_ready_i,
  output logic [TW-1:0] next_tag_o,
  output logic [LW-1:0] next_rd_len_o,
  output logic [LW-1:0] next_wr_len_o
);
  typedef enum logic [1:0] {Choose, Get, Wait, Have} state_e;
  state_e state_q;
  logic [NQ-1:0] above_q, later, choice, hot;  // above: queues after the one served last
  logic [QW-1:0] queue_q, choice_n;

  assign later  = q_avail_i & above_q;
  assign choice = (later != '0) ? later : q_avail_i;
  assign hot    = choice & (~choice + NQ'(1));
  assign choice_n = QW'({(8'(hot) & 8'hf0) != '0, (8'(hot) & 8'hcc) != '0, (8'(hot) & 8'haa) != '0});

  assign busy_o        = state_q != Choose;
  assign get_valid_o   = state_q == Get;
  assign get_queue_o   = queue_q;
  assign chain_ready_o = state_q == Wait;
  assign next_valid_o  = state_q == Have && !wr_busy_i && !fail_i;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Choose;
      above_q <= '0;
    end else begin
      case (state_q)
        Choose: if (q_avail_i != '0) begin
          queue_q <= choice_n;
          above_q <= ~(hot | (hot - NQ'(1)));
          state_q <= Get;
        end
        Get: if (get_ready_i) state_q <= chain_none_i ? Choose : Wait;
        Wait: begin
          if (chain_none_i) state_q <= Choose;
          if (chain_valid_i) state_q <= Have;
        end
        default: if (next_ready_i && next_valid_o) state_q <= Choose;
      endcase
    end
    if (state_q == Wait) begin
      next_tag_o    <= chain_tag_i;
      next_rd_len_o <= chain_rd_len_i;
      next_wr_len_o <= chain_wr_len_i;
    end
  end

  logic unused;
  assign unused = ^chain_queue_i;
endmodule

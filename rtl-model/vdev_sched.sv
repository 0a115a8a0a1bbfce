// SPDX-License-Identifier: Apache-2.0
//
// Gate between the function, which names a queue in `get`, and the one fetcher. It does not choose: round robin or
// "transmit before receive" belongs to the function. A get for a queue with nothing to fetch is answered `none`.
module vdev_sched #(
  parameter int unsigned NQ = 8,
  parameter int unsigned QW = $clog2(NQ)
) (
  input  logic          live_i,
  input  logic          halt_i,       // a bad chain was met: nothing more is taken
  input  logic [NQ-1:0] ready_i,
  input  logic [NQ-1:0] stop_i,
  input  logic [NQ-1:0] pending_i,
  input  logic [NQ-1:0] more_i,
  input  logic [NQ-1:0] event_todo_i,
  // function
  output logic [NQ-1:0] avail_o,      // chains may exist
  input  logic          get_valid_i,
  input  logic [QW-1:0] get_queue_i,
  output logic          get_ready_o,
  output logic          none_o,       // in the cycle of get_ready_o
  // fetch
  output logic          go_valid_o,
  input  logic          go_ready_i
);
  logic have;
  assign avail_o     = (live_i && !halt_i) ? (pending_i | more_i | event_todo_i) & ready_i & ~stop_i : '0;
  assign have        = ((avail_o >> get_queue_i) & NQ'(1)) != '0;
  assign go_valid_o  = get_valid_i && have;
  assign get_ready_o = have ? go_ready_i : 1'b1;
  assign none_o      = get_valid_i && !have;
endmodule

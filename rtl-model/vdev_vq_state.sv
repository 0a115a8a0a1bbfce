// SPDX-License-Identifier: Apache-2.0
//
// Everything that the device knows about a queue, in one place: what the driver set up, and the cursors. Cursors are
// plain indices so that another ring layout can use them; three read ports by queue number (fetch, complete, irq).
// Tables sit behind ports, and bits that all queues need at once are kept as vectors: no loop over queues.
module vdev_vq_state #(
  parameter int unsigned NQ = 8,
  parameter int unsigned QW = $clog2(NQ)
) (
  input  logic          clk_i,
  input  logic          rst_ni,
  input  logic          clear_i,   // device reset is over: as if never set up
  // set-up by the driver
  input  logic [15:0]   qmax_i,
  input  logic          q_we_i,
  input  logic          q_set_i,
  input  logic [QW-1:0] q_sel_i,
  input  logic [2:0]    q_word_i,
  input  logic [31:0]   q_data_i,
  output logic          q_size_ok_o,  // of q_sel_i
  input  logic          notify_i,
  input  logic [QW-1:0] notify_q_i,
  // per queue bits
  output logic [NQ-1:0] pending_o,    // notified since availability was last read
  output logic [NQ-1:0] more_o,       // chains known to be available and not fetched
  output logic [NQ-1:0] event_todo_o, // emptied with EVENT_IDX: avail_event has to be written, then idx read again
  // fetch
  input  logic [QW-1:0] f_q_i,
  output logic [15:0]   f_size_o,
  output logic [63:0]   f_desc_o,
  output logic [63:0]   f_driver_o,
  output logic [63:0]   f_device_o,
  output logic [15:0]   f_fetched_o,
  output logic [15:0]   f_seen_o,
  input  logic          f_pend_clr_i,
  input  logic          f_event_clr_i,
  input  logic          f_seen_we_i,
  input  logic [15:0]   f_seen_i,
  input  logic          f_flag_i,     // avail.flags NO_INTERRUPT, read with seen
  input  logic          f_pop_i,      // one chain taken: fetched + 1
  input  logic          f_event_i,    // set event_todo if that emptied the queue
  // complete
  input  logic [QW-1:0] c_q_i,
  output logic [15:0]   c_size_o,
  output logic [63:0]   c_device_o,
  output logic [15:0]   c_used_o,
  output logic [15:0]   c_fetched_o,
  input  logic          c_used_we_i,
  input  logic [15:0]   c_used_i,
  // irq
  input  logic [QW-1:0] i_q_i,
  output logic [15:0]   i_size_o,
  output logic [63:0]   i_driver_o,
  output logic          i_no_irq_o
);
  logic [15:0] size_q [NQ];
  logic [31:0] desc_lo_q [NQ], desc_hi_q [NQ], drv_lo_q [NQ], drv_hi_q [NQ], dev_lo_q [NQ], dev_hi_q [NQ];
  logic [15:0] fetched_q [NQ], seen_q [NQ], used_q [NQ];
  logic [NQ-1:0] touched_q, pending_q, more_q, event_q, no_irq_q;

  // The first word written after a reset zeroes the queue's other words.
  logic fresh;
  assign fresh = ((touched_q >> q_sel_i) & NQ'(1)) == '0;

  always_ff @(posedge clk_i) begin
    if (q_we_i) begin
      if (fresh || q_word_i == 3'd0) size_q[q_sel_i]    <= (q_word_i == 3'd0) ? q_data_i[15:0] : '0;
      if (fresh || q_word_i == 3'd1) desc_lo_q[q_sel_i] <= (q_word_i == 3'd1) ? q_data_i : '0;
      if (fresh || q_word_i == 3'd2) desc_hi_q[q_sel_i] <= (q_word_i == 3'd2) ? q_data_i : '0;
      if (fresh || q_word_i == 3'd3) drv_lo_q[q_sel_i]  <= (q_word_i == 3'd3) ? q_data_i : '0;
      if (fresh || q_word_i == 3'd4) drv_hi_q[q_sel_i]  <= (q_word_i == 3'd4) ? q_data_i : '0;
      if (fresh || q_word_i == 3'd5) dev_lo_q[q_sel_i]  <= (q_word_i == 3'd5) ? q_data_i : '0;
      if (fresh || q_word_i == 3'd6) dev_hi_q[q_sel_i]  <= (q_word_i == 3'd6) ? q_data_i : '0;
    end
    if (!rst_ni || clear_i) touched_q <= '0;
    else if (q_we_i) touched_q <= touched_q | (NQ'(1) << q_sel_i);
  end

  logic [15:0] sel_size;
  assign sel_size    = size_q[q_sel_i];
  assign q_size_ok_o = !fresh && sel_size != '0 && sel_size <= qmax_i && (sel_size & (sel_size - 16'd1)) == '0;

  // ---- cursors ----
  logic [15:0]   f_next;
  logic [NQ-1:0] f_hot, set_hot, n_hot;
  assign f_hot   = NQ'(1) << f_q_i;
  assign set_hot = q_set_i ? (NQ'(1) << q_sel_i) : '0;
  assign n_hot   = notify_i ? (NQ'(1) << notify_q_i) : '0;
  assign f_next  = fetched_q[f_q_i] + 16'd1;

  always_ff @(posedge clk_i) begin
    if (f_pop_i) fetched_q[f_q_i] <= f_next;
    if (f_seen_we_i) begin
      seen_q[f_q_i] <= f_seen_i;
      no_irq_q      <= f_flag_i ? (no_irq_q | f_hot) : (no_irq_q & ~f_hot);
    end
    if (c_used_we_i) used_q[c_q_i] <= c_used_i;
    if (q_set_i) begin
      fetched_q[q_sel_i] <= '0;
      seen_q[q_sel_i]    <= '0;
      used_q[q_sel_i]    <= '0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      pending_q <= '0;
      more_q    <= '0;
      event_q   <= '0;
    end else begin
      // A doorbell in the cycle in which idx is asked for wins: its entry may have missed the read.
      pending_q <= (pending_q & ~(f_pend_clr_i ? f_hot : '0) & ~set_hot) | n_hot;
      if (f_seen_we_i) more_q <= (more_q & ~set_hot) | f_hot;
      else if (f_pop_i && f_next == seen_q[f_q_i]) more_q <= more_q & ~set_hot & ~f_hot;
      else if (q_set_i) more_q <= more_q & ~set_hot;
      if (f_event_clr_i) event_q <= event_q & ~set_hot & ~f_hot;
      else if (f_pop_i && f_event_i && f_next == seen_q[f_q_i]) event_q <= (event_q & ~set_hot) | f_hot;
      else if (q_set_i) event_q <= event_q & ~set_hot;
    end
  end

  assign pending_o    = pending_q;
  assign more_o       = more_q;
  assign event_todo_o = event_q;
  assign f_size_o     = size_q[f_q_i];
  assign f_desc_o     = {desc_hi_q[f_q_i], desc_lo_q[f_q_i]};
  assign f_driver_o   = {drv_hi_q[f_q_i], drv_lo_q[f_q_i]};
  assign f_device_o   = {dev_hi_q[f_q_i], dev_lo_q[f_q_i]};
  assign f_fetched_o  = fetched_q[f_q_i];
  assign f_seen_o     = seen_q[f_q_i];
  assign c_size_o     = size_q[c_q_i];
  assign c_device_o   = {dev_hi_q[c_q_i], dev_lo_q[c_q_i]};
  assign c_used_o     = used_q[c_q_i];
  assign c_fetched_o  = fetched_q[c_q_i];
  assign i_size_o     = size_q[i_q_i];
  assign i_driver_o   = {drv_hi_q[i_q_i], drv_lo_q[i_q_i]};
  assign i_no_irq_o   = ((no_irq_q >> i_q_i) & NQ'(1)) != '0;
endmodule

// SPDX-License-Identifier: Apache-2.0
// Properties of vdev_regs for a free environment: any AXI4-Lite master, any events. Included under FORMAL only. The
// reset is assumed once, in the first cycle; registers are free before it. The offer is any, and constant.
  logic past_q = 1'b0, run_q = 1'b0;
  always_ff @(posedge clk_i) begin
    past_q <= 1'b1;
    run_q  <= past_q ? rst_ni : 1'b0;
  end

  logic [1:0]    isr_prev, ack_prev, set_prev;
  logic          clr_prev, fok_prev, b_wait_prev, r_wait_prev, live_prev, wr_reg_prev;
  logic [31:0]   r_prev;
  logic [127:0]  stored, stored_prev, offered_prev;
  assign stored = {acked3_q, acked2_q, acked1_q, acked0_q};
  logic [7:0]    status_prev;
  logic [NQ-1:0] ready_prev, stop_prev, busy_prev;
  logic          idle_prev, rst_pend_prev, full_prev;
  always_ff @(posedge clk_i) begin
    isr_prev      <= isr_q;
    ack_prev      <= isr_ack;
    set_prev      <= isr_set;
    clr_prev      <= clear;
    fok_prev      <= status_q[3];
    stored_prev   <= stored;
    offered_prev  <= offered_i;
    b_wait_prev   <= s_bvalid_o && !s_bready_i;
    r_wait_prev   <= s_rvalid_o && !s_rready_i;
    r_prev        <= s_rdata_o;
    status_prev   <= status_q;
    ready_prev    <= ready_q;
    stop_prev     <= stop_q;
    busy_prev     <= q_busy_i;
    idle_prev     <= idle_i;
    rst_pend_prev <= rst_pend_q;
    live_prev     <= live_o;
    wr_reg_prev   <= wr_reg;
    full_prev     <= wr_go && wr_strb == 4'hf;
  end

  always_ff @(posedge clk_i) begin
    if (!past_q) assume (!rst_ni);
    if (past_q) assume (offered_i == offered_prev);
    if (past_q && run_q && rst_ni) begin
      BStable:          assert (!b_wait_prev || s_bvalid_o);
      RStable:          assert (!r_wait_prev || (s_rvalid_o && s_rdata_o == r_prev));
      SetWinsOverAck:   assert (clr_prev || (set_prev & ~isr_q) == 2'b00);
      ClearedByAckOnly: assert (clr_prev || (isr_prev & ~isr_q & ~ack_prev) == 2'b00);
      LineIsTheOr:      assert (irq_o == (isr_q != 2'b00));
      FeaturesLocked:   assert (clr_prev || !fok_prev || stored == stored_prev);
      FeaturesSubset:   assert (!status_q[3] || fok_prev || (stored_prev & ~offered_prev) == '0);
      AcceptedOffered:  assert (acked_o == (stored & offered_i));
      FeaturesModern:   assert (!status_q[3] || acked_o[32]);
      StatusOnlyGrows:  assert (clr_prev || (status_prev & ~status_q) == '0);
      ResetNeedsIdle:   assert (!clr_prev || (idle_prev && rst_pend_prev && status_q == '0 && ready_q == '0));
      StopNeedsDrain:   assert (clr_prev || (ready_prev & ~ready_q & (busy_prev | ~stop_prev)) == '0);
      NotifyWhenLive:   assert (!notify_o || (live_prev && wr_reg_prev && full_prev));
      QueueFrozen:      assert (!q_we_o || ((ready_prev >> q_sel_o) & NQ'(1)) == '0);
      CoverReset:       cover (clr_prev);
      CoverFeatures:    cover (status_q[3]);
      CoverNotify:      cover (notify_o);
      CoverStop:        cover ((ready_prev & ~ready_q) != '0 && !clr_prev);
      CoverNeedsReset:  cover (status_q[6] && isr_q[1]);
      CoverRead:        cover (r_wait_prev);
    end
  end

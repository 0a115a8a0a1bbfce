// SPDX-License-Identifier: Apache-2.0
//
// Split ring, device side of availability [2.7]: for one `go` reads avail.idx (only when nothing is known to be
// left), the head and the chain's descriptors, and emits the chain as segments. Nothing behind the segments knows
// which ring it is. Indirect tables are not built: a chain that uses one is bad.
//
// Reads: flags and idx in 4 bytes; up to 8 heads that are known to be available, cut at the ring's end and at 4 KiB; up
// to 4 descriptors starting at the one needed, cut at the table's end and at 4 KiB. A bus error behind a cut is none of
// the chains before it; an entry that itself lies across 4 KiB (no driver may place it so) is read alone. Heads are kept until used or the queue is set anew; descriptors are
// dropped with the chain.
module vdev_ring_fetch_split #(
  parameter int unsigned NQ = 8,
  parameter int unsigned QW = $clog2(NQ)
) (
  input  logic          clk_i,
  input  logic          rst_ni,        // also on abort
  input  logic          event_idx_i,   // EVENT_IDX accepted
  input  logic          flush_i,       // queue set anew: its heads are stale
  input  logic [QW-1:0] flush_q_i,
  // scheduler
  input  logic          go_valid_i,
  output logic          go_ready_o,
  input  logic [QW-1:0] go_queue_i,
  input  logic          go_more_i,     // of that queue
  input  logic          go_event_i,
  output logic          none_o,        // nothing there after all
  output logic          busy_o,
  output logic [QW-1:0] queue_o,
  // queue state, of queue_o
  input  logic [15:0]   size_i,
  input  logic [63:0]   desc_i,
  input  logic [63:0]   driver_i,
  input  logic [63:0]   device_i,
  input  logic [15:0]   fetched_i,
  input  logic [15:0]   seen_i,
  output logic          pend_clr_o,
  output logic          event_clr_o,
  output logic          seen_we_o,
  output logic [15:0]   seen_o,
  output logic          flag_o,
  output logic          pop_o,
  // dma read client
  output logic          rq_valid_o,
  input  logic          rq_ready_i,
  output logic [63:0]   rq_addr_o,
  output logic [12:0]   rq_len_o,
  input  logic          rs_valid_i,
  input  logic [63:0]   rs_data_i,
  input  logic [3:0]    rs_nbytes_i,
  input  logic          rs_last_i,
  input  logic          rs_err_i,
  // dma write client (avail_event)
  output logic          wq_valid_o,
  input  logic          wq_ready_i,
  output logic [63:0]   wq_addr_o,
  output logic          wd_valid_o,
  input  logic          wd_ready_i,
  output logic [63:0]   wd_data_o,
  output logic [7:0]    wd_strb_o,
  input  logic          wb_valid_i,
  input  logic          wb_err_i,
  // segments
  output logic          seg_valid_o,
  input  logic          seg_ready_i,
  output logic [15:0]   seg_id_o,
  output logic [63:0]   seg_addr_o,
  output logic [31:0]   seg_len_o,
  output logic          seg_write_o,
  output logic          seg_last_o,
  output logic [15:0]   seg_slots_o,
  output logic [3:0]    seg_err_o      // 0 good, else see README; ends the chain
);
  localparam logic [3:0] ErrIdx = 4'd1, ErrHead = 4'd2, ErrNext = 4'd3, ErrHops = 4'd4, ErrOrder = 4'd5,
                         ErrLen = 4'd6, ErrIndirect = 4'd7, ErrBus = 4'd8;

  typedef enum logic [3:0] {
    Idle, Event, EventWait, IdxAsk, IdxGet, HeadAsk, HeadGet, Pick, DescAsk, DescGet, Seg, Bad
  } state_e;
  state_e state_q;

  logic [QW-1:0] q_q;
  logic [15:0]   cur_q, id_q, hops_q, base_q;
  logic          wseen_q, bus_err_q;
  logic [3:0]    err_q;
  logic [63:0]   line_q [8];  // four descriptors: address, then {next, flags, len}
  logic [2:0]    line_n_q, word_q;

  assign queue_o    = q_q;
  assign busy_o     = state_q != Idle;
  assign go_ready_o = state_q == Idle;

  // ---- reads are joined to full words, whatever the ring's alignment ----
  logic        p_valid, p_last, p_ready;
  logic [63:0] p_data;
  logic [3:0]  p_nbytes;
  vdev_rd_pack u_pack (
    .clk_i,
    .clear_i     (!rst_ni),
    .in_valid_i  (rs_valid_i),
    .in_ready_o  (p_ready),  // always: a request's tail is out before the next one is asked
    .in_data_i   (rs_data_i),
    .in_nbytes_i (rs_nbytes_i),
    .in_last_i   (rs_last_i),
    .out_valid_o (p_valid),
    .out_ready_i (1'b1),
    .out_data_o  (p_data),
    .out_nbytes_o(p_nbytes),
    .out_last_o  (p_last)
  );
  logic bus_err;
  assign bus_err = bus_err_q || (rs_valid_i && rs_err_i);

  // ---- avail_event ----
  logic put_done, put_err;
  vdev_put16 u_event (
    .clk_i, .rst_ni,
    .start_i(state_q == Event), .lane_i(wq_addr_o[2:0]), .value_i(fetched_i), .done_o(put_done), .err_o(put_err),
    .wq_valid_o, .wq_ready_i, .wd_valid_o, .wd_ready_i, .wd_data_o, .wd_strb_o, .wb_valid_i, .wb_err_i
  );
  assign wq_addr_o = (state_q == EventWait) ? device_i + 64'd4 + {45'd0, size_i, 3'b000} : '0;

  // ---- heads ----
  logic [63:0]   heads_lo_q, heads_hi_q;
  logic [3:0]    heads_n_q;
  logic [QW-1:0] heads_queue_q;
  logic          heads_hit;
  logic [15:0]   slot, to_end, waiting;
  logic [3:0]    heads_n;
  assign heads_hit = heads_n_q != '0 && heads_queue_q == go_queue_i;

  // ---- descriptors ----
  logic [15:0] entry, d_left, d_n, flags, next, idx_diff;
  logic [63:0] meta;
  logic        in_line, seg_bad;
  logic [3:0]  seg_err;
  logic [12:0] page;  // bytes from the address to the end of its 4 KiB

  always_comb begin
    rq_valid_o = 1'b0;
    rq_addr_o  = '0;
    rq_len_o   = '0;
    slot       = '0;
    to_end     = '0;
    waiting    = '0;
    heads_n    = '0;
    d_left     = '0;
    d_n        = '0;
    page       = '0;
    case (state_q)
      IdxAsk: begin
        rq_valid_o = 1'b1;
        rq_addr_o  = driver_i;
        rq_len_o   = 13'd4;
      end
      HeadAsk: begin
        slot       = fetched_i & (size_i - 16'd1);
        to_end     = size_i - slot;
        waiting    = seen_i - fetched_i;
        if (to_end < waiting) waiting = to_end;
        heads_n    = (waiting > 16'd8) ? 4'd8 : waiting[3:0];
        rq_valid_o = 1'b1;
        rq_addr_o  = driver_i + 64'd4 + {47'd0, slot, 1'b0};
        page       = 13'd4096 - {1'b0, rq_addr_o[11:0]};
        if (page[12:1] < 12'(heads_n)) heads_n = (page[12:1] == '0) ? 4'd1 : page[4:1];
        rq_len_o   = {8'd0, heads_n, 1'b0};
      end
      DescAsk: begin
        rq_valid_o = 1'b1;
        rq_addr_o  = desc_i + {44'd0, cur_q, 4'd0};
        d_left     = size_i - cur_q;
        page       = 13'd4096 - {1'b0, rq_addr_o[11:0]};
        d_n        = (d_left > 16'd4) ? 16'd4 : d_left;
        if (d_n > 16'(page[12:4])) d_n = (page[12:4] == '0) ? 16'd1 : 16'(page[12:4]);
        rq_len_o   = {6'd0, d_n[2:0], 4'd0};
      end
      default: ;
    endcase
  end

  always_comb begin
    entry   = '0;
    in_line = 1'b0;
    meta    = '0;
    flags   = '0;
    next    = '0;
    seg_bad = 1'b0;
    seg_err = '0;
    if (state_q == Seg) begin
      entry   = cur_q - base_q;
      in_line = entry < 16'(line_n_q);
      meta    = line_q[{entry[1:0], 1'b1}];
      flags   = meta[47:32];
      next    = meta[63:48];
      if (flags[2]) seg_err = ErrIndirect;
      else if (meta[31:0] == '0) seg_err = ErrLen;
      else if (wseen_q && !flags[1]) seg_err = ErrOrder;
      else if (hops_q >= size_i) seg_err = ErrHops;
      seg_bad = in_line && seg_err != '0;
    end
    seg_valid_o = (state_q == Seg && in_line && !seg_bad) || state_q == Bad;
    seg_addr_o  = line_q[{entry[1:0], 1'b0}];
    seg_len_o   = meta[31:0];
    seg_write_o = flags[1];
    seg_last_o  = !flags[0];
    seg_err_o   = (state_q == Bad) ? err_q : '0;
  end
  assign seg_id_o    = id_q;
  assign seg_slots_o = 16'd1;  // ring slots that the chain takes: one, in a split ring

  assign idx_diff    = p_data[31:16] - fetched_i;
  assign none_o      = state_q == IdxGet && p_valid && !bus_err && idx_diff == '0;
  assign seen_we_o   = state_q == IdxGet && p_valid && !bus_err && idx_diff != '0 && idx_diff <= size_i;
  assign seen_o      = p_data[31:16];
  assign flag_o      = p_data[0];
  assign pend_clr_o  = state_q == IdxAsk && rq_ready_i;
  assign event_clr_o = state_q == Event;
  assign pop_o       = state_q == Pick;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q   <= Idle;
      heads_n_q <= '0;
      bus_err_q <= 1'b0;
    end else begin
      if (rs_valid_i && rs_err_i) bus_err_q <= 1'b1;
      if (flush_i && flush_q_i == heads_queue_q) heads_n_q <= '0;
      case (state_q)
        Idle: if (go_valid_i) begin
          q_q     <= go_queue_i;
          wseen_q <= 1'b0;
          hops_q  <= '0;
          if (go_more_i) state_q <= heads_hit ? Pick : HeadAsk;
          else if (go_event_i && event_idx_i) state_q <= Event;
          else state_q <= IdxAsk;
        end
        // The queue was emptied: ask for a notification, and look again only when that is visible.
        Event: state_q <= EventWait;
        EventWait: if (put_done) begin
          state_q <= put_err ? Bad : IdxAsk;
          err_q   <= ErrBus;
        end
        IdxAsk: if (rq_ready_i) state_q <= IdxGet;
        IdxGet: if (p_valid) begin
          if (bus_err || idx_diff > size_i) state_q <= Bad;
          else state_q <= (idx_diff == '0) ? Idle : HeadAsk;
          err_q <= bus_err ? ErrBus : ErrIdx;
        end
        HeadAsk: if (rq_ready_i) begin
          state_q       <= HeadGet;
          heads_n_q     <= heads_n;
          heads_queue_q <= q_q;
          word_q        <= '0;
        end
        HeadGet: if (p_valid) begin
          if (word_q[0]) heads_hi_q <= p_data;
          else heads_lo_q <= p_data;
          word_q <= word_q + 3'd1;
          if (p_last) state_q <= bus_err ? Bad : Pick;
          err_q <= ErrBus;
        end
        Pick: begin
          heads_lo_q <= {heads_hi_q[15:0], heads_lo_q[63:16]};
          heads_hi_q <= {16'd0, heads_hi_q[63:16]};
          heads_n_q  <= heads_n_q - 4'd1;
          id_q       <= heads_lo_q[15:0];
          cur_q      <= heads_lo_q[15:0];
          state_q    <= (heads_lo_q[15:0] < size_i) ? DescAsk : Bad;
          err_q      <= ErrHead;
        end
        DescAsk: if (rq_ready_i) begin
          state_q  <= DescGet;
          base_q   <= cur_q;
          line_n_q <= d_n[2:0];
          word_q   <= '0;
        end
        DescGet: if (p_valid) begin
          line_q[word_q] <= p_data;
          word_q <= word_q + 3'd1;
          if (p_last) state_q <= bus_err ? Bad : Seg;
          err_q <= ErrBus;
        end
        Seg: begin
          if (!in_line) begin
            state_q <= DescAsk;
          end else if (seg_bad) begin
            state_q <= Bad;
            err_q   <= seg_err;
          end else if (seg_ready_i) begin
            hops_q  <= hops_q + 16'd1;
            wseen_q <= wseen_q || flags[1];
            cur_q   <= next;
            err_q   <= ErrNext;
            if (seg_last_o) state_q <= Idle;
            else if (next >= size_i) state_q <= Bad;
          end
        end
        default: ;  // Bad: the segment with the error is taken, and nothing more happens until a reset
      endcase
    end
  end

  logic unused;
  assign unused = ^{p_nbytes, p_ready, page[0], flags[15:3], seg_ready_i};
endmodule

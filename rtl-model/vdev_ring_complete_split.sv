// SPDX-License-Identifier: Apache-2.0
//
// Split ring, used side [2.7.8]. Takes the function's `done`s in order, waits for the B of every payload write of the
// chain, collects up to 8 used elements of one queue and publishes them together:
//
//   used elements -> their B -> used.idx -> its B -> interrupt decision
//
// That order is the design: the driver may not see an index before its elements, nor those before the payload.
// Collecting ends when nothing of the queue is outstanding, at 8 elements, or 255 cycles after the last one. `more` withholds
// the index until a done without it. A done in a chain that met a bus error completes nothing: bad_o.
//
// In-order completion would put a reorder stage in front of the done queue: tags to sequence.
module vdev_ring_complete_split #(
  parameter int unsigned NQ = 8,
  parameter int unsigned QW = $clog2(NQ),
  parameter int unsigned TW = 3
) (
  input  logic          clk_i,
  input  logic          rst_ni,       // also on abort
  output logic          busy_o,       // holds elements of queue_o
  output logic [QW-1:0] queue_o,
  output logic          bad_o,
  output logic          insane_o,     // more used than were available: a fault of this design
  output logic          stray_o,      // done for a tag that is not out: a fault of the function
  // function
  input  logic          done_valid_i,
  output logic          done_ready_o,
  input  logic [TW-1:0] done_tag_i,
  input  logic [31:0]   done_len_i,
  input  logic          done_auto_i,  // length is the written prefix
  input  logic          done_more_i,
  // chain and movers, of c_tag_o
  output logic [TW-1:0] c_tag_o,
  input  logic [15:0]   c_id_i,
  input  logic [QW-1:0] c_queue_i,
  input  logic          c_busy_i,
  input  logic          c_wr_busy_i,
  input  logic          c_err_i,
  input  logic [31:0]   c_prefix_i,
  output logic          free_o,
  input  logic [NQ-1:0] outstanding_i,  // chains, and a fetch in progress
  // queue state, of queue_o
  input  logic [15:0]   size_i,
  input  logic [63:0]   device_i,
  input  logic [15:0]   used_i,
  input  logic [15:0]   fetched_i,
  output logic          used_we_o,
  output logic [15:0]   used_o,
  // dma write client
  output logic          wq_valid_o,
  input  logic          wq_ready_i,
  output logic [63:0]   wq_addr_o,
  output logic [12:0]   wq_len_o,
  output logic          wd_valid_o,
  input  logic          wd_ready_i,
  output logic [63:0]   wd_data_o,
  output logic [7:0]    wd_strb_o,
  input  logic          wb_valid_i,
  input  logic          wb_err_i,
  // irq
  output logic          pub_valid_o,
  input  logic          pub_ready_i,
  output logic [15:0]   pub_old_o,
  output logic [15:0]   pub_new_o
);
  typedef enum logic [2:0] {Collect, Ask, Data, Wait, Idx, IdxWait, Publish, Bad} state_e;
  state_e state_q;

  // ---- dones, in order; as many as tags, so never full ----
  logic [TW-1:0] d_tag_q [8];
  logic [31:0]   d_len_q [8];
  logic [7:0]    d_auto_q, d_more_q;
  logic [3:0]    d_wp_q, d_rp_q;
  logic          d_have, d_ok, take;
  logic [2:0]    d_rp;
  assign d_rp         = d_rp_q[2:0];
  assign d_have       = d_wp_q != d_rp_q;
  assign done_ready_o = 1'b1;
  assign c_tag_o      = d_tag_q[d_rp];
  assign d_ok         = d_have && !c_wr_busy_i;

  // ---- elements collected ----
  logic [15:0]   e_id_q [8];
  logic [31:0]   e_len_q [8];
  logic [3:0]    e_n_q, e_pos_q, part, beat_q;
  logic [15:0]   unpub_q;   // written, index withheld
  logic          more_q;
  logic [QW-1:0] queue_q;
  logic [7:0]    timer_q;
  logic          mine_out, flush, other;
  assign queue_o  = queue_q;
  assign mine_out = ((outstanding_i >> queue_q) & NQ'(1)) != '0;
  assign other    = d_ok && e_n_q != '0 && (c_queue_i != queue_q || c_err_i);
  assign flush    = e_n_q == 4'd8 || other || (e_n_q != '0 && !more_q && (!mine_out || timer_q == '0));
  assign take     = state_q == Collect && d_ok && !flush && !c_err_i && c_busy_i;
  assign free_o   = take;
  assign busy_o   = state_q != Collect || e_n_q != '0 || unpub_q != '0;
  assign bad_o    = state_q == Bad;
  assign stray_o  = d_have && !c_busy_i;

  // ---- writing elements: {len, id} words from `dev + 4 + 8 * slot`, that is usually at lane 4 ----
  logic [15:0] slot, to_end, e_left;
  logic [63:0] prev_q, word;
  logic [2:0]  s;    // byte of the bus word at which the elements start
  logic [6:0]  inv;
  logic        last_beat;
  assign inv = 7'd64 - {1'b0, s, 3'b000};

  always_comb begin
    slot      = '0;
    to_end    = '0;
    e_left    = '0;
    part      = '0;
    wq_addr_o = '0;
    if (state_q == Ask) begin
      slot      = (used_i + unpub_q) & (size_i - 16'd1);
      to_end    = size_i - slot;
      e_left    = 16'(e_n_q) - 16'(e_pos_q);
      part      = (to_end < e_left) ? to_end[3:0] : e_left[3:0];
      wq_addr_o = device_i + 64'd4 + {45'd0, slot, 3'b000};
    end else if (state_q == IdxWait) begin
      wq_addr_o = device_i + 64'd2;
    end
  end

  logic [3:0]  n_q;  // elements of this write, the first is e_pos_q
  logic [63:0] wd_e_data;
  logic [7:0]  wd_e_strb;
  logic [2:0]  e_idx;
  assign e_idx = e_pos_q[2:0] + beat_q[2:0];
  always_comb begin
    word      = '0;
    wd_e_data = '0;
    wd_e_strb = '0;
    last_beat = 1'b0;
    if (state_q == Data) begin
      if (beat_q < n_q) word = {e_len_q[e_idx], 16'd0, e_id_q[e_idx]};
      wd_e_data = (word << {s, 3'b000}) | ((s == '0) ? '0 : prev_q >> inv[5:0]);
      wd_e_strb = (beat_q == '0) ? 8'hff << s : (beat_q == n_q) ? (8'h01 << s) - 8'h01 : 8'hff;
      last_beat = (s == '0) ? beat_q == n_q - 4'd1 : beat_q == n_q;
    end
  end

  // ---- used.idx ----
  logic        put_done, put_err, put_wq, put_wd;
  logic [63:0] put_data;
  logic [7:0]  put_strb;
  logic [15:0] new_idx;
  assign new_idx = used_i + unpub_q;
  vdev_put16 u_idx (
    .clk_i, .rst_ni,
    .start_i(state_q == Idx), .lane_i(wq_addr_o[2:0]), .value_i(new_idx), .done_o(put_done), .err_o(put_err),
    .wq_valid_o(put_wq), .wq_ready_i, .wd_valid_o(put_wd), .wd_ready_i, .wd_data_o(put_data),
    .wd_strb_o(put_strb), .wb_valid_i(wb_valid_i && state_q == IdxWait), .wb_err_i
  );
  assign wq_valid_o  = state_q == Ask || put_wq;
  assign wq_len_o    = (state_q == Ask) ? {6'd0, part, 3'b000} : 13'd2;
  assign wd_valid_o  = state_q == Data || put_wd;
  assign wd_data_o   = wd_e_data | put_data;
  assign wd_strb_o   = wd_e_strb | put_strb;
  assign used_we_o   = state_q == Publish && pub_ready_i;
  assign used_o      = new_idx;
  assign pub_valid_o = state_q == Publish;
  assign pub_old_o   = used_i;
  assign pub_new_o   = new_idx;
  // The used cursor never passes what was fetched.
  assign insane_o    = state_q == Idx && (fetched_i - used_i) < unpub_q;

  always_ff @(posedge clk_i) begin
    if (done_valid_i) begin
      d_tag_q[d_wp_q[2:0]]  <= done_tag_i;
      d_len_q[d_wp_q[2:0]]  <= done_len_i;
      d_auto_q[d_wp_q[2:0]] <= done_auto_i;
      d_more_q[d_wp_q[2:0]] <= done_more_i;
    end
    if (!rst_ni) begin
      d_wp_q <= '0;
      d_rp_q <= '0;
    end else begin
      if (done_valid_i) d_wp_q <= d_wp_q + 4'd1;
      if (take) d_rp_q <= d_rp_q + 4'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Collect;
      e_n_q   <= '0;
      unpub_q <= '0;
    end else begin
      case (state_q)
        Collect: begin
          e_pos_q <= '0;
          if (timer_q != '0 && e_n_q != '0) timer_q <= timer_q - 8'd1;
          if (take) begin
            e_id_q[e_n_q[2:0]]  <= c_id_i;
            e_len_q[e_n_q[2:0]] <= d_auto_q[d_rp] ? c_prefix_i : d_len_q[d_rp];
            e_n_q   <= e_n_q + 4'd1;
            queue_q <= c_queue_i;
            more_q  <= d_more_q[d_rp];
            timer_q <= '1;
          end else if (flush) begin
            state_q <= Ask;
          end else if (d_ok && c_err_i) begin
            state_q <= Bad;
          end
        end
        Ask: if (wq_ready_i) begin
          state_q <= Data;
          s       <= wq_addr_o[2:0];
          n_q     <= part;
          beat_q  <= '0;
        end
        Data: if (wd_ready_i) begin
          beat_q <= beat_q + 4'd1;
          prev_q <= word;
          if (last_beat) begin
            state_q <= Wait;
            e_pos_q <= e_pos_q + n_q;
            unpub_q <= unpub_q + 16'(n_q);
          end
        end
        Wait: if (wb_valid_i) begin
          if (wb_err_i) state_q <= Bad;
          else if (e_pos_q != e_n_q) state_q <= Ask;
          else if (more_q) state_q <= Collect;
          else state_q <= Idx;
          if (e_pos_q == e_n_q) e_n_q <= '0;
        end
        Idx: state_q <= IdxWait;
        IdxWait: if (put_done) state_q <= put_err ? Bad : Publish;
        Publish: if (pub_ready_i) begin
          unpub_q <= '0;
          state_q <= Collect;
        end
        default: ;
      endcase
    end
  end

  logic unused;
  assign unused = inv[6];
endmodule

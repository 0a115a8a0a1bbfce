// SPDX-License-Identifier: Apache-2.0
//
// Collects segments to a chain, keeps them in the segment ring until the chain is done, and offers the chain to the
// function when its totals are known. Tags are given in turn; the oldest chain blocks reuse of ring space, and one
// chain always fits (hops <= queue size <= QMax). A bad chain is not offered: it halts fetching, and `bad_o` comes
// when everything fetched before it has completed.
module vdev_chain #(
  parameter int unsigned NQ   = 8,
  parameter int unsigned QW   = $clog2(NQ),
  parameter int unsigned QMax = 256,
  parameter int unsigned SW   = $clog2(QMax),
  parameter int unsigned NT   = 8,  // tags
  parameter int unsigned TW   = $clog2(NT),
  parameter int unsigned LW   = 40  // width of byte totals: QMax * 2^32
) (
  input  logic          clk_i,
  input  logic          rst_ni,      // also on abort
  // from fetch
  input  logic          seg_valid_i,
  output logic          seg_ready_o,
  input  logic [QW-1:0] seg_queue_i,
  input  logic [15:0]   seg_id_i,
  input  logic [63:0]   seg_addr_i,
  input  logic [31:0]   seg_len_i,
  input  logic          seg_write_i,
  input  logic          seg_last_i,
  input  logic [15:0]   seg_slots_i,
  input  logic [3:0]    seg_err_i,
  output logic          halt_o,
  output logic [3:0]    halt_err_o,
  output logic [QW-1:0] halt_queue_o,
  // to the function
  output logic          chain_valid_o,
  input  logic          chain_ready_i,
  output logic [TW-1:0] chain_tag_o,
  output logic [QW-1:0] chain_queue_o,
  output logic [LW-1:0] chain_rd_len_o,
  output logic [LW-1:0] chain_wr_len_o,
  output logic          alloc_o,     // a tag starts: movers forget its cursors
  output logic [TW-1:0] alloc_tag_o,
  // tables by tag
  input  logic [TW-1:0] a_tag_i,     // mover_rd
  output logic [SW-1:0] a_start_o,
  output logic [SW:0]   a_nrd_o,
  input  logic [TW-1:0] b_tag_i,     // mover_wr
  output logic [SW-1:0] b_start_o,   // of its writable part
  output logic [SW:0]   b_nwr_o,
  input  logic [TW-1:0] c_tag_i,     // complete
  output logic [15:0]   c_id_o,
  output logic [QW-1:0] c_queue_o,
  output logic [15:0]   c_slots_o,
  output logic          c_busy_o,    // tag is in use
  input  logic          free_i,      // of c_tag_i
  output logic [NQ-1:0] outstanding_o,
  // segment memory, read by the movers
  input  logic          sa_re_i,
  input  logic [SW-1:0] sa_idx_i,
  output logic [63:0]   sa_addr_o,
  output logic [31:0]   sa_len_o,
  input  logic          sb_re_i,
  input  logic [SW-1:0] sb_idx_i,
  output logic [63:0]   sb_addr_o,
  output logic [31:0]   sb_len_o
);
  // ---- the chain being collected ----
  logic [SW:0]   wp_q, rp_q, n_q, nrd_q;
  logic [LW-1:0] rd_len_q, wr_len_q;
  logic [SW-1:0] start_q;
  logic          offer_q, halt_q, first_q;
  logic [TW-1:0] tag_q;
  logic [QW-1:0] queue_q;
  logic          put, put_last, full;
  logic [TW:0]   live_q;  // tags given and not yet released, in turn
  logic [NT-1:0] busy_q;

  assign full        = (wp_q - rp_q) == (SW+1)'(QMax);
  // An error takes no room: a chain that loops has filled all of it by then.
  assign seg_ready_o = !offer_q && (!full || seg_err_i != '0) && (live_q != (TW+1)'(NT)) && !halt_q;
  assign put         = seg_valid_i && seg_ready_o && seg_err_i == '0;
  assign put_last    = put && seg_last_i;
  assign halt_o      = halt_q;

  vdev_segmem #(.Depth(QMax)) u_mem (
    .clk_i,
    .we_i(put), .waddr_i(wp_q[SW-1:0]), .waddr_data_i(seg_addr_i), .wlen_data_i(seg_len_i),
    .a_re_i(sa_re_i), .a_idx_i(sa_idx_i), .a_addr_o(sa_addr_o), .a_len_o(sa_len_o),
    .b_re_i(sb_re_i), .b_idx_i(sb_idx_i), .b_addr_o(sb_addr_o), .b_len_o(sb_len_o)
  );

  // ---- tables by tag ----
  logic [SW-1:0] start_t [NT];
  logic [SW:0]   nrd_t [NT], cnt_t [NT];
  logic [15:0]   id_t [NT], slots_t [NT];
  logic [QW-1:0] queue_t [NT];
  logic [SW:0]   nrd_now, n_now;
  assign n_now     = n_q + (SW+1)'(1);
  assign nrd_now   = nrd_q + (SW+1)'(!seg_write_i);
  assign a_start_o = start_t[a_tag_i];
  assign a_nrd_o   = nrd_t[a_tag_i];
  assign b_start_o = start_t[b_tag_i] + nrd_t[b_tag_i][SW-1:0];
  assign b_nwr_o   = cnt_t[b_tag_i] - nrd_t[b_tag_i];
  assign c_id_o    = id_t[c_tag_i];
  assign c_queue_o = queue_t[c_tag_i];
  assign c_slots_o = slots_t[c_tag_i];
  assign c_busy_o  = ((busy_q >> c_tag_i) & NT'(1)) != '0;

  always_ff @(posedge clk_i) begin
    if (put_last) begin
      start_t[tag_q] <= first_q ? wp_q[SW-1:0] : start_q;
      nrd_t[tag_q]   <= nrd_now;
      cnt_t[tag_q]   <= n_now;
      id_t[tag_q]    <= seg_id_i;
      slots_t[tag_q] <= seg_slots_i;
      queue_t[tag_q] <= seg_queue_i;
    end
    if (put) begin
      if (first_q) start_q <= wp_q[SW-1:0];
      rd_len_q <= (first_q ? '0 : rd_len_q) + (seg_write_i ? '0 : LW'(seg_len_i));
      wr_len_q <= (first_q ? '0 : wr_len_q) + (seg_write_i ? LW'(seg_len_i) : '0);
      queue_q  <= seg_queue_i;
    end
    if (seg_valid_i && seg_ready_o && seg_err_i != '0) begin
      halt_err_o   <= seg_err_i;
      halt_queue_o <= seg_queue_i;
    end
  end

  // ---- ring space and tags; a tag freed out of turn waits for the older ones ----
  logic [TW-1:0] rel_tag_q;
  logic          release_tag;
  assign release_tag = live_q != '0 && ((busy_q >> rel_tag_q) & NT'(1)) == '0;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      wp_q      <= '0;
      rp_q      <= '0;
      n_q       <= '0;
      nrd_q     <= '0;
      first_q   <= 1'b1;
      offer_q   <= 1'b0;
      halt_q    <= 1'b0;
      tag_q     <= '0;
      live_q    <= '0;
      busy_q    <= '0;
      rel_tag_q <= '0;
    end else begin
      if (put) begin
        wp_q    <= wp_q + (SW+1)'(1);
        first_q <= seg_last_i;
        n_q     <= seg_last_i ? '0 : n_now;
        nrd_q   <= seg_last_i ? '0 : nrd_now;
      end
      if (seg_valid_i && seg_ready_o && seg_err_i != '0) halt_q <= 1'b1;
      if (put_last) offer_q <= 1'b1;
      else if (chain_ready_i && offer_q) offer_q <= 1'b0;
      if (put_last || free_i) begin
        busy_q <= (busy_q | (put_last ? NT'(1) << tag_q : '0)) & ~(free_i ? NT'(1) << c_tag_i : '0);
      end
      if (chain_valid_o && chain_ready_i) tag_q <= tag_q + TW'(1);
      if (release_tag) begin
        rp_q      <= rp_q + cnt_t[rel_tag_q];
        rel_tag_q <= rel_tag_q + TW'(1);
      end
      if (put_last && !release_tag) live_q <= live_q + (TW+1)'(1);
      if (!put_last && release_tag) live_q <= live_q - (TW+1)'(1);
    end
  end

  assign chain_valid_o  = offer_q;
  assign chain_tag_o    = tag_q;
  assign chain_queue_o  = queue_q;
  assign chain_rd_len_o = rd_len_q;
  assign chain_wr_len_o = wr_len_q;
  assign alloc_o        = put_last;
  assign alloc_tag_o    = tag_q;

  // ---- how many chains of a queue are out ----
  logic [TW:0]   out_n_q [NQ];
  logic [NQ-1:0] out_q, up_hot, down_hot;
  logic [TW:0]   up_n, down_n;
  logic          same;
  assign same          = put_last && free_i && seg_queue_i == c_queue_o;
  assign up_hot        = NQ'(1) << seg_queue_i;
  assign down_hot      = NQ'(1) << c_queue_o;
  assign up_n          = ((out_q & up_hot) == '0) ? '0 : out_n_q[seg_queue_i];
  assign down_n        = out_n_q[c_queue_o];
  assign outstanding_o = out_q;

  always_ff @(posedge clk_i) begin
    if (put_last && !same) out_n_q[seg_queue_i] <= up_n + (TW+1)'(1);
    if (free_i && !same) out_n_q[c_queue_o] <= down_n - (TW+1)'(1);
    if (!rst_ni) begin
      out_q <= '0;
    end else if ((put_last || free_i) && !same) begin
      out_q <= (out_q | (put_last ? up_hot : '0)) & ~((free_i && down_n == (TW+1)'(1)) ? down_hot : '0);
    end
  end

endmodule

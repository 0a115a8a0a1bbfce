// SPDX-License-Identifier: Apache-2.0
//
// A virtio-mmio device (version 2, split rings): entropy or block, by devid_i. The queue engine moves the payload;
// the function sees byte streams and no address.
//
// AXI4-Lite target for the registers, 64-bit AXI4 initiator for DMA, level interrupt. No output depends on an input
// within a cycle. Reset is synchronous, two cycles or more; set-up inputs are read during it and stay constant after it.
// The engines have a clock input of their own, so that it can be gated while they have nothing to do.
module vdev_top #(
  parameter int unsigned IdW        = 3,
  parameter int unsigned StallLimit = 65536  // cycles without a handshake; a power of two
) (
  input  logic           clk_i,
  input  logic           clk_eng_i,  // engines: clk_i, or clk_i gated by eng_en_o
  output logic           eng_en_o,
  input  logic           rst_ni,
  // registers
  input  logic [11:0]    s_awaddr_i,
  input  logic           s_awvalid_i,
  output logic           s_awready_o,
  input  logic [31:0]    s_wdata_i,
  input  logic [3:0]     s_wstrb_i,
  input  logic           s_wvalid_i,
  output logic           s_wready_o,
  output logic [1:0]     s_bresp_o,
  output logic           s_bvalid_o,
  input  logic           s_bready_i,
  input  logic [11:0]    s_araddr_i,
  input  logic           s_arvalid_i,
  output logic           s_arready_o,
  output logic [31:0]    s_rdata_o,
  output logic [1:0]     s_rresp_o,
  output logic           s_rvalid_o,
  input  logic           s_rready_i,
  // DMA; m_*user_o: bytes wanted or written by the burst
  output logic [IdW-1:0] m_awid_o,
  output logic [63:0]    m_awaddr_o,
  output logic [7:0]     m_awlen_o,
  output logic [2:0]     m_awsize_o,
  output logic [1:0]     m_awburst_o,
  output logic [2:0]     m_awprot_o,
  output logic [3:0]     m_awcache_o,
  output logic [12:0]    m_awuser_o,
  output logic           m_awvalid_o,
  input  logic           m_awready_i,
  output logic [63:0]    m_wdata_o,
  output logic [7:0]     m_wstrb_o,
  output logic           m_wlast_o,
  output logic           m_wvalid_o,
  input  logic           m_wready_i,
  input  logic [IdW-1:0] m_bid_i,
  input  logic [1:0]     m_bresp_i,
  input  logic           m_bvalid_i,
  output logic           m_bready_o,
  output logic [IdW-1:0] m_arid_o,
  output logic [63:0]    m_araddr_o,
  output logic [7:0]     m_arlen_o,
  output logic [2:0]     m_arsize_o,
  output logic [1:0]     m_arburst_o,
  output logic [2:0]     m_arprot_o,
  output logic [3:0]     m_arcache_o,
  output logic [12:0]    m_aruser_o,
  output logic           m_arvalid_o,
  input  logic           m_arready_i,
  input  logic [IdW-1:0] m_rid_i,
  input  logic [63:0]    m_rdata_i,
  input  logic [1:0]     m_rresp_i,
  input  logic           m_rlast_i,
  input  logic           m_rvalid_i,
  output logic           m_rready_o,
  // interrupt and state
  output logic           irq_o,
  output logic           busy_o,    // anything pending or outstanding
  output logic [31:0]    viol_o,    // first violation found by the checkers, sticky
  output logic [31:0]    bad_o,     // why NEEDS_RESET was set: {valid, queue[6:0], reason[7:0], 0}, until reset
  // storage of the block function
  output logic           st_req_o,
  output logic           st_we_o,
  output logic [31:0]    st_sector_o,
  output logic [5:0]     st_word_o,
  output logic [63:0]    st_wdata_o,
  input  logic [63:0]    st_rdata_i,
  input  logic           st_rvalid_i,
  // set-up
  input  logic [31:0]    devid_i,
  input  logic [63:0]    offered_i,
  input  logic [3:0]     nq_i,      // 1..8
  input  logic [15:0]    qmax_i,    // power of two, 1..256
  input  logic [63:0]    seed_i,
  input  logic [63:0]    blk_capacity_i,
  input  logic [31:0]    blk_size_max_i,
  input  logic [31:0]    blk_seg_max_i,
  input  logic [31:0]    blk_blk_size_i,
  input  logic [63:0]    blk_topology_i,
  input  logic [15:0]    blk_num_queues_i,
  input  logic           blk_resize_i  // pulse: blk_capacity_i changed, and stays
);
  localparam int unsigned NQ = 8, QW = 3, QMax = 256, SW = 8, NT = 8, TW = 3, LW = 40;

  // ---- set-up: taken while in reset, so that no logic hangs on pins ----
  logic [31:0] devid_q, blk_size_max_q, blk_seg_max_q, blk_blk_size_q;
  logic [63:0] offered_q, blk_topology_q;
  logic [15:0] qmax_q, blk_num_queues_q;
  logic [3:0]  nq_q;
  logic        rst_q, is_blk_q;
  always_ff @(posedge clk_i) begin
    rst_q <= rst_ni;
    if (!rst_ni) begin
      devid_q          <= devid_i;
      is_blk_q         <= devid_i == 32'd2;
      offered_q        <= offered_i;
      nq_q             <= nq_i;
      qmax_q           <= qmax_i;
      blk_size_max_q   <= blk_size_max_i;
      blk_seg_max_q    <= blk_seg_max_i;
      blk_blk_size_q   <= blk_blk_size_i;
      blk_topology_q   <= blk_topology_i;
      blk_num_queues_q <= blk_num_queues_i;
    end
  end

  // ---- registers and queue state ----
  logic [127:0]  acked;
  logic [7:0]    status;
  logic          live, abort, clear, idle, eng_rst_n, notify, q_we, q_set, q_size_ok;
  logic [31:0]   notify_data, q_data, cfg_gen, cfg_rdata, cfg_wdata;
  logic [3:0]    cfg_wstrb;
  logic [11:0]   cfg_roff, cfg_woff;
  logic          cfg_we, cfg_changed, evt_used, need_reset, event_idx;
  logic [QW-1:0] q_sel;
  logic [2:0]    q_word;
  logic [NQ-1:0] q_ready, q_stop, q_busy, pending, more, event_todo, avail, outstanding;
  assign event_idx = acked[29];
  assign eng_rst_n = rst_q && !abort;  // an abort is a reset of all engines but the two that own the bus

  vdev_regs #(.NQ(NQ)) u_regs (
    .clk_i, .rst_ni,
    .s_awaddr_i, .s_awvalid_i, .s_awready_o, .s_wdata_i, .s_wstrb_i, .s_wvalid_i, .s_wready_o, .s_bresp_o,
    .s_bvalid_o, .s_bready_i, .s_araddr_i, .s_arvalid_i, .s_arready_o, .s_rdata_o, .s_rresp_o, .s_rvalid_o,
    .s_rready_i,
    .offered_i({64'd0, offered_q}), .devid_i(devid_q), .nq_i(nq_q), .qmax_i(qmax_q),
    .acked_o(acked), .status_o(status), .live_o(live),
    .q_we_o(q_we), .q_set_o(q_set), .q_sel_o(q_sel), .q_word_o(q_word), .q_data_o(q_data),
    .q_size_ok_i(q_size_ok), .q_ready_o(q_ready), .notify_o(notify), .notify_data_o(notify_data),
    .q_stop_o(q_stop), .q_busy_i(q_busy), .abort_o(abort), .idle_i(idle), .clear_o(clear),
    .evt_used_i(evt_used), .need_reset_i(need_reset), .cfg_changed_i(cfg_changed), .irq_o,
    .cfg_gen_i(cfg_gen), .cfg_roff_o(cfg_roff), .cfg_rdata_i(cfg_rdata), .cfg_woff_o(cfg_woff),
    .cfg_we_o(cfg_we), .cfg_wdata_o(cfg_wdata), .cfg_wstrb_o(cfg_wstrb)
  );

  logic [QW-1:0] f_queue, c_queue, i_queue;
  logic [15:0]   f_size, f_fetched, f_seen, f_seen_new, c_size, c_used, c_fetched, c_used_new, i_size;
  logic [63:0]   f_desc, f_driver, f_device, c_device, i_driver;
  logic          f_pend_clr, f_event_clr, f_seen_we, f_flag, f_pop, c_used_we, i_no_irq;
  vdev_vq_state #(.NQ(NQ)) u_vq (
    .clk_i, .rst_ni, .clear_i(clear), .qmax_i(qmax_q),
    .q_we_i(q_we), .q_set_i(q_set), .q_sel_i(q_sel), .q_word_i(q_word), .q_data_i(q_data),
    .q_size_ok_o(q_size_ok), .notify_i(notify), .notify_q_i(notify_data[QW-1:0]),
    .pending_o(pending), .more_o(more), .event_todo_o(event_todo),
    .f_q_i(f_queue), .f_size_o(f_size), .f_desc_o(f_desc), .f_driver_o(f_driver), .f_device_o(f_device),
    .f_fetched_o(f_fetched), .f_seen_o(f_seen), .f_pend_clr_i(f_pend_clr), .f_event_clr_i(f_event_clr),
    .f_seen_we_i(f_seen_we), .f_seen_i(f_seen_new), .f_flag_i(f_flag), .f_pop_i(f_pop), .f_event_i(event_idx),
    .c_q_i(c_queue), .c_size_o(c_size), .c_device_o(c_device), .c_used_o(c_used), .c_fetched_o(c_fetched),
    .c_used_we_i(c_used_we), .c_used_i(c_used_new),
    .i_q_i(i_queue), .i_size_o(i_size), .i_driver_o(i_driver), .i_no_irq_o(i_no_irq)
  );

  // ---- fetch: availability to segments to chains ----
  logic          get_valid, get_ready, sched_none, fetch_none, go_valid, go_ready, fetch_busy, halt;
  logic [QW-1:0] get_queue, halt_queue;
  logic [3:0]    halt_err;
  logic          seg_valid, seg_ready, seg_write, seg_last;
  logic [15:0]   seg_id, seg_slots;
  logic [63:0]   seg_addr;
  logic [31:0]   seg_len;
  logic [3:0]    seg_err;
  // DMA read clients: 0 irq, 1 fetch, 2 mover; write clients: 0 complete, 1 fetch, 2 mover
  logic [2:0]    rq_valid, rq_ready, rs_valid, wq_valid, wq_ready, wd_valid, wd_ready, wb_valid;
  logic [63:0]   rq0_addr, rq1_addr, rq2_addr, rs_data, wq0_addr, wq1_addr, wq2_addr;
  logic [63:0]   wd0_data, wd1_data, wd2_data;
  logic [12:0]   rq0_len, rq1_len, rq2_len, wq0_len, wq2_len;
  logic [7:0]    wd0_strb, wd1_strb, wd2_strb;
  logic [3:0]    rs_nbytes;
  logic          rs_last, rs_err, wb_err, dma_rd_idle, dma_wr_idle;
  logic [TW-1:0] wq2_tag, wb_tag;

  vdev_sched #(.NQ(NQ)) u_sched (
    .live_i(live), .halt_i(halt), .ready_i(q_ready), .stop_i(q_stop), .pending_i(pending), .more_i(more),
    .event_todo_i(event_todo), .avail_o(avail), .get_valid_i(get_valid), .get_queue_i(get_queue),
    .get_ready_o(get_ready), .none_o(sched_none), .go_valid_o(go_valid), .go_ready_i(go_ready)
  );

  vdev_ring_fetch_split #(.NQ(NQ)) u_fetch (
    .clk_i(clk_eng_i), .rst_ni(eng_rst_n), .event_idx_i(event_idx), .flush_i(q_set), .flush_q_i(q_sel),
    .go_valid_i(go_valid), .go_ready_o(go_ready), .go_queue_i(get_queue),
    .go_more_i(((more >> get_queue) & NQ'(1)) != '0), .go_event_i(((event_todo >> get_queue) & NQ'(1)) != '0),
    .none_o(fetch_none), .busy_o(fetch_busy), .queue_o(f_queue),
    .size_i(f_size), .desc_i(f_desc), .driver_i(f_driver), .device_i(f_device), .fetched_i(f_fetched),
    .seen_i(f_seen), .pend_clr_o(f_pend_clr), .event_clr_o(f_event_clr), .seen_we_o(f_seen_we),
    .seen_o(f_seen_new), .flag_o(f_flag), .pop_o(f_pop),
    .rq_valid_o(rq_valid[1]), .rq_ready_i(rq_ready[1]), .rq_addr_o(rq1_addr), .rq_len_o(rq1_len),
    .rs_valid_i(rs_valid[1]), .rs_data_i(rs_data), .rs_nbytes_i(rs_nbytes), .rs_last_i(rs_last),
    .rs_err_i(rs_err),
    .wq_valid_o(wq_valid[1]), .wq_ready_i(wq_ready[1]), .wq_addr_o(wq1_addr), .wd_valid_o(wd_valid[1]),
    .wd_ready_i(wd_ready[1]), .wd_data_o(wd1_data), .wd_strb_o(wd1_strb), .wb_valid_i(wb_valid[1]),
    .wb_err_i(wb_err),
    .seg_valid_o(seg_valid), .seg_ready_i(seg_ready), .seg_id_o(seg_id), .seg_addr_o(seg_addr),
    .seg_len_o(seg_len), .seg_write_o(seg_write), .seg_last_o(seg_last), .seg_slots_o(seg_slots),
    .seg_err_o(seg_err)
  );

  logic          chain_valid, chain_ready, alloc, tag_free, tag_busy;
  logic [TW-1:0] chain_tag, alloc_tag, a_tag, b_tag, c_tag;
  logic [QW-1:0] chain_queue, tag_queue;
  logic [LW-1:0] chain_rd_len, chain_wr_len;
  logic [SW-1:0] a_start, b_start, sa_idx, sb_idx;
  logic [SW:0]   a_nrd, b_nwr;
  logic [15:0]   tag_id, tag_slots;
  logic          sa_re, sb_re;
  logic [63:0]   sa_addr, sb_addr;
  logic [31:0]   sa_len, sb_len;
  vdev_chain #(.NQ(NQ), .QMax(QMax), .NT(NT), .LW(LW)) u_chain (
    .clk_i(clk_eng_i), .rst_ni(eng_rst_n),
    .seg_valid_i(seg_valid), .seg_ready_o(seg_ready), .seg_queue_i(f_queue), .seg_id_i(seg_id),
    .seg_addr_i(seg_addr), .seg_len_i(seg_len), .seg_write_i(seg_write), .seg_last_i(seg_last),
    .seg_slots_i(seg_slots), .seg_err_i(seg_err), .halt_o(halt), .halt_err_o(halt_err),
    .halt_queue_o(halt_queue),
    .chain_valid_o(chain_valid), .chain_ready_i(chain_ready), .chain_tag_o(chain_tag),
    .chain_queue_o(chain_queue), .chain_rd_len_o(chain_rd_len), .chain_wr_len_o(chain_wr_len),
    .alloc_o(alloc), .alloc_tag_o(alloc_tag),
    .a_tag_i(a_tag), .a_start_o(a_start), .a_nrd_o(a_nrd), .b_tag_i(b_tag), .b_start_o(b_start), .b_nwr_o(b_nwr),
    .c_tag_i(c_tag), .c_id_o(tag_id), .c_queue_o(tag_queue), .c_slots_o(tag_slots), .c_busy_o(tag_busy),
    .free_i(tag_free), .outstanding_o(outstanding),
    .sa_re_i(sa_re), .sa_idx_i(sa_idx), .sa_addr_o(sa_addr), .sa_len_o(sa_len),
    .sb_re_i(sb_re), .sb_idx_i(sb_idx), .sb_addr_o(sb_addr), .sb_len_o(sb_len)
  );

  // ---- payload ----
  logic          rd_cmd_valid, rd_cmd_ready, rd_valid, rd_ready, rd_last, rd_busy, over_rd;
  logic          wr_cmd_valid, wr_cmd_ready, wr_cmd_skip, wr_valid, wr_ready, wr_busy, over_wr;
  logic          tag_wr_busy;
  logic [NT-1:0] rd_fail, wr_fail, fail;
  assign fail = rd_fail | wr_fail;
  logic [TW-1:0] rd_cmd_tag, rd_tag, wr_cmd_tag;
  logic [LW-1:0] rd_cmd_len, wr_cmd_len;
  logic [63:0]   rd_data, wr_data;
  logic [3:0]    rd_nbytes, wr_nbytes;
  logic [31:0]   tag_prefix;
  vdev_mover_rd #(.SW(SW), .TW(TW), .NT(NT), .LW(LW)) u_mover_rd (
    .clk_i(clk_eng_i), .rst_ni(eng_rst_n), .busy_o(rd_busy), .over_o(over_rd), .fail_o(rd_fail), .fail_i(fail),
    .alloc_i(alloc), .alloc_tag_i(alloc_tag),
    .cmd_valid_i(rd_cmd_valid), .cmd_ready_o(rd_cmd_ready), .cmd_tag_i(rd_cmd_tag), .cmd_len_i(rd_cmd_len),
    .rd_valid_o(rd_valid), .rd_ready_i(rd_ready), .rd_tag_o(rd_tag), .rd_data_o(rd_data),
    .rd_nbytes_o(rd_nbytes), .rd_last_o(rd_last),
    .tag_o(a_tag), .start_i(a_start), .nrd_i(a_nrd), .seg_re_o(sa_re), .seg_idx_o(sa_idx),
    .seg_addr_i(sa_addr), .seg_len_i(sa_len),
    .rq_valid_o(rq_valid[2]), .rq_ready_i(rq_ready[2]), .rq_addr_o(rq2_addr), .rq_len_o(rq2_len),
    .rs_valid_i(rs_valid[2]), .rs_data_i(rs_data), .rs_nbytes_i(rs_nbytes), .rs_err_i(rs_err)
  );
  vdev_mover_wr #(.SW(SW), .TW(TW), .NT(NT), .LW(LW)) u_mover_wr (
    .clk_i(clk_eng_i), .rst_ni(eng_rst_n), .busy_o(wr_busy), .over_o(over_wr), .fail_o(wr_fail), .fail_i(fail),
    .alloc_i(alloc), .alloc_tag_i(alloc_tag),
    .cmd_valid_i(wr_cmd_valid), .cmd_ready_o(wr_cmd_ready), .cmd_tag_i(wr_cmd_tag),
    .cmd_skip_i(wr_cmd_skip), .cmd_len_i(wr_cmd_len), .wr_valid_i(wr_valid), .wr_ready_o(wr_ready),
    .wr_data_i(wr_data), .wr_nbytes_i(wr_nbytes),
    .tag_o(b_tag), .start_i(b_start), .nwr_i(b_nwr), .seg_re_o(sb_re), .seg_idx_o(sb_idx),
    .seg_addr_i(sb_addr), .seg_len_i(sb_len),
    .c_tag_i(c_tag), .c_busy_o(tag_wr_busy), .c_prefix_o(tag_prefix),
    .wq_valid_o(wq_valid[2]), .wq_ready_i(wq_ready[2]), .wq_addr_o(wq2_addr), .wq_len_o(wq2_len),
    .wq_tag_o(wq2_tag), .wd_valid_o(wd_valid[2]), .wd_ready_i(wd_ready[2]), .wd_data_o(wd2_data),
    .wd_strb_o(wd2_strb), .wb_valid_i(wb_valid[2]), .wb_tag_i(wb_tag), .wb_err_i(wb_err)
  );

  // ---- function ----
  logic          fn_busy, done_valid, done_ready, done_auto, done_more;
  logic [TW-1:0] done_tag;
  logic [31:0]   done_len;
  logic [63:0]   capacity;
  vdev_fn #(.NQ(NQ), .TW(TW), .NT(NT), .LW(LW)) u_fn (
    .clk_i(clk_eng_i), .rst_ni(eng_rst_n), .por_ni(rst_ni), .busy_o(fn_busy), .is_blk_i(is_blk_q), .seed_i,
    .read_only_i(offered_q[5]), .flush_ok_i(acked[9]), .capacity_i(capacity),
    .q_avail_i(avail), .get_valid_o(get_valid), .get_ready_i(get_ready), .get_queue_o(get_queue),
    .chain_valid_i(chain_valid), .chain_ready_o(chain_ready), .chain_none_i(sched_none || fetch_none),
    .chain_tag_i(chain_tag), .chain_queue_i(chain_queue), .chain_rd_len_i(chain_rd_len),
    .chain_wr_len_i(chain_wr_len),
    .rd_cmd_valid_o(rd_cmd_valid), .rd_cmd_ready_i(rd_cmd_ready), .rd_cmd_tag_o(rd_cmd_tag),
    .rd_cmd_len_o(rd_cmd_len), .rd_valid_i(rd_valid), .rd_ready_o(rd_ready), .rd_tag_i(rd_tag),
    .rd_data_i(rd_data), .rd_nbytes_i(rd_nbytes), .rd_last_i(rd_last),
    .wr_cmd_valid_o(wr_cmd_valid), .wr_cmd_ready_i(wr_cmd_ready), .wr_cmd_tag_o(wr_cmd_tag),
    .wr_cmd_skip_o(wr_cmd_skip), .wr_cmd_len_o(wr_cmd_len), .wr_busy_i(wr_busy), .fail_i(fail),
    .wr_valid_o(wr_valid), .wr_ready_i(wr_ready),
    .wr_data_o(wr_data), .wr_nbytes_o(wr_nbytes),
    .done_valid_o(done_valid), .done_ready_i(done_ready), .done_tag_o(done_tag), .done_len_o(done_len),
    .done_auto_o(done_auto), .done_more_o(done_more),
    .st_req_o, .st_we_o, .st_sector_o, .st_word_o, .st_wdata_o, .st_rdata_i, .st_rvalid_i
  );
  vdev_blk_cfg u_cfg (
    .clk_i, .por_ni(rst_ni), .clear_i(clear), .is_blk_i(is_blk_q), .offered_i(offered_q),
    .capacity_i(blk_capacity_i), .size_max_i(blk_size_max_q), .seg_max_i(blk_seg_max_q),
    .blk_size_i(blk_blk_size_q), .topology_i(blk_topology_q), .num_queues_i(blk_num_queues_q),
    .resize_i(blk_resize_i), .capacity_o(capacity), .changed_o(cfg_changed), .gen_o(cfg_gen),
    .roff_i(cfg_roff), .rdata_o(cfg_rdata), .we_i(cfg_we), .woff_i(cfg_woff), .wdata_bit_i(cfg_wdata[0]),
    .wstrb_bit_i(cfg_wstrb[0])
  );

  // ---- completion and interrupt ----
  logic          cmp_busy, cmp_bad, insane, stray, pub_valid, pub_ready, irq_busy, irq_bad;
  logic [15:0]   pub_old, pub_new;
  logic [NQ-1:0] fetch_hot;
  assign fetch_hot = fetch_busy ? (NQ'(1) << f_queue) : '0;
  vdev_ring_complete_split #(.NQ(NQ), .TW(TW)) u_complete (
    .clk_i(clk_eng_i), .rst_ni(eng_rst_n), .busy_o(cmp_busy), .queue_o(c_queue), .bad_o(cmp_bad), .insane_o(insane), .stray_o(stray),
    .done_valid_i(done_valid), .done_ready_o(done_ready), .done_tag_i(done_tag), .done_len_i(done_len),
    .done_auto_i(done_auto), .done_more_i(done_more),
    .c_tag_o(c_tag), .c_id_i(tag_id), .c_queue_i(tag_queue), .c_busy_i(tag_busy), .c_wr_busy_i(tag_wr_busy),
    .c_err_i(((fail >> c_tag) & NT'(1)) != '0), .c_prefix_i(tag_prefix), .free_o(tag_free),
    .outstanding_i(outstanding | (halt ? '0 : fetch_hot)),
    .size_i(c_size), .device_i(c_device), .used_i(c_used), .fetched_i(c_fetched), .used_we_o(c_used_we),
    .used_o(c_used_new),
    .wq_valid_o(wq_valid[0]), .wq_ready_i(wq_ready[0]), .wq_addr_o(wq0_addr), .wq_len_o(wq0_len),
    .wd_valid_o(wd_valid[0]), .wd_ready_i(wd_ready[0]), .wd_data_o(wd0_data), .wd_strb_o(wd0_strb),
    .wb_valid_i(wb_valid[0]), .wb_err_i(wb_err),
    .pub_valid_o(pub_valid), .pub_ready_i(pub_ready), .pub_old_o(pub_old), .pub_new_o(pub_new)
  );
  vdev_irq_decide_split #(.QW(QW)) u_irq (
    .clk_i(clk_eng_i), .rst_ni(eng_rst_n), .event_idx_i(event_idx), .busy_o(irq_busy), .queue_o(i_queue),
    .evt_used_o(evt_used), .bad_o(irq_bad),
    .pub_valid_i(pub_valid), .pub_ready_o(pub_ready), .pub_queue_i(c_queue), .pub_old_i(pub_old),
    .pub_new_i(pub_new), .size_i(i_size), .driver_i(i_driver), .no_irq_i(i_no_irq),
    .rq_valid_o(rq_valid[0]), .rq_ready_i(rq_ready[0]), .rq_addr_o(rq0_addr), .rq_len_o(rq0_len),
    .rs_valid_i(rs_valid[0]), .rs_data_i(rs_data), .rs_nbytes_i(rs_nbytes), .rs_last_i(rs_last),
    .rs_err_i(rs_err)
  );

  // ---- DMA ----
  vdev_dma_rd #(.IdW(IdW)) u_dma_rd (
    .clk_i(clk_eng_i), .rst_ni, .abort_i(abort), .idle_o(dma_rd_idle),
    .rq_valid_i(rq_valid), .rq_ready_o(rq_ready), .rq0_addr_i(rq0_addr), .rq0_len_i(rq0_len),
    .rq1_addr_i(rq1_addr), .rq1_len_i(rq1_len), .rq2_addr_i(rq2_addr), .rq2_len_i(rq2_len),
    .rs_valid_o(rs_valid), .rs_data_o(rs_data), .rs_nbytes_o(rs_nbytes), .rs_last_o(rs_last), .rs_err_o(rs_err),
    .m_arid_o, .m_araddr_o, .m_arlen_o, .m_arsize_o, .m_arburst_o, .m_arprot_o, .m_arcache_o, .m_aruser_o,
    .m_arvalid_o, .m_arready_i, .m_rid_i, .m_rdata_i, .m_rresp_i, .m_rlast_i, .m_rvalid_i, .m_rready_o
  );
  vdev_dma_wr #(.IdW(IdW), .TW(TW)) u_dma_wr (
    .clk_i(clk_eng_i), .rst_ni, .abort_i(abort), .idle_o(dma_wr_idle),
    .wq_valid_i(wq_valid), .wq_ready_o(wq_ready), .wq0_addr_i(wq0_addr), .wq0_len_i(wq0_len),
    .wq1_addr_i(wq1_addr), .wq1_len_i(13'd2), .wq2_addr_i(wq2_addr), .wq2_len_i(wq2_len), .wq2_tag_i(wq2_tag),
    .wd0_data_i(wd0_data), .wd0_strb_i(wd0_strb), .wd1_data_i(wd1_data), .wd1_strb_i(wd1_strb),
    .wd2_data_i(wd2_data), .wd2_strb_i(wd2_strb), .wd_valid_i(wd_valid), .wd_ready_o(wd_ready),
    .wb_valid_o(wb_valid), .wb_tag_o(wb_tag), .wb_err_o(wb_err),
    .m_awid_o, .m_awaddr_o, .m_awlen_o, .m_awsize_o, .m_awburst_o, .m_awprot_o, .m_awcache_o, .m_awuser_o,
    .m_awvalid_o, .m_awready_i, .m_wdata_o, .m_wstrb_o, .m_wlast_o, .m_wvalid_o, .m_wready_i, .m_bid_i,
    .m_bresp_i, .m_bvalid_i, .m_bready_o
  );

  // ---- quiesce, errors, busy ----
  logic halt_over, dma_idle, stalled;
  assign dma_idle   = dma_rd_idle && dma_wr_idle;
  assign idle       = dma_idle;  // the other engines are reset by the abort itself
  assign halt_over  = halt && outstanding == '0 && !cmp_busy && !irq_busy;
  vdev_stall #(.Limit(StallLimit)) u_stall (
    .clk_i(clk_eng_i), .rst_ni, .idle_i(dma_idle || abort), .stalled_o(stalled),
    .moved_i(m_rvalid_i || m_bvalid_i || (m_arvalid_o && m_arready_i) || (m_awvalid_o && m_awready_i) ||
             (m_wvalid_o && m_wready_i))
  );
  // What was published before is told first.
  assign need_reset = halt_over || (cmp_bad && !irq_busy) || irq_bad || stalled;
  assign q_busy     = outstanding | fetch_hot | (cmp_busy ? (NQ'(1) << c_queue) : '0) |
                      (irq_busy ? (NQ'(1) << i_queue) : '0) | ((abort && !dma_idle) ? '1 : '0);
  assign busy_o     = (fetch_busy && !abort) || outstanding != '0 || cmp_busy || irq_busy || fn_busy || rd_busy ||
                      wr_busy || !dma_idle || avail != '0 || notify || need_reset || clear || q_stop != '0 ||
                      cfg_changed;

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear) bad_o <= '0;
    else if (need_reset && !bad_o[31]) begin
      if (stalled) bad_o <= {1'b1, 7'd0, 8'd11, 16'd0};
      else if (halt_over) bad_o <= {1'b1, 7'(halt_queue), 8'(halt_err), 16'd0};
      else bad_o <= {1'b1, 7'(c_queue), irq_bad ? 8'd10 : 8'd9, 16'd0};
    end
  end

  // An edge that the engines may not miss: reset, anything in work, heads to forget. All else leaves them as they are.
  assign eng_en_o   = !rst_q || abort || q_set || busy_o;

  vdev_check_axi u_check (
    .clk_i(clk_eng_i), .por_ni(rst_ni), .quiet_i(!status[2]),
    .arvalid_i(m_arvalid_o), .arready_i(m_arready_i), .araddr_i(m_araddr_o), .arlen_i(m_arlen_o),
    .rvalid_i(m_rvalid_i), .rlast_i(m_rlast_i),
    .awvalid_i(m_awvalid_o), .awready_i(m_awready_i), .awaddr_i(m_awaddr_o), .awlen_i(m_awlen_o),
    .wvalid_i(m_wvalid_o), .wready_i(m_wready_i), .wdata_i(m_wdata_o), .wstrb_i(m_wstrb_o), .wlast_i(m_wlast_o),
    .bvalid_i(m_bvalid_i),
    .over_rd_i(over_rd), .over_wr_i(over_wr), .insane_i(insane), .stray_i(stray),
    .queue_i(7'(c_queue)), .viol_o
  );

  logic unused;
  assign unused = ^{acked[127:30], acked[28:10], acked[8:0], status[7:3], status[1:0], notify_data[31:3],
                    cfg_wdata[31:1], cfg_wstrb[3:1], tag_slots};
endmodule

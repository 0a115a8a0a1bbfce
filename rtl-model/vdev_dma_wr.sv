// SPDX-License-Identifier: Apache-2.0
//
// AXI4 write initiator for several clients. A request of up to 2048 bytes is cut at 4 KiB; the client delivers its
// beats in bus lanes with strobes, WLAST is made here. One answer per request, after the B of its last piece, with
// the client's tag; one AWID, so B comes in order. On abort the rest of a begun burst is padded with strobe 0.
module vdev_dma_wr #(
  parameter int unsigned NC  = 3,  // clients; lower number first
  parameter int unsigned IdW = 3,
  parameter int unsigned TW  = 3
) (
  input  logic           clk_i,
  input  logic           rst_ni,
  input  logic           abort_i,
  output logic           idle_o,
  // requests
  input  logic [NC-1:0]  wq_valid_i,
  output logic [NC-1:0]  wq_ready_o,
  input  logic [63:0]    wq0_addr_i,
  input  logic [12:0]    wq0_len_i,
  input  logic [63:0]    wq1_addr_i,
  input  logic [12:0]    wq1_len_i,
  input  logic [63:0]    wq2_addr_i,
  input  logic [12:0]    wq2_len_i,
  input  logic [TW-1:0]  wq2_tag_i,
  // data of the client whose request was taken
  input  logic [63:0]    wd0_data_i,
  input  logic [7:0]     wd0_strb_i,
  input  logic [63:0]    wd1_data_i,
  input  logic [7:0]     wd1_strb_i,
  input  logic [63:0]    wd2_data_i,
  input  logic [7:0]     wd2_strb_i,
  input  logic [NC-1:0]  wd_valid_i,
  output logic [NC-1:0]  wd_ready_o,
  // answers
  output logic [NC-1:0]  wb_valid_o,
  output logic [TW-1:0]  wb_tag_o,
  output logic           wb_err_o,
  // AXI4
  output logic [IdW-1:0] m_awid_o,
  output logic [63:0]    m_awaddr_o,
  output logic [7:0]     m_awlen_o,
  output logic [2:0]     m_awsize_o,
  output logic [1:0]     m_awburst_o,
  output logic [2:0]     m_awprot_o,
  output logic [3:0]     m_awcache_o,
  output logic [12:0]    m_awuser_o,  // bytes of the burst
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
  output logic           m_bready_o
);
  localparam int unsigned Depth = 8;  // bursts in flight

  assign m_awid_o    = '0;
  assign m_awsize_o  = 3'd3;
  assign m_awburst_o = 2'b01;
  assign m_awprot_o  = 3'b010;
  assign m_awcache_o = 4'b0011;
  assign m_bready_o  = 1'b1;

  // ---- issue: a request, or the rest of one behind a 4 KiB boundary ----
  logic          aw_valid_q, open_q;    // open: beats of the current burst are due
  logic [63:0]   rest_addr_q;
  logic [12:0]   rest_len_q;
  logic [NC-1:0] cli_q, pick, cli;
  logic [TW-1:0] tag_q, tag;
  logic [8:0]    beats_q;
  logic [3:0]    count_q;
  logic          can_issue, take, issue, beat, last_beat, rest;
  logic [63:0]   addr;
  logic [12:0]   len, room, n, nb;

  assign m_awvalid_o = aw_valid_q;
  assign rest        = rest_len_q != '0;
  assign can_issue   = !aw_valid_q && !open_q && (count_q != 4'(Depth)) && !abort_i;
  assign pick        = wq_valid_i & (~wq_valid_i + NC'(1));
  assign take        = can_issue && !rest && (wq_valid_i != '0);
  assign issue       = take || (can_issue && rest);
  assign wq_ready_o  = take ? pick : '0;

  always_comb begin
    addr = rest_addr_q;
    len  = rest_len_q;
    cli  = cli_q;
    tag  = tag_q;
    room = '0;
    n    = '0;
    nb   = '0;
    if (issue) begin
      if (!rest) begin
        cli  = pick;
        tag  = wq2_tag_i;
        addr = pick[0] ? wq0_addr_i : pick[1] ? wq1_addr_i : wq2_addr_i;
        len  = pick[0] ? wq0_len_i : pick[1] ? wq1_len_i : wq2_len_i;
      end
      room = 13'd4096 - {1'b0, addr[11:0]};
      n    = (len > room) ? room : len;
      nb   = n + 13'(addr[2:0]) + 13'd7;
    end
  end

  // ---- W: two entries, so that a client's ready never depends on WREADY ----
  logic [63:0] w0_data_q, w1_data_q, in_data;
  logic [7:0]  w0_strb_q, w1_strb_q, in_strb;
  logic        w0_last_q, w1_last_q;
  logic [1:0]  w_cnt_q;
  logic        w_room, w_pop;
  assign m_wvalid_o = w_cnt_q != 2'd0;
  assign m_wdata_o  = w0_data_q;
  assign m_wstrb_o  = w0_strb_q;
  assign m_wlast_o  = w0_last_q;
  assign w_room     = w_cnt_q != 2'd2;
  assign w_pop      = m_wvalid_o && m_wready_i;
  assign wd_ready_o = (open_q && w_room && !abort_i) ? cli_q : '0;
  assign beat       = open_q && w_room && (abort_i || (wd_valid_i & cli_q) != '0);
  assign last_beat  = beats_q == 9'd1;

  always_comb begin
    in_data = '0;
    in_strb = '0;
    if (beat && !abort_i) begin
      in_data = cli_q[0] ? wd0_data_i : cli_q[1] ? wd1_data_i : wd2_data_i;
      in_strb = cli_q[0] ? wd0_strb_i : cli_q[1] ? wd1_strb_i : wd2_strb_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (issue) begin
      m_awaddr_o  <= addr;
      m_awlen_o   <= 8'(nb[12:3] - 10'd1);
      m_awuser_o  <= n;
      cli_q       <= cli;
      tag_q       <= tag;
      rest_addr_q <= addr + 64'(n);
      beats_q     <= nb[11:3];
    end else if (beat) begin
      beats_q <= beats_q - 9'd1;
    end
    if (!rst_ni) begin
      aw_valid_q <= 1'b0;
      open_q     <= 1'b0;
      rest_len_q <= '0;
    end else begin
      if (issue) begin
        aw_valid_q <= 1'b1;
        open_q     <= 1'b1;
        rest_len_q <= len - n;
      end else begin
        if (m_awready_i) aw_valid_q <= 1'b0;
        if (beat && last_beat) open_q <= 1'b0;
        if (abort_i) rest_len_q <= '0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      w_cnt_q <= '0;
    end else begin
      if (beat && !w_pop) w_cnt_q <= w_cnt_q + 2'd1;
      if (!beat && w_pop) w_cnt_q <= w_cnt_q - 2'd1;
    end
    if (w_pop && w_cnt_q == 2'd2) begin
      w0_data_q <= w1_data_q;
      w0_strb_q <= w1_strb_q;
      w0_last_q <= w1_last_q;
    end
    if (beat) begin
      if (w_cnt_q == 2'd0 || w_pop) begin
        w0_data_q <= in_data;
        w0_strb_q <= in_strb;
        w0_last_q <= last_beat;
      end else begin
        w1_data_q <= in_data;
        w1_strb_q <= in_strb;
        w1_last_q <= last_beat;
      end
    end
  end

  // ---- B, in order ----
  logic [NC-1:0] o_cli_q [Depth];
  logic [TW-1:0] o_tag_q [Depth];
  logic          o_last_q [Depth];
  logic [2:0]    wp_q, rp_q;
  logic          err_q;

  always_ff @(posedge clk_i) begin
    wb_valid_o <= '0;
    if (issue) begin
      o_cli_q[wp_q]  <= cli;
      o_tag_q[wp_q]  <= tag;
      o_last_q[wp_q] <= len == n;
    end
    if (!rst_ni) begin
      wp_q    <= '0;
      rp_q    <= '0;
      count_q <= '0;
      err_q   <= 1'b0;
    end else begin
      if (issue) wp_q <= wp_q + 3'd1;
      if (issue && !m_bvalid_i) count_q <= count_q + 4'd1;
      if (!issue && m_bvalid_i) count_q <= count_q - 4'd1;
      if (m_bvalid_i) begin
        rp_q       <= rp_q + 3'd1;
        wb_valid_o <= o_last_q[rp_q] ? o_cli_q[rp_q] : '0;
        wb_tag_o   <= o_tag_q[rp_q];
        wb_err_o   <= err_q || m_bresp_i[1];
        err_q      <= !o_last_q[rp_q] && (err_q || m_bresp_i[1]);
      end
    end
  end

  assign idle_o = !aw_valid_q && !open_q && rest_len_q == '0 && w_cnt_q == '0 && count_q == '0;

  logic unused;
  assign unused = ^{m_bid_i, m_bresp_i[0], nb[12], nb[2:0]};
endmodule

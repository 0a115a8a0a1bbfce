// SPDX-License-Identifier: Apache-2.0
//
// AXI4 read initiator for several clients. A request of up to 256 bytes at any address is cut at 4 KiB; its beats
// come back with the first byte in lane 0 and a byte count. One ARID, in order; R is always taken, so a client asks
// only for what it has room for. Does not join the beats of an odd start: that is vdev_rd_pack.
//
// ARUSER carries the number of bytes wanted. The bus cannot say it (a beat is 8 bytes), and a simulation that judges
// "never read what nobody mapped" by the byte needs it; hardware may leave it open.
module vdev_dma_rd #(
  parameter int unsigned NC  = 3,  // clients; lower number first
  parameter int unsigned IdW = 3
) (
  input  logic           clk_i,
  input  logic           rst_ni,
  input  logic           abort_i,  // take no request, drop what was not issued
  output logic           idle_o,
  // requests
  input  logic [NC-1:0]  rq_valid_i,
  output logic [NC-1:0]  rq_ready_o,
  input  logic [63:0]    rq0_addr_i,
  input  logic [12:0]    rq0_len_i,
  input  logic [63:0]    rq1_addr_i,
  input  logic [12:0]    rq1_len_i,
  input  logic [63:0]    rq2_addr_i,
  input  logic [12:0]    rq2_len_i,
  // answers, one valid per client
  output logic [NC-1:0]  rs_valid_o,
  output logic [63:0]    rs_data_o,
  output logic [3:0]     rs_nbytes_o,
  output logic           rs_last_o,  // of the request
  output logic           rs_err_o,
  // AXI4
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
  output logic           m_rready_o
);
  localparam int unsigned Depth = 4;  // bursts in flight

  assign m_arid_o    = '0;
  assign m_arburst_o = 2'b01;
  assign m_arprot_o  = 3'b010;  // unprivileged, non-secure, data
  assign m_arcache_o = 4'b0011; // normal, non-cacheable, bufferable
  assign m_rready_o  = 1'b1;

  // ---- issue ----
  logic          ar_valid_q, rest_q;
  logic [63:0]   rest_addr_q;
  logic [12:0]   rest_len_q;
  logic [NC-1:0] rest_cli_q;
  logic [2:0]    count_q;
  logic          can_issue, take, issue;
  logic [NC-1:0] pick, cli;
  logic [63:0]   addr;
  logic [12:0]   len, room, n, nb;
  logic          narrow;

  assign m_arvalid_o = ar_valid_q;
  assign can_issue   = !ar_valid_q && (count_q != 3'(Depth)) && !abort_i;
  assign pick        = rq_valid_i & (~rq_valid_i + NC'(1));  // lowest set bit
  assign take        = can_issue && !rest_q && (rq_valid_i != '0);
  assign issue       = take || (can_issue && rest_q);
  assign rq_ready_o  = take ? pick : '0;

  always_comb begin
    addr   = rest_addr_q;
    len    = rest_len_q;
    cli    = rest_cli_q;
    room   = '0;
    n      = '0;
    nb     = '0;
    narrow = 1'b0;
    if (issue) begin
      if (!rest_q) begin
        cli  = pick;
        addr = pick[0] ? rq0_addr_i : pick[1] ? rq1_addr_i : rq2_addr_i;
        len  = pick[0] ? rq0_len_i : pick[1] ? rq1_len_i : rq2_len_i;
      end
      room   = 13'd4096 - {1'b0, addr[11:0]};
      n      = (len > room) ? room : len;
      nb     = n + 13'(addr[2:0]) + 13'd7;  // no carry lost: n is at most 4096
      narrow = (n + 13'(addr[1:0])) <= 13'd4;
    end
  end

  always_ff @(posedge clk_i) begin
    if (issue) begin
      m_araddr_o  <= addr;
      m_arlen_o   <= narrow ? 8'd0 : 8'(nb[12:3] - 10'd1);
      m_arsize_o  <= narrow ? 3'd2 : 3'd3;
      m_aruser_o  <= n;
      rest_addr_q <= addr + 64'(n);
      rest_len_q  <= len - n;
      rest_cli_q  <= cli;
    end
    if (!rst_ni) begin
      ar_valid_q <= 1'b0;
      rest_q     <= 1'b0;
    end else begin
      if (issue) begin
        ar_valid_q <= 1'b1;
        rest_q     <= len != n;
      end else begin
        if (m_arready_i) ar_valid_q <= 1'b0;
        if (abort_i) rest_q <= 1'b0;
      end
    end
  end

  // ---- order of what is in flight ----
  logic [NC-1:0] o_cli_q [Depth];
  logic [2:0]    o_off_q [Depth];
  logic [12:0]   o_len_q [Depth];
  logic          o_last_q [Depth];
  logic [1:0]    wp_q, rp_q;
  logic          r_valid_q, r_last_q, r_err_q, burst_end;
  logic [63:0]   r_data_q;

  always_ff @(posedge clk_i) begin
    if (issue) begin
      o_cli_q[wp_q]  <= cli;
      o_off_q[wp_q]  <= addr[2:0];
      o_len_q[wp_q]  <= n;
      o_last_q[wp_q] <= len == n;
    end
    if (!rst_ni) begin
      wp_q    <= '0;
      rp_q    <= '0;
      count_q <= '0;
    end else begin
      if (issue) wp_q <= wp_q + 2'd1;
      if (burst_end) rp_q <= rp_q + 2'd1;
      if (issue && !burst_end) count_q <= count_q + 3'd1;
      if (!issue && burst_end) count_q <= count_q - 3'd1;
    end
  end

  // ---- answers: R is registered once, then shifted to lane 0 ----
  logic        first_q;
  logic [12:0] left_q, left;
  logic [2:0]  off;
  logic [3:0]  fit;
  assign burst_end = r_valid_q && r_last_q;

  always_ff @(posedge clk_i) begin
    r_valid_q <= rst_ni && m_rvalid_i;
    if (m_rvalid_i) begin
      r_data_q <= m_rdata_i;
      r_last_q <= m_rlast_i;
      r_err_q  <= m_rresp_i[1];
    end
    if (!rst_ni || burst_end) first_q <= 1'b1;
    else if (r_valid_q) first_q <= 1'b0;
    if (r_valid_q) left_q <= left - 13'(rs_nbytes_o);
  end

  always_comb begin
    rs_valid_o  = '0;
    rs_data_o   = r_data_q;
    rs_nbytes_o = '0;
    rs_last_o   = 1'b0;
    rs_err_o    = r_err_q;
    left        = left_q;
    off         = '0;
    fit         = 4'd8;
    if (r_valid_q) begin
      if (first_q) begin
        left = o_len_q[rp_q];
        off  = o_off_q[rp_q];
        fit  = 4'd8 - {1'b0, off};
      end
      rs_valid_o  = o_cli_q[rp_q];
      rs_data_o   = r_data_q >> {off, 3'b000};
      rs_nbytes_o = (left < 13'(fit)) ? left[3:0] : fit;
      rs_last_o   = r_last_q && o_last_q[rp_q];
    end
  end

  assign idle_o = !ar_valid_q && !rest_q && count_q == '0;

  logic unused;
  assign unused = ^{m_rid_i, m_rresp_i[0], nb[2:0]};
endmodule

// SPDX-License-Identifier: Apache-2.0
//
// Checkers in plain logic, present in every build: what is offered on a channel stays until it is taken; no burst
// crosses 4 KiB; answers belong to something. The first violation is kept in viol_o until power on:
// {valid, queue[6:0], check[7:0], info[15:0]}; check numbers are listed in the README.
module vdev_check_axi (
  input  logic        clk_i,
  input  logic        por_ni,
  input  logic        quiet_i,      // the device may not start a burst
  input  logic        arvalid_i,
  input  logic        arready_i,
  input  logic [63:0] araddr_i,
  input  logic [7:0]  arlen_i,
  input  logic        rvalid_i,
  input  logic        rlast_i,
  input  logic        awvalid_i,
  input  logic        awready_i,
  input  logic [63:0] awaddr_i,
  input  logic [7:0]  awlen_i,
  input  logic        wvalid_i,
  input  logic        wready_i,
  input  logic [63:0] wdata_i,
  input  logic [7:0]  wstrb_i,
  input  logic        wlast_i,
  input  logic        bvalid_i,
  // faults found inside
  input  logic        over_rd_i,
  input  logic        over_wr_i,
  input  logic        insane_i,
  input  logic        stray_i,      // completion of a tag that is not out
  input  logic [6:0]  queue_i,
  output logic [31:0] viol_o
);
  logic        ar_wait_q, aw_wait_q, w_wait_q, quiet_q;
  logic [63:0] addr_r_q, addr_w_q, data_q;
  logic [7:0]  len_r_q, len_w_q, strb_q;
  logic [3:0]  r_out_q;
  logic [4:0]  b_out_q;
  logic        last_q;
  logic [7:0]  check;
  logic [15:0] info;
  logic        ar_take, aw_take;
  assign ar_take = arvalid_i && arready_i;
  assign aw_take = awvalid_i && awready_i;

  always_ff @(posedge clk_i) begin
    if (arvalid_i) begin
      addr_r_q <= araddr_i;
      len_r_q  <= arlen_i;
    end
    if (awvalid_i) begin
      addr_w_q <= awaddr_i;
      len_w_q  <= awlen_i;
    end
    if (wvalid_i) begin
      data_q <= wdata_i;
      strb_q <= wstrb_i;
      last_q <= wlast_i;
    end
    if (!por_ni) begin
      ar_wait_q <= 1'b0;
      aw_wait_q <= 1'b0;
      w_wait_q  <= 1'b0;
      quiet_q   <= 1'b0;
      r_out_q   <= '0;
      b_out_q   <= '0;
      viol_o    <= '0;
    end else begin
      ar_wait_q <= arvalid_i && !arready_i;
      aw_wait_q <= awvalid_i && !awready_i;
      w_wait_q  <= wvalid_i && !wready_i;
      quiet_q   <= quiet_i;
      if (ar_take != (rvalid_i && rlast_i)) r_out_q <= ar_take ? r_out_q + 4'd1 : r_out_q - 4'd1;
      if (aw_take != bvalid_i) b_out_q <= aw_take ? b_out_q + 5'd1 : b_out_q - 5'd1;
      if (!viol_o[31]) begin
        if (check != '0) viol_o <= {1'b1, queue_i, check, info};
        else if (rvalid_i && r_out_q == '0) viol_o <= {1'b1, queue_i, 8'd32, 16'd0};
        else if (bvalid_i && b_out_q == '0) viol_o <= {1'b1, queue_i, 8'd33, 16'd0};
      end
    end
  end

  always_comb begin
    check = '0;
    info  = '0;
    if (ar_wait_q && (!arvalid_i || araddr_i != addr_r_q || arlen_i != len_r_q)) check = 8'd1;
    if (aw_wait_q && (!awvalid_i || awaddr_i != addr_w_q || awlen_i != len_w_q)) check = 8'd2;
    if (w_wait_q && (!wvalid_i || wdata_i != data_q || wstrb_i != strb_q || wlast_i != last_q)) check = 8'd3;
    if (arvalid_i && !ar_wait_q) begin
      info = araddr_i[15:0];
      if (13'(araddr_i[11:3]) + 13'(arlen_i) > 13'd511) check = 8'd4;
      if (quiet_q) check = 8'd6;
    end
    if (awvalid_i && !aw_wait_q) begin
      info = awaddr_i[15:0];
      if (13'(awaddr_i[11:3]) + 13'(awlen_i) > 13'd511) check = 8'd5;
      if (quiet_q) check = 8'd6;
    end
    if (over_rd_i) check = 8'd16;
    if (over_wr_i) check = 8'd17;
    if (insane_i) check = 8'd18;
    if (stray_i) check = 8'd19;
  end
endmodule

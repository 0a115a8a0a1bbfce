// SPDX-License-Identifier: Apache-2.0
//
// The virtio-mmio register block [4.2.2] behind an AXI4-Lite target: identification, features, status, queue
// set-up, notification, interrupt. It knows no ring and no device type: the configuration space and
// ConfigGeneration belong to the function, ring cursors and queue addresses to vdev_vq_state.
//
// Every access takes two cycles (configuration space: three) and is answered with OKAY, whatever the engines do.
// Inputs are used in clocked logic only, so that no output depends on an input within a cycle.
module vdev_regs #(
  parameter int unsigned NQ = 8,  // two or more
  parameter int unsigned QW = $clog2(NQ)
) (
  input  logic          clk_i,
  input  logic          rst_ni,  // synchronous
  // AXI4-Lite target
  input  logic [11:0]   s_awaddr_i,
  input  logic          s_awvalid_i,
  output logic          s_awready_o,
  input  logic [31:0]   s_wdata_i,
  input  logic [3:0]    s_wstrb_i,
  input  logic          s_wvalid_i,
  output logic          s_wready_o,
  output logic [1:0]    s_bresp_o,
  output logic          s_bvalid_o,
  input  logic          s_bready_i,
  input  logic [11:0]   s_araddr_i,
  input  logic          s_arvalid_i,
  output logic          s_arready_o,
  output logic [31:0]   s_rdata_o,
  output logic [1:0]    s_rresp_o,
  output logic          s_rvalid_o,
  input  logic          s_rready_i,
  // set-up, constant while running
  input  logic [127:0]  offered_i,
  input  logic [31:0]   devid_i,
  input  logic [QW:0]   nq_i,    // queues that exist
  input  logic [15:0]   qmax_i,  // QueueSizeMax of each
  // negotiated state
  output logic [127:0]  acked_o,
  output logic [7:0]    status_o,
  output logic          live_o,   // DRIVER_OK, no NEEDS_RESET, no reset asked for
  // queue set-up, to vdev_vq_state, one cycle after the write
  output logic          q_we_o,
  output logic          q_set_o,     // QueueReady went 0 -> 1: cursors to zero
  output logic [QW-1:0] q_sel_o,
  output logic [2:0]    q_word_o,    // 0 size, 1/2 desc, 3/4 driver, 5/6 device area, low and high
  output logic [31:0]   q_data_o,
  input  logic          q_size_ok_i, // size of the selected queue is legal
  output logic [NQ-1:0] q_ready_o,
  output logic          notify_o,
  output logic [31:0]   notify_data_o,
  // quiesce and idle: per queue, and the whole device
  output logic [NQ-1:0] q_stop_o,
  input  logic [NQ-1:0] q_busy_i,
  output logic          abort_o,     // drop everything; level until the reset is over
  input  logic          idle_i,      // nothing outstanding
  output logic          clear_o,     // the reset is over in this cycle
  // events
  input  logic          evt_used_i,
  input  logic          need_reset_i,
  input  logic          cfg_changed_i,
  output logic          irq_o,
  // configuration space of the function
  input  logic [31:0]   cfg_gen_i,
  output logic [11:0]   cfg_roff_o,
  input  logic [31:0]   cfg_rdata_i, // of cfg_roff_o, within the cycle
  output logic [11:0]   cfg_woff_o,
  output logic          cfg_we_o,
  output logic [31:0]   cfg_wdata_o,
  output logic [3:0]    cfg_wstrb_o
);
  localparam logic [31:0] Vendor = 32'h474e5250;  // "PRNG"

  // ---- write channel: AW and W in any order, executed when both are there ----
  logic        aw_full_q, w_full_q, bvalid_q;
  logic [11:0] awaddr_q;
  logic [31:0] wdata_q;
  logic [3:0]  wstrb_q;
  logic        aw_now, w_now, wr_go, wr_reg, wr_cfg;
  logic [11:0] wr_addr;
  logic [31:0] wr_data;
  logic [3:0]  wr_strb;
  logic        rst_pend_q, clear;

  assign s_awready_o = !aw_full_q && !bvalid_q;
  assign s_wready_o  = !w_full_q && !bvalid_q;
  assign s_bvalid_o  = bvalid_q;
  assign s_bresp_o   = 2'b00;
  assign aw_now      = s_awvalid_i && s_awready_o;
  assign w_now       = s_wvalid_i && s_wready_o;
  assign wr_go       = (aw_now || aw_full_q) && (w_now || w_full_q);
  assign wr_addr     = aw_full_q ? awaddr_q : s_awaddr_i;
  assign wr_data     = w_full_q ? wdata_q : s_wdata_i;
  assign wr_strb     = w_full_q ? wstrb_q : s_wstrb_i;
  // While a reset drains, writes have no effect: all they could set is about to become zero.
  assign wr_reg      = wr_go && (wr_addr[11:8] == 4'h0) && (wr_strb == 4'hf) && !rst_pend_q;
  assign wr_cfg      = wr_go && (wr_addr[11:8] != 4'h0) && !rst_pend_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      aw_full_q <= 1'b0;
      w_full_q  <= 1'b0;
      bvalid_q  <= 1'b0;
    end else if (wr_go) begin
      aw_full_q <= 1'b0;
      w_full_q  <= 1'b0;
      bvalid_q  <= 1'b1;
    end else begin
      if (aw_now) aw_full_q <= 1'b1;
      if (w_now) w_full_q <= 1'b1;
      if (s_bready_i) bvalid_q <= 1'b0;
    end
    if (aw_now) awaddr_q <= s_awaddr_i;
    if (w_now) begin
      wdata_q <= s_wdata_i;
      wstrb_q <= s_wstrb_i;
    end
  end

  // ---- features and selectors ----
  logic [31:0] dev_sel_q, drv_sel_q, q_sel_q;
  logic [31:0] acked0_q, acked1_q, acked2_q, acked3_q;
  logic [7:0]  status_q;
  // A driver that goes on without FEATURES_OK may have written anything: accepted is never more than offered.
  assign acked_o  = {acked3_q, acked2_q, acked1_q, acked0_q} & offered_i;
  assign status_o = status_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear) begin
      dev_sel_q <= '0;
      drv_sel_q <= '0;
      q_sel_q   <= '0;
      acked0_q  <= '0;
      acked1_q  <= '0;
      acked2_q  <= '0;
      acked3_q  <= '0;
    end else if (wr_reg) begin
      case (wr_addr[7:2])
        6'h05: dev_sel_q <= wr_data;
        6'h08: begin
          if (!status_q[3]) begin  // locked once FEATURES_OK is set
            case (drv_sel_q)
              32'd0: acked0_q <= wr_data;
              32'd1: acked1_q <= wr_data;
              32'd2: acked2_q <= wr_data;
              32'd3: acked3_q <= wr_data;
              default: ;
            endcase
          end
        end
        6'h09: drv_sel_q <= wr_data;
        6'h0c: q_sel_q <= wr_data;
        default: ;
      endcase
    end
  end

  // ---- status, reset ----
  logic need_reset;
  assign need_reset = need_reset_i && !status_q[6] && !rst_pend_q;
  assign clear      = rst_pend_q && idle_i;
  assign clear_o    = clear;
  assign abort_o    = rst_pend_q || status_q[6];
  assign live_o     = status_q[2] && !status_q[6] && !rst_pend_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear) begin
      status_q   <= '0;
      rst_pend_q <= 1'b0;
    end else begin
      if (need_reset) status_q[6] <= 1'b1;
      if (wr_reg && wr_addr[7:2] == 6'h1c) begin
        if (wr_data == '0) begin
          rst_pend_q <= 1'b1;
        end else begin
          status_q[7]   <= status_q[7] | wr_data[7];
          status_q[2:0] <= status_q[2:0] | wr_data[2:0];
          // FEATURES_OK sticks only for a subset of the offer that has VERSION_1 [FEAT-DEV-03]
          if (wr_data[3] && acked1_q[0] && (acked0_q & ~offered_i[31:0]) == '0 &&
              (acked1_q & ~offered_i[63:32]) == '0 && (acked2_q & ~offered_i[95:64]) == '0 &&
              (acked3_q & ~offered_i[127:96]) == '0) begin
            status_q[3] <= 1'b1;
          end
        end
      end
    end
  end

  // ---- interrupt: an event in the cycle of an acknowledge wins ----
  logic [1:0] isr_q, isr_ack, isr_set;
  assign isr_ack = (wr_reg && wr_addr[7:2] == 6'h19) ? wr_data[1:0] : 2'b00;
  assign isr_set = {(need_reset || (cfg_changed_i && !rst_pend_q)) && status_q[2],
                    evt_used_i && !rst_pend_q};
  assign irq_o   = isr_q != 2'b00;

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear) isr_q <= '0;
    else isr_q <= (isr_q & ~isr_ack) | isr_set;
  end

  // ---- queues ----
  logic [NQ-1:0] ready_q, stop_q, sel_hot, drained;
  logic          sel_ok, sel_ready, notify_ok;
  assign sel_ok    = q_sel_q < 32'(nq_i);
  assign sel_hot   = sel_ok ? (NQ'(1) << q_sel_q[QW-1:0]) : '0;
  assign sel_ready = (ready_q & sel_hot) != '0;
  assign drained   = stop_q & ~q_busy_i;
  assign q_ready_o = ready_q;
  assign q_stop_o  = stop_q;
  assign q_sel_o   = q_sel_q[QW-1:0];  // stable in the cycle after a write: the next one is two cycles away

  always_ff @(posedge clk_i) begin
    q_we_o  <= 1'b0;
    q_set_o <= 1'b0;
    if (!rst_ni || clear) begin
      ready_q <= '0;
      stop_q  <= '0;
    end else begin
      if (stop_q != '0) begin
        ready_q <= ready_q & ~drained;
        stop_q  <= stop_q & ~drained;
      end
      if (wr_reg && sel_ok) begin
        q_data_o <= wr_data;
        q_word_o <= 3'd0;
        case (wr_addr[7:2])
          6'h0e: begin
            q_we_o <= !sel_ready;
            if (wr_data[31:16] != '0) q_data_o <= '0;
          end
          6'h20: begin q_we_o <= !sel_ready; q_word_o <= 3'd1; end
          6'h21: begin q_we_o <= !sel_ready; q_word_o <= 3'd2; end
          6'h24: begin q_we_o <= !sel_ready; q_word_o <= 3'd3; end
          6'h25: begin q_we_o <= !sel_ready; q_word_o <= 3'd4; end
          6'h28: begin q_we_o <= !sel_ready; q_word_o <= 3'd5; end
          6'h29: begin q_we_o <= !sel_ready; q_word_o <= 3'd6; end
          6'h11: begin
            if (wr_data[0] && !sel_ready && q_size_ok_i) begin
              ready_q <= (ready_q & ~drained) | sel_hot;
              q_set_o <= 1'b1;
            end
            if (!wr_data[0] && sel_ready) stop_q <= (stop_q & ~drained) | (sel_hot & ~drained);
          end
          default: ;
        endcase
      end
    end
  end

  assign notify_ok = (wr_data < 32'(nq_i)) && ((ready_q >> wr_data[QW-1:0]) & NQ'(1)) != '0;
  always_ff @(posedge clk_i) begin
    notify_o <= rst_ni && wr_reg && (wr_addr[7:2] == 6'h14) && live_o && notify_ok;
    if (wr_reg) notify_data_o <= wr_data;
  end

  // ---- read channel; the configuration space answers one cycle later ----
  logic        rvalid_q, cfg_rd_q;
  logic [31:0] rdata_q;
  assign s_arready_o = !rvalid_q && !cfg_rd_q;
  assign s_rvalid_o  = rvalid_q;
  assign s_rdata_o   = rdata_q;
  assign s_rresp_o   = 2'b00;

  always_ff @(posedge clk_i) begin
    cfg_we_o <= rst_ni && wr_cfg;
    if (wr_cfg) begin
      cfg_wdata_o <= wr_data;
      cfg_wstrb_o <= wr_strb;
    end
    if (!rst_ni) begin
      rvalid_q <= 1'b0;
      cfg_rd_q <= 1'b0;
    end else begin
      cfg_rd_q <= 1'b0;
      if (s_rready_i) rvalid_q <= 1'b0;
      if (cfg_rd_q) begin
        rvalid_q <= 1'b1;
        rdata_q  <= cfg_rdata_i;
      end
      if (s_arvalid_i && s_arready_o) begin
        if (s_araddr_i[11:8] != 4'h0) cfg_rd_q <= 1'b1;
        else rvalid_q <= 1'b1;
        case (s_araddr_i[7:2])
          6'h00: rdata_q <= 32'h74726976;
          6'h01: rdata_q <= 32'd2;
          6'h02: rdata_q <= devid_i;
          6'h03: rdata_q <= Vendor;
          6'h04: begin
            case (dev_sel_q)
              32'd0: rdata_q <= offered_i[31:0];
              32'd1: rdata_q <= offered_i[63:32];
              32'd2: rdata_q <= offered_i[95:64];
              32'd3: rdata_q <= offered_i[127:96];
              default: rdata_q <= '0;
            endcase
          end
          6'h0d: rdata_q <= sel_ok ? 32'(qmax_i) : '0;
          6'h11: rdata_q <= 32'(sel_ready);
          6'h18: rdata_q <= 32'(isr_q);
          6'h1c: rdata_q <= 32'(status_q);
          6'h2c, 6'h2d, 6'h2e, 6'h2f: rdata_q <= '1;  // no shared memory: length -1
          6'h3f: rdata_q <= cfg_gen_i;
          default: rdata_q <= '0;
        endcase
      end
    end
    if (s_arvalid_i && s_arready_o) cfg_roff_o <= {s_araddr_i[11:8] - 4'h1, s_araddr_i[7:2], 2'b00};
    if (wr_cfg) cfg_woff_o <= {wr_addr[11:8] - 4'h1, wr_addr[7:2], 2'b00};
  end

`ifdef FORMAL
`include "vdev_regs_formal.svh"
`endif
endmodule

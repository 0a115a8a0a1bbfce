// SPDX-License-Identifier: Apache-2.0
//
// Fills a chain's writable part, in order, with the function's bytes: DATA n takes n bytes, SKIP n passes over n. One
// command at a time, a cursor per tag. Bursts end at segment ends and at 512-byte lines; data is moved to bus lanes
// here, with strobes, so that an odd buffer is written byte exact.
//
// After DATA n the function delivers its n bytes without waiting for anything on this port: AW is out, and the writes
// of everybody else wait. Every beat is full except the last of a command.
//
// A bus error on the tag, here or in the reading mover, ends the command at once, however long it is: what is left of
// the burst is padded with strobe 0.
//
// Per tag it keeps what the completion needs: writes whose B is missing, errors, and the contiguous prefix that was
// written (a SKIP ends the prefix) [SPLIT-USED-DEV-02].
module vdev_mover_wr #(
  parameter int unsigned SW = 8,
  parameter int unsigned TW = 3,
  parameter int unsigned NT = 8,
  parameter int unsigned LW = 40
) (
  input  logic          clk_i,
  input  logic          rst_ni,       // also on abort
  output logic          busy_o,       // a command, or any B outstanding
  output logic          over_o,       // asked for more than the chain has
  output logic [NT-1:0] fail_o,       // by tag: a bus error here
  input  logic [NT-1:0] fail_i,       // here or in the other mover
  // tag starts
  input  logic          alloc_i,
  input  logic [TW-1:0] alloc_tag_i,
  // function
  input  logic          cmd_valid_i,
  output logic          cmd_ready_o,
  input  logic [TW-1:0] cmd_tag_i,
  input  logic          cmd_skip_i,   // 0 DATA, 1 SKIP
  input  logic [LW-1:0] cmd_len_i,    // 1 or more
  input  logic          wr_valid_i,
  output logic          wr_ready_o,
  input  logic [63:0]   wr_data_i,
  input  logic [3:0]    wr_nbytes_i,
  // chain
  output logic [TW-1:0] tag_o,
  input  logic [SW-1:0] start_i,
  input  logic [SW:0]   nwr_i,
  output logic          seg_re_o,
  output logic [SW-1:0] seg_idx_o,
  input  logic [63:0]   seg_addr_i,
  input  logic [31:0]   seg_len_i,
  // complete
  input  logic [TW-1:0] c_tag_i,
  output logic          c_busy_o,     // current command or B outstanding
  output logic [31:0]   c_prefix_o,
  // dma write client
  output logic          wq_valid_o,
  input  logic          wq_ready_i,
  output logic [63:0]   wq_addr_o,
  output logic [12:0]   wq_len_o,
  output logic [TW-1:0] wq_tag_o,
  output logic          wd_valid_o,
  input  logic          wd_ready_i,
  output logic [63:0]   wd_data_o,
  output logic [7:0]    wd_strb_o,
  input  logic          wb_valid_i,
  input  logic [TW-1:0] wb_tag_i,
  input  logic          wb_err_i
);
  typedef enum logic [1:0] {Idle, Addr, Ask, Data} state_e;
  state_e state_q;

  logic [SW:0]   cseg_q [NT];
  logic [31:0]   coff_q [NT];
  logic [31:0]   prefix_q [NT];
  logic [4:0]    bs_q [NT];             // B outstanding
  logic [NT-1:0] bs_any_q, err_q, broken_q;  // broken: a SKIP was made
  logic [TW-1:0] tag_q;
  logic          skip_q;
  logic [SW:0]   seg_q;
  logic [31:0]   off_q;
  logic [LW-1:0] left_q;
  logic [NT-1:0] tag_hot, alloc_hot, wb_hot;
  logic          failed;                // the tag of the command

  assign cmd_ready_o = state_q == Idle;
  assign tag_o       = tag_q;
  assign wq_tag_o    = tag_q;
  assign seg_re_o    = state_q == Addr;
  assign seg_idx_o   = start_i + seg_q[SW-1:0];
  assign tag_hot     = NT'(1) << tag_q;
  assign alloc_hot   = NT'(1) << alloc_tag_i;
  assign wb_hot      = NT'(1) << wb_tag_i;
  assign failed      = (fail_i & tag_hot) != '0;
  assign fail_o      = err_q;

  // ---- where the next bytes go ----
  logic [31:0]   room, n;
  logic [9:0]    line;
  logic [LW-1:0] left_n;
  logic          seg_end, step, beat_end;
  logic [4:0]    bs_tag;

  always_comb begin
    wq_addr_o = '0;
    room      = '0;
    line      = '0;
    n         = '0;
    left_n    = '0;
    seg_end   = 1'b0;
    if (state_q == Ask) begin
      wq_addr_o = seg_addr_i + 64'(off_q);
      room      = seg_len_i - off_q;
      line      = 10'd512 - {1'b0, wq_addr_o[8:0]};
      n         = (!skip_q && room > 32'(line)) ? 32'(line) : room;
      if (left_q < LW'(n)) n = left_q[31:0];
      left_n    = left_q - LW'(n);
      seg_end   = n == room;
    end
  end
  assign bs_tag     = ((bs_any_q & tag_hot) == '0) ? '0 : bs_q[tag_q];
  assign wq_valid_o = state_q == Ask && !skip_q && seg_q < nwr_i && bs_tag != 5'd31 && !failed;
  assign wq_len_o   = n[12:0];
  assign over_o     = state_q == Ask && seg_q >= nwr_i;
  assign step       = state_q == Ask && (skip_q ? seg_q < nwr_i : (wq_valid_o && wq_ready_i));

  // ---- bytes into lanes: up to 7 are held, one beat takes k ----
  logic [63:0] hold_q, data, both, hold_d;
  logic [2:0]  cnt_q, lane_q;
  logic [9:0]  burst_q;  // bytes of the burst still to go
  logic [3:0]  k, from_in;
  logic [2:0]  cnt_d;
  logic [6:0]  sh;
  logic        use_in, beat;

  always_comb begin
    k         = '0;
    use_in    = 1'b0;
    data      = '0;
    both      = hold_q;
    hold_d    = hold_q;
    cnt_d     = cnt_q;
    from_in   = '0;
    sh        = '0;
    wd_data_o = '0;
    wd_strb_o = '0;
    if (state_q == Data) begin
      k      = 4'd8 - {1'b0, lane_q};
      if (burst_q < 10'(k)) k = burst_q[3:0];
      use_in = {1'b0, cnt_q} < k;
      if (use_in) begin
        data    = (wr_nbytes_i >= 4'd8) ? wr_data_i
                                        : wr_data_i & ((64'd1 << {wr_nbytes_i[2:0], 3'b000}) - 64'd1);
        both    = hold_q | (data << {cnt_q, 3'b000});
        from_in = k - {1'b0, cnt_q};
        sh      = {from_in, 3'b000};
        hold_d  = sh[6] ? '0 : data >> sh[5:0];
        cnt_d   = cnt_q + wr_nbytes_i[2:0] - k[2:0];  // at most 7
      end else begin
        sh      = {k, 3'b000};
        hold_d  = hold_q >> sh[5:0];
        cnt_d   = cnt_q - k[2:0];
      end
      wd_data_o = both << {lane_q, 3'b000};
      if (!failed) wd_strb_o = ((k[3] ? 8'hff : (8'h01 << k[2:0]) - 8'h01)) << lane_q;
    end
  end
  assign wd_valid_o = state_q == Data && (!use_in || wr_valid_i || failed);
  assign wr_ready_o = state_q == Data && use_in && wd_ready_i;
  assign beat       = wd_valid_o && wd_ready_i;
  assign beat_end   = beat && burst_q == 10'(k);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Idle;
    end else begin
      case (state_q)
        Idle: if (cmd_valid_i) begin
          tag_q   <= cmd_tag_i;
          skip_q  <= cmd_skip_i;
          left_q  <= cmd_len_i;
          seg_q   <= cseg_q[cmd_tag_i];
          off_q   <= coff_q[cmd_tag_i];
          cnt_q   <= '0;
          hold_q  <= '0;
          state_q <= Addr;
        end
        Addr: state_q <= failed ? Idle : Ask;
        Ask: if (failed) begin
          state_q <= Idle;
        end else if (step) begin
          left_q  <= left_n;
          off_q   <= seg_end ? '0 : off_q + n;
          if (seg_end) seg_q <= seg_q + (SW+1)'(1);
          burst_q <= n[9:0];
          lane_q  <= wq_addr_o[2:0];
          if (!skip_q) state_q <= Data;
          else state_q <= (left_n == '0) ? Idle : Addr;
        end
        default: if (beat) begin
          hold_q  <= hold_d;
          cnt_q   <= cnt_d;
          lane_q  <= '0;
          burst_q <= burst_q - 10'(k);
          if (beat_end) state_q <= (left_q == '0) ? Idle : Addr;
        end
      endcase
    end
  end

  // ---- tables by tag ----
  always_ff @(posedge clk_i) begin
    if (alloc_i) begin
      cseg_q[alloc_tag_i]   <= '0;
      coff_q[alloc_tag_i]   <= '0;
      prefix_q[alloc_tag_i] <= '0;
    end
    if (step) begin
      coff_q[tag_q] <= seg_end ? '0 : off_q + n;
      if (seg_end) cseg_q[tag_q] <= seg_q + (SW+1)'(1);
      if (!skip_q && (broken_q & tag_hot) == '0) prefix_q[tag_q] <= prefix_q[tag_q] + n;
    end
  end

  logic          up;
  logic [4:0]    bs_wb;
  assign up    = step && !skip_q;
  assign bs_wb = bs_q[wb_tag_i];
  always_ff @(posedge clk_i) begin
    if (!(up && wb_valid_i && wb_tag_i == tag_q)) begin
      if (up) bs_q[tag_q] <= bs_tag + 5'd1;
      if (wb_valid_i) bs_q[wb_tag_i] <= bs_wb - 5'd1;
    end
    if (!rst_ni) begin
      bs_any_q <= '0;
      err_q    <= '0;
      broken_q <= '0;
    end else begin
      if (wb_valid_i && bs_wb == 5'd1) bs_any_q <= (bs_any_q & ~wb_hot) | (up ? tag_hot : '0);
      else if (up) bs_any_q <= bs_any_q | tag_hot;
      // One tag may start in the cycle in which another one fails or skips.
      err_q    <= (err_q & ~(alloc_i ? alloc_hot : '0)) | ((wb_valid_i && wb_err_i) ? wb_hot : '0);
      broken_q <= (broken_q & ~(alloc_i ? alloc_hot : '0)) | ((step && skip_q) ? tag_hot : '0);
    end
  end
  assign busy_o     = state_q != Idle || bs_any_q != '0;
  assign c_busy_o   = ((bs_any_q >> c_tag_i) & NT'(1)) != '0 || (state_q != Idle && tag_q == c_tag_i);
  assign c_prefix_o = prefix_q[c_tag_i];
endmodule

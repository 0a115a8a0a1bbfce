// SPDX-License-Identifier: Apache-2.0
//
// Streams bytes of a chain's readable part, in order, to the function: one command at a time, a cursor per tag.
// Requests are cut at 256-byte lines and at segment ends, and issued only when the 64-beat buffer has room, because R
// may never wait for the function. Every beat is full except the last of a command.
//
// A bus error on the tag, here or in the writing mover, ends the command: nothing more is asked for or handed on, and it
// is over when what was asked for has come.
//
// The function asks for no more than the chain's readable total; asking for more sets over_o.
module vdev_mover_rd #(
  parameter int unsigned SW = 8,
  parameter int unsigned TW = 3,
  parameter int unsigned NT = 8,
  parameter int unsigned LW = 40
) (
  input  logic          clk_i,
  input  logic          rst_ni,      // also on abort
  output logic          busy_o,
  output logic          over_o,
  output logic [NT-1:0] fail_o,      // by tag: a bus error here
  input  logic [NT-1:0] fail_i,      // here or in the other mover
  // tag starts
  input  logic          alloc_i,
  input  logic [TW-1:0] alloc_tag_i,
  // function
  input  logic          cmd_valid_i,
  output logic          cmd_ready_o,
  input  logic [TW-1:0] cmd_tag_i,
  input  logic [LW-1:0] cmd_len_i,   // 1 or more
  output logic          rd_valid_o,
  input  logic          rd_ready_i,
  output logic [TW-1:0] rd_tag_o,
  output logic [63:0]   rd_data_o,
  output logic [3:0]    rd_nbytes_o,
  output logic          rd_last_o,
  // chain
  output logic [TW-1:0] tag_o,
  input  logic [SW-1:0] start_i,
  input  logic [SW:0]   nrd_i,
  output logic          seg_re_o,
  output logic [SW-1:0] seg_idx_o,
  input  logic [63:0]   seg_addr_i,
  input  logic [31:0]   seg_len_i,
  // dma read client
  output logic          rq_valid_o,
  input  logic          rq_ready_i,
  output logic [63:0]   rq_addr_o,
  output logic [12:0]   rq_len_o,
  input  logic          rs_valid_i,
  input  logic [63:0]   rs_data_i,
  input  logic [3:0]    rs_nbytes_i,
  input  logic          rs_err_i
);
  typedef enum logic [1:0] {Idle, Addr, Ask, Drain} state_e;
  state_e state_q;

  logic [SW:0]   cseg_q [NT];  // cursor: segment within the chain, and byte in it
  logic [31:0]   coff_q [NT];
  logic [NT-1:0] err_q;
  logic [TW-1:0] tag_q;
  logic [SW:0]   seg_q;
  logic [31:0]   off_q;
  logic [LW-1:0] left_q, out_left_q;

  assign cmd_ready_o = state_q == Idle;
  assign busy_o      = state_q != Idle;
  assign tag_o       = tag_q;
  assign seg_re_o    = state_q == Addr;
  assign seg_idx_o   = start_i + seg_q[SW-1:0];

  // ---- requests ----
  logic [31:0]   room;
  logic [8:0]    line, n;
  logic [LW-1:0] left_n;
  logic [6:0]    held_q;      // beats asked for and not yet handed on
  logic [5:0]    beats;
  logic          seg_end, cmd_end, f_pop, drop;
  assign drop   = state_q != Idle && ((fail_i >> tag_q) & NT'(1)) != '0;
  assign fail_o = err_q;

  always_comb begin
    rq_valid_o = 1'b0;
    rq_addr_o  = '0;
    room       = '0;
    line       = '0;
    n          = '0;
    left_n     = '0;
    beats      = '0;
    seg_end    = 1'b0;
    cmd_end    = 1'b0;
    if (state_q == Ask) begin
      rq_valid_o = held_q <= 7'd31 && seg_q < nrd_i && !drop;
      rq_addr_o  = seg_addr_i + 64'(off_q);
      room       = seg_len_i - off_q;
      line       = 9'd256 - {1'b0, rq_addr_o[7:0]};
      n          = (room < 32'(line)) ? room[8:0] : line;
      if (left_q < LW'(n)) n = left_q[8:0];
      left_n     = left_q - LW'(n);
      beats      = 6'((n + 9'(rq_addr_o[2:0]) + 9'd7) >> 3);
      seg_end    = 32'(n) == room;
      cmd_end    = left_n == '0;
    end
  end
  assign rq_len_o = 13'(n);
  assign over_o   = state_q == Ask && seg_q >= nrd_i;

  always_ff @(posedge clk_i) begin
    if (alloc_i) begin
      cseg_q[alloc_tag_i] <= '0;
      coff_q[alloc_tag_i] <= '0;
    end
    if (!rst_ni) begin
      state_q <= Idle;
      err_q   <= '0;
    end else begin
      err_q <= (err_q & ~(alloc_i ? NT'(1) << alloc_tag_i : '0)) |
               ((rs_valid_i && rs_err_i) ? NT'(1) << tag_q : '0);
      case (state_q)
        Idle: if (cmd_valid_i) begin
          tag_q   <= cmd_tag_i;
          left_q  <= cmd_len_i;
          seg_q   <= cseg_q[cmd_tag_i];
          off_q   <= coff_q[cmd_tag_i];
          state_q <= Addr;
        end
        Addr: state_q <= Ask;
        Ask: if (rq_valid_o && rq_ready_i) begin
          left_q        <= left_n;
          off_q         <= seg_end ? '0 : off_q + 32'(n);
          coff_q[tag_q] <= seg_end ? '0 : off_q + 32'(n);
          if (seg_end) begin
            seg_q         <= seg_q + (SW+1)'(1);
            cseg_q[tag_q] <= seg_q + (SW+1)'(1);
          end
          state_q <= cmd_end ? Drain : seg_end ? Addr : Ask;
        end
        default: if (rd_valid_o && rd_ready_i && rd_last_o) state_q <= Idle;
      endcase
      if (drop) state_q <= (held_q == '0) ? Idle : Drain;
    end
  end

  // ---- buffer for what is in flight ----
  logic [63:0] f_data_q [64];
  logic [3:0]  f_n_q [64];
  logic [5:0]  f_wp_q, f_rp_q;
  logic        f_valid, f_last;
  logic [63:0] f_data;
  logic [3:0]  f_n;
  assign f_valid = f_wp_q != f_rp_q;  // held_q keeps it from ever being full
  assign f_data  = f_data_q[f_rp_q];
  assign f_n     = f_n_q[f_rp_q];
  assign f_last  = out_left_q == LW'(f_n);

  always_ff @(posedge clk_i) begin
    if (rs_valid_i) begin
      f_data_q[f_wp_q] <= rs_data_i;
      f_n_q[f_wp_q]    <= rs_nbytes_i;
    end
    if (!rst_ni) begin
      f_wp_q <= '0;
      f_rp_q <= '0;
      held_q <= '0;
    end else begin
      if (rs_valid_i) f_wp_q <= f_wp_q + 6'd1;
      if (f_pop) f_rp_q <= f_rp_q + 6'd1;
      if (rq_valid_o && rq_ready_i) held_q <= held_q + 7'(beats) - 7'(f_pop);
      else if (f_pop) held_q <= held_q - 7'd1;
    end
    if (state_q == Idle) out_left_q <= cmd_len_i;
    else if (f_pop) out_left_q <= out_left_q - LW'(f_n);
  end

  logic p_ready, p_valid;
  vdev_rd_pack u_pack (
    .clk_i,
    .clear_i     (!rst_ni || drop),
    .in_valid_i  (f_valid),
    .in_ready_o  (p_ready),
    .in_data_i   (f_data),
    .in_nbytes_i (f_n),
    .in_last_i   (f_last),
    .out_valid_o (p_valid),
    .out_ready_i (rd_ready_i),
    .out_data_o  (rd_data_o),
    .out_nbytes_o(rd_nbytes_o),
    .out_last_o  (rd_last_o)
  );
  assign f_pop      = f_valid && (p_ready || drop);
  assign rd_valid_o = p_valid && !drop;
  assign rd_tag_o   = tag_q;
endmodule

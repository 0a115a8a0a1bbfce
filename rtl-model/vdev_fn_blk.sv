// SPDX-License-Identifier: Apache-2.0
//
// Block [5.2.6] over byte streams: reads the 16-byte header in any framing, moves data between the streams and the
// storage port, writes the status as the last writable byte. Sees no address and no descriptor. One request at a
// time, in order of availability; the next chain is fetched meanwhile (vdev_fn_get).
//
// Storage port: 64-bit words of 512-byte sectors; read data comes in the next cycle; never refused.
module vdev_fn_blk #(
  parameter int unsigned TW = 3,
  parameter int unsigned LW = 40
) (
  input  logic          clk_i,
  input  logic          rst_ni,      // also on abort
  output logic          busy_o,
  input  logic          fail_i,      // a bus error on this request's payload: it is done
  input  logic          read_only_i, // RO offered
  input  logic          flush_ok_i,  // FLUSH accepted
  input  logic [63:0]   capacity_i,  // sectors, at most 2^32
  // next chain
  input  logic          next_valid_i,
  output logic          next_ready_o,
  input  logic [TW-1:0] next_tag_i,
  input  logic [LW-1:0] next_rd_len_i,
  input  logic [LW-1:0] next_wr_len_i,
  // readable bytes
  output logic          rd_cmd_valid_o,
  input  logic          rd_cmd_ready_i,
  output logic [LW-1:0] rd_cmd_len_o,
  input  logic          rd_valid_i,
  output logic          rd_ready_o,
  input  logic [63:0]   rd_data_i,
  input  logic          rd_last_i,
  // writable bytes
  output logic          wr_cmd_valid_o,
  input  logic          wr_cmd_ready_i,
  output logic          wr_cmd_skip_o,
  output logic [LW-1:0] wr_cmd_len_o,
  output logic          wr_valid_o,
  input  logic          wr_ready_i,
  output logic [63:0]   wr_data_o,
  output logic [3:0]    wr_nbytes_o,
  output logic          done_valid_o,
  output logic [TW-1:0] tag_o,       // of every command and of done
  // storage
  output logic          st_req_o,
  output logic          st_we_o,
  output logic [31:0]   st_sector_o,
  output logic [5:0]    st_word_o,
  output logic [63:0]   st_wdata_o,
  input  logic [63:0]   st_rdata_i,
  input  logic          st_rvalid_i
);
  localparam logic [7:0] StOk = 8'd0, StIoerr = 8'd1, StUnsupp = 8'd2;
  localparam logic [31:0] ReqIn = 32'd0, ReqOut = 32'd1, ReqFlush = 32'd4, ReqGetId = 32'd8;

  typedef enum logic [3:0] {
    Idle, HeadCmd, Head, Judge, InCmd, In, OutCmd, Out, IdCmd, Id, Skip, StatCmd, Stat, Done
  } state_e;
  state_e state_q;

  logic [LW-1:0] rd_len_q, wr_len_q;
  logic [31:0]   type_q;
  logic [63:0]   sector_q;
  logic          second_q;    // of the header's two beats
  logic [7:0]    status_q;
  logic [LW-4:0] words_q;     // to ask of the storage (In)
  logic [LW-4:0] out_q;       // to hand to the chain (In)
  logic [1:0]    id_beat_q;
  logic [31:0]   st_sector_q;
  logic [5:0]    st_word_q;

  // ---- judging a request ----
  logic [LW-1:0] n;
  logic          bad_size, outside;
  always_comb begin
    n        = '0;
    bad_size = 1'b0;
    outside  = 1'b0;
    if (state_q == Judge) begin
      n        = (type_q == ReqIn) ? wr_len_q - LW'(1) : rd_len_q - LW'(16);
      bad_size = n[8:0] != '0;
      outside  = sector_q > capacity_i || (capacity_i - sector_q) < 64'(n[LW-1:9]);
    end
  end

  // ---- storage reads: four words ahead, for the write channel may stall ----
  logic [63:0] buf_q [4];
  logic [2:0]  b_held_q;   // asked for and not yet handed on
  logic [1:0]  b_wp_q, b_rp_q;
  logic        b_have, b_full_q, st_read, b_pop;
  assign b_have  = b_wp_q != b_rp_q || b_full_q;
  // Nothing is asked in the cycle of an abort: the answer would come after it.
  assign st_read = rst_ni && (state_q == InCmd || state_q == In) && words_q != '0 && b_held_q != 3'd4;
  assign b_pop   = state_q == In && b_have && wr_ready_i;

  always_ff @(posedge clk_i) begin
    if (st_rvalid_i) buf_q[b_wp_q] <= st_rdata_i;
    if (!rst_ni) begin
      b_held_q <= '0;
      b_wp_q   <= '0;
      b_rp_q   <= '0;
      b_full_q <= 1'b0;
    end else begin
      if (st_rvalid_i) b_wp_q <= b_wp_q + 2'd1;
      if (b_pop) b_rp_q <= b_rp_q + 2'd1;
      if (st_rvalid_i && !b_pop) b_full_q <= b_wp_q + 2'd1 == b_rp_q;
      else if (b_pop && !st_rvalid_i) b_full_q <= 1'b0;
      if (st_read && !b_pop) b_held_q <= b_held_q + 3'd1;
      if (!st_read && b_pop) b_held_q <= b_held_q - 3'd1;
    end
  end

  assign st_we_o     = rst_ni && state_q == Out && rd_valid_i && !fail_i;
  assign st_req_o    = st_read || st_we_o;
  assign st_sector_o = st_sector_q;
  assign st_word_o   = st_word_q;
  assign st_wdata_o  = rd_data_i;

  // ---- ports ----
  assign busy_o         = state_q != Idle;
  assign next_ready_o   = state_q == Idle;
  assign rd_cmd_valid_o = state_q == HeadCmd || state_q == OutCmd;
  assign rd_cmd_len_o   = (state_q == HeadCmd) ? LW'(16) : rd_len_q - LW'(16);
  assign rd_ready_o     = state_q == Head || state_q == Out;
  assign wr_cmd_valid_o = state_q == InCmd || state_q == IdCmd || state_q == Skip || state_q == StatCmd;
  assign wr_cmd_skip_o  = state_q == Skip;
  assign wr_cmd_len_o   = (state_q == StatCmd) ? LW'(1) : wr_len_q - LW'(1);
  assign wr_valid_o     = (state_q == In && b_have) || state_q == Id || state_q == Stat;
  assign done_valid_o   = state_q == Done;

  always_comb begin
    wr_data_o   = buf_q[b_rp_q];
    wr_nbytes_o = 4'd8;
    if (state_q == Stat) begin
      wr_data_o   = {56'd0, status_q};
      wr_nbytes_o = 4'd1;
    end else if (state_q == Id) begin
      case (id_beat_q)  // "proving-ring-blk", padded with zeros to 20 bytes
        2'd0: wr_data_o = 64'h2d676e69766f7270;
        2'd1: wr_data_o = 64'h6b6c622d676e6972;
        default: begin
          wr_data_o   = '0;
          wr_nbytes_o = 4'd4;
        end
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Idle;
    end else begin
      case (state_q)
        Idle: if (next_valid_i) begin
          tag_o     <= next_tag_i;
          rd_len_q  <= next_rd_len_i;
          wr_len_q  <= next_wr_len_i;
          second_q  <= 1'b0;
          id_beat_q <= '0;
          status_q  <= StIoerr;
          if (next_wr_len_i == '0) state_q <= Done;  // there is no place for a status
          else if (next_rd_len_i < LW'(16)) state_q <= (next_wr_len_i == LW'(1)) ? StatCmd : Skip;
          else state_q <= HeadCmd;
        end
        HeadCmd: if (rd_cmd_ready_i) state_q <= Head;
        Head: if (rd_valid_i) begin
          second_q <= 1'b1;
          if (!second_q) type_q <= rd_data_i[31:0];
          else sector_q <= rd_data_i;
          if (rd_last_i) state_q <= Judge;
        end
        Judge: begin
          state_q     <= (wr_len_q == LW'(1)) ? StatCmd : Skip;
          words_q     <= n[LW-1:3];
          out_q       <= n[LW-1:3];
          st_sector_q <= sector_q[31:0];
          st_word_q   <= '0;
          case (type_q)
            ReqIn: if (!bad_size && !outside) begin
              status_q <= StOk;
              state_q  <= (n == '0) ? StatCmd : InCmd;
            end
            ReqOut: if (!read_only_i && !bad_size && !outside) begin
              status_q <= StOk;
              if (n != '0) state_q <= OutCmd;
            end
            ReqFlush: status_q <= flush_ok_i ? StOk : StUnsupp;
            ReqGetId: if (wr_len_q == LW'(21)) begin
              status_q <= StOk;
              state_q  <= IdCmd;
            end
            default: status_q <= StUnsupp;
          endcase
        end
        InCmd: if (wr_cmd_ready_i) state_q <= In;
        In: if (b_pop) begin
          out_q <= out_q - (LW-3)'(1);
          if (out_q == (LW-3)'(1)) state_q <= StatCmd;
        end
        OutCmd: if (rd_cmd_ready_i) state_q <= Out;
        Out: if (rd_valid_i && rd_last_i) begin
          state_q <= (wr_len_q == LW'(1)) ? StatCmd : Skip;
        end
        IdCmd: if (wr_cmd_ready_i) state_q <= Id;
        Id: if (wr_ready_i) begin
          id_beat_q <= id_beat_q + 2'd1;
          if (id_beat_q == 2'd2) state_q <= StatCmd;
        end
        Skip: if (wr_cmd_ready_i) state_q <= StatCmd;
        StatCmd: if (wr_cmd_ready_i) state_q <= Stat;
        Stat: if (wr_ready_i) state_q <= Done;
        default: state_q <= Idle;
      endcase
      if (fail_i && state_q != Idle) state_q <= (state_q == Done) ? Idle : Done;
      if (st_req_o) begin
        st_word_q <= st_word_q + 6'd1;
        if (st_word_q == 6'd63) st_sector_q <= st_sector_q + 32'd1;
      end
      if (st_read) words_q <= words_q - (LW-3)'(1);
    end
  end
endmodule

// SPDX-License-Identifier: Apache-2.0
//
// Entropy [5.4]: each chain gets min(writable bytes, 64) bytes of a seeded xorshift stream, readable elements are not
// read. The stream goes on over device resets; it starts from the seed at power on. No cryptography.
module vdev_fn_rng #(
  parameter int unsigned TW = 3,
  parameter int unsigned LW = 40
) (
  input  logic          clk_i,
  input  logic          rst_ni,      // also on abort
  input  logic          por_ni,      // power on only
  input  logic [63:0]   seed_i,
  output logic          busy_o,
  input  logic          fail_i,      // a bus error on this chain: it is done
  input  logic          next_valid_i,
  output logic          next_ready_o,
  input  logic [TW-1:0] next_tag_i,
  input  logic [LW-1:0] next_wr_len_i,
  output logic          wr_cmd_valid_o,
  input  logic          wr_cmd_ready_i,
  output logic [TW-1:0] wr_cmd_tag_o,
  output logic [LW-1:0] wr_cmd_len_o,
  output logic          wr_valid_o,
  input  logic          wr_ready_i,
  output logic [63:0]   wr_data_o,
  output logic [3:0]    wr_nbytes_o,
  output logic          done_valid_o,
  output logic [TW-1:0] done_tag_o
);
  typedef enum logic [1:0] {Idle, Cmd, Data, Done} state_e;
  state_e state_q;
  logic [TW-1:0] tag_q;
  logic [6:0]    left_q;
  logic [63:0]   s_q, s0, s1, s2;

  assign busy_o         = state_q != Idle;
  assign next_ready_o   = state_q == Idle;
  assign wr_cmd_valid_o = state_q == Cmd;
  assign wr_cmd_tag_o   = tag_q;
  assign wr_cmd_len_o   = LW'(left_q);
  assign wr_valid_o     = state_q == Data;
  assign wr_nbytes_o    = (left_q > 7'd8) ? 4'd8 : left_q[3:0];
  assign wr_data_o      = s2;
  assign done_valid_o   = state_q == Done;
  assign done_tag_o     = tag_q;

  always_comb begin
    s0 = '0;
    s1 = '0;
    s2 = '0;
    if (state_q == Data) begin
      s0 = s_q ^ (s_q << 13);
      s1 = s0 ^ (s0 >> 7);
      s2 = s1 ^ (s1 << 17);
    end
  end

  always_ff @(posedge clk_i) begin
    if (!por_ni) s_q <= (seed_i == '0) ? 64'd1 : seed_i;
    else if (wr_valid_o && wr_ready_i) s_q <= s2;
    if (!rst_ni) begin
      state_q <= Idle;
    end else begin
      case (state_q)
        Idle: if (next_valid_i) begin
          tag_q   <= next_tag_i;
          left_q  <= (next_wr_len_i > LW'(64)) ? 7'd64 : next_wr_len_i[6:0];
          state_q <= (next_wr_len_i == '0) ? Done : Cmd;
        end
        Cmd: if (wr_cmd_ready_i) state_q <= Data;
        Data: if (wr_ready_i) begin
          left_q <= left_q - 7'(wr_nbytes_o);
          if (left_q <= 7'd8) state_q <= Done;
        end
        default: state_q <= Idle;
      endcase
      if (fail_i && state_q != Idle) state_q <= (state_q == Done) ? Idle : Done;
    end
  end
endmodule

// SPDX-License-Identifier: Apache-2.0
//
// Joins beats of 1 to 8 bytes (first byte in lane 0) to full beats of 8; only the last beat of a command is short.
// Bytes above the count are ignored on the way in and zero on the way out.
module vdev_rd_pack (
  input  logic        clk_i,
  input  logic        clear_i,
  input  logic        in_valid_i,
  output logic        in_ready_o,
  input  logic [63:0] in_data_i,
  input  logic [3:0]  in_nbytes_i,
  input  logic        in_last_i,
  output logic        out_valid_o,
  input  logic        out_ready_i,
  output logic [63:0] out_data_o,
  output logic [3:0]  out_nbytes_o,
  output logic        out_last_o
);
  logic [63:0] hold_q, data, low, rest;
  logic [2:0]  cnt_q;   // bytes held
  logic        tail_q;  // what is held is the end of a command
  logic [4:0]  sum;
  logic [6:0]  up;
  logic        emit;

  assign emit        = in_valid_i && !tail_q && (sum >= 5'd8 || in_last_i);
  assign in_ready_o  = !tail_q && (out_ready_i || !emit);
  assign out_valid_o = tail_q || emit;

  always_comb begin
    data = '0;
    low  = hold_q;
    rest = '0;
    sum  = '0;
    up   = '0;
    if (in_valid_i && !tail_q) begin
      data = (in_nbytes_i >= 4'd8) ? in_data_i
                                   : in_data_i & ((64'd1 << {in_nbytes_i[2:0], 3'b000}) - 64'd1);
      sum  = 5'(in_nbytes_i) + 5'(cnt_q);
      up   = 7'd64 - {1'b0, cnt_q, 3'b000};
      low  = hold_q | (data << {cnt_q, 3'b000});
      rest = (cnt_q == '0) ? '0 : data >> up[5:0];
    end
    out_data_o   = low;
    out_nbytes_o = tail_q ? {1'b0, cnt_q} : (sum > 5'd8) ? 4'd8 : sum[3:0];
    out_last_o   = tail_q || (in_last_i && sum <= 5'd8);
  end

  always_ff @(posedge clk_i) begin
    if (clear_i) begin
      hold_q <= '0;
      cnt_q  <= '0;
      tail_q <= 1'b0;
    end else if (tail_q) begin
      if (out_ready_i) begin
        hold_q <= '0;
        cnt_q  <= '0;
        tail_q <= 1'b0;
      end
    end else if (emit) begin
      if (out_ready_i) begin
        hold_q <= rest;
        cnt_q  <= (sum > 5'd8) ? sum[2:0] : 3'd0;
        tail_q <= in_last_i && (sum > 5'd8);
      end
    end else if (in_valid_i) begin
      hold_q <= low;
      cnt_q  <= sum[2:0];
    end
  end

  logic unused;
  assign unused = up[6];
endmodule

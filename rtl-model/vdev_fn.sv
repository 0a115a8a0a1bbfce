// SPDX-License-Identifier: Apache-2.0
//
// The function behind the device port: block (device id 2) or entropy (any other). This is the module to replace by
// an own function; everything left of it stays. Rules of the port are in README.md.
module vdev_fn #(
  parameter int unsigned NQ = 8,
  parameter int unsigned QW = $clog2(NQ),
  parameter int unsigned TW = 3,
  parameter int unsigned NT = 8,
  parameter int unsigned LW = 40
) (
  input  logic          clk_i,
  input  logic          rst_ni,     // also on abort
  input  logic          por_ni,     // power on only
  output logic          busy_o,
  input  logic          is_blk_i,   // device id 2
  input  logic [63:0]   seed_i,
  input  logic          read_only_i,
  input  logic          flush_ok_i,
  input  logic [63:0]   capacity_i,
  // chains
  input  logic [NQ-1:0] q_avail_i,
  output logic          get_valid_o,
  input  logic          get_ready_i,
  output logic [QW-1:0] get_queue_o,
  input  logic          chain_valid_i,
  output logic          chain_ready_o,
  input  logic          chain_none_i,
  input  logic [TW-1:0] chain_tag_i,
  input  logic [QW-1:0] chain_queue_i,
  input  logic [LW-1:0] chain_rd_len_i,
  input  logic [LW-1:0] chain_wr_len_i,
  // readable bytes
  output logic          rd_cmd_valid_o,
  input  logic          rd_cmd_ready_i,
  output logic [TW-1:0] rd_cmd_tag_o,
  output logic [LW-1:0] rd_cmd_len_o,
  input  logic          rd_valid_i,
  output logic          rd_ready_o,
  input  logic [TW-1:0] rd_tag_i,
  input  logic [63:0]   rd_data_i,
  input  logic [3:0]    rd_nbytes_i,
  input  logic          rd_last_i,
  // writable bytes
  output logic          wr_cmd_valid_o,
  input  logic          wr_cmd_ready_i,
  output logic [TW-1:0] wr_cmd_tag_o,
  output logic          wr_cmd_skip_o,
  output logic [LW-1:0] wr_cmd_len_o,
  input  logic          wr_busy_i,  // a command, or writes not yet answered
  input  logic [NT-1:0] fail_i,     // by tag: a bus error. Its commands are dropped, finish it with done
  output logic          wr_valid_o,
  input  logic          wr_ready_i,
  output logic [63:0]   wr_data_o,
  output logic [3:0]    wr_nbytes_o,
  // completion
  output logic          done_valid_o,
  input  logic          done_ready_i,
  output logic [TW-1:0] done_tag_o,
  output logic [31:0]   done_len_o,
  output logic          done_auto_o,
  output logic          done_more_o,
  // storage
  output logic          st_req_o,
  output logic          st_we_o,
  output logic [31:0]   st_sector_o,
  output logic [5:0]    st_word_o,
  output logic [63:0]   st_wdata_o,
  input  logic [63:0]   st_rdata_i,
  input  logic          st_rvalid_i
);
  logic          get_busy, next_valid, next_ready;
  logic [TW-1:0] next_tag, rng_cmd_tag, rng_done_tag, blk_tag;
  logic [LW-1:0] next_rd_len, next_wr_len, rng_cmd_len, blk_cmd_len;
  logic          rng_busy, rng_ready, rng_cmd_valid, rng_wr_valid, rng_done;
  logic          blk_busy, blk_ready, blk_cmd_valid, blk_wr_valid, blk_done;
  logic [63:0]   rng_data, blk_data;
  logic [3:0]    rng_nbytes, blk_nbytes;

  logic fail;
  assign fail = fail_i != '0;  // one chain at a time is worked on: it is that one

  vdev_fn_get #(.NQ(NQ), .TW(TW), .LW(LW)) u_get (
    .clk_i, .rst_ni, .busy_o(get_busy),
    .q_avail_i, .get_valid_o, .get_ready_i, .get_queue_o, .chain_valid_i, .chain_ready_o, .chain_none_i,
    .chain_tag_i, .chain_queue_i, .chain_rd_len_i, .chain_wr_len_i,
    .wr_busy_i, .fail_i(fail), .next_valid_o(next_valid), .next_ready_i(next_ready), .next_tag_o(next_tag),
    .next_rd_len_o(next_rd_len), .next_wr_len_o(next_wr_len)
  );

  vdev_fn_rng #(.TW(TW), .LW(LW)) u_rng (
    .clk_i, .rst_ni, .por_ni, .seed_i, .fail_i(fail), .busy_o(rng_busy),
    .next_valid_i(next_valid && !is_blk_i), .next_ready_o(rng_ready), .next_tag_i(next_tag),
    .next_wr_len_i(next_wr_len),
    .wr_cmd_valid_o(rng_cmd_valid), .wr_cmd_ready_i(wr_cmd_ready_i && !is_blk_i), .wr_cmd_tag_o(rng_cmd_tag),
    .wr_cmd_len_o(rng_cmd_len), .wr_valid_o(rng_wr_valid), .wr_ready_i(wr_ready_i && !is_blk_i),
    .wr_data_o(rng_data), .wr_nbytes_o(rng_nbytes), .done_valid_o(rng_done), .done_tag_o(rng_done_tag)
  );

  vdev_fn_blk #(.TW(TW), .LW(LW)) u_blk (
    .clk_i, .rst_ni, .busy_o(blk_busy), .fail_i(fail), .read_only_i, .flush_ok_i, .capacity_i,
    .next_valid_i(next_valid && is_blk_i), .next_ready_o(blk_ready), .next_tag_i(next_tag),
    .next_rd_len_i(next_rd_len), .next_wr_len_i(next_wr_len),
    .rd_cmd_valid_o, .rd_cmd_ready_i, .rd_cmd_len_o,
    .rd_valid_i, .rd_ready_o, .rd_data_i, .rd_last_i,
    .wr_cmd_valid_o(blk_cmd_valid), .wr_cmd_ready_i, .wr_cmd_skip_o, .wr_cmd_len_o(blk_cmd_len),
    .wr_valid_o(blk_wr_valid), .wr_ready_i, .wr_data_o(blk_data), .wr_nbytes_o(blk_nbytes),
    .done_valid_o(blk_done), .tag_o(blk_tag),
    .st_req_o, .st_we_o, .st_sector_o, .st_word_o, .st_wdata_o, .st_rdata_i, .st_rvalid_i
  );

  assign next_ready     = is_blk_i ? blk_ready : rng_ready;
  assign busy_o         = get_busy || rng_busy || blk_busy;
  assign rd_cmd_tag_o   = blk_tag;
  assign wr_cmd_valid_o = is_blk_i ? blk_cmd_valid : rng_cmd_valid;
  assign wr_cmd_tag_o   = is_blk_i ? blk_tag : rng_cmd_tag;
  assign wr_cmd_len_o   = is_blk_i ? blk_cmd_len : rng_cmd_len;
  assign wr_valid_o     = is_blk_i ? blk_wr_valid : rng_wr_valid;
  assign wr_data_o      = is_blk_i ? blk_data : rng_data;
  assign wr_nbytes_o    = is_blk_i ? blk_nbytes : rng_nbytes;
  assign done_valid_o   = is_blk_i ? blk_done : rng_done;
  assign done_tag_o     = is_blk_i ? blk_tag : rng_done_tag;
  assign done_len_o     = '0;
  assign done_auto_o    = 1'b1;  // the contiguous prefix that was written, 0 where nothing was
  assign done_more_o    = 1'b0;

  logic unused;
  assign unused = ^{rd_tag_i, rd_nbytes_i, done_ready_i};
endmodule

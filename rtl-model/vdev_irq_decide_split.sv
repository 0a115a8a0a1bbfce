// SPDX-License-Identifier: Apache-2.0
//
// Decides after each publication whether the driver wants to know [2.7.7.2, 2.7.10]. Without EVENT_IDX a cached
// "interrupt" (flags were read with avail.idx) is enough, for a spurious interrupt is allowed; a cached "no" has to be
// read again, for the driver may have changed its mind before it saw the new index.
module vdev_irq_decide_split #(
  parameter int unsigned QW = 3
) (
  input  logic          clk_i,
  input  logic          rst_ni,       // also on abort
  input  logic          event_idx_i,
  output logic          busy_o,
  output logic [QW-1:0] queue_o,
  output logic          evt_used_o,
  output logic          bad_o,        // the word could not be read
  // publication
  input  logic          pub_valid_i,
  output logic          pub_ready_o,
  input  logic [QW-1:0] pub_queue_i,
  input  logic [15:0]   pub_old_i,
  input  logic [15:0]   pub_new_i,
  // queue state, of queue_o
  input  logic [15:0]   size_i,
  input  logic [63:0]   driver_i,
  input  logic          no_irq_i,
  // dma read client
  output logic          rq_valid_o,
  input  logic          rq_ready_i,
  output logic [63:0]   rq_addr_o,
  output logic [12:0]   rq_len_o,
  input  logic          rs_valid_i,
  input  logic [63:0]   rs_data_i,
  input  logic [3:0]    rs_nbytes_i,
  input  logic          rs_last_i,
  input  logic          rs_err_i
);
  typedef enum logic [2:0] {Idle, Look, Ask, Get, Judge, Bad} state_e;
  state_e state_q;
  logic [QW-1:0] q_q;
  logic [15:0]   old_q, new_q, word_q;
  logic          err_q, wanted;

  assign pub_ready_o = state_q == Idle;
  assign busy_o      = state_q != Idle;
  assign queue_o     = q_q;
  assign bad_o       = state_q == Bad;
  assign rq_valid_o  = state_q == Ask;
  assign rq_len_o    = 13'd2;
  assign wanted      = event_idx_i ? (new_q - word_q - 16'd1) < (new_q - old_q) : !word_q[0];
  assign evt_used_o  = (state_q == Look && !event_idx_i && !no_irq_i) || (state_q == Judge && wanted);

  always_comb begin
    rq_addr_o = '0;
    if (state_q == Ask) rq_addr_o = driver_i + (event_idx_i ? 64'd4 + {47'd0, size_i, 1'b0} : '0);
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= Idle;
    end else begin
      case (state_q)
        Idle: if (pub_valid_i) begin
          q_q     <= pub_queue_i;
          old_q   <= pub_old_i;
          new_q   <= pub_new_i;
          err_q   <= 1'b0;
          state_q <= Look;
        end
        Look: state_q <= (!event_idx_i && !no_irq_i) ? Idle : Ask;
        Ask: if (rq_ready_i) state_q <= Get;
        Get: if (rs_valid_i) begin
          // Two bytes; one by one if the ring is so odd that they lie in two bus words.
          if (rs_nbytes_i == 4'd2) word_q <= rs_data_i[15:0];
          else word_q <= {rs_data_i[7:0], word_q[15:8]};
          err_q <= err_q || rs_err_i;
          if (rs_last_i) state_q <= (err_q || rs_err_i) ? Bad : Judge;
        end
        Judge: state_q <= Idle;
        default: ;
      endcase
    end
  end

  logic unused;
  assign unused = ^rs_data_i[63:16];
endmodule

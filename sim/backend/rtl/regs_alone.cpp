// SPDX-License-Identifier: Apache-2.0
#include "backend/rtl/regs_alone.h"

#include <memory>

#include "Vvdev_regs.h"
#include "Vvdev_regs___024root.h"
#include "verilated.h"

#include "backend/rtl/verilated_state.h"

namespace pring_rtl
{

enum { READ_EVERY = 4, MAGIC = 0x74726976, REG_MAGIC = 0x000, REG_STATUS = 0x070 };

/* Rising edge; as with the whole device, no output hangs on an input, so that one evaluation will do. */
static void edge(Vvdev_regs &top)
{
    if (!has_clock_history<Vvdev_regs___024root>::value) {
        top.clk_i = 0;
        top.eval();
    }
    arm_clock(*top.rootp, 0);
    top.clk_i = 1;
    top.eval();
}

uint64_t regs_alone(uint64_t cycles)
{
    VerilatedContext context;
    std::unique_ptr<Vvdev_regs> top(new Vvdev_regs(&context, "regs"));
    uint64_t answers = 0, magic = 0;

    for (int i = 0; i < 2; i++) { // in reset
        top->clk_i = 0;
        top->eval();
        edge(*top);
    }
    top->rst_ni = 1;
    top->nq_i = 1;
    top->idle_i = 1;
    top->s_rready_i = top->s_bready_i = 1;
    for (uint64_t i = 0; i < cycles; i++) {
        top->s_arvalid_i = i % READ_EVERY == 0;
        top->s_araddr_i = i % (READ_EVERY * 2) == 0 ? REG_MAGIC : REG_STATUS;
        edge(*top);
        answers += top->s_rvalid_o;
        magic += top->s_rvalid_o && top->s_rdata_o == MAGIC;
    }
    top->final();
    bool works = answers == (cycles + READ_EVERY - 1) / READ_EVERY && magic == (answers + 1) / 2;
    return works ? cycles : 0;
}

} // namespace pring_rtl

// SPDX-License-Identifier: Apache-2.0
/* The checkers as a design of their own: see pring_rtl_check in <pring/rtl_bench.h>. */
#include <memory>

#include "Vvdev_check_axi.h"
#include "verilated.h"

#include <pring/rtl_bench.h>

static void edge(Vvdev_check_axi &top)
{
    top.clk_i = 0;
    top.eval();
    top.clk_i = 1;
    top.eval();
}

static void set_pins(Vvdev_check_axi &top, const pring_rtl_checked &c)
{
    top.quiet_i = c.quiet;
    top.arvalid_i = c.arvalid;
    top.arready_i = c.arready;
    top.araddr_i = c.araddr;
    top.arlen_i = c.arlen;
    top.rvalid_i = c.rvalid;
    top.rlast_i = c.rlast;
    top.awvalid_i = c.awvalid;
    top.awready_i = c.awready;
    top.awaddr_i = c.awaddr;
    top.awlen_i = c.awlen;
    top.wvalid_i = c.wvalid;
    top.wready_i = c.wready;
    top.wdata_i = c.wdata;
    top.wstrb_i = c.wstrb;
    top.wlast_i = c.wlast;
    top.bvalid_i = c.bvalid;
    top.over_rd_i = c.over_rd;
    top.over_wr_i = c.over_wr;
    top.insane_i = c.insane;
    top.stray_i = c.stray;
    top.queue_i = c.queue & 0x7f;
}

extern "C" uint32_t pring_rtl_check(const pring_rtl_checked *cycles, uint32_t count)
{
    VerilatedContext context;
    std::unique_ptr<Vvdev_check_axi> top(new Vvdev_check_axi(&context, "check"));

    set_pins(*top, {});
    edge(*top); // in reset
    top->por_ni = 1;
    for (uint32_t i = 0; i < count; i++) {
        set_pins(*top, cycles[i]);
        edge(*top);
    }
    uint32_t violation = top->viol_o;
    top->final();
    return violation;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every checker of the hardware device fires when its rule is broken, and none when it is kept. The device
 * keeps them all, so they are broken at the checkers' own pins.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pring/rtl_bench.h>

typedef struct pring_rtl_checked cycle;

#define AR          .arvalid = true, .araddr = 0x1000, .arlen = 3
#define AW          .awvalid = true, .awaddr = 0x2000, .awlen = 1
#define W           .wvalid = true, .wdata = 5, .wstrb = 0xff
#define CYCLES(...) (const cycle[]){__VA_ARGS__}, sizeof((const cycle[]){__VA_ARGS__}) / sizeof(cycle)

static void check(uint32_t code, uint32_t info, const cycle *cycles, size_t count)
{
    uint32_t expected = code == 0 ? 0 : UINT32_C(1) << 31 | code << 16 | info;

    assert_int_equal(pring_rtl_check(cycles, (uint32_t)count), expected);
}

/* Waiting, bursts up to the page's end, answers in the cycle of the next request, silence. */
static void rules_kept(void **state)
{
    (void)state;
    check(0, 0, CYCLES({0}, {0}));
    check(0, 0, CYCLES({AR}, {AR}, {AR, .arready = true}, {.rvalid = true}, {.rvalid = true, .rlast = true}));
    check(0, 0,
          CYCLES({AW, .awready = true, W}, {W}, {W, .wready = true}, {W, .wready = true, .wlast = true},
                 {.bvalid = true}));
    check(0, 0, CYCLES({.arvalid = true, .arready = true, .araddr = 0x1f80, .arlen = 15}));
    check(0, 0, CYCLES({.awvalid = true, .awready = true, .awaddr = 0x1ffb, .awlen = 0}));
    check(0, 0,
          CYCLES({AR, .arready = true}, {AR, .arready = true, .rvalid = true, .rlast = true},
                 {.rvalid = true, .rlast = true}));
    /* a burst offered before DRIVER_OK went may still be taken */
    check(0, 0, CYCLES({AR}, {AR, .quiet = true}, {AR, .arready = true, .quiet = true}));
}

static void withdrawn_or_changed(void **state)
{
    (void)state;
    check(1, 0, CYCLES({AR}, {0}));
    check(1, 0, CYCLES({AR}, {.arvalid = true, .araddr = 0x1008, .arlen = 3}));
    check(1, 0, CYCLES({AR}, {.arvalid = true, .araddr = 0x1000, .arlen = 4, .arready = true}));
    check(2, 0, CYCLES({AW}, {0}));
    check(2, 0, CYCLES({AW}, {.awvalid = true, .awaddr = 0x2000, .awlen = 2}));
    check(2, 0, CYCLES({AW}, {.awvalid = true, .awaddr = UINT64_C(1) << 63 | 0x2000, .awlen = 1}));
    check(3, 0, CYCLES({W}, {0}));
    check(3, 0, CYCLES({W}, {.wvalid = true, .wdata = 6, .wstrb = 0xff}));
    check(3, 0, CYCLES({W}, {.wvalid = true, .wdata = 5, .wstrb = 0x7f}));
    check(3, 0, CYCLES({W}, {W, .wlast = true}));
}

static void over_a_page(void **state)
{
    (void)state;
    check(4, 0x1f88, CYCLES({.arvalid = true, .araddr = 0x1f88, .arlen = 15}));
    check(4, 0x0ff8, CYCLES({.arvalid = true, .araddr = 0x0ff8, .arlen = 1}));
    check(5, 0x2ffc, CYCLES({.awvalid = true, .awaddr = 0x2ffc, .awlen = 1}));
    check(5, 0x2808,
          CYCLES({.awvalid = true, .awaddr = 0x2808, .awlen = 255}, {0})); /* and the first one stays */
}

/* From the second cycle without DRIVER_OK on. */
static void burst_in_silence(void **state)
{
    (void)state;
    check(6, 0x1000, CYCLES({.quiet = true}, {AR, .quiet = true}));
    check(6, 0x2000, CYCLES({.quiet = true}, {AW, .quiet = true}));
}

static void faults_inside(void **state)
{
    (void)state;
    check(16, 0, CYCLES({.over_rd = true}));
    check(17, 0, CYCLES({.over_wr = true}));
    check(18, 0, CYCLES({.insane = true}));
    check(19, 0, CYCLES({.stray = true}));
    assert_int_equal(pring_rtl_check(CYCLES({.stray = true, .queue = 7})), 0x87130000);
}

static void answers_to_nothing(void **state)
{
    (void)state;
    check(32, 0, CYCLES({.rvalid = true, .rlast = true}));
    check(32, 0, CYCLES({AR, .arready = true}, {.rvalid = true, .rlast = true}, {.rvalid = true}));
    check(33, 0, CYCLES({.bvalid = true}));
    check(33, 0, CYCLES({AW, .awready = true}, {.bvalid = true}, {.bvalid = true}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_kept),    cmocka_unit_test(withdrawn_or_changed),
        cmocka_unit_test(over_a_page),   cmocka_unit_test(burst_in_silence),
        cmocka_unit_test(faults_inside), cmocka_unit_test(answers_to_nothing),
    };

    return cmocka_run_group_tests_name("rtl_checks", tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers that a TLM device of one's own is given (<pring/tlm_registers.h>) beside the C model's: the
 * same random writes, sensible and not, and every register reads the same after each. Nobody has memory, so a
 * notification that is acted on ends in DEVICE_NEEDS_RESET.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <pring/backend.h>
#include <pring/device.h>
#include <pring/systemc.h>

enum { RUNS = 200, ACTS = 60, STATUS = 0x70, WHOLE = 15, CONFIG_END = 0x110 };

struct side {
    const struct pring_backend *backend;
    void *self;
    bool line;
};
static struct side model, own;
static uint64_t state;

static uint32_t draw(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 24) % below);
}

/* ---- a bus without memory ---- */

static int no_read(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n, uint8_t *out)
{
    (void)ctx, (void)burst, (void)offset, (void)n, (void)out;
    return -1;
}

static int no_write(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n,
                    const uint8_t *in, const uint8_t *strb)
{
    (void)ctx, (void)burst, (void)offset, (void)n, (void)in, (void)strb;
    return -1;
}

static void set_line(void *ctx, bool level, uint64_t cycle)
{
    struct side *side = ctx;

    (void)cycle;
    side->line = level;
}

static void no_violation(void *ctx, uint32_t code, uint64_t cycle)
{
    (void)ctx, (void)cycle;
    fail_msg("violation %#x", code);
}

static const struct pring_bus_ops bus = {no_read, no_write, set_line, no_violation};

static void open_side(struct side *side, const struct pring_backend *backend)
{
    assert_non_null(backend);
    side->backend = backend;
    assert_int_equal(backend->open(&bus, side, &side->self), 0);
}

/* ---- registers ---- */

static uint32_t read_at(struct side *side, uint32_t offset)
{
    uint32_t value = 0, cycles;

    assert_int_equal(side->backend->reg_read(side->self, offset, &value, &cycles), 0);
    return value;
}

static void write_both(uint32_t offset, uint32_t value)
{
    uint32_t cycles;

    assert_int_equal(model.backend->reg_write(model.self, offset, value, WHOLE, &cycles), 0);
    assert_int_equal(own.backend->reg_write(own.self, offset, value, WHOLE, &cycles), 0);
}

static void assert_same(uint32_t run, uint32_t offset, uint32_t value)
{
    for (uint32_t at = 0; at < CONFIG_END; at += 4) {
        uint32_t wanted = read_at(&model, at), got = read_at(&own, at);

        if (wanted != got)
            fail_msg("run %u: after %#x = %#x register %#x is %#x, not %#x", run, offset, value, at, got,
                     wanted);
    }
    assert_int_equal(own.line, model.line);
}

static void act(uint32_t run)
{
    static const struct {
        uint32_t offset, values[4];
    } acts[] = {
        {0x14, {0, 1, 2, 3}},       {0x24, {0, 1, 3, 4}},     {0x20, {0, 1, 1, 0x20000000}},
        {0x30, {0, 0, 0, 1}},       {0x38, {8, 0, 3, 2048}},  {0x44, {1, 1, 0, 2}},
        {0x50, {0, 0, 1, 77}},      {0x64, {1, 2, 3, 0xff}},  {STATUS, {0, 3, 11, 15}},
        {STATUS, {128, 64, 8, 15}}, {0x80, {4096, 0, 16, 1}}, {0xa4, {0, 0, 1, 2}},
        {0x100, {1, 2, 3, 4}},      {0x34, {1, 2, 3, 4}},     {0x88, {1, 2, 3, 4}},
    };
    uint32_t which = draw(sizeof acts / sizeof acts[0]), value = acts[which].values[draw(4)];

    write_both(acts[which].offset, value);
    assert_same(run, acts[which].offset, value);
}

/* What a driver does, so that random acts also meet a device in operation. */
static void bring_up(void)
{
    static const uint32_t writes[][2] = {{STATUS, 3},    {0x24, 1}, {0x20, 1},   {STATUS, 11},
                                         {0x30, 0},      {0x38, 8}, {0x80, 0},   {0x90, 4096},
                                         {0xa0, 0x2000}, {0x44, 1}, {STATUS, 15}};

    for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++)
        write_both(writes[i][0], writes[i][1]);
}

static void the_registers_of_a_tlm_device_are_those_of_the_model(void **unused)
{
    const struct pring_setup setup = {.device_type = PRING_DEVICE_RNG,
                                      .queue_count = 1,
                                      .queue_size_max = 1024,
                                      .features = UINT64_C(1) << 32,
                                      .seed = 7};
    const struct pring_profile profile = {0};
    uint32_t broken = 0;

    (void)unused;
    open_side(&model, &pring_backend_model);
    open_side(&own, pring_systemc_backend("systemc-example"));
    for (uint32_t run = 0; run < RUNS; run++) {
        state = (run + 1) * UINT64_C(0x9e3779b97f4a7c15);
        model.line = own.line = false;
        model.backend->power_on(model.self, &setup, &profile);
        own.backend->power_on(own.self, &setup, &profile);
        if (draw(2))
            bring_up();
        for (uint32_t i = 0; i < ACTS; i++) {
            act(run);
            broken += (read_at(&own, STATUS) & 64) != 0;
        }
    }
    assert_in_range(broken, RUNS, RUNS * ACTS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_registers_of_a_tlm_device_are_those_of_the_model)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The proxy hides a device's mistakes from the driver's side of the ring, so monitors on the raw side must
 * see them. Each backend in turn gets a used.len that is one too large, at its own pins: the monitor names
 * SPLIT-USED-DEV-02 there and nowhere else, and result_hash differs from the other backend's.
 */
#include "e2e.h"

static struct {
    const struct pring_bus_ops *bus;
    void *bus_ctx, *inner_self;
    const struct pring_backend *inner;
    uint64_t used; /* address of the used ring */
    bool armed;
} poison;

static int read_through(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n, uint8_t *out)
{
    (void)ctx;
    return poison.bus->dma_read(poison.bus_ctx, burst, offset, n, out);
}

static int write_poisoned(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n,
                          const uint8_t *in, const uint8_t *strb)
{
    static uint8_t changed[4096];
    uint64_t from = burst->addr + offset - (poison.used + 4);
    (void)ctx;
    memcpy(changed, in, n);
    for (uint32_t i = 0; i < n && poison.armed; i++)
        if (from + i < 8 * 8 && (from + i) % 8 == 4) /* the low byte of an element's len */
            changed[i]++;
    return poison.bus->dma_write(poison.bus_ctx, burst, offset, n, changed, strb);
}

static void irq_through(void *ctx, bool level, uint64_t cycle)
{
    (void)ctx;
    poison.bus->irq(poison.bus_ctx, level, cycle);
}

static void violation_through(void *ctx, uint32_t code, uint64_t cycle)
{
    (void)ctx;
    poison.bus->violation(poison.bus_ctx, code, cycle);
}

static int open_inner(const struct pring_bus_ops *bus, void *ctx, void **self)
{
    static const struct pring_bus_ops ops = {read_through, write_poisoned, irq_through, violation_through};
    poison.bus = bus;
    poison.bus_ctx = ctx;
    int result = poison.inner->open(&ops, NULL, &poison.inner_self);
    *self = poison.inner_self;
    return result;
}

static int reg_write(void *self, uint32_t offset, uint32_t value, uint8_t strb, uint32_t *cycles)
{
    if (offset == 0x0a0)
        poison.used = value;
    return poison.inner->reg_write(self, offset, value, strb, cycles);
}

static struct pring_result run(const struct pring_backend *backend)
{
    static struct pring_scenario scenario;
    struct pring_run_request request = {
        .island = pring_island_by_name("straight"), .backend = backend, .scenario = &scenario};
    struct pring_result result;
    e2e_parse(&scenario, NULL, "pring 1\ndevice rng\nwork entropy bytes=16\n");
    pring_bench_run(&request, &result);
    return result;
}

static void poisoned_differs_from(const char *name, const char *other_name)
{
    struct pring_backend *backend = malloc(sizeof *backend); /* for good: the wire remembers its address */
    assert_non_null(backend);
    *backend = *pring_bench_backend(name);
    poison.inner = pring_bench_backend(name);
    backend->open = open_inner;
    backend->reg_write = reg_write;

    poison.armed = false;
    struct pring_result clean = run(backend), other = run(pring_bench_backend(other_name));
    assert_int_equal(clean.device_findings, 0);
    assert_true(clean.result_hash == other.result_hash);

    poison.armed = true;
    struct pring_result poisoned = run(backend);
    other = run(pring_bench_backend(other_name));
    assert_true(poisoned.device_findings > 0);
    assert_string_equal(poisoned.device_bug.rule, "SPLIT-USED-DEV-02");
    assert_int_equal(other.device_findings, 0);
    assert_true(poisoned.result_hash != other.result_hash);
}

static void test_a_wrong_used_len_of_the_model_is_named_on_the_model_only(void **state)
{
    (void)state;
    poisoned_differs_from("model", "model-reverse");
}

static void test_a_wrong_used_len_of_the_rtl_is_named_on_the_rtl_only(void **state)
{
    (void)state;
#ifdef PRING_WITH_RTL
    poisoned_differs_from("rtl", "model");
#else
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_wrong_used_len_of_the_model_is_named_on_the_model_only),
        cmocka_unit_test(test_a_wrong_used_len_of_the_rtl_is_named_on_the_rtl_only),
    };
    assert_int_equal(pring_bench_open(), 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

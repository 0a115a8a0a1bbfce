/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the proxy of packed rings hides, the monitors on the raw side must see: the model's own writes are
 * changed at its pins, one way after the other, and each is named by its rule. An honest one is not.
 */
#include "e2e.h"

enum mistake {
    HONEST,
    LEN_TOO_LARGE,
    OTHER_ID,
    OTHER_LAP,
    FLAGS_FIRST,
    OTHER_PLACE,
    WRITTEN_AGAIN,
    EVENT_UNDEFINED,
    EVENT_RESERVED,
    NO_INTERRUPT,
};

static struct {
    const struct pring_bus_ops *bus;
    void *bus_ctx;
    const struct pring_backend *inner;
    uint64_t ring, events; /* addresses of the descriptor ring and of the device's event structure */
    enum mistake mistake;
    struct pring_burst body; /* of a used descriptor, kept back */
    uint8_t bytes[16];
} pins;

static int write_on(struct pring_burst burst, uint32_t n, const uint8_t *in)
{
    return pins.bus->dma_write(pins.bus_ctx, &burst, 0, n, in, NULL);
}

/* len and id of a used descriptor */
static int write_body(const struct pring_burst *burst, uint32_t n, const uint8_t *in)
{
    uint8_t changed[16];

    memcpy(changed, in, n);
    changed[0] = (uint8_t)(changed[0] + (pins.mistake == LEN_TOO_LARGE));
    changed[4] ^= pins.mistake == OTHER_ID;
    pins.body = *burst;
    memcpy(pins.bytes, changed, n);
    if (pins.mistake == OTHER_PLACE)
        pins.body.addr += 16;
    return pins.mistake == FLAGS_FIRST ? 0 : write_on(pins.body, n, changed);
}

static int write_flags(const struct pring_burst *burst, uint32_t n, const uint8_t *in)
{
    struct pring_burst at = *burst;
    uint8_t changed[2] = {in[0], in[1]};
    int error;

    if (pins.mistake == OTHER_LAP)
        changed[0] ^= 0x80, changed[1] ^= 0x80;
    if (pins.mistake == OTHER_PLACE)
        at.addr += 16;
    error = write_on(at, n, changed);
    if (error == 0 && (pins.mistake == FLAGS_FIRST || pins.mistake == WRITTEN_AGAIN))
        error = write_on(pins.body, 6, pins.bytes);
    return error;
}

static int write_event(const struct pring_burst *burst, uint32_t n, const uint8_t *in)
{
    uint8_t changed[4];

    memcpy(changed, in, n);
    if (pins.mistake == EVENT_UNDEFINED)
        changed[2] = 3;
    if (pins.mistake == EVENT_RESERVED)
        changed[2] |= 4;
    return write_on(*burst, n, changed);
}

static int on_write(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n,
                    const uint8_t *in, const uint8_t *strb)
{
    uint64_t at = burst->addr - pins.ring;

    (void)ctx;
    if (at < 16 * 8 && n == 6 && at % 16 == 8)
        return write_body(burst, n, in);
    if (at < 16 * 8 && n == 2 && at % 16 == 14)
        return write_flags(burst, n, in);
    if (burst->addr == pins.events && n == 4)
        return write_event(burst, n, in);
    return pins.bus->dma_write(pins.bus_ctx, burst, offset, n, in, strb);
}

static int on_read(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n, uint8_t *out)
{
    (void)ctx;
    return pins.bus->dma_read(pins.bus_ctx, burst, offset, n, out);
}

static void on_irq(void *ctx, bool level, uint64_t cycle)
{
    (void)ctx;
    if (pins.mistake != NO_INTERRUPT)
        pins.bus->irq(pins.bus_ctx, level, cycle);
}

static void on_violation(void *ctx, uint32_t code, uint64_t cycle)
{
    (void)ctx;
    pins.bus->violation(pins.bus_ctx, code, cycle);
}

static int open_inner(const struct pring_bus_ops *bus, void *ctx, void **self)
{
    static const struct pring_bus_ops ops = {on_read, on_write, on_irq, on_violation};

    pins.bus = bus;
    pins.bus_ctx = ctx;
    return pins.inner->open(&ops, NULL, self);
}

static int reg_write(void *self, uint32_t offset, uint32_t value, uint8_t strb, uint32_t *cycles)
{
    if (offset == 0x080)
        pins.ring = value;
    if (offset == 0x0a0)
        pins.events = value;
    return pins.inner->reg_write(self, offset, value, strb, cycles);
}

static void test_each_mistake_of_a_device_is_named(void **state)
{
    static const char *const rules[] = {
        [HONEST] = "",
        [LEN_TOO_LARGE] = "ST-PWRITE-DEV-01",
        [OTHER_ID] = "ST-PCHAIN-DEV-01",
        [OTHER_LAP] = "ST-WRAP-DEV-02",
        [FLAGS_FIRST] = "PACKED-DESC-DEV-04",
        [OTHER_PLACE] = "PACKED-DESC-DEV-03",
        [WRITTEN_AGAIN] = "PACKED-DESC-DEV-04",
        [EVENT_UNDEFINED] = "ST-PEVT-DEV-01",
        [EVENT_RESERVED] = "ST-PEVT-DEV-03",
        [NO_INTERRUPT] = "ST-PEVT-DEV-02",
    };
    static struct pring_backend backend;
    static struct pring_scenario scenario;
    struct pring_run_request request = {
        .island = pring_island_by_name("circular"), .backend = &backend, .scenario = &scenario};

    (void)state;
    pins.inner = pring_bench_backend("model");
    backend = *pins.inner;
    backend.open = open_inner;
    backend.reg_write = reg_write;
    e2e_parse(&scenario, NULL,
              "pring 1\ndevice rng size=8 +RING_PACKED +INDIRECT_DESC\nwork entropy bytes=16\nwork entropy "
              "bytes=16\n");
    for (unsigned i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct pring_result result;
        pins.mistake = (enum mistake)i;
        pring_bench_run(&request, &result);
        if (strcmp(result.device_findings ? result.device_bug.rule : "", rules[i]) != 0)
            fail_msg("mistake %u: expected %s, got %s: %s", i, rules[i], result.device_bug.rule,
                     result.device_bug.why);
    }
}

/* Two chains at one notification, as the first kick was lost. */
static void test_a_device_that_does_not_keep_the_order_is_named(void **state)
{
    static struct pring_backend backend;
    static struct pring_scenario scenario;
    struct pring_run_request request = {.island = pring_island_by_name("vio"), .scenario = &scenario};
    struct pring_result result;

    (void)state;
    e2e_parse(&scenario, NULL,
              "pring 1\ndevice blk size=8 +RING_PACKED +IN_ORDER -EVENT_IDX\nwork read sector=0 count=1 "
              "&\nwork write sector=2 count=1 &\nwork wait\nfault drop at kick\n");
    backend = *pring_bench_backend("model-reverse");
    backend.features |= 1ull << 35;
    request.backend = &backend;
    pring_bench_run(&request, &result);
    assert_int_not_equal(result.device_findings, 0);
    assert_string_equal(result.device_bug.rule, "RFEAT-DEV-05");
    request.backend = pring_bench_backend("model-batch");
    pring_bench_run(&request, &result);
    assert_int_equal(result.device_findings, 0);
    assert_int_equal(result.verdict, PRING_VERDICT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_mistake_of_a_device_is_named),
        cmocka_unit_test(test_a_device_that_does_not_keep_the_order_is_named),
    };
    assert_int_equal(pring_bench_open(), 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a device may get wrong where a driver resets one queue: the model's registers and DMA are changed at
 * its pins, one way after the other, and each is named by its rule. An honest one is not.
 */
#include "e2e.h"

enum mistake {
    HONEST,
    NOT_BEGUN,      /* QueueReset is written, and the device goes on */
    OVER_TOO_EARLY, /* it reads as 0, and the device goes on for a while */
    WAKES_UP,       /* all is over, and then the ring is read once more */
    STILL_TELLS,    /* and then the driver is interrupted once more */
    GOES_ON,        /* the next completion stands where it would have stood */
};
enum { QUEUE_READY = 0x044, NOTIFY = 0x050, CAUSE = 0x060, ACK = 0x064, DRIVER_AREA = 0x090 };
enum { DEVICE_AREA = 0x0a0, QUEUE_RESET = 0x0c0 };

static struct {
    const struct pring_bus_ops *bus;
    void *bus_ctx;
    const struct pring_backend *inner;
    uint64_t driver, device; /* addresses of the available and of the used ring */
    enum mistake mistake;
    bool was_asked, was_read; /* QueueReset was written; read since */
    bool owes_reset;          /* and the model was not told yet */
    bool asserts;             /* an interrupt of no cause */
    uint16_t idx;             /* used.idx before the reset */
} pins;

static void write_inner(void *self, uint32_t offset, uint32_t value)
{
    uint32_t cycles;

    (void)pins.inner->reg_write(self, offset, value, 0xf, &cycles);
}

/* What is done between two accesses, once the driver has looked. */
static void misbehave(void *self)
{
    struct pring_burst burst = {.addr = pins.driver, .len_bytes = 4};
    uint8_t bytes[4];

    if (pins.mistake == WAKES_UP)
        pins.bus->dma_read(pins.bus_ctx, &burst, 0, 4, bytes);
    if (pins.mistake == NOT_BEGUN || pins.mistake == OVER_TOO_EARLY)
        write_inner(self, NOTIFY, 0);
    if (pins.owes_reset)
        write_inner(self, QUEUE_RESET, 1);
    if (pins.mistake == STILL_TELLS) {
        pins.asserts = true;
        pins.bus->irq(pins.bus_ctx, true, 0);
    }
    pins.owes_reset = pins.was_asked = pins.was_read = false;
}

static int reg_read(void *self, uint32_t offset, uint32_t *value, uint32_t *cycles)
{
    bool looks = pins.was_asked && offset == QUEUE_RESET;
    int error;

    if (pins.was_read || (looks && pins.mistake == NOT_BEGUN))
        misbehave(self);
    error = pins.inner->reg_read(self, offset, value, cycles);
    if (pins.owes_reset && offset == QUEUE_READY)
        *value = 0;
    if (pins.asserts && offset == CAUSE)
        *value |= 1;
    pins.was_read |= looks;
    return error;
}

static int reg_write(void *self, uint32_t offset, uint32_t value, uint8_t strb, uint32_t *cycles)
{
    if (offset == DRIVER_AREA)
        pins.driver = value;
    if (offset == DEVICE_AREA)
        pins.device = value;
    if (pins.was_read)
        misbehave(self);
    if (offset == ACK && pins.asserts) {
        pins.asserts = false;
        pins.bus->irq(pins.bus_ctx, false, 0);
    }
    if (offset == QUEUE_RESET) {
        pins.was_asked = true;
        pins.owes_reset = pins.mistake == OVER_TOO_EARLY;
        if (pins.owes_reset || pins.mistake == NOT_BEGUN)
            return 0;
    }
    return pins.inner->reg_write(self, offset, value, strb, cycles);
}

static int on_write(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n,
                    const uint8_t *in, const uint8_t *strb)
{
    uint16_t idx;

    (void)ctx;
    if (burst->addr != pins.device + 2 || n != 2)
        return pins.bus->dma_write(pins.bus_ctx, burst, offset, n, in, strb);
    memcpy(&idx, in, 2);
    if (pins.mistake == GOES_ON && idx <= pins.idx)
        idx = (uint16_t)(idx + pins.idx);
    else
        pins.idx = idx;
    return pins.bus->dma_write(pins.bus_ctx, burst, offset, n, (const uint8_t *)&idx, strb);
}

static int on_read(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n, uint8_t *out)
{
    (void)ctx;
    return pins.bus->dma_read(pins.bus_ctx, burst, offset, n, out);
}

static void on_irq(void *ctx, bool level, uint64_t cycle)
{
    (void)ctx;
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

static void try_mistake(const struct pring_backend *backend, enum mistake mistake, const char *schedule,
                        const char *rule)
{
    static struct pring_scenario scenario;
    struct pring_run_request request = {
        .island = pring_island_by_name("orderly"), .backend = backend, .scenario = &scenario};
    struct pring_result result;
    char text[256];

    snprintf(text, sizeof text,
             "pring 1\ndevice rng +RING_RESET\nset schedule=%s\nwork entropy bytes=16\nwork entropy "
             "bytes=16\nwork entropy bytes=16\nfault drop at done nth 2\n",
             schedule);
    e2e_parse(&scenario, NULL, text);
    pins.mistake = mistake;
    pins.was_asked = pins.was_read = pins.owes_reset = pins.asserts = false;
    pins.idx = 0;
    pring_bench_run(&request, &result);
    if (strcmp(result.device_findings ? result.device_bug.rule : "", rule) != 0)
        fail_msg("mistake %u: expected %s, got %s: %s", mistake, rule, result.device_bug.rule,
                 result.device_bug.why);
    if (mistake == HONEST && result.verdict == PRING_VERDICT_BUG)
        fail_msg("honest: %s: %s", result.bug.rule, result.bug.why);
}

static void test_each_mistake_at_the_reset_of_a_queue_is_named(void **state)
{
    static struct pring_backend backend;

    (void)state;
    pins.inner = pring_bench_backend("model");
    backend = *pins.inner;
    backend.open = open_inner;
    backend.reg_read = reg_read;
    backend.reg_write = reg_write;
    try_mistake(&backend, HONEST, "settled", "");
    try_mistake(&backend, HONEST, "free", "");
    try_mistake(&backend, NOT_BEGUN, "settled", "MMIO-DEV-11");
    try_mistake(&backend, OVER_TOO_EARLY, "free", "MMIO-DEV-12");
    try_mistake(&backend, WAKES_UP, "settled", "QRESET-DEV-01");
    try_mistake(&backend, STILL_TELLS, "settled", "QRESET-DEV-02");
    try_mistake(&backend, STILL_TELLS, "free", "QRESET-DEV-02");
    try_mistake(&backend, GOES_ON, "settled", "QRESET-DEV-03");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_mistake_at_the_reset_of_a_queue_is_named)};
    assert_int_equal(pring_bench_open(), 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

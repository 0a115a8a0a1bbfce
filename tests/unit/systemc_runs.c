/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SystemC platform against the direct RTL: same cycles, same state. What goes over its bus is what the
 * wire sees. Without memory behind the bus, a named bus error. A device of one's own runs the seeds as the
 * model does. `unit.systemc_runs COUNT SEED` for more samples than the test's share.
 */
#include "e2e.h"

#include <pring/machine.h>
#include <pring/memory.h>
#include <pring/mutate.h>
#include <pring/systemc.h>
#include <pring/wire.h>

static uint32_t count = 300, first_seed = 1;

#ifdef PRING_WITH_RTL
static unsigned compare(const char *what, const char *driver, const struct pring_scenario *scenario)
{
    struct pring_result rtl = e2e_run(driver, "rtl", scenario);
    struct pring_result systemc = e2e_run(driver, "systemc", scenario);
    if (rtl.verdict == systemc.verdict && rtl.result_hash == systemc.result_hash &&
        rtl.state_hash == systemc.state_hash && rtl.cycles == systemc.cycles && rtl.events == systemc.events)
        return 0;
    fprintf(stderr, "%s %s: rtl %s %llu cycles, systemc %s %llu cycles\n", what, driver,
            pring_verdict_name(rtl.verdict), (unsigned long long)rtl.cycles,
            pring_verdict_name(systemc.verdict), (unsigned long long)systemc.cycles);
    return 1;
}

static void test_seeds_take_the_same_cycles_and_leave_the_same_state_as_on_the_rtl(void **state)
{
    size_t seed_count;
    unsigned differences = 0;
    struct seed *seeds = e2e_seeds(&seed_count);
    (void)state;
    for (size_t i = 0; i < seed_count; i++) {
        differences += compare(seeds[i].path, "vio", &seeds[i].scenario);
        differences += compare(seeds[i].path, "straight", &seeds[i].scenario);
    }
    assert_int_equal(differences, 0);
    free(seeds);
}

static void test_so_do_generated_inputs(void **state)
{
    size_t seed_count;
    unsigned differences = 0;
    struct seed *seeds = e2e_seeds(&seed_count);
    (void)state;
    for (uint32_t n = 0; n < count; n++) {
        static struct pring_scenario scenario;
        uint8_t bytes[PRING_SCENARIO_BYTES_MAX];
        char name[32];
        uint32_t random = (n + 1) * 2654435761U ^ first_seed * 40503U;
        size_t len = pring_scenario_encode(&seeds[random % seed_count].scenario, bytes, sizeof bytes);
        for (uint32_t i = 0; i < 1 + random % 5; i++)
            len = pring_mutate(bytes, len, 512, random + i * 7919U, NULL);
        pring_scenario_decode(&scenario, bytes, len);
        snprintf(name, sizeof name, "sample %u", n);
        differences += compare(name, "vio", &scenario);
    }
    assert_int_equal(differences, 0);
    free(seeds);
}
#endif

/* ---- what crosses the bus ---- */

enum { ACCESSES_MAX = 4096, REG_QUEUE_READY = 0x044, REG_ISR = 0x060, REG_ACK = 0x064 };
struct access {
    bool is_write;
    uint64_t addr;
    uint32_t len_bytes;
};
struct accesses {
    struct access at[ACCESSES_MAX];
    uint32_t count;
};
static struct accesses bus_registers, bus_dma, wire_registers, wire_dma;

static void add(struct accesses *list, bool is_write, uint64_t addr, uint32_t len_bytes)
{
    assert_true(list->count < ACCESSES_MAX);
    list->at[list->count++] = (struct access){is_write, addr, len_bytes};
}

static void on_bus(void *ctx, const struct pring_systemc_access *access)
{
    (void)ctx;
    assert_int_equal(access->slot, 0);
    assert_false(access->is_error);
    add(access->is_dma ? &bus_dma : &bus_registers, access->is_write, access->addr, access->len_bytes);
}

/* Each register event is one access, and besides them: the proxy takes a risen line off the device (reads
 * why, and acknowledges), and after a write of QueueReady it looks whether it stuck. */
static void on_wire(const struct pring_event *event)
{
    switch (event->kind) {
    case PRING_EV_REG_READ:
    case PRING_EV_REG_WRITE:
        add(&wire_registers, event->kind == PRING_EV_REG_WRITE, event->addr & ~UINT64_C(3), 4);
        if (event->kind == PRING_EV_REG_WRITE && event->addr == REG_QUEUE_READY)
            add(&wire_registers, false, REG_QUEUE_READY, 4);
        break;
    case PRING_EV_DEV_IRQ:
        if (event->field != PRING_F_REG_INTERRUPT_STATUS)
            break;
        add(&wire_registers, false, REG_ISR, 4);
        add(&wire_registers, true, REG_ACK, 4);
        break;
    case PRING_EV_DEV_READ:
    case PRING_EV_DEV_WRITE:
        add(&wire_dma, event->kind == PRING_EV_DEV_WRITE, event->addr, event->len_bytes);
        break;
    default:
        break;
    }
}

static void assert_same(const char *what, const struct accesses *bus, const struct accesses *wire)
{
    for (uint32_t i = 0; i < bus->count && i < wire->count; i++)
        if (bus->at[i].is_write != wire->at[i].is_write || bus->at[i].addr != wire->at[i].addr ||
            bus->at[i].len_bytes != wire->at[i].len_bytes)
            fail_msg("%s %u: %s %#llx %u on the bus, %s %#llx %u on the wire", what, i,
                     bus->at[i].is_write ? "write" : "read", (unsigned long long)bus->at[i].addr,
                     bus->at[i].len_bytes, wire->at[i].is_write ? "write" : "read",
                     (unsigned long long)wire->at[i].addr, wire->at[i].len_bytes);
    assert_int_equal(bus->count, wire->count);
}

static void test_transactions_are_the_events_of_the_wire(void **state)
{
    static const char *const texts[] = {
        "pring 1\ndevice blk size=16\nwork read sector=0 count=2 &\nwork write sector=8 count=4\nwork id\n",
        "pring 1\ndevice blk size=8 -EVENT_IDX\nset profile=stall\nwork read sector=0 count=9\nwork flush\n",
        "pring 1\ndevice rng size=4\nwork entropy bytes=5 &\nwork entropy bytes=64\nwork entropy bytes=1\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        e2e_text("vio", "systemc", texts[i]); /* what a first run measures on the model is over */
        bus_registers.count = bus_dma.count = wire_registers.count = wire_dma.count = 0;
        pring_wire_listen(on_wire);
        pring_systemc_listen(on_bus, NULL);
        struct pring_result r = e2e_text("vio", "systemc", texts[i]);
        pring_wire_deafen(on_wire);
        pring_systemc_listen(NULL, NULL);
        assert_int_equal(r.verdict, PRING_VERDICT_OK);
        assert_true(bus_registers.count > r.reg_accesses && bus_dma.count >= 10);
        assert_same("register access", &bus_registers, &wire_registers);
        assert_same("DMA access", &bus_dma, &wire_dma);
    }
}

/* ---- no memory behind the bus ---- */

static bool any_dma;
static void note_dma(void *ctx, const struct pring_systemc_access *access)
{
    (void)ctx;
    any_dma |= access->is_dma;
}

static void test_without_memory_every_seed_that_uses_it_fails_with_the_named_error(void **state)
{
    size_t seed_count, failed = 0, ran = 0;
    unsigned wrong = 0;
    struct seed *seeds = e2e_seeds(&seed_count);
    (void)state;
    pring_systemc_listen(note_dma, NULL);
    for (size_t i = 0; i < seed_count; i++) {
        struct pring_result before = e2e_run("vio", "systemc", &seeds[i].scenario);
        pring_systemc_map_memory(false);
        any_dma = false;
        struct pring_result r = e2e_run("vio", "systemc", &seeds[i].scenario);
        pring_systemc_map_memory(true);
        bool is_named = r.device_findings > 0 && strcmp(r.device_bug.rule, "bus-address") == 0;
        failed += is_named;
        ran += r.verdict != PRING_VERDICT_SKIPPED;
        if (is_named != any_dma)
            wrong += (unsigned)fprintf(stderr, "%s: %u findings, the first %s\n", seeds[i].path,
                                       r.device_findings, r.device_bug.rule);
        struct pring_result after = e2e_run("vio", "systemc", &seeds[i].scenario);
        assert_true(before.state_hash == after.state_hash);
    }
    pring_systemc_listen(NULL, NULL);
    print_message("%zu of %zu seeds failed\n", failed, ran);
    assert_int_equal(wrong, 0);
    assert_true(failed > ran / 2);
    free(seeds);
}

/* ---- a device of one's own ---- */

static void test_a_device_of_ones_own_gives_the_models_results(void **state)
{
    size_t seed_count;
    unsigned differences = 0, ok = 0;
    struct seed *seeds = e2e_seeds(&seed_count);
    (void)state;
    for (size_t i = 0; i < seed_count; i++) {
        struct pring_scenario scenario = seeds[i].scenario;
        if (strncmp(seeds[i].path, "rng/", 4) != 0 || !e2e_is_settled(&scenario) ||
            scenario.set_count == PRING_SETS_MAX)
            continue;
        scenario.set[scenario.set_count++] = (struct pring_set){.key = PRING_SET_FEATURE_OFF, .value = 29};
        struct pring_result model = e2e_run("vio", "model", &scenario);
        struct pring_result own = e2e_run("vio", "systemc-example", &scenario);
        differences += e2e_differs(seeds[i].path, "vio", "systemc-example", &model, &own);
        if (own.device_findings)
            fprintf(stderr, "%s: the example breaks %s: %s\n", seeds[i].path, own.device_bug.rule,
                    own.device_bug.why);
        differences += own.device_findings != 0;
        ok += own.verdict == PRING_VERDICT_OK && own.completed > 0;
    }
    print_message("%u seeds end well on it\n", ok);
    assert_int_equal(differences, 0);
    assert_true(ok >= 20);
    free(seeds);
}

/* ---- debug transport ---- */

static void test_the_debug_transport_moves_bytes_and_ends_with_the_memory(void **state)
{
    (void)state;
    e2e_text("vio", "systemc", "pring 1\ndevice rng\n");
    pring_machine_reset(pring_island_by_name("vio"));
    uint8_t *object = pring_memory_alloc(64, 16, true), read[64], write[3] = {1, 2, 3};
    uint32_t end = pring_memory_next - (uint32_t)(uintptr_t)object;
    assert_non_null(object);
    assert_int_equal(pring_systemc_debug((uintptr_t)object + 5, write, sizeof write, true), sizeof write);
    assert_int_equal(pring_systemc_debug((uintptr_t)object, read, sizeof read, false), sizeof read);
    assert_memory_equal(read + 5, write, sizeof write);
    assert_int_equal(read[4] | read[8], 0);
    assert_int_equal(pring_systemc_debug((uintptr_t)object + end - 8, read, sizeof read, false), 8);
    assert_int_equal(pring_systemc_debug(UINT64_MAX - 3, read, sizeof read, false), 0);
    assert_int_equal(pring_systemc_debug(PRING_REG_BASE, read, sizeof read, false), 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#ifdef PRING_WITH_RTL
        cmocka_unit_test(test_seeds_take_the_same_cycles_and_leave_the_same_state_as_on_the_rtl),
        cmocka_unit_test(test_so_do_generated_inputs),
#endif
        cmocka_unit_test(test_transactions_are_the_events_of_the_wire),
        cmocka_unit_test(test_without_memory_every_seed_that_uses_it_fails_with_the_named_error),
        cmocka_unit_test(test_a_device_of_ones_own_gives_the_models_results),
        cmocka_unit_test(test_the_debug_transport_moves_bytes_and_ends_with_the_memory),
    };
    if (argc > 1)
        count = (uint32_t)strtoul(argv[1], NULL, 0);
    if (argc > 2)
        first_seed = (uint32_t)strtoul(argv[2], NULL, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

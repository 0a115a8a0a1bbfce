/* SPDX-License-Identifier: Apache-2.0 */
/* What power_on forgets, what snapshots keep, and the odd manners that tests of the bench may ask for. */
#include "model_bench.h"

#include "backend/model/model_odd.h"

static struct bench *b, *reversed, *polling;

static int open_benches(void **state)
{
    (void)state;
    b = bench_new(&pring_backend_model);
    reversed = bench_new(&pring_backend_model_reverse);
    polling = bench_new(&pring_backend_model_polling);
    return 0;
}

static int close_benches(void **state)
{
    struct bench *all[] = {b, reversed, polling};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        pring_model_close(all[i]->self);
        free(all[i]);
    }
    return 0;
}

static uint64_t hash(struct bench *bench)
{
    return bench->backend->state_hash(bench->self);
}

/* A life with everything in it that changes state: writes, entropy, a resize, a broken chain at the end. */
static void live(struct bench *bench, const struct pring_setup *setup)
{
    bench_start(bench, setup, setup->features, 8);
    bench_put(bench, BENCH_DATA, 1, 4);
    bench_desc(bench, 0, BENCH_DATA, 16, BENCH_NEXT, 1);
    bench_desc(bench, 1, BENCH_DATA + 64, 1024, BENCH_NEXT, 2);
    bench_desc(bench, 2, BENCH_DATA + 2048, 1, BENCH_WRITE, 0);
    bench_offer(bench, 0);
    bench_kick(bench);
    bench->backend->resize(bench->self, 5);
    bench_write_strb(bench, REG_CONFIG + 32, 0, 1);
    bench_offer(bench, 9);
    bench_kick(bench);
}

static void test_state_hash_after_power_on_ignores_history(void **state)
{
    struct pring_setup setups[] = {bench_blk_setup(BENCH_BIT(11) | BENCH_BIT(9)), bench_rng_setup(5),
                                   bench_blk_setup(0)};
    uint64_t fresh[3];

    (void)state;
    setups[2].seed = 6;
    for (int i = 0; i < 3; i++) {
        bench_power_on(b, &setups[i], &bench_ideal_memory);
        fresh[i] = hash(b);
        for (int k = 0; k < i; k++)
            assert_int_not_equal(fresh[i], fresh[k]);
    }
    for (int i = 0; i < 9; i++) {
        live(b, &setups[i % 3]);
        assert_int_not_equal(hash(b), fresh[i % 3]);
        bench_power_on(b, &setups[i / 3], &bench_ideal_memory);
        assert_int_equal(hash(b), fresh[i / 3]);
    }
}

static void test_state_hash_is_equal_between_instances(void **state)
{
    struct pring_setup setup = bench_blk_setup(BENCH_BIT(11));

    (void)state;
    live(b, &setup);
    live(reversed, &setup);
    assert_int_equal(hash(b), hash(reversed));
    assert_memory_equal(b->memory, reversed->memory, sizeof b->memory);
}

/* A register written must show in the hash: else power_on could forget to reset it unnoticed. */
static void test_state_hash_covers_what_a_driver_can_write(void **state)
{
    static const struct {
        uint32_t offset, value;
    } writes[] = {{0x14, 1}, {0x24, 1}, {0x20, 2}, {0x30, 1}, {0x38, 8}, {0x80, 1}, {0x84, 1},
                  {0x90, 1}, {0x94, 1}, {0xa0, 1}, {0xa4, 1}, {0x70, 1}, {0x120, 0}};
    struct pring_setup setup = bench_blk_setup(BENCH_BIT(11));

    (void)state;
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
        uint64_t without;

        bench_power_on(b, &setup, &bench_ideal_memory);
        bench_write(b, 0, 0); /* counts an access, and is ignored */
        without = hash(b);
        bench_power_on(b, &setup, &bench_ideal_memory);
        bench_write(b, writes[i].offset, writes[i].value);
        assert_int_not_equal(hash(b), without);
    }
}

/* ---- a bus that does not return ---- */

static void test_longjmp_at_every_access_leaves_a_usable_backend(void **state)
{
    struct pring_setup setup = bench_blk_setup(BENCH_BIT(11));
    uint64_t fresh;
    volatile uint32_t jumps = 0;
    volatile bool finished = false;

    (void)state;
    bench_power_on(b, &setup, &bench_ideal_memory);
    fresh = hash(b);
    while (!finished) {
        jmp_buf leave;

        bench_start(b, &setup, BENCH_VERSION_1, 8);
        bench_desc(b, 0, BENCH_DATA + 4090, 16, BENCH_NEXT, 1);
        bench_desc(b, 1, BENCH_DATA + 8000, 1024, BENCH_WRITE | BENCH_NEXT, 2);
        bench_desc(b, 2, BENCH_DATA + 16000, 1, BENCH_WRITE, 0);
        bench_offer(b, 0);
        if (setjmp(leave) == 0) {
            b->leave_after = jumps;
            b->leave = &leave;
            bench_kick(b);
            finished = true;
        }
        jumps++;
        bench_power_on(b, &setup, &bench_ideal_memory);
        assert_int_equal(hash(b), fresh);
    }
    assert_true(jumps > 8);
    live(b, &setup);
    assert_int_equal(bench_used_idx(b), 1);
}

/* ---- snapshots ---- */

static void test_restore_brings_back_the_state(void **state)
{
    struct pring_setup setup = bench_blk_setup(BENCH_BIT(11));
    size_t size_bytes;
    uint64_t before;
    void *buf;

    (void)state;
    live(b, &setup);
    before = hash(b);
    size_bytes = b->backend->save(b->self, NULL, 0);
    buf = malloc(size_bytes);
    memset(buf, 0x5a, size_bytes);
    assert_int_equal(b->backend->save(b->self, buf, size_bytes - 1), size_bytes);
    assert_int_equal(*(uint8_t *)buf, 0x5a); /* too small: untouched */
    assert_int_equal(b->backend->save(b->self, buf, size_bytes), size_bytes);
    bench_write(b, REG_STATUS, 0);
    assert_int_not_equal(hash(b), before);
    b->backend->restore(b->self, buf);
    assert_int_equal(hash(b), before);
    setup.seed++;
    bench_power_on(reversed, &setup, &bench_ideal_memory);
    reversed->backend->restore(reversed->self, buf); /* no pointer in it is used */
    assert_int_equal(hash(reversed), before);
    free(buf);
}

static void test_restored_device_goes_on(void **state)
{
    struct pring_setup setup = bench_rng_setup(3);
    static uint8_t buf[65536];
    static uint8_t memory[BENCH_BYTES];

    (void)state;
    bench_start(b, &setup, 0, 8);
    bench_desc(b, 0, BENCH_DATA, 32, BENCH_WRITE, 0);
    bench_offer(b, 0);
    memcpy(memory, b->memory, sizeof memory);
    assert_true(b->backend->save(b->self, buf, sizeof buf) <= sizeof buf);
    bench_kick(b);
    bench_power_on(reversed, &setup, &bench_ideal_memory);
    memcpy(reversed->memory, memory, sizeof memory);
    reversed->backend->restore(reversed->self, buf);
    bench_kick(reversed);
    assert_memory_equal(reversed->memory, b->memory, sizeof memory);
    assert_int_equal(hash(reversed), hash(b));
}

/* ---- odd manners ---- */

static void offer_entropy(struct bench *bench, uint16_t head)
{
    bench_desc(bench, head, BENCH_DATA + (uint64_t)64 * head, head + 1U, BENCH_WRITE, 0);
    bench_offer(bench, head);
}

static void test_reverse_publishes_a_batch_backwards_with_equal_payload(void **state)
{
    struct pring_setup setup = bench_rng_setup(3);
    struct bench *both[] = {b, reversed};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        bench_start(both[i], &setup, 0, 8);
        for (uint16_t head = 0; head < 5; head++)
            offer_entropy(both[i], head);
        bench_kick(both[i]);
        assert_int_equal(bench_used_idx(both[i]), 5);
    }
    for (uint16_t i = 0; i < 5; i++) {
        bench_check_used(b, i, i, i + 1U);
        bench_check_used(reversed, i, 4U - i, 5U - i);
    }
    assert_memory_equal(bench_at(b, BENCH_DATA), bench_at(reversed, BENCH_DATA), 1024);
}

static void test_polling_serves_without_a_notification(void **state)
{
    struct pring_setup setup = bench_rng_setup(3);

    (void)state;
    bench_start(polling, &setup, 0, 8);
    offer_entropy(polling, 2);
    bench_read(polling, 0);
    assert_int_equal(bench_used_idx(polling), 1);
    bench_check_used(polling, 0, 2, 3);
}

static void test_polling_interrupts_for_no_reason(void **state)
{
    struct pring_setup setup = bench_rng_setup(3);
    uint32_t spurious = 0;

    (void)state;
    bench_start(polling, &setup, 0, 8);
    for (int i = 0; i < 100; i++) {
        spurious += bench_read(polling, REG_INTERRUPT_STATUS) & 1;
        bench_write(polling, REG_INTERRUPT_ACK, 1);
    }
    assert_in_range(spurious, 5, 50);
    bench_write(polling, REG_STATUS, 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(bench_read(polling, REG_INTERRUPT_STATUS), 0);
}

static void test_poisoned_model_lies_about_used_len_until_cured(void **state)
{
    struct pring_setup setup = bench_rng_setup(3);

    (void)state;
    for (int poisoned = 1; poisoned >= 0; poisoned--) {
        pring_model_poison(b->self, poisoned != 0);
        bench_start(b, &setup, 0, 8);
        offer_entropy(b, 4);
        bench_kick(b);
        bench_check_used(b, 0, 4, 5U + (uint32_t)poisoned);
    }
}

static void test_contract_of_the_table(void **state)
{
    const struct pring_backend *all[] = {b->backend, reversed->backend, polling->backend};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(all[i]->caps, PRING_CAP_SEES_DMA | PRING_CAP_SNAPSHOT | PRING_CAP_DETERMINISTIC);
        assert_int_equal(all[i]->queue_size_max, PRING_QUEUE_SIZE_MAX);
        assert_null(all[i]->wave_open);
    }
    assert_string_equal(all[0]->name, "model");
    assert_string_equal(all[1]->name, "model-reverse");
    assert_string_equal(all[2]->name, "model-polling");
    assert_int_equal(b->backend->advance(b->self, 17), 17);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_state_hash_after_power_on_ignores_history),
        cmocka_unit_test(test_state_hash_is_equal_between_instances),
        cmocka_unit_test(test_state_hash_covers_what_a_driver_can_write),
        cmocka_unit_test(test_longjmp_at_every_access_leaves_a_usable_backend),
        cmocka_unit_test(test_restore_brings_back_the_state),
        cmocka_unit_test(test_restored_device_goes_on),
        cmocka_unit_test(test_reverse_publishes_a_batch_backwards_with_equal_payload),
        cmocka_unit_test(test_polling_serves_without_a_notification),
        cmocka_unit_test(test_polling_interrupts_for_no_reason),
        cmocka_unit_test(test_poisoned_model_lies_about_used_len_until_cured),
        cmocka_unit_test(test_contract_of_the_table),
    };

    return cmocka_run_group_tests(tests, open_benches, close_benches);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* State of the RTL backend: power-on forgets all, snapshots, one and two evaluations, recorded pins, waves.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "rtl_bench.h"

/* A mixed run; everything that can be seen of it, as one hash. */
static uint64_t mixed_run(struct bench *b, const struct pring_profile *profile, uint64_t seed)
{
    struct pring_setup setup = bench_blk_setup(FLUSH_BIT | BENCH_EVENT_IDX);
    uint64_t hash = 0;

    setup.seed = seed;
    bench_power_on(b, &setup, profile);
    bench_bring_up(b, (seed & 1) != 0 ? BENCH_EVENT_IDX : 0, 16);
    for (uint16_t round = 0; round < 3; round++) {
        for (uint16_t i = 0; i < 4; i++) {
            put_request(b, (uint16_t)(3 * i), (i + seed) % 2, i, payload(i) + seed % 13, 512 * (1 + i % 2u));
            bench_offer(b, (uint16_t)(3 * i));
        }
        bench_kick_and_settle(b);
        hash = hash * 31 + bench_read(b, REG_INTERRUPT_STATUS);
        bench_write(b, REG_INTERRUPT_ACK, 3);
    }
    if ((seed & 2) != 0)
        b->backend->resize(b->self, seed);
    bench_write(b, REG_STATUS, 0);
    for (uint32_t i = 0; i < BENCH_BYTES; i += 8) {
        uint64_t word;

        memcpy(&word, b->memory + i, 8);
        hash = (hash ^ word) * UINT64_C(0x9fb21c651e98df25);
    }
    return hash ^ b->backend->cycle(b->self) ^ (uint64_t)b->irq_edges << 32;
}

static void repeats_whatever_ran_before(void **state)
{
    struct bench *b = the_rtl();
    uint64_t first, hash;

    (void)state;
    first = mixed_run(b, &bench_slow_memory, 11);
    hash = b->backend->state_hash(b->self);
    for (uint64_t seed = 0; seed < 20; seed++) {
        mixed_run(b, seed % 2 ? &bench_slow_memory : &bench_ideal_memory, seed);
        assert_true(mixed_run(b, &bench_slow_memory, 11) == first);
        assert_true(b->backend->state_hash(b->self) == hash);
    }
}

static void one_and_two_evaluations_agree(void **state)
{
    struct bench *b = the_rtl();

    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        const struct pring_profile *profile = seed % 3 ? &bench_slow_memory : &bench_ideal_memory;
        uint64_t one = mixed_run(b, profile, seed), one_hash = b->backend->state_hash(b->self), two;

        pring_rtl_two_evals(b->self, true);
        two = mixed_run(b, profile, seed);
        pring_rtl_two_evals(b->self, false);
        assert_true(one == two);
        assert_true(one_hash == b->backend->state_hash(b->self));
    }
}

static void replay_equals_run(void **state)
{
    struct bench *b = the_rtl();
    uint64_t seen, hash, after = 0, cycles;

    (void)state;
    seen = mixed_run(b, &bench_slow_memory, 6);
    assert_int_equal(pring_rtl_record(b->self, true), 0);
    assert_true(mixed_run(b, &bench_slow_memory, 6) ==
                seen); /* recording evaluates idle cycles too, with equal result */
    hash = pring_rtl_design_hash(b->self);
    cycles = b->backend->cycle(b->self);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pring_rtl_replay(b->self, &after), cycles + 1); /* and the one in reset */
        assert_true(after == hash);
    }
    pring_rtl_record(b->self, false);
    assert_true(mixed_run(b, &bench_slow_memory, 6) == seen);
}

/* Snapshots all over a run, bursts in flight among them: disturbed, restored, and run to the same end. */
static void snapshots(void **state)
{
    static uint8_t buf[1 << 17], memory[BENCH_BYTES];
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_blk_setup(0);

    (void)state;
    for (uint32_t at_ = 0; at_ < 600; at_ += 7) {
        uint64_t now, end, cycle;
        uint32_t edges;
        bool level;

        bench_power_on(b, &setup, &bench_slow_memory);
        bench_bring_up(b, 0, 16);
        put_request(b, 0, 1, 2, payload(0) + 5, 512);
        put_request(b, 3, 0, 2, payload(1) + 3, 1024);
        bench_offer(b, 0);
        bench_offer(b, 3);
        bench_kick(b);
        b->backend->advance(b->self, at_);
        assert_true(b->backend->save(b->self, buf, sizeof buf) <= sizeof buf);
        now = b->backend->state_hash(b->self);
        memcpy(memory, b->memory, BENCH_BYTES);
        level = b->irq_level;
        edges = b->irq_edges;
        bench_settle(b);
        end = b->backend->state_hash(b->self);
        cycle = b->backend->cycle(b->self);
        mixed_run(b, &bench_ideal_memory, at_);
        b->backend->restore(b->self, buf);
        memcpy(b->memory, memory, BENCH_BYTES);
        b->irq_level = level;
        b->irq_edges = edges;
        assert_true(b->backend->state_hash(b->self) == now);
        bench_settle(b);
        assert_true(b->backend->state_hash(b->self) == end);
        assert_int_equal(b->backend->cycle(b->self), cycle);
        assert_int_equal(request_status(b, 3), 0);
    }
}

/* The bus may leave by a jump out of any access; power-on then gives a device as new. */
static void left_by_a_jump(void **state)
{
    struct bench *b = the_rtl();
    uint64_t expect = mixed_run(b, &bench_slow_memory, 4);
    struct pring_setup setup = bench_blk_setup(0);
    jmp_buf leave;

    (void)state;
    for (uint32_t n = 0; n < 20; n++) {
        if (setjmp(leave) == 0) {
            bench_start(b, &setup, 0, 16);
            put_request(b, 0, 0, 2, payload(1), 1024);
            bench_offer(b, 0);
            b->leave = &leave;
            b->leave_after = n;
            bench_kick_and_settle(b);
        }
        assert_true(mixed_run(b, &bench_slow_memory, 4) == expect);
    }
}

/* A wave file is complete after wave_close, and waves change nothing. */
static void waves(void **state)
{
    struct bench *b = the_rtl();
    char path[] = "rtl_state_XXXXXX";
    uint64_t expect = mixed_run(b, &bench_ideal_memory, 8), hash = b->backend->state_hash(b->self);
    struct stat info;
    int file = mkstemp(path);

    (void)state;
    assert_true(file >= 0);
    close(file);
    assert_int_equal(b->backend->wave_open(b->self, path), 0);
    assert_true(mixed_run(b, &bench_ideal_memory, 8) == expect);
    assert_true(b->backend->state_hash(b->self) == hash);
    assert_true(mixed_run(b, &bench_ideal_memory, 8) == expect);
    b->backend->wave_close(b->self);
    assert_int_equal(stat(path, &info), 0);
    assert_true(info.st_size > 2000);
    unlink(path);
    assert_true(b->backend->wave_open(b->self, "no/such/folder/x.fst") < 0);
    assert_true(mixed_run(b, &bench_ideal_memory, 8) == expect);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeats_whatever_ran_before),
        cmocka_unit_test(one_and_two_evaluations_agree),
        cmocka_unit_test(replay_equals_run),
        cmocka_unit_test(snapshots),
        cmocka_unit_test(left_by_a_jump),
        cmocka_unit_test(waves),
    };

    return cmocka_run_group_tests_name("rtl_state", tests, NULL, NULL);
}

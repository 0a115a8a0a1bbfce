/* SPDX-License-Identifier: Apache-2.0 */
/* What a device writes into a packed ring, by raw events; the driver is honest throughout. */
#include "spec_bench.h"

enum { PLACES = 16, BYTES = 16, F_RING_PACKED = 34, F_IN_ORDER = 35 };
enum { USED = 0x8080 };

static uint8_t *buffers;

static void start_with(uint64_t features)
{
    run_with(1ull << F_RING_PACKED | features);
    buffers = pring_memory_alloc(PLACES * BYTES, 16, true);
    queue()->packed = true;
    queue()->size = PLACES;
    queue()->avail_wrap = queue()->used_wrap = true;
    queue()->driver_bytes = queue()->device_bytes = 4;
}

static int start(void **state)
{
    (void)state;
    start_with(0);
    return 0;
}

static int start_order(void **state)
{
    (void)state;
    start_with(1ull << F_IN_ORDER);
    return 0;
}

/* One buffer behind the other, of one descriptor each; `writable` bytes or none. */
static void lend_chain(uint16_t id, uint32_t writable)
{
    struct pring_observed_queue *q = queue();
    struct pring_event event = event_of(PRING_EV_LEND, PRING_F_PACKED_FLAGS);
    uint16_t head = q->avail_place;
    struct pring_chain *chain = &q->chain[head];

    *chain = (struct pring_chain){.head = head,
                                  .id = id,
                                  .slot = head,
                                  .count = 1,
                                  .direct = 1,
                                  .places = 1,
                                  .state = PRING_CHAIN_GATED,
                                  .writable_bytes = writable,
                                  .readable_bytes = BYTES - writable,
                                  .serial = q->avail_idx + 1u};
    q->segment[head] = part(buffers + head * BYTES, BYTES, writable ? PRING_DESC_WRITE : 0);
    q->head_of_id[id] = (uint16_t)(head + 1);
    q->avail_place++;
    q->avail_idx++;
    q->ring_count++;
    q->lent_count++;
    event.chain = chain;
    event.made = event.seen = id;
    pring_judge_event(&event);
}

static void lend_next(uint16_t id)
{
    lend_chain(id, BYTES);
}

static void dma_write(uint64_t addr, const void *bytes, uint32_t len_bytes)
{
    struct pring_event event = event_of(PRING_EV_DEV_WRITE, 0);

    event.addr = addr;
    event.len_bytes = len_bytes;
    event.bytes = bytes;
    pring_judge_event(&event);
}

static void fill(uint16_t place, uint32_t bytes)
{
    static const uint8_t zeros[BYTES];

    dma_write(bus(buffers + place * BYTES), zeros, bytes);
}

static void use(uint16_t place, uint16_t id, uint32_t len)
{
    uint16_t words[4] = {(uint16_t)len, 0, id, USED};

    dma_write(bus(bench_rings + DESC) + 16u * place + 8, words, 6);
    dma_write(bus(bench_rings + DESC) + 16u * place + 14, words + 3, 2);
}

static void lend_and_fill(uint16_t count)
{
    for (uint16_t i = 0; i < count; i++)
        lend_next(i);
    for (uint16_t i = 0; i < count; i++)
        fill(i, BYTES);
}

/* ---- many at once ---- */

/* As for one packet: the first one last. */
static void use_backwards(uint16_t count)
{
    for (uint16_t place = count; place-- > 0;)
        use(place, place, BYTES);
}

static void test_all_of_the_ring_may_wait_for_its_first(void **state)
{
    (void)state;
    lend_and_fill(PLACES);
    use_backwards(PLACES);
    tell(PRING_EV_DEV_IDLE, 0);
    expect_good_device();
}

static void test_the_last_of_many_is_still_looked_at(void **state)
{
    (void)state;
    lend_and_fill(PLACES);
    use(PLACES - 1, PLACES - 1, BYTES + 1);
    for (uint16_t place = PLACES - 1; place-- > 0;)
        use(place, place, BYTES);
    expect_device("ST-PWRITE-DEV-01");
}

static void test_a_first_one_that_never_comes(void **state)
{
    (void)state;
    lend_and_fill(PLACES);
    for (uint16_t place = PLACES; place-- > 1;)
        use(place, place, BYTES);
    tell(PRING_EV_DEV_IDLE, 0);
    expect_device("ST-PCHAIN-DEV-01");
}

static void test_places_of_a_queue_that_is_reset_are_forgotten(void **state)
{
    (void)state;
    lend_and_fill(PLACES);
    use(1, 1, BYTES);
    device_reset();
    begin_probe();
    init(S_ALL);
    tell(PRING_EV_DEV_IDLE, 0);
    expect_good_device();
}

/* ---- IN_ORDER ---- */

static void test_one_descriptor_stands_for_those_before_it(void **state)
{
    (void)state;
    lend_and_fill(5);
    use(0, 2, BYTES);
    use(3, 4, BYTES);
    tell(PRING_EV_DEV_IDLE, 0);
    expect_good_device();
}

static void test_the_last_of_a_batch_may_be_short_and_no_other(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < 4; i++)
        lend_next(i);
    fill(0, BYTES);
    fill(1, 3);
    use(0, 1, 3);
    expect_good_device();
    fill(2, 3);
    fill(3, BYTES);
    use(2, 3, BYTES);
    expect_device("ST-PWRITE-DEV-01");
}

static void test_a_buffer_is_used_before_an_older_one(void **state)
{
    (void)state;
    lend_next(0);
    lend_next(1);
    fill(1, BYTES);
    use(0, 1, BYTES);
    expect_device("RFEAT-DEV-05");
}

/* Nothing tells whether a readable buffer was used, but what comes after. */
static void test_a_buffer_comes_back_after_one_that_stood_for_it(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < 3; i++)
        lend_chain(i, 0);
    use(0, 1, 0);
    expect_good_device();
    use(2, 0, 0);
    expect_device("RFEAT-DEV-05");
}

static void test_a_device_goes_on_behind_a_buffer_out_of_turn(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < 4; i++)
        lend_chain(i, 0);
    use(0, 2, 0);
    expect_good_device();
    use(1, 0, 0);
    expect_device("RFEAT-DEV-05");
}

static void test_without_the_feature_one_stands_for_itself(void **state)
{
    (void)state;
    lend_and_fill(3);
    use(0, 2, BYTES);
    use(1, 0, BYTES);
    use(2, 1, BYTES);
    tell(PRING_EV_DEV_IDLE, 0);
    expect_good_device();
}

#define TEST(name)  cmocka_unit_test_setup(name, start)
#define ORDER(name) cmocka_unit_test_setup(name, start_order)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all_of_the_ring_may_wait_for_its_first),
        TEST(test_the_last_of_many_is_still_looked_at),
        TEST(test_a_first_one_that_never_comes),
        TEST(test_places_of_a_queue_that_is_reset_are_forgotten),
        ORDER(test_one_descriptor_stands_for_those_before_it),
        ORDER(test_the_last_of_a_batch_may_be_short_and_no_other),
        ORDER(test_a_buffer_is_used_before_an_older_one),
        ORDER(test_a_buffer_comes_back_after_one_that_stood_for_it),
        ORDER(test_a_device_goes_on_behind_a_buffer_out_of_turn),
        TEST(test_without_the_feature_one_stands_for_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The split ring: what is lent, what comes back, and what is refused. */
#include "driver_fake.h"

#include <vio/vio_transport.h>

static char out[64], in[64], more[64];

static const struct vio_buffer read_chain[3] = {{out, 16, false}, {in, 32, true}, {more, 1, true}};

static int open_with(uint64_t features)
{
    fake_reset();
    fake_queue_init();
    return fake_queue_start(features) == VIO_OK ? 0 : -1;
}

static int open_queue(void **state)
{
    (void)state;
    return open_with(0);
}

static int open_event_idx(void **state)
{
    (void)state;
    return open_with(VIO_F_EVENT_IDX);
}

static enum vio_status lend(size_t first, size_t count, void *token)
{
    return vio_queue_provide(&queue, &read_chain[first], count, token);
}

static void test_a_chain_is_written_as_told_and_comes_back_once(void **state)
{
    void *token;
    uint32_t len;

    (void)state;
    assert_int_equal(lend(0, 3, out), VIO_OK);
    assert_int_equal(LE16(rings.avail.idx), 1);
    assert_int_equal(LE16(rings.avail.ring[0]), 0);
    assert_int_equal(LE64(rings.desc[0].addr), (uintptr_t)out);
    assert_int_equal(LE32(rings.desc[0].len), 16);
    assert_int_equal(LE16(rings.desc[0].flags), 1);
    assert_int_equal(LE16(rings.desc[1].flags), 3);
    assert_int_equal(LE16(rings.desc[LE16(rings.desc[1].next)].flags), 2);
    assert_int_equal(vio_queue_free_descriptors(&queue), FAKE_SIZE - 3);
    assert_false(vio_queue_pop(&queue, &token, &len));
    fake_use(0, 33);
    assert_true(vio_queue_pop(&queue, &token, &len));
    assert_ptr_equal(token, out);
    assert_int_equal(len, 33);
    assert_false(vio_queue_pop(&queue, &token, &len));
    assert_int_equal(vio_queue_free_descriptors(&queue), FAKE_SIZE);
    assert_int_equal(fake.maps, 3); /* the rings */
}

static void test_indices_wrap_at_65536(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 70000; i++) {
        void *token;
        uint32_t len;

        assert_int_equal(lend(1, 1 + i % 2, &queue), VIO_OK);
        fake_use(fake_head(), i % 32);
        assert_true(vio_queue_pop(&queue, &token, &len));
        assert_int_equal(len, i % 32);
    }
    assert_int_equal(vio_queue_free_descriptors(&queue), FAKE_SIZE);
}

static void test_a_full_ring_and_a_refused_mapping_change_nothing(void **state)
{
    (void)state;
    assert_int_equal(lend(0, 3, out), VIO_OK);
    fake.map_fails_at = 3;
    assert_int_equal(lend(0, 3, in), VIO_NO_MEMORY);
    assert_int_equal(fake.maps, 3 + 3);
    assert_int_equal(lend(0, 3, in), VIO_OK);
    assert_int_equal(lend(0, 3, more), VIO_NO_MEMORY);
    assert_int_equal(LE16(rings.avail.idx), 2);
    assert_int_equal(vio_queue_free_descriptors(&queue), 2);
    assert_int_equal(fake.maps, 3 + 6);
}

static void test_chains_that_break_the_contract_are_invalid(void **state)
{
    const struct vio_buffer wrong_order[] = {{in, 1, true}, {out, 1, false}};
    const struct vio_buffer empty[] = {{out, 0, false}};
    const struct vio_buffer nowhere[] = {{NULL, 1, false}};
    const struct vio_buffer huge[] = {{out, UINT32_MAX, false}, {in, 2, false}};

    (void)state;
    assert_int_equal(vio_queue_provide(&queue, wrong_order, 2, out), VIO_INVALID);
    assert_int_equal(vio_queue_provide(&queue, empty, 1, out), VIO_INVALID);
    assert_int_equal(vio_queue_provide(&queue, nowhere, 1, out), VIO_INVALID);
    assert_int_equal(vio_queue_provide(&queue, huge, 2, out), VIO_INVALID);
    assert_int_equal(vio_queue_provide(&queue, empty, 0, out), VIO_INVALID);
    assert_int_equal(lend(0, 1, NULL), VIO_INVALID);
    assert_int_equal(LE16(rings.avail.idx), 0);
}

static void test_nothing_works_before_initialize(void **state)
{
    void *token;
    uint32_t len;

    (void)state;
    fake_queue_init();
    assert_int_equal(lend(0, 1, out), VIO_NOT_READY);
    assert_false(vio_queue_pop(&queue, &token, &len));
    vio_queue_used_interrupt(&queue);
    assert_int_equal(vio_queue_free_descriptors(&queue), 0);
}

/* ---- refusals: chain 0..2 and chain 3 are lent ---- */

static void assert_refused(uint32_t id, uint32_t len, enum vio_refusal refusal)
{
    void *token;
    uint32_t written;
    int maps;

    open_with(0);
    assert_int_equal(lend(0, 3, out), VIO_OK);
    assert_int_equal(lend(1, 1, in), VIO_OK);
    maps = fake.maps;
    fake_use(id, len);
    assert_false(vio_queue_pop(&queue, &token, &written));
    assert_int_equal(vio_queue_refusal(&queue), refusal);
    assert_int_equal(lend(1, 1, more), VIO_BROKEN);
    assert_int_equal(fake.maps, maps); /* all stays lent until reset */
    fake_use(0, 0);
    assert_false(vio_queue_pop(&queue, &token, &written));
}

static void test_an_id_out_of_range_is_refused_on_its_full_width(void **state)
{
    (void)state;
    assert_refused(FAKE_SIZE, 0, VIO_REFUSED_ID_RANGE);
    assert_refused(0x10000, 0, VIO_REFUSED_ID_RANGE);
    assert_refused(0x10003, 0, VIO_REFUSED_ID_RANGE);
    assert_refused(UINT32_MAX, 0, VIO_REFUSED_ID_RANGE);
}

static void test_an_id_that_is_no_lent_head_is_refused(void **state)
{
    (void)state;
    assert_refused(1, 0, VIO_REFUSED_ID_MID_CHAIN);
    assert_refused(2, 0, VIO_REFUSED_ID_MID_CHAIN);
    assert_refused(4, 0, VIO_REFUSED_ID_NOT_LENT);
}

static void test_a_length_over_the_writable_bytes_is_refused(void **state)
{
    (void)state;
    assert_refused(0, 34, VIO_REFUSED_LEN);
    assert_refused(0, UINT32_MAX, VIO_REFUSED_LEN);
    assert_refused(3, 33, VIO_REFUSED_LEN);
}

static void test_a_head_that_comes_back_twice_is_refused(void **state)
{
    void *token;
    uint32_t len;

    (void)state;
    assert_int_equal(lend(0, 3, out), VIO_OK);
    assert_int_equal(lend(1, 1, in), VIO_OK);
    fake_use(0, 0);
    fake_use(0, 0);
    assert_true(vio_queue_pop(&queue, &token, &len));
    assert_false(vio_queue_pop(&queue, &token, &len));
    assert_int_equal(vio_queue_refusal(&queue), VIO_REFUSED_ID_NOT_LENT);
}

static void test_a_used_index_further_than_what_is_lent_is_refused(void **state)
{
    static const uint16_t steps[] = {2, FAKE_SIZE, 0x8000, 0xffff};

    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        void *token;
        uint32_t len;

        open_with(0);
        assert_int_equal(lend(1, 1, in), VIO_OK);
        rings.used.idx = LE16(steps[i]);
        assert_int_equal(vio_queue_used_chains(&queue), 1);
        assert_false(vio_queue_pop(&queue, &token, &len));
        assert_int_equal(vio_queue_refusal(&queue), VIO_REFUSED_USED_IDX);
    }
}

static void test_scribbling_over_the_driver_side_changes_nothing(void **state)
{
    void *token;
    uint32_t len;

    (void)state;
    assert_int_equal(lend(0, 3, out), VIO_OK);
    memset(rings.desc, 0xff, sizeof rings.desc);
    memset(&rings.avail, 0xff, sizeof rings.avail);
    fake_use(0, 33);
    assert_true(vio_queue_pop(&queue, &token, &len));
    assert_int_equal(fake.maps, 3);
    assert_int_equal(lend(0, 3, out), VIO_OK);
    assert_int_equal(LE16(rings.avail.idx), 2);
    assert_int_equal(LE64(rings.desc[0].addr), (uintptr_t)out);
}

/* ---- EVENT_IDX ---- */

static struct vio_transport transport;
static unsigned notified;

static void count_notify(struct vio_transport *self, const struct vio_queue *which)
{
    (void)self;
    (void)which;
    notified++;
}

static const struct vio_transport_ops notify_only = {.queue_notify = count_notify};

static unsigned notifies_at(uint16_t old_idx, uint16_t avail_event)
{
    transport.ops = &notify_only;
    queue.transport = &transport;
    queue.avail_idx_shadow = old_idx;
    rings.used.avail_event = LE16(avail_event);
    notified = 0;
    assert_int_equal(lend(1, 1, in), VIO_OK);
    return notified;
}

static void test_with_event_idx_only_the_asked_for_entry_notifies(void **state)
{
    (void)state;
    rings.used.flags = LE16(1); /* means nothing here (SPLIT-ASUP-DRV-05) */
    assert_int_equal(notifies_at(0, 0), 1);
    assert_int_equal(notifies_at(7, 6), 0);
    assert_int_equal(notifies_at(7, 8), 0);
    assert_int_equal(notifies_at(0xffff, 0xffff), 1);
    assert_int_equal(notifies_at(0xffff, 0), 0);
    assert_int_equal(LE16(rings.avail.idx), 0);
}

static void test_without_event_idx_the_flag_decides(void **state)
{
    (void)state;
    assert_int_equal(notifies_at(0, 0x1234), 1);
    rings.used.flags = LE16(1);
    assert_int_equal(notifies_at(1, 1), 0);
    rings.used.flags = LE16(0xfffe);
    assert_int_equal(notifies_at(2, 7), 1);
}

static unsigned told;
static void *told_token;
static enum vio_status told_status;

static void take(struct vio_queue_client *self, void *token, uint32_t len, enum vio_status status)
{
    (void)self;
    (void)len;
    told++;
    told_token = token;
    told_status = status;
}

static struct vio_queue_client client = {.chain_ready = take};

static void test_the_event_asks_for_the_next_entry_and_never_when_disabled(void **state)
{
    (void)state;
    told = 0;
    queue.client = &client;
    assert_int_equal(lend(1, 1, in), VIO_OK);
    fake_use(0, 1);
    vio_queue_used_interrupt(&queue);
    assert_int_equal(told, 1);
    assert_int_equal(LE16(rings.avail.used_event), 1);
    vio_queue_disable_callbacks(&queue);
    assert_int_equal(LE16(rings.avail.used_event), 0);
    assert_int_equal(LE16(rings.avail.flags), 0); /* SPLIT-USUP-DRV-03 */
    assert_int_equal(lend(1, 1, in), VIO_OK);
    fake_use(fake_head(), 1);
    vio_queue_enable_callbacks(&queue);
    assert_int_equal(told, 2); /* it looked again */
    assert_int_equal(LE16(rings.avail.used_event), 2);
}

/* ---- the end ---- */

static void test_close_gives_back_what_is_lent_as_cancelled(void **state)
{
    (void)state;
    told = 0;
    queue.client = &client;
    assert_int_equal(lend(0, 3, out), VIO_OK);
    vio_queue_close(&queue);
    assert_int_equal(told, 1);
    assert_ptr_equal(told_token, out);
    assert_int_equal(told_status, VIO_CANCELLED);
    assert_int_equal(fake.maps, 0);
    vio_queue_close(&queue);
    assert_int_equal(told, 1);
}

static void test_what_is_abandoned_stays_mapped_until_close(void **state)
{
    (void)state;
    told = 0;
    queue.client = &client;
    assert_int_equal(lend(0, 3, out), VIO_OK);
    vio_queue_abandon(&queue, VIO_TIMEOUT);
    assert_int_equal(told, 1);
    assert_int_equal(told_status, VIO_TIMEOUT);
    assert_int_equal(fake.maps, 3 + 3);
    fake_use(0, 33); /* too late */
    vio_queue_used_interrupt(&queue);
    assert_int_equal(lend(1, 1, in), VIO_BROKEN);
    vio_queue_close(&queue);
    assert_int_equal(told, 1);
    assert_int_equal(fake.maps, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_chain_is_written_as_told_and_comes_back_once, open_queue),
        cmocka_unit_test_setup(test_indices_wrap_at_65536, open_queue),
        cmocka_unit_test_setup(test_a_full_ring_and_a_refused_mapping_change_nothing, open_queue),
        cmocka_unit_test_setup(test_chains_that_break_the_contract_are_invalid, open_queue),
        cmocka_unit_test_setup(test_nothing_works_before_initialize, open_queue),
        cmocka_unit_test(test_an_id_out_of_range_is_refused_on_its_full_width),
        cmocka_unit_test(test_an_id_that_is_no_lent_head_is_refused),
        cmocka_unit_test(test_a_length_over_the_writable_bytes_is_refused),
        cmocka_unit_test_setup(test_a_head_that_comes_back_twice_is_refused, open_queue),
        cmocka_unit_test(test_a_used_index_further_than_what_is_lent_is_refused),
        cmocka_unit_test_setup(test_scribbling_over_the_driver_side_changes_nothing, open_queue),
        cmocka_unit_test_setup(test_with_event_idx_only_the_asked_for_entry_notifies, open_event_idx),
        cmocka_unit_test_setup(test_without_event_idx_the_flag_decides, open_queue),
        cmocka_unit_test_setup(test_the_event_asks_for_the_next_entry_and_never_when_disabled,
                               open_event_idx),
        cmocka_unit_test_setup(test_close_gives_back_what_is_lent_as_cancelled, open_queue),
        cmocka_unit_test_setup(test_what_is_abandoned_stays_mapped_until_close, open_queue),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

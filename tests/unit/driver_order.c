/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order in which the driver touches what it shares, in both ring formats: at each barrier the device
 * looks, or acts, as it could on another processor. What a barrier has to separate is on both sides of it,
 * and nothing that comes in between is lost: neither a notification nor an interrupt.
 */
#include "driver_honest.h"

#include <vio/vio_transport.h>

enum { SIZE = 8, ENTRIES = 4 };

static _Alignas(16) uint8_t ring[16 * SIZE], driver_area[64], device_area[128], tables[16 * SIZE * ENTRIES];
static struct vio_record records[SIZE * ENTRIES];
static struct vio_slot slots[SIZE];
static struct vio_queue queue;
static struct honest_queue device;
static uint8_t bytes[64];
static const struct vio_buffer three[3] = {{bytes, 1, false}, {bytes + 1, 30, true}, {bytes + 32, 3, true}};
static void (*at_barrier)(enum vio_barrier kind);
static unsigned notified, told;

static void barrier(void *ctx, enum vio_barrier kind)
{
    (void)ctx;
    if (at_barrier)
        at_barrier(kind);
}

static void notify(struct vio_transport *self, const struct vio_queue *which)
{
    (void)self;
    (void)which;
    notified++;
}

static const struct vio_transport_ops transport_ops = {.queue_notify = notify};
static struct vio_transport transport = {.ops = &transport_ops};

static void ready(struct vio_queue_client *self, void *token, uint32_t written, enum vio_status status)
{
    (void)self;
    (void)token;
    if (status == VIO_OK) /* else the end of a test */
        assert_int_equal(written, 5);
    told += status == VIO_OK;
}

static struct vio_queue_client client = {.chain_ready = ready};

static void open_pair(uint64_t features)
{
    struct vio_queue_addresses at;

    memset(&honest, 0, sizeof honest);
    honest.platform =
        (struct vio_platform){.dma_map = honest_map, .dma_unmap = honest_unmap, .barrier = barrier};
    at_barrier = NULL;
    notified = told = 0;
    if ((features & VIO_F_RING_PACKED) != 0)
        assert_int_equal(
            vio_packed_queue_init(&queue, &honest.platform, ring, driver_area, device_area, slots, SIZE),
            VIO_OK);
    else
        assert_int_equal(
            vio_split_queue_init(&queue, &honest.platform, ring, driver_area, device_area, slots, SIZE),
            VIO_OK);
    assert_int_equal(vio_queue_set_indirect(&queue, tables, records, ENTRIES), VIO_OK);
    assert_int_equal(vio_queue_set_client(&queue, &client), VIO_OK);
    assert_int_equal(vio_queue_set_transport(&queue, &transport), VIO_OK);
    assert_int_equal(vio_queue_accept(&queue, features), VIO_OK);
    assert_int_equal(vio_queue_negotiate_size(&queue, SIZE), SIZE);
    assert_int_equal(vio_queue_initialize(&queue, 0, SIZE), VIO_OK);
    assert_int_equal(vio_queue_physical_addresses(&queue, &at), VIO_OK);
    honest_open(&device, SIZE, at.descriptor_area, at.driver_area, at.device_area, features);
}

/* Every combination of format, indirect tables, EVENT_IDX and IN_ORDER. */
static uint64_t features_of(unsigned mask)
{
    return ((mask & 1) != 0 ? VIO_F_RING_PACKED : 0) | ((mask & 2) != 0 ? VIO_F_INDIRECT_DESC : 0) |
           ((mask & 4) != 0 ? VIO_F_EVENT_IDX : 0) | ((mask & 8) != 0 ? VIO_F_IN_ORDER : 0);
}
enum { COMBINATIONS = 16 };

/* Chains come and go, so that the places before the end of the ring, and behind, all have their turn. */
static void turn_to(unsigned place)
{
    struct honest_chain chain;

    for (unsigned i = 0; i < place; i++) {
        assert_int_equal(vio_queue_provide(&queue, three + 1, 1, bytes), VIO_OK);
        assert_true(honest_take(&device, &chain));
        honest_use(&device, &chain, 5);
        vio_queue_used_interrupt(&queue);
    }
    (void)honest_wants_interrupt(&device);
    notified = told = 0;
}

static void assert_all(void (*test)(void))
{
    for (unsigned mask = 0; mask < COMBINATIONS; mask++) {
        for (unsigned place = 0; place < 2 * SIZE + 1; place++) {
            open_pair(features_of(mask));
            honest_ask(&device, true);
            turn_to(place);
            honest_ask(&device, true);
            test();
            vio_queue_close(&queue);
            assert_int_equal(honest.map_count, 0);
        }
    }
}

/* ---- to the device ---- */

static unsigned seen_at_write, seen_at_full;
static uint8_t ring_at_write[sizeof ring], tables_at_write[sizeof tables];

static void look(enum vio_barrier kind)
{
    struct honest_queue copy = device;
    struct honest_chain chain;

    if (kind == VIO_BARRIER_WRITE) {
        memcpy(ring_at_write, ring, sizeof ring);
        memcpy(tables_at_write, tables, sizeof tables);
    }
    while (honest_take(&copy, &chain))
        *(kind == VIO_BARRIER_WRITE ? &seen_at_write : &seen_at_full) += 1;
}

/* At the barrier before, nothing can be seen and all is written but the one word that shows it: avail.idx, or
 * the flags of the first head (SPLIT-IDX-DRV-01, PACKED-FLAGS-DRV-01, PACKED-SG-DRV-06). */
static void show_two_chains(void)
{
    unsigned differ = 0;

    seen_at_write = seen_at_full = 0;
    at_barrier = look;
    assert_int_equal(vio_queue_add(&queue, three, 3, bytes), VIO_OK);
    assert_int_equal(vio_queue_add(&queue, three, 2, bytes + 1), VIO_OK);
    assert_int_equal(vio_queue_kick(&queue), VIO_OK);
    at_barrier = NULL;
    assert_int_equal(seen_at_write, 0);
    assert_int_equal(seen_at_full, 2);
    assert_memory_equal(tables_at_write, tables, sizeof tables);
    for (size_t i = 0; i < sizeof ring; i++)
        differ += ring[i] != ring_at_write[i] && !(device.packed && i / 2 == 8u * device.avail_at + 7);
    assert_int_equal(differ, 0);
}

static void test_a_chain_is_whole_before_the_device_can_see_it(void **state)
{
    (void)state;
    assert_all(show_two_chains);
}

/* The device found nothing, asks to be told of the next one, and sleeps: just before it is asked. */
static void fall_asleep(enum vio_barrier kind)
{
    if (kind == VIO_BARRIER_FULL)
        honest_ask(&device, true);
}

static void lend_to_one_who_falls_asleep(void)
{
    honest_ask(&device, false);
    at_barrier = fall_asleep;
    assert_int_equal(vio_queue_provide(&queue, three, 2, bytes), VIO_OK);
    at_barrier = NULL;
    assert_int_equal(notified, 1);
}

static void test_who_falls_asleep_while_a_chain_is_shown_is_woken(void **state)
{
    (void)state;
    assert_all(lend_to_one_who_falls_asleep);
}

/* ---- from the device ---- */

static struct honest_chain chains[3];

static void put_right(enum vio_barrier kind)
{
    if (kind != VIO_BARRIER_READ)
        return;
    at_barrier = NULL;
    honest_use(&device, &chains[0], 5);
}

/* What was used can be seen before what it says (used.idx, or the flags): the rest comes at the barrier. */
static void take_what_comes_late(void)
{
    struct honest_queue before;
    uint8_t device_before[sizeof device_area], ring_before[sizeof ring];

    assert_int_equal(vio_queue_provide(&queue, three, 3, bytes), VIO_OK);
    assert_true(honest_take(&device, &chains[0]));
    before = device;
    memcpy(device_before, device_area, sizeof device_area);
    memcpy(ring_before, ring, sizeof ring);
    honest_use(&device, &chains[0], 5);
    if (device.packed) { /* id and length are not there yet */
        memset(ring + 16 * before.used_at + 8, 0xff, 6);
    } else {
        memset(device_area + 4, 0xff, 8 * SIZE);
    }
    device = before;
    at_barrier = put_right;
    vio_queue_used_interrupt(&queue);
    at_barrier = NULL;
    assert_int_equal(told, 1);
    assert_int_equal(vio_queue_refusal(&queue), VIO_REFUSED_NOTHING);
}

static void test_what_was_used_is_read_after_the_word_that_says_so(void **state)
{
    (void)state;
    assert_all(take_what_comes_late);
}

/* The device uses one chain while the driver arms its event, and had looked at the event before that: no
 * interrupt. Or after that: then one has to come. */
static uint8_t event_before[sizeof driver_area];
static bool looked_before, wanted;

static void use_another(enum vio_barrier kind)
{
    uint8_t event_now[sizeof driver_area];

    if (kind != VIO_BARRIER_FULL)
        return;
    at_barrier = NULL;
    memcpy(event_now, driver_area, sizeof driver_area);
    honest_use(&device, &chains[1], 5);
    if (looked_before)
        memcpy(driver_area, event_before, sizeof driver_area);
    wanted = honest_wants_interrupt(&device);
    memcpy(driver_area, event_now, sizeof driver_area);
}

static void use_one_while_the_event_is_armed(void)
{
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(vio_queue_provide(&queue, three, 2, bytes + i), VIO_OK);
        assert_true(honest_take(&device, &chains[i]));
    }
    honest_use(&device, &chains[0], 5);
    assert_true(honest_wants_interrupt(&device));
    memcpy(event_before, driver_area, sizeof driver_area);
    at_barrier = use_another;
    wanted = false;
    vio_queue_used_interrupt(&queue);
    assert_null(at_barrier);
    if (wanted)
        vio_queue_used_interrupt(&queue);
    assert_int_equal(told, 2);
    honest_use(&device, &chains[2], 5); /* and the next one wakes us all the same */
    assert_true(honest_wants_interrupt(&device));
    vio_queue_used_interrupt(&queue);
    assert_int_equal(told, 3);
}

/* As before, but the callbacks were off, and enabling them arms the event. */
static void use_one_while_callbacks_are_enabled(void)
{
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(vio_queue_provide(&queue, three, 2, bytes + i), VIO_OK);
        assert_true(honest_take(&device, &chains[i]));
    }
    vio_queue_disable_callbacks(&queue);
    honest_use(&device, &chains[0], 5);
    assert_false(honest_wants_interrupt(&device));
    memcpy(event_before, driver_area, sizeof driver_area);
    at_barrier = use_another;
    wanted = false;
    (void)vio_queue_enable_callbacks(&queue);
    assert_null(at_barrier);
    if (wanted)
        vio_queue_used_interrupt(&queue);
    assert_int_equal(told, 2);
    honest_use(&device, &chains[2], 5);
    assert_true(honest_wants_interrupt(&device));
    vio_queue_used_interrupt(&queue);
    assert_int_equal(told, 3);
}

static void test_no_wake_up_is_lost_while_the_event_is_armed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        looked_before = i == 0;
        assert_all(use_one_while_the_event_is_armed);
        assert_all(use_one_while_callbacks_are_enabled);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_chain_is_whole_before_the_device_can_see_it),
        cmocka_unit_test(test_who_falls_asleep_while_a_chain_is_shown_is_woken),
        cmocka_unit_test(test_what_was_used_is_read_after_the_word_that_says_so),
        cmocka_unit_test(test_no_wake_up_is_lost_while_the_event_is_armed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

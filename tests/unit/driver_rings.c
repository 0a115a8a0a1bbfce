/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both ring formats against an honest device, in every combination of ring features and for many sizes. The
 * device looks only when it was notified, the driver only when it was interrupted: a notification that is
 * missing on either side shows as a request that never ends.
 */
#include "driver_honest.h"

#include <vio/vio_transport.h>

enum { SIZE_MAX_TESTED = 1024, ENTRIES = 4, CHAINS = 64, BYTES = 48 };

static _Alignas(16) uint8_t ring[16 * SIZE_MAX_TESTED], driver_area[4096],
    device_area[16 + 8 * SIZE_MAX_TESTED];
static _Alignas(16) uint8_t tables[16 * SIZE_MAX_TESTED * ENTRIES];
static struct vio_record records[SIZE_MAX_TESTED * ENTRIES];
static struct vio_slot slots[SIZE_MAX_TESTED];
static struct vio_queue queue;
static struct honest_queue device;
static unsigned notified;
static uint64_t random_state;

static uint32_t draw(uint32_t limit)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(random_state >> 33) % limit;
}

/* ---- the transport: counts, and checks what would be said with NOTIFICATION_DATA ---- */

static void notify(struct vio_transport *self, const struct vio_queue *which)
{
    uint32_t position = vio_queue_notification_data(which) >> 16, expected;

    (void)self;
    notified++;
    assert_int_equal(vio_queue_notification_data(which) & 0xffff, 3);
    if (!device.packed) {
        assert_int_equal(position, honest_get(device.driver + 2, 2));
        return;
    }
    expected = position & 0x7fff; /* that place is not available yet, and the one before it is */
    assert_true(expected < device.size);
}

static const struct vio_transport_ops transport_ops = {.queue_notify = notify};
static struct vio_transport transport = {.ops = &transport_ops};

/* ---- requests ---- */

static struct request {
    uint8_t out[BYTES], in[BYTES];
    uint32_t out_len, in_len, written;
    bool lent;
} requests[CHAINS];
static unsigned lent, done;
static bool skipped_may_be_whole; /* IN_ORDER with batches */

static void ready(struct vio_queue_client *self, void *token, uint32_t written, enum vio_status status)
{
    struct request *request = token;

    (void)self;
    assert_int_equal(status, VIO_OK);
    assert_true(request->lent);
    if (!(skipped_may_be_whole && written == request->in_len))
        assert_int_equal(written, request->written);
    for (uint32_t i = 0; i < request->written; i++)
        assert_int_equal(request->in[i], (uint8_t)(request->out[0] + i));
    request->lent = false;
    lent--;
    done++;
}

static struct vio_queue_client client = {.chain_ready = ready};

static struct request *free_request(void)
{
    for (unsigned i = 0; i < CHAINS; i++) {
        if (!requests[i].lent)
            return &requests[i];
    }
    return NULL;
}

/* Adds one request, of one to four buffers; false: no room. */
static bool add(void)
{
    struct request *request = free_request();
    struct vio_buffer chain[5] = {{0}};
    uint32_t outs = 1 + draw(2), ins = draw(3), count = 0;
    size_t free_before = vio_queue_free_descriptors(&queue);
    enum vio_status status;

    if (request == NULL)
        return false;
    if (outs + ins > queue.size)
        outs = 1, ins = queue.size > 1 ? 1 : 0;
    request->out_len = outs * 5;
    request->in_len = ins * 20;
    memset(request->in, 0xee, BYTES);
    for (uint32_t i = 0; i < BYTES; i++)
        request->out[i] = (uint8_t)draw(256);
    for (uint32_t i = 0; i < outs; i++)
        chain[count++] = (struct vio_buffer){request->out + 5 * i, 5, false};
    for (uint32_t i = 0; i < ins; i++)
        chain[count++] = (struct vio_buffer){request->in + 20 * i, 20, true};
    request->lent = true;
    status = vio_queue_add(&queue, chain, 5, request); /* up to the empty place */
    if (status == VIO_OK) {
        lent++;
        return true;
    }
    assert_int_equal(status, VIO_NO_MEMORY);
    assert_int_equal(vio_queue_free_descriptors(&queue), free_before);
    request->lent = false;
    return false;
}

/* ---- the device's turn: takes all there is, uses it in some order ---- */

static struct honest_chain taken[CHAINS];
static unsigned taken_count;

static uint32_t work(const struct honest_chain *chain)
{
    uint8_t in[BYTES], out[BYTES];
    uint32_t most = honest_writable(chain), written = most > 0 ? draw(most + 1) : 0;
    size_t n = honest_read(chain, in, BYTES);

    assert_true(n > 0);
    for (uint32_t i = 0; i < BYTES; i++)
        out[i] = (uint8_t)(in[0] + i);
    for (unsigned i = 0; i < CHAINS; i++) { /* tell the test what it has to find */
        if (requests[i].lent && (uintptr_t)requests[i].out == chain->segment[0].bus - HONEST_BUS)
            requests[i].written = written;
    }
    return honest_write(chain, out, written);
}

static void use_in_order(void)
{
    while (taken_count > 0) {
        unsigned batch = 1 + draw(taken_count), places = 0;
        uint32_t written = 0;

        for (unsigned i = 0; i < batch; i++) {
            places += taken[i].places;
            written = work(&taken[i]);
        }
        honest_use_batch(&device, &taken[batch - 1], written, batch, places);
        memmove(taken, taken + batch, (taken_count - batch) * sizeof taken[0]);
        taken_count -= batch;
    }
}

static void use_in_any_order(unsigned keep)
{
    while (taken_count > keep) {
        unsigned pick = draw(taken_count);

        honest_use(&device, &taken[pick], work(&taken[pick]));
        taken[pick] = taken[--taken_count];
    }
}

static void device_turn(void)
{
    notified = 0;
    honest_ask(&device, false);
    while (honest_take(&device, &taken[taken_count]))
        taken_count++;
    honest_ask(&device, true);
    while (honest_take(&device, &taken[taken_count])) /* it came in between */
        taken_count++;
    if (device.in_order)
        use_in_order();
    else
        use_in_any_order(lent > 1 && draw(2) == 0 ? draw(taken_count + 1) : 0);
    if (honest_wants_interrupt(&device))
        vio_queue_used_interrupt(&queue);
}

/* ---- the matrix ---- */

static const uint64_t ring_features[] = {VIO_F_INDIRECT_DESC, VIO_F_EVENT_IDX, VIO_F_IN_ORDER};

static void open_pair(uint64_t features, uint32_t size, uint32_t size_max)
{
    struct vio_queue_addresses at;

    memset(&honest, 0, sizeof honest);
    honest.platform =
        (struct vio_platform){.dma_map = honest_map, .dma_unmap = honest_unmap, .barrier = honest_barrier};
    memset(ring, 0xa5, sizeof ring); /* nothing may depend on clean memory */
    memset(driver_area, 0xa5, sizeof driver_area);
    memset(device_area, 0xa5, sizeof device_area);
    memset(slots, 0xa5, sizeof slots);
    memset(requests, 0, sizeof requests);
    lent = done = taken_count = notified = 0;
    if ((features & VIO_F_RING_PACKED) != 0)
        assert_int_equal(
            vio_packed_queue_init(&queue, &honest.platform, ring, driver_area, device_area, slots, size_max),
            VIO_OK);
    else
        assert_int_equal(
            vio_split_queue_init(&queue, &honest.platform, ring, driver_area, device_area, slots, size_max),
            VIO_OK);
    if ((features & VIO_F_INDIRECT_DESC) != 0)
        assert_int_equal(vio_queue_set_indirect(&queue, tables, records, ENTRIES), VIO_OK);
    assert_int_equal(vio_queue_set_client(&queue, &client), VIO_OK);
    assert_int_equal(vio_queue_set_transport(&queue, &transport), VIO_OK);
    assert_int_equal(vio_queue_accept(&queue, features), VIO_OK);
    assert_int_equal(vio_queue_negotiate_size(&queue, size), size);
    assert_int_equal(vio_queue_initialize(&queue, 3, size), VIO_OK);
    assert_int_equal(vio_queue_physical_addresses(&queue, &at), VIO_OK);
    honest_open(&device, size, at.descriptor_area, at.driver_area, at.device_area, features);
}

static void run_pair(uint64_t features, uint32_t size, unsigned rounds)
{
    open_pair(features, size, size);
    random_state = features ^ size;
    skipped_may_be_whole = (features & VIO_F_IN_ORDER) != 0;
    for (unsigned round = 0; round < rounds; round++) {
        for (uint32_t n = 1 + draw(8); n > 0; n--) {
            if (add() && draw(2) == 0)
                assert_int_equal(vio_queue_kick(&queue), VIO_OK);
        }
        assert_int_equal(vio_queue_kick(&queue), VIO_OK);
        if (notified > 0 || taken_count > 0)
            device_turn();
        assert_int_equal(vio_queue_refusal(&queue), VIO_REFUSED_NOTHING);
    }
    use_in_any_order(0);
    if (honest_wants_interrupt(&device))
        vio_queue_used_interrupt(&queue);
    assert_int_equal(lent, 0);
    assert_true(done >= rounds); /* nobody waited for good */
    assert_int_equal(vio_queue_free_descriptors(&queue), size);
    assert_int_equal(honest.map_count, queue.indirect ? 4 : 3);
    vio_queue_close(&queue);
    assert_int_equal(honest.map_count, 0);
}

static void run_matrix(uint64_t layout)
{
    static const uint32_t sizes[] = {1, 2, 3, 4, 7, 8, 64, 1000, 1024};

    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        if (layout == 0 && (sizes[s] & (sizes[s] - 1)) != 0)
            continue;
        for (unsigned mask = 0; mask < 8; mask++) {
            uint64_t features = layout;

            for (unsigned bit = 0; bit < 3; bit++)
                features |= (mask >> bit & 1) != 0 ? ring_features[bit] : 0;
            run_pair(features, sizes[s], 400);
        }
    }
}

static void test_split_rings_carry_every_request_whatever_is_negotiated(void **state)
{
    (void)state;
    run_matrix(0);
}

static void test_packed_rings_carry_every_request_whatever_is_negotiated(void **state)
{
    (void)state;
    run_matrix(VIO_F_RING_PACKED);
}

static void test_indices_and_wrap_counters_go_round(void **state)
{
    static const uint64_t layouts[] = {0, VIO_F_RING_PACKED};

    (void)state;
    for (size_t i = 0; i < 2; i++)
        run_pair(layouts[i] | VIO_F_EVENT_IDX, 4, 40000); /* more than 65536 chains */
}

/* ---- callbacks ---- */

static void lend_one_and_use_it(void)
{
    struct honest_chain chain;

    assert_true(add());
    assert_int_equal(vio_queue_kick(&queue), VIO_OK);
    assert_true(honest_take(&device, &chain));
    honest_use(&device, &chain, work(&chain));
}

static void test_disabled_callbacks_are_silent_and_enabling_looks_again(void **state)
{
    (void)state;
    for (unsigned mask = 0; mask < 4; mask++) {
        open_pair(((mask & 1) != 0 ? VIO_F_RING_PACKED : 0) | ((mask & 2) != 0 ? VIO_F_EVENT_IDX : 0), 8, 8);
        lend_one_and_use_it(); /* enabled by default, before anything was armed */
        assert_true(honest_wants_interrupt(&device));
        vio_queue_used_interrupt(&queue);
        assert_int_equal(done, 1);
        vio_queue_disable_callbacks(&queue);
        lend_one_and_use_it();
        lend_one_and_use_it();
        assert_false(honest_wants_interrupt(&device));
        vio_queue_used_interrupt(&queue); /* spurious */
        assert_int_equal(done, 1);
        assert_int_equal(vio_queue_used_chains(&queue), 2);
        assert_false(vio_queue_enable_callbacks(&queue));
        assert_int_equal(done, 3); /* the wake-up that was not lost */
        lend_one_and_use_it();
        assert_true(honest_wants_interrupt(&device));
    }
}

static void test_without_a_client_enabling_announces_what_waits(void **state)
{
    void *token;
    uint32_t written;

    (void)state;
    for (unsigned packed = 0; packed < 2; packed++) {
        open_pair((packed != 0 ? VIO_F_RING_PACKED : 0) | VIO_F_EVENT_IDX, 8, 8);
        queue.client = NULL;
        vio_queue_disable_callbacks(&queue);
        assert_false(vio_queue_enable_callbacks(&queue));
        vio_queue_disable_callbacks(&queue);
        lend_one_and_use_it();
        assert_true(vio_queue_enable_callbacks(&queue));
        assert_true(vio_queue_pop(&queue, &token, &written));
        assert_false(vio_queue_enable_callbacks(&queue));
    }
}

static void test_used_chains_are_counted_and_never_beyond_what_is_lent(void **state)
{
    struct honest_chain chain[4];
    void *token;
    uint32_t written;

    (void)state;
    for (unsigned packed = 0; packed < 2; packed++) {
        open_pair((packed != 0 ? VIO_F_RING_PACKED : 0) | VIO_F_IN_ORDER, 16, 16);
        queue.client = NULL;
        for (unsigned i = 0; i < 4; i++)
            assert_true(add());
        assert_int_equal(vio_queue_kick(&queue), VIO_OK);
        for (unsigned i = 0; i < 4; i++)
            assert_true(honest_take(&device, &chain[i]));
        assert_int_equal(vio_queue_used_chains(&queue), 0);
        honest_use_batch(&device, &chain[2], 0, 3,
                         (uint32_t)chain[0].places + chain[1].places + chain[2].places);
        assert_int_equal(vio_queue_used_chains(&queue), 3);
        assert_true(vio_queue_pop(&queue, &token, &written));
        assert_int_equal(vio_queue_used_chains(&queue), 2);
        assert_true(vio_queue_pop(&queue, &token, &written));
        assert_true(vio_queue_pop(&queue, &token, &written));
        assert_false(vio_queue_pop(&queue, &token, &written));
        honest_use(&device, &chain[3], 0);
        assert_int_equal(vio_queue_used_chains(&queue), 1);
    }
}

/* ---- batches ---- */

static void test_chains_added_together_take_one_notification(void **state)
{
    (void)state;
    for (unsigned mask = 0; mask < 4; mask++) {
        bool packed = (mask & 1) != 0;

        open_pair((packed ? VIO_F_RING_PACKED : 0) | ((mask & 2) != 0 ? VIO_F_EVENT_IDX : 0), 64, 64);
        honest_ask(&device, true);
        for (unsigned i = 0; i < 16; i++)
            assert_true(add());
        assert_int_equal(notified, 0);
        assert_int_equal(vio_queue_kick(&queue), VIO_OK);
        assert_int_equal(notified, 1);
        assert_int_equal(vio_queue_kick(&queue), VIO_OK); /* nothing new: nothing to say */
        assert_int_equal(notified, 1);
        device_turn();
        honest_ask(&device, false);
        assert_true(add());
        notified = 0;
        assert_int_equal(vio_queue_kick(&queue), VIO_OK);
        assert_int_equal(notified, 0);
    }
}

static void test_an_indirect_chain_takes_one_place(void **state)
{
    (void)state;
    for (unsigned packed = 0; packed < 2; packed++) {
        open_pair((packed != 0 ? VIO_F_RING_PACKED : 0) | VIO_F_INDIRECT_DESC, 8, 8);
        for (unsigned i = 0; i < 8; i++)
            assert_true(add());
        assert_false(add());
        assert_int_equal(vio_queue_free_descriptors(&queue), 0);
        assert_int_equal(vio_queue_lent_chains(&queue), 8);
    }
}

static void test_a_refused_mapping_changes_nothing_in_any_format(void **state)
{
    static uint8_t bytes[4];
    const struct vio_buffer chain[3] = {{bytes, 1, false}, {bytes + 1, 1, true}, {bytes + 2, 1, true}};

    (void)state;
    for (unsigned mask = 0; mask < 4; mask++) {
        unsigned maps;

        open_pair(((mask & 1) != 0 ? VIO_F_RING_PACKED : 0) | ((mask & 2) != 0 ? VIO_F_INDIRECT_DESC : 0), 8,
                  8);
        maps = honest.map_count;
        for (int nth = 1; nth <= 3; nth++) {
            honest.map_fails_at = nth;
            assert_int_equal(vio_queue_provide(&queue, chain, 3, bytes), VIO_NO_MEMORY);
            assert_int_equal(honest.map_count, maps);
            assert_int_equal(vio_queue_free_descriptors(&queue), 8);
            assert_false(honest_take(&device, &taken[0]));
        }
        vio_queue_close(&queue);
        for (int nth = 1; nth <= (int)maps; nth++) { /* the same for the rings themselves */
            honest.map_fails_at = nth;
            assert_int_equal(vio_queue_initialize(&queue, 3, 8), VIO_NO_MEMORY);
            assert_int_equal(honest.map_count, 0);
        }
        assert_int_equal(vio_queue_initialize(&queue, 3, 8), VIO_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split_rings_carry_every_request_whatever_is_negotiated),
        cmocka_unit_test(test_packed_rings_carry_every_request_whatever_is_negotiated),
        cmocka_unit_test(test_indices_and_wrap_counters_go_round),
        cmocka_unit_test(test_disabled_callbacks_are_silent_and_enabling_looks_again),
        cmocka_unit_test(test_without_a_client_enabling_announces_what_waits),
        cmocka_unit_test(test_used_chains_are_counted_and_never_beyond_what_is_lent),
        cmocka_unit_test(test_chains_added_together_take_one_notification),
        cmocka_unit_test(test_an_indirect_chain_takes_one_place),
        cmocka_unit_test(test_a_refused_mapping_changes_nothing_in_any_format),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

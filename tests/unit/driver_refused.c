/* SPDX-License-Identifier: Apache-2.0 */
/* What a device may not claim, in both ring formats; and what a caller may not ask: nothing changes then. */
#include "driver_honest.h"

#include <vio/vio_transport.h>

enum { SIZE = 8, ENTRIES = 16 };

static _Alignas(16) uint8_t ring[16 * SIZE], driver_area[64], device_area[128], tables[16 * SIZE * ENTRIES];
static struct vio_record records[SIZE * ENTRIES];
static struct vio_slot slots[SIZE];
static struct vio_queue queue;
static struct honest_queue device;
static struct honest_chain chain[4];
static uint8_t bytes[64];
static const struct vio_buffer three[3] = {{bytes, 1, false}, {bytes + 1, 30, true}, {bytes + 32, 3, true}};

static void init_queue(bool packed)
{
    memset(&honest, 0, sizeof honest);
    honest.platform =
        (struct vio_platform){.dma_map = honest_map, .dma_unmap = honest_unmap, .barrier = honest_barrier};
    if (packed)
        assert_int_equal(
            vio_packed_queue_init(&queue, &honest.platform, ring, driver_area, device_area, slots, SIZE),
            VIO_OK);
    else
        assert_int_equal(
            vio_split_queue_init(&queue, &honest.platform, ring, driver_area, device_area, slots, SIZE),
            VIO_OK);
}

static void open_pair(uint64_t features)
{
    struct vio_queue_addresses at;

    init_queue((features & VIO_F_RING_PACKED) != 0);
    if ((features & VIO_F_INDIRECT_DESC) != 0)
        assert_int_equal(vio_queue_set_indirect(&queue, tables, records, ENTRIES), VIO_OK);
    assert_int_equal(vio_queue_accept(&queue, features), VIO_OK);
    assert_int_equal(vio_queue_negotiate_size(&queue, SIZE), SIZE);
    assert_int_equal(vio_queue_initialize(&queue, 0, SIZE), VIO_OK);
    assert_int_equal(vio_queue_physical_addresses(&queue, &at), VIO_OK);
    honest_open(&device, SIZE, at.descriptor_area, at.driver_area, at.device_area, features);
}

/* Two chains are lent and known to the device: of three buffers, and of one. */
static void open_and_lend(uint64_t features)
{
    open_pair(features);
    assert_int_equal(vio_queue_provide(&queue, three, 3, bytes), VIO_OK);
    assert_int_equal(vio_queue_provide(&queue, three + 1, 1, bytes + 1), VIO_OK);
    assert_true(honest_take(&device, &chain[0]));
    assert_true(honest_take(&device, &chain[1]));
}

static void assert_broken(enum vio_refusal refusal)
{
    void *token = NULL;
    uint32_t written;
    unsigned maps = honest.map_count;

    assert_false(vio_queue_pop(&queue, &token, &written));
    assert_int_equal(vio_queue_refusal(&queue), refusal);
    assert_int_equal(vio_queue_provide(&queue, three, 1, bytes), VIO_BROKEN);
    assert_int_equal(vio_queue_add(&queue, three, 1, bytes), VIO_BROKEN);
    assert_int_equal(vio_queue_kick(&queue), VIO_BROKEN);
    assert_int_equal(vio_queue_used_chains(&queue), 0);
    assert_int_equal(honest.map_count, maps); /* all stays lent until reset */
    vio_queue_close(&queue);
    assert_int_equal(honest.map_count, 0);
}

static void assert_refused(uint64_t features, uint32_t id, uint32_t written, enum vio_refusal refusal)
{
    open_and_lend(features);
    chain[0].id = (uint16_t)id;
    honest_use(&device, &chain[0], written);
    assert_broken(refusal);
}

static void test_an_id_or_length_that_does_not_match_the_ledger_is_refused(void **state)
{
    static const uint64_t layouts[] = {0, VIO_F_RING_PACKED, VIO_F_IN_ORDER,
                                       VIO_F_RING_PACKED | VIO_F_IN_ORDER};

    (void)state;
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        assert_refused(layouts[i], SIZE, 0, VIO_REFUSED_ID_RANGE);
        assert_refused(layouts[i], 0xffff, 1, VIO_REFUSED_ID_RANGE);
        assert_refused(layouts[i], 4, 1, VIO_REFUSED_ID_NOT_LENT);
        assert_refused(layouts[i], 1, 1, VIO_REFUSED_ID_MID_CHAIN);
        assert_refused(layouts[i], 0, 34, VIO_REFUSED_LEN);
        assert_refused(layouts[i], 0, UINT32_MAX, VIO_REFUSED_LEN);
        assert_refused(layouts[i], 3, 31, VIO_REFUSED_LEN);
    }
}

static void test_an_indirect_chain_has_the_length_of_its_table(void **state)
{
    (void)state;
    for (unsigned packed = 0; packed < 2; packed++) {
        uint64_t features = VIO_F_INDIRECT_DESC | (packed != 0 ? VIO_F_RING_PACKED : 0);

        assert_refused(features, 0, 34, VIO_REFUSED_LEN);
        assert_refused(features, 2, 0, VIO_REFUSED_ID_NOT_LENT);
    }
}

static void test_a_head_that_comes_back_twice_is_refused_in_any_format(void **state)
{
    void *token;
    uint32_t written;

    (void)state;
    for (unsigned mask = 0; mask < 4; mask++) {
        open_and_lend(((mask & 1) != 0 ? VIO_F_RING_PACKED : 0) | ((mask & 2) != 0 ? VIO_F_IN_ORDER : 0));
        honest_use(&device, &chain[0], 5);
        honest_use(&device, &chain[0], 5);
        assert_true(vio_queue_pop(&queue, &token, &written));
        assert_int_equal(written, 5);
        assert_broken(VIO_REFUSED_ID_NOT_LENT);
    }
}

/* QEMU's packed rings never say that anything was written: what it wrote must not be lost. */
static void test_a_length_without_the_write_flag_counts_where_it_can_be_right(void **state)
{
    static const struct {
        uint32_t says, counts;
    } rows[] = {{0, 0}, {1, 1}, {33, 33}, {34, 0}, {UINT32_MAX, 0}};
    void *token;
    uint32_t written;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        open_and_lend(VIO_F_RING_PACKED);
        honest_use(&device, &chain[0], rows[i].says);
        ring[14] &= (uint8_t)~2; /* VIRTQ_DESC_F_WRITE of the first place */
        assert_true(vio_queue_pop(&queue, &token, &written));
        assert_ptr_equal(token, bytes);
        assert_int_equal(written, rows[i].counts);
        assert_int_equal(vio_queue_refusal(&queue), VIO_REFUSED_NOTHING);
        vio_queue_close(&queue);
    }
}

static void test_in_order_a_younger_chain_alone_is_refused(void **state)
{
    (void)state;
    open_and_lend(VIO_F_IN_ORDER);
    honest_use(&device, &chain[1], 5); /* used.idx covers one chain, the id says two */
    assert_broken(VIO_REFUSED_ORDER);
}

static void test_in_order_those_before_the_named_one_count_as_used_to_the_end(void **state)
{
    void *token;
    uint32_t written;

    (void)state;
    for (unsigned packed = 0; packed < 2; packed++) {
        open_and_lend(VIO_F_IN_ORDER | (packed != 0 ? VIO_F_RING_PACKED : 0));
        honest_use_batch(&device, &chain[1], 7, 2, (uint32_t)chain[0].places + chain[1].places);
        assert_true(vio_queue_pop(&queue, &token, &written));
        assert_ptr_equal(token, bytes);
        assert_int_equal(written, 33);
        assert_true(vio_queue_pop(&queue, &token, &written));
        assert_ptr_equal(token, bytes + 1);
        assert_int_equal(written, 7);
        assert_false(vio_queue_pop(&queue, &token, &written));
    }
}

/* avail.idx does not cover it, or the first head's flags hide it, so the device cannot have seen it: else the
 * chain would be published after its memory was given back. */
static void test_a_chain_that_was_not_published_cannot_come_back(void **state)
{
    static const uint16_t ahead[] = {1, 2};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        open_pair(0);
        assert_int_equal(vio_queue_provide(&queue, three, 3, bytes), VIO_OK);
        assert_int_equal(vio_queue_add(&queue, three + 1, 1, bytes + 1), VIO_OK);
        chain[0] = (struct honest_chain){.id = 3, .places = 1};
        honest_use_batch(&device, &chain[0], 0, ahead[i], 1);
        assert_broken(i == 0 ? VIO_REFUSED_ID_NOT_LENT : VIO_REFUSED_USED_IDX);
    }
    open_and_lend(VIO_F_RING_PACKED);
    assert_int_equal(vio_queue_add(&queue, three + 1, 1, bytes + 1), VIO_OK);
    assert_int_equal(vio_queue_add(&queue, three + 1, 1, bytes + 2), VIO_OK);
    assert_false(honest_take(&device, &chain[2])); /* neither of them */
    chain[2] = (struct honest_chain){.id = 4, .places = 1};
    honest_use(&device, &chain[2], 1);
    assert_broken(VIO_REFUSED_ID_NOT_LENT);
}

/* A slow request among quick ones: its age, counted in chains, is no reason to refuse it. */
static void test_a_chain_may_stay_out_while_65536_others_come_and_go(void **state)
{
    void *token;
    uint32_t written;

    (void)state;
    for (unsigned packed = 0; packed < 2; packed++) {
        open_and_lend(packed != 0 ? VIO_F_RING_PACKED : 0);
        for (uint32_t lent = 2; lent < 65536; lent++) {
            honest_use(&device, &chain[1], 3);
            assert_true(vio_queue_pop(&queue, &token, &written));
            assert_ptr_equal(token, bytes + 1);
            assert_int_equal(vio_queue_provide(&queue, three + 1, 1, bytes + 1), VIO_OK);
            assert_true(honest_take(&device, &chain[1]));
        }
        honest_use(&device, &chain[0], 33);
        assert_true(vio_queue_pop(&queue, &token, &written));
        assert_ptr_equal(token, bytes);
        assert_int_equal(written, 33);
        vio_queue_close(&queue);
    }
}

/* ---- misuse ---- */

static void assert_rejected(const struct vio_buffer wrong[], size_t count, void *token,
                            enum vio_status status)
{
    unsigned maps = honest.map_count;
    size_t free_before = vio_queue_free_descriptors(&queue);

    assert_int_equal(vio_queue_add(&queue, wrong, count, token), status);
    assert_int_equal(vio_queue_provide(&queue, wrong, count, token), status);
    assert_int_equal(honest.map_count, maps);
    assert_int_equal(vio_queue_free_descriptors(&queue), free_before);
    assert_int_equal(vio_queue_lent_chains(&queue), 0);
}

static void test_a_chain_that_breaks_the_contract_is_invalid_in_any_format(void **state)
{
    const struct vio_buffer wrong_order[] = {{bytes, 1, true}, {bytes + 1, 1, false}};
    const struct vio_buffer no_length[] = {{bytes, 1, false}, {bytes + 1, 0, true}};
    const struct vio_buffer nowhere[] = {{NULL, 1, false}, {bytes, 1, false}};
    const struct vio_buffer huge[] = {{bytes, UINT32_MAX, false}, {bytes, 2, false}};
    struct vio_buffer many[SIZE + 1];

    (void)state;
    for (size_t i = 0; i < SIZE + 1; i++)
        many[i] = (struct vio_buffer){bytes + i, 1, false};
    for (unsigned mask = 0; mask < 4; mask++) {
        open_pair(((mask & 1) != 0 ? VIO_F_RING_PACKED : 0) | ((mask & 2) != 0 ? VIO_F_INDIRECT_DESC : 0));
        assert_rejected(wrong_order, 2, bytes, VIO_INVALID);
        assert_rejected(no_length, 2, bytes, VIO_INVALID);
        assert_rejected(nowhere, 2, bytes, VIO_INVALID);
        assert_rejected(huge, 2, bytes, VIO_INVALID);
        assert_rejected(three, 0, bytes, VIO_INVALID);
        assert_rejected(three, 1, NULL, VIO_INVALID);
        assert_rejected(many, SIZE + 1, bytes, VIO_NO_MEMORY); /* longer than the ring, table or not */
        assert_int_equal(vio_queue_provide(&queue, many, SIZE, bytes), VIO_OK);
        vio_queue_close(&queue);
    }
}

static void test_nothing_works_before_initialize_in_any_format(void **state)
{
    struct vio_queue_addresses at;
    void *token;
    uint32_t number, written;

    (void)state;
    for (unsigned packed = 0; packed < 2; packed++) {
        init_queue(packed != 0);
        assert_rejected(three, 1, bytes, VIO_NOT_READY);
        assert_int_equal(vio_queue_kick(&queue), VIO_NOT_READY);
        assert_int_equal(vio_queue_physical_addresses(&queue, &at), VIO_NOT_READY);
        assert_false(vio_queue_number(&queue, &number));
        assert_false(vio_queue_pop(&queue, &token, &written));
        assert_false(vio_queue_enable_callbacks(&queue));
        assert_int_equal(vio_queue_used_chains(&queue), 0);
        assert_int_equal(vio_queue_free_descriptors(&queue), 0);
        vio_queue_disable_callbacks(&queue);
        vio_queue_used_interrupt(&queue);
        vio_queue_close(&queue);
        assert_int_equal(vio_queue_initialize(&queue, 0, SIZE), VIO_INVALID); /* no size was negotiated */
        assert_int_equal(honest.map_count, 0);
        assert_int_equal(honest.barriers, 0);
    }
}

static void test_what_was_initialised_is_not_changed_any_more(void **state)
{
    struct vio_queue_client client = {0};
    uint32_t number;

    (void)state;
    for (unsigned packed = 0; packed < 2; packed++) {
        open_pair(packed != 0 ? VIO_F_RING_PACKED : 0);
        assert_true(vio_queue_number(&queue, &number));
        assert_int_equal(number, 0);
        assert_int_equal(vio_queue_set_client(&queue, &client), VIO_INVALID);
        assert_int_equal(vio_queue_set_transport(&queue, NULL), VIO_INVALID);
        assert_int_equal(vio_queue_set_indirect(&queue, tables, records, 1), VIO_INVALID);
        assert_int_equal(vio_queue_accept(&queue, 0), VIO_INVALID);
        assert_int_equal(vio_queue_negotiate_size(&queue, SIZE), 0);
        assert_int_equal(vio_queue_initialize(&queue, 1, SIZE), VIO_INVALID);
        assert_null(queue.client);
        assert_int_equal(queue.size, SIZE);
    }
}

/* ---- sizes and memory ---- */

static void test_the_size_negotiated_last_counts_and_never_exceeds_either_side(void **state)
{
    static const struct {
        uint32_t device, split, packed;
    } rows[] = {{0, 0, 0}, {1, 1, 1}, {3, 2, 3}, {7, 4, 7}, {8, 8, 8}, {9, 8, 8}, {UINT32_MAX, 8, 8}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        init_queue(false);
        assert_int_equal(vio_queue_negotiate_size(&queue, rows[i].device), rows[i].split);
        init_queue(true);
        assert_int_equal(vio_queue_negotiate_size(&queue, SIZE), SIZE);
        assert_int_equal(vio_queue_negotiate_size(&queue, rows[i].device), rows[i].packed);
        assert_int_equal(vio_queue_initialize(&queue, 0, rows[i].packed + 1), VIO_INVALID);
        assert_int_equal(vio_queue_initialize(&queue, 0, rows[i].packed),
                         rows[i].packed > 0 ? VIO_OK : VIO_INVALID);
    }
    init_queue(false);
    assert_int_equal(vio_queue_negotiate_size(&queue, SIZE), SIZE);
    assert_int_equal(vio_queue_initialize(&queue, 0, 3), VIO_INVALID); /* not a power of two */
    assert_int_equal(vio_queue_initialize(&queue, 0, 2 * SIZE), VIO_INVALID);
}

static void test_memory_that_does_not_do_is_invalid(void **state)
{
    struct vio_queue other;

    (void)state;
    init_queue(false);
    assert_int_equal(
        vio_packed_queue_init(&other, &honest.platform, ring + 8, driver_area, device_area, slots, SIZE),
        VIO_INVALID);
    assert_int_equal(
        vio_packed_queue_init(&other, &honest.platform, ring, driver_area + 2, device_area, slots, SIZE),
        VIO_INVALID);
    assert_int_equal(
        vio_packed_queue_init(&other, &honest.platform, ring, driver_area, device_area + 2, slots, SIZE),
        VIO_INVALID);
    assert_int_equal(
        vio_packed_queue_init(&other, &honest.platform, NULL, driver_area, device_area, slots, SIZE),
        VIO_INVALID);
    assert_int_equal(
        vio_packed_queue_init(&other, &honest.platform, ring, driver_area, device_area, NULL, SIZE),
        VIO_INVALID);
    assert_int_equal(
        vio_packed_queue_init(&other, &honest.platform, ring, driver_area, device_area, slots, 0),
        VIO_INVALID);
    assert_int_equal(
        vio_packed_queue_init(&other, &honest.platform, ring, driver_area, device_area, slots, 32769),
        VIO_INVALID);
    assert_int_equal(vio_split_queue_init(&other, &honest.platform, ring, driver_area, device_area, slots, 6),
                     VIO_INVALID);
    assert_int_equal(
        vio_split_queue_init(&other, &honest.platform, ring, driver_area + 1, device_area, slots, SIZE),
        VIO_INVALID);
    assert_int_equal(vio_queue_set_indirect(&queue, tables + 8, records, 1), VIO_INVALID);
    assert_int_equal(vio_queue_set_indirect(&queue, NULL, records, 1), VIO_INVALID);
    assert_int_equal(vio_queue_set_indirect(&queue, tables, records, 0), VIO_INVALID);
}

static int askew_maps;

static enum vio_status map_askew(void *ctx, void *ptr, size_t len, enum vio_dir dir, uint64_t *bus)
{
    (void)ctx;
    (void)len;
    (void)dir;
    askew_maps++;
    *bus = (uintptr_t)ptr + (ptr == device_area ? 2 : 0);
    return VIO_OK;
}

static void unmap_askew(void *ctx, uint64_t bus, size_t len, enum vio_dir dir)
{
    (void)ctx;
    (void)bus;
    (void)len;
    (void)dir;
    askew_maps--;
}

static void test_a_mapping_that_is_not_aligned_is_given_back(void **state)
{
    (void)state;
    for (unsigned packed = 0; packed < 2; packed++) {
        init_queue(packed != 0);
        honest.platform.dma_map = map_askew;
        honest.platform.dma_unmap = unmap_askew;
        askew_maps = 0;
        assert_int_equal(vio_queue_negotiate_size(&queue, SIZE), SIZE);
        assert_int_equal(vio_queue_initialize(&queue, 0, SIZE),
                         VIO_NO_MEMORY); /* SPLIT-DRV-01, PACKED-DRV-01 */
        assert_int_equal(askew_maps, 0);
    }
}

static void test_the_format_follows_what_was_negotiated(void **state)
{
    (void)state;
    init_queue(false);
    assert_int_equal(vio_queue_accept(&queue, VIO_F_RING_PACKED), VIO_UNSUPPORTED);
    assert_int_equal(vio_queue_features(&queue) & VIO_F_RING_PACKED, 0);
    assert_int_equal(vio_packed_queue_allow(&queue), VIO_OK);
    assert_true((vio_queue_features(&queue) & VIO_F_RING_PACKED) != 0);
    assert_int_equal(vio_queue_accept(&queue, VIO_F_RING_PACKED), VIO_OK);
    assert_int_equal(vio_queue_negotiate_size(&queue, 7), 7);
    assert_int_equal(vio_queue_accept(&queue, 0), VIO_OK);
    assert_int_equal(vio_queue_negotiate_size(&queue, 7), 4);
    init_queue(true);
    assert_int_equal(vio_queue_accept(&queue, 0), VIO_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_id_or_length_that_does_not_match_the_ledger_is_refused),
        cmocka_unit_test(test_an_indirect_chain_has_the_length_of_its_table),
        cmocka_unit_test(test_a_head_that_comes_back_twice_is_refused_in_any_format),
        cmocka_unit_test(test_a_length_without_the_write_flag_counts_where_it_can_be_right),
        cmocka_unit_test(test_in_order_a_younger_chain_alone_is_refused),
        cmocka_unit_test(test_in_order_those_before_the_named_one_count_as_used_to_the_end),
        cmocka_unit_test(test_a_chain_that_was_not_published_cannot_come_back),
        cmocka_unit_test(test_a_chain_may_stay_out_while_65536_others_come_and_go),
        cmocka_unit_test(test_a_chain_that_breaks_the_contract_is_invalid_in_any_format),
        cmocka_unit_test(test_nothing_works_before_initialize_in_any_format),
        cmocka_unit_test(test_what_was_initialised_is_not_changed_any_more),
        cmocka_unit_test(test_the_size_negotiated_last_counts_and_never_exceeds_either_side),
        cmocka_unit_test(test_memory_that_does_not_do_is_invalid),
        cmocka_unit_test(test_a_mapping_that_is_not_aligned_is_given_back),
        cmocka_unit_test(test_the_format_follows_what_was_negotiated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

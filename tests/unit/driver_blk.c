/* SPDX-License-Identifier: Apache-2.0 */
/* Block: ranges, pieces, the status byte, odd configurations. The device's side is the test. */
#include "driver_fake.h"

#include <vio/vio_blk.h>

enum {
    RO = 1 << 5,
    SIZE_MAX_BIT = 1 << 1,
    SEG_MAX_BIT = 1 << 2,
    BLK_SIZE = 1 << 6,
    FLUSH = 1 << 9,
    TOPOLOGY = 1 << 10
};

static uint8_t config[64];
static struct vio_transport transport;
static struct vio_blk blk;
static struct vio_blk_shared shared[VIO_BLK_COMMANDS_MAX];
static uint8_t data[8192];
static unsigned finished;
static enum vio_status finished_status;
static size_t finished_bytes;

static enum vio_status config_read(struct vio_transport *self, struct vio_config_field fields[], size_t count)
{
    (void)self;
    for (size_t i = 0; i < count; i++) {
        fields[i].value = 0;
        for (uint32_t n = fields[i].width; n-- > 0;)
            fields[i].value = fields[i].value << 8 | config[fields[i].offset + n];
    }
    return VIO_OK;
}

static void notify(struct vio_transport *self, const struct vio_queue *which)
{
    (void)self;
    (void)which;
}

static const struct vio_transport_ops transport_ops = {.config_read = config_read, .queue_notify = notify};

static void finish(struct vio_request_client *self, struct vio_request *request, enum vio_status status,
                   size_t bytes)
{
    (void)self;
    (void)request;
    finished++;
    finished_status = status;
    finished_bytes = bytes;
}

static struct vio_request_client client = {.finished = finish};

static void put(uint32_t offset, uint32_t width, uint64_t value)
{
    for (uint32_t i = 0; i < width; i++)
        config[offset + i] = (uint8_t)(value >> 8 * i);
}

static enum vio_status open_with(uint64_t offered)
{
    uint64_t accepted;

    fake_reset();
    fake_queue_init();
    finished = 0;
    transport.ops = &transport_ops;
    vio_queue_set_transport(&queue, &transport);
    assert_int_equal(vio_blk_init(&blk, &transport, (struct vio_queue *const[]){&queue}, 1, shared, &client),
                     VIO_OK);
    vio_queue_set_client(&queue, &blk.queue_client);
    assert_int_equal(fake_queue_start(0), VIO_OK);
    assert_true(blk.driver.ops->negotiate_features(&blk.driver, offered, &accepted));
    assert_int_equal(accepted & ~offered, 0);
    assert_int_equal(blk.driver.ops->queue_number(&blk.driver, 0), 0);
    return blk.driver.ops->pre_device_initialization(&blk.driver);
}

static int open_blk(void **state)
{
    (void)state;
    memset(config, 0, sizeof config);
    put(0, 8, 16);
    return open_with(FLUSH) == VIO_OK ? 0 : -1;
}

static struct vio_request request;

static enum vio_status submit(enum vio_op op, uint64_t offset, size_t len_bytes)
{
    request = (struct vio_request){.op = op, .offset = offset, .data = data, .len_bytes = len_bytes};
    return vio_blk_submit(&blk, &request);
}

/* The device answers the newest command. */
static void answer(uint8_t status)
{
    uint16_t at = fake_head();

    while (LE16(rings.desc[at].flags) & 1)
        at = LE16(rings.desc[at].next);
    *(uint8_t *)(uintptr_t)LE64(rings.desc[at].addr) = status;
    fake_use(fake_head(), 0);
    vio_queue_used_interrupt(&queue);
}

static const struct vio_blk_header *header(void)
{
    return (const struct vio_blk_header *)(uintptr_t)LE64(rings.desc[fake_head()].addr);
}

static uint32_t data_segments(void)
{
    uint32_t count = 0;

    for (uint16_t at = fake_head(); LE16(rings.desc[at].flags) & 1; at = LE16(rings.desc[at].next))
        count++;
    return count - 1;
}

static void test_a_read_is_done_when_the_status_says_so(void **state)
{
    (void)state;
    memset(data, 0xee, sizeof data);
    assert_int_equal(submit(VIO_OP_READ, 1024, 512), VIO_OK);
    for (unsigned i = 0; i <= 512; i++) /* invariant 12 */
        assert_int_equal(data[i], i < 512 ? 0 : 0xee);
    assert_int_equal(LE32(header()->type), 0);
    assert_int_equal(header()->reserved, 0);
    assert_int_equal(LE64(header()->sector), 2);
    answer(0);
    assert_int_equal(finished, 1);
    assert_int_equal(finished_status, VIO_OK);
    assert_int_equal(finished_bytes, 512);
}

static void test_every_other_status_is_a_failure(void **state)
{
    for (unsigned status = 1; status < 256; status++) {
        open_blk(state);
        assert_int_equal(submit(VIO_OP_READ, 0, 512), VIO_OK);
        answer((uint8_t)status);
        assert_int_equal(finished, 1);
        assert_int_equal(finished_status, status <= 2 ? VIO_IO_ERROR : VIO_MALFORMED);
        assert_int_equal(finished_bytes, 0);
    }
}

static void test_a_status_that_is_never_written_is_a_failure(void **state)
{
    (void)state;
    memset(shared, 0, sizeof shared); /* as if the last command had left an OK there */
    assert_int_equal(submit(VIO_OP_READ, 0, 512), VIO_OK);
    fake_use(fake_head(), 513);
    vio_queue_used_interrupt(&queue);
    assert_int_equal(finished_status, VIO_MALFORMED);
}

static void test_what_is_not_on_the_disk_is_invalid(void **state)
{
    (void)state;
    assert_int_equal(submit(VIO_OP_READ, 16 * 512, 512), VIO_INVALID);
    assert_int_equal(submit(VIO_OP_READ, 15 * 512, 1024), VIO_INVALID);
    assert_int_equal(submit(VIO_OP_READ, UINT64_MAX - 511, 512), VIO_INVALID);
    assert_int_equal(submit(VIO_OP_WRITE, 0, SIZE_MAX - 511), VIO_INVALID);
    assert_int_equal(submit(VIO_OP_READ, 1, 512), VIO_INVALID);
    assert_int_equal(submit(VIO_OP_READ, 0, 511), VIO_INVALID);
    assert_int_equal(submit(VIO_OP_GET_ID, 0, 19), VIO_INVALID);
    request = (struct vio_request){.op = VIO_OP_WRITE, .len_bytes = 512}; /* and nowhere in memory */
    assert_int_equal(vio_blk_submit(&blk, &request), VIO_INVALID);
    assert_int_equal(finished, 0);
    assert_int_equal(submit(VIO_OP_READ, 15 * 512, 512), VIO_OK);
}

static void test_flush_and_write_need_leave(void **state)
{
    assert_int_equal(submit(VIO_OP_FLUSH, 4096, 0), VIO_OK);
    assert_int_equal(LE32(header()->type), 4);
    assert_int_equal(LE64(header()->sector), 0); /* BLK-OP-DRV-04 */
    assert_int_equal(data_segments(), 0);
    open_blk(state);
    assert_int_equal(open_with(RO), VIO_OK);
    assert_int_equal(submit(VIO_OP_FLUSH, 0, 0), VIO_UNSUPPORTED);
    assert_int_equal(submit(VIO_OP_WRITE, 0, 512), VIO_UNSUPPORTED);
}

static void test_a_long_request_goes_in_pieces_within_the_limits(void **state)
{
    (void)state;
    put(8, 4, 700); /* two segments: 1024 bytes at once */
    put(12, 4, 2);
    assert_int_equal(open_with(SIZE_MAX_BIT | SEG_MAX_BIT), VIO_OK);
    assert_int_equal(submit(VIO_OP_WRITE, 512, 2560), VIO_OK);
    assert_int_equal(data_segments(), 2);
    assert_int_equal(LE64(header()->sector), 1);
    answer(0);
    assert_int_equal(LE64(header()->sector), 3);
    answer(0);
    assert_int_equal(LE64(header()->sector), 5);
    assert_int_equal(data_segments(), 1);
    assert_int_equal(finished, 0);
    answer(0);
    assert_int_equal(finished, 1);
    assert_int_equal(finished_bytes, 2560);
    assert_int_equal(vio_queue_free_descriptors(&queue), FAKE_SIZE);
}

static void test_a_disk_that_shrinks_ends_a_request_between_its_pieces(void **state)
{
    (void)state;
    put(8, 4, 512);
    put(12, 4, 1);
    assert_int_equal(open_with(SIZE_MAX_BIT | SEG_MAX_BIT), VIO_OK);
    assert_int_equal(submit(VIO_OP_READ, 0, 1024), VIO_OK);
    put(0, 8, 1);
    assert_int_equal(blk.driver.ops->config_changed(&blk.driver), VIO_OK);
    answer(0);
    assert_int_equal(finished, 1);
    assert_int_equal(finished_status, VIO_INVALID);
}

static void test_limits_that_allow_no_sector_are_refused(void **state)
{
    (void)state;
    put(8, 4, 0);
    assert_int_equal(open_with(SIZE_MAX_BIT), VIO_UNSUPPORTED);
    put(12, 4, 0);
    assert_int_equal(open_with(SEG_MAX_BIT), VIO_UNSUPPORTED);
    put(8, 4, UINT32_MAX);
    put(12, 4, UINT32_MAX);
    assert_int_equal(open_with(SIZE_MAX_BIT | SEG_MAX_BIT), VIO_OK);
    assert_true(blk.config.segments_max <= FAKE_SIZE - 2);
}

static void test_odd_block_sizes_and_exponents_do_no_harm(void **state)
{
    static const uint32_t odd[] = {0, 1, 511, 513, 0x80000001, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        put(20, 4, odd[i]);
        put(24, 1, 255);
        assert_int_equal(open_with(BLK_SIZE | TOPOLOGY), VIO_OK);
        assert_int_equal(blk.config.block_bytes, 512);
        assert_int_equal(blk.config.physical_block_bytes, 512);
    }
    put(20, 4, 4096);
    for (uint8_t exponent = 19; exponent <= 33; exponent++) {
        put(24, 1, exponent);
        assert_int_equal(open_with(BLK_SIZE | TOPOLOGY), VIO_OK);
        assert_int_equal(blk.config.physical_block_bytes, exponent == 19 ? 0x80000000u : 4096);
    }
    put(24, 1, 3);
    assert_int_equal(open_with(BLK_SIZE | TOPOLOGY), VIO_OK);
    assert_int_equal(blk.config.physical_block_bytes, 32768);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_read_is_done_when_the_status_says_so, open_blk),
        cmocka_unit_test(test_every_other_status_is_a_failure),
        cmocka_unit_test_setup(test_a_status_that_is_never_written_is_a_failure, open_blk),
        cmocka_unit_test_setup(test_what_is_not_on_the_disk_is_invalid, open_blk),
        cmocka_unit_test_setup(test_flush_and_write_need_leave, open_blk),
        cmocka_unit_test_setup(test_a_long_request_goes_in_pieces_within_the_limits, open_blk),
        cmocka_unit_test_setup(test_a_disk_that_shrinks_ends_a_request_between_its_pieces, open_blk),
        cmocka_unit_test_setup(test_limits_that_allow_no_sector_are_refused, open_blk),
        cmocka_unit_test_setup(test_odd_block_sizes_and_exponents_do_no_harm, open_blk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

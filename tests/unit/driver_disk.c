/* SPDX-License-Identifier: Apache-2.0 */
/* The block driver with its transport against a small honest disk: every request, on one queue and several,
 * over both ring formats; cache mode, limits of discard, a capacity that changes. */
#include <vio/vio_blk.h>
#include <vio/vio_wait.h>

enum { SIZE = 16, QUEUES = 3, SECTORS = 64, ENTRIES = 8 };
#include "driver_queues.h"

#define FLUSH    (UINT64_C(1) << 9)
#define WCE      (UINT64_C(1) << 11)
#define MQ       (UINT64_C(1) << 12)
#define DISCARD  (UINT64_C(1) << 13)
#define ZEROES   (UINT64_C(1) << 14)
#define ZONED    (UINT64_C(1) << 17)
#define EVERY_OP (FLUSH | WCE | DISCARD | ZEROES)

static _Alignas(16) uint8_t tables[QUEUES][16 * SIZE * ENTRIES];
static struct vio_record records[QUEUES][SIZE * ENTRIES];
static struct vio_blk blk;
static struct vio_blk_shared shared[VIO_BLK_COMMANDS_MAX];

/* ---- the disk ---- */

static uint8_t disk[SECTORS * 512];
static unsigned commands[32], served_by[MACHINE_QUEUES];
static uint32_t range_sectors_most;

static uint8_t do_range(const uint8_t *in, size_t len, bool zero)
{
    uint64_t sector = 0;
    uint32_t sectors = 0;

    assert_int_equal(len, 32);
    for (unsigned i = 8; i-- > 0;)
        sector = sector << 8 | in[16 + i];
    for (unsigned i = 4; i-- > 0;)
        sectors = sectors << 8 | in[24 + i];
    assert_int_equal(in[28] | in[29] | in[30] | in[31], 0); /* unmap 0 */
    assert_true(sectors > 0 && sectors <= range_sectors_most && sector + sectors <= SECTORS);
    memset(disk + 512 * sector, zero ? 0 : 0xdd, 512 * (size_t)sectors);
    return 0;
}

static void serve_one(unsigned number, struct honest_queue *rings, const struct honest_chain *chain)
{
    static uint8_t in[16 + 8192], out[8193];
    size_t n = honest_read(chain, in, sizeof in);
    uint32_t room = honest_writable(chain) - 1, type = in[0];
    size_t at = 512 * (in[8] + 256u * in[9]);
    uint8_t status = 0;

    assert_true(n >= 16 && type < 32);
    served_by[number]++;
    commands[type]++;
    memset(out, 0, sizeof out);
    switch (type) {
    case 0:
        memcpy(out, disk + at, room);
        break;
    case 1:
        memcpy(disk + at, in + 16, n - 16);
        break;
    case 8:
        assert_int_equal(room, 20);
        memcpy(out, "a small honest disk", 19);
        break;
    case 11:
    case 13:
        status = do_range(in, n, type == 13);
        break;
    default:
        assert_int_equal(type, 4);
    }
    out[room] = status;
    honest_use(rings, chain, honest_write(chain, out, room + 1u));
}

static void serve(unsigned number, struct honest_queue *rings)
{
    struct honest_chain chain;

    while (honest_take(rings, &chain))
        serve_one(number, rings, &chain);
}

/* ---- requests ---- */

static unsigned finished;
static enum vio_status finished_status;
static size_t finished_bytes;

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

static enum vio_init start(uint64_t offered, unsigned count)
{
    machine_init(2, offered);
    memset(served_by, 0, sizeof served_by);
    memset(commands, 0, sizeof commands);
    machine_put(0, 8, SECTORS);
    machine_put(32, 1, 1);
    machine_put(34, 2, QUEUES);
    machine_put(36, 4, 10); /* discard: 10 sectors, in one range */
    machine_put(40, 4, 1);
    machine_put(48, 4, 7); /* write zeroes */
    machine_put(52, 4, 1);
    range_sectors_most = 10;
    queues_init(true);
    assert_int_equal(vio_blk_init(&blk, transport, queues, count, shared, &client), VIO_OK);
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(vio_queue_set_indirect(&queue[i], tables[i], records[i], ENTRIES), VIO_OK);
        assert_int_equal(vio_queue_set_client(&queue[i], &blk.queue_client), VIO_OK);
    }
    machine.serve = serve;
    return transport->ops->initialize(transport, &blk.driver, queues, count).error;
}

static struct vio_request request;

static enum vio_status submit(enum vio_op op, uint64_t offset, void *data, size_t len, uint32_t unit)
{
    request = (struct vio_request){.op = op, .offset = offset, .data = data, .len_bytes = len, .unit = unit};
    finished = 0;
    return vio_blk_submit(&blk, &request);
}

static void assert_done(enum vio_op op, uint64_t offset, void *data, size_t len, uint32_t unit)
{
    assert_int_equal(submit(op, offset, data, len, unit), VIO_OK);
    machine_run();
    assert_int_equal(finished, 1);
    assert_int_equal(finished_status, VIO_OK);
}

/* ---- tests ---- */

static void test_every_request_works_over_every_ring_format(void **state)
{
    static const uint64_t formats[] = {0,
                                       VIO_F_RING_PACKED,
                                       VIO_F_INDIRECT_DESC | VIO_F_EVENT_IDX,
                                       VIO_F_RING_PACKED | VIO_F_INDIRECT_DESC | VIO_F_EVENT_IDX |
                                           VIO_F_IN_ORDER,
                                       VIO_F_NOTIFICATION_DATA | VIO_F_IN_ORDER,
                                       VIO_F_NOTIFICATION_DATA | VIO_F_RING_PACKED};
    static uint8_t out[4096], in[4096], id[20];

    (void)state;
    for (size_t i = 0; i < sizeof out; i++)
        out[i] = (uint8_t)(i * 7 + i / 256);
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        assert_int_equal(start(EVERY_OP | formats[f], 1), VIO_INIT_OK);
        memset(disk, 0xaa, sizeof disk);
        assert_done(VIO_OP_WRITE, 1024, out, sizeof out, 0);
        assert_done(VIO_OP_READ, 1024, in, sizeof in, 0);
        assert_memory_equal(in, out, sizeof in);
        assert_done(VIO_OP_FLUSH, 0, NULL, 0, 0);
        assert_int_equal(commands[4], 1);
        assert_done(VIO_OP_GET_ID, 0, id, sizeof id, 0);
        assert_memory_equal(id, "a small honest disk", 20);
        assert_done(VIO_OP_ZERO, 1024, NULL, 512, 0);
        assert_int_equal(disk[1024] | disk[1024 + 511], 0);
        assert_int_equal(disk[1023], 0xaa);
        assert_int_equal(disk[1024 + 512], out[512]);
        assert_done(VIO_OP_DISCARD, 2048, NULL, 1024, 0);
        assert_int_equal(disk[2048], 0xdd);
        assert_int_equal(transport->ops->reset(transport), VIO_OK);
        assert_int_equal(honest.map_count, 0);
    }
}

static void test_long_ranges_go_in_pieces_within_the_limit(void **state)
{
    (void)state;
    assert_int_equal(start(EVERY_OP, 1), VIO_INIT_OK);
    assert_done(VIO_OP_DISCARD, 0, NULL, SECTORS * 512, 0);
    assert_int_equal(commands[11], 7); /* 6 times 10, and 4 */
    assert_int_equal(finished_bytes, SECTORS * 512);
    range_sectors_most = 7;
    assert_done(VIO_OP_ZERO, 512, NULL, 15 * 512, 0);
    assert_int_equal(commands[13], 3);
    assert_done(VIO_OP_ZERO, 512, NULL, 0, 0);
    assert_int_equal(commands[13], 3);
}

static void test_what_is_not_offered_or_not_on_the_disk_is_refused(void **state)
{
    (void)state;
    assert_int_equal(start(0, 1), VIO_INIT_OK);
    assert_int_equal(submit(VIO_OP_DISCARD, 0, NULL, 512, 0), VIO_UNSUPPORTED);
    assert_int_equal(submit(VIO_OP_ZERO, 0, NULL, 512, 0), VIO_UNSUPPORTED);
    assert_int_equal(start(EVERY_OP, 1), VIO_INIT_OK);
    assert_int_equal(submit(VIO_OP_DISCARD, 0, NULL, 511, 0), VIO_INVALID);
    assert_int_equal(submit(VIO_OP_DISCARD, SECTORS * 512, NULL, 512, 0), VIO_INVALID);
    assert_int_equal(submit(VIO_OP_ZERO, UINT64_MAX - 511, NULL, 512, 0), VIO_INVALID);
    assert_int_equal(start(EVERY_OP | UINT64_C(1) << 5, 1), VIO_INIT_OK); /* read-only */
    assert_int_equal(submit(VIO_OP_ZERO, 0, NULL, 512, 0), VIO_UNSUPPORTED);
    assert_int_equal(start(EVERY_OP | ZONED, 1), VIO_INIT_OK);
    assert_true((machine.accepted & (DISCARD | ZONED)) == 0); /* BLK-INIT-DRV-06 */
    assert_int_equal(machine.notifications, 0);
}

static void shrink(uint32_t offset, uint32_t width, uint64_t value)
{
    machine_put(offset, width, value);
    machine.generation++;
    machine_interrupt(2);
}

static void test_limits_of_none_are_no_endless_request(void **state)
{
    (void)state;
    assert_int_equal(start(EVERY_OP, 1), VIO_INIT_OK);
    assert_int_equal(submit(VIO_OP_DISCARD, 0, NULL, 20 * 512, 0), VIO_OK);
    shrink(36, 4, 0); /* between the pieces */
    machine_run();
    assert_int_equal(finished, 1);
    assert_int_equal(finished_status, VIO_UNSUPPORTED);
    assert_int_equal(submit(VIO_OP_DISCARD, 0, NULL, 512, 0), VIO_UNSUPPORTED);
    shrink(36, 4, 10);
    shrink(40, 4, 0); /* no range at all */
    assert_int_equal(submit(VIO_OP_DISCARD, 0, NULL, 512, 0), VIO_UNSUPPORTED);
}

static void test_a_capacity_that_changes_is_followed(void **state)
{
    static uint8_t data[512];

    (void)state;
    assert_int_equal(start(0, 1), VIO_INIT_OK);
    shrink(0, 8, 10);
    assert_int_equal(submit(VIO_OP_READ, 10 * 512, data, 512, 0), VIO_INVALID);
    shrink(0, 8, SECTORS);
    assert_done(VIO_OP_READ, 10 * 512, data, 512, 0);
}

static void test_the_cache_mode_is_switched_where_that_is_possible(void **state)
{
    (void)state;
    assert_int_equal(vio_blk_init(&blk, transport, queues, 1, shared, &client), VIO_OK);
    assert_int_equal(vio_blk_set_writeback(&blk, false), VIO_NOT_READY);
    assert_int_equal(start(FLUSH, 1), VIO_INIT_OK);
    assert_true(blk.config.writeback); /* BLK-INIT-DRV-03 */
    assert_int_equal(vio_blk_set_writeback(&blk, false), VIO_UNSUPPORTED);
    assert_int_equal(machine.config_writes, 0);
    assert_int_equal(start(FLUSH | WCE, 1), VIO_INIT_OK);
    assert_int_equal(vio_blk_set_writeback(&blk, false), VIO_OK);
    assert_int_equal(machine.config[32], 0);
    assert_false(blk.config.writeback);
    assert_int_equal(vio_blk_set_writeback(&blk, true), VIO_OK);
    assert_int_equal(machine.config[32], 1);
    assert_int_equal(machine.config[34], QUEUES); /* one byte was written, and no other */
    assert_int_equal(machine.config_writes, 2);
}

static void test_requests_go_to_the_queue_that_was_asked_for(void **state)
{
    static uint8_t data[512];

    (void)state;
    assert_int_equal(start(MQ | VIO_F_RING_PACKED, QUEUES), VIO_INIT_OK);
    for (uint32_t unit = 0; unit < 6; unit++)
        assert_done(VIO_OP_READ, 0, data, 512, unit);
    assert_int_equal(served_by[0], 2);
    assert_int_equal(served_by[1], 2);
    assert_int_equal(served_by[2], 2);
}

static void test_queues_that_the_device_lacks_are_left_out(void **state)
{
    static uint8_t data[512];

    (void)state;
    assert_int_equal(start(0, QUEUES), VIO_INIT_OK); /* no MQ: one */
    assert_int_equal(machine.queue[1].ready, 0);
    assert_done(VIO_OP_READ, 0, data, 512, 2);
    assert_int_equal(served_by[0], 1);
    assert_int_equal(start(MQ, 2), VIO_INIT_OK); /* the device has three, we two */
    assert_int_equal(machine.queue[2].ready, 0);
    assert_done(VIO_OP_READ, 0, data, 512, 2);
    assert_int_equal(served_by[0], 1);
    assert_int_equal(vio_blk_init(&blk, transport, queues, 0, shared, &client), VIO_INVALID);
    assert_int_equal(vio_blk_init(&blk, transport, queues, VIO_BLK_QUEUES_MAX + 1, shared, &client),
                     VIO_INVALID);
}

static void test_what_the_device_keeps_is_not_written_again(void **state)
{
    static uint8_t data[512];
    static struct vio_blk_shared kept[VIO_BLK_COMMANDS_MAX];
    struct vio_request other = {
        .op = VIO_OP_WRITE, .offset = 4096, .data = data, .len_bytes = 512, .unit = 1};

    (void)state;
    assert_int_equal(start(MQ, QUEUES), VIO_INIT_OK);
    assert_int_equal(submit(VIO_OP_WRITE, 512, data, 512, 0), VIO_OK);
    vio_queue_abandon(&queue[0], VIO_TIMEOUT);
    assert_int_equal(finished_status, VIO_TIMEOUT);
    memcpy(kept, shared, sizeof kept);
    other.unit = 0;
    (void)vio_blk_submit(&blk, &other); /* this queue is broken, the other one works */
    other.unit = 1;
    assert_int_equal(vio_blk_submit(&blk, &other), VIO_OK);
    assert_memory_equal(kept, shared, sizeof kept[0]); /* a late device writes where it was told to */
    machine_run();
    assert_int_equal(finished, 2);
    machine.reset_hangs = true;
    assert_int_equal(transport->ops->reset(transport), VIO_TIMEOUT);
    assert_int_equal(vio_blk_submit(&blk, &other), VIO_BROKEN);
    machine.reset_hangs = false;
    assert_int_equal(transport->ops->reset(transport), VIO_OK);
    assert_int_equal(start(0, 1), VIO_INIT_OK);
    for (unsigned i = 0; i < 2 * VIO_BLK_COMMANDS_MAX; i++) /* no command was lost */
        assert_done(VIO_OP_READ, 0, data, 512, 0);
}

/* ---- waiting ---- */

static bool is_finished(void *arg)
{
    (void)arg;
    return finished > 0;
}

static enum vio_status wait_for_it(void)
{
    return vio_wait(transport, &honest.platform, is_finished, NULL);
}

static void test_who_wants_to_wait_waits_for_a_bounded_time(void **state)
{
    static uint8_t data[512];

    (void)state;
    assert_int_equal(start(0, 1), VIO_INIT_OK);
    machine.transport = NULL; /* the line is masked */
    machine.on_wait = machine_run;
    assert_int_equal(submit(VIO_OP_READ, 0, data, 512, 0), VIO_OK);
    assert_int_equal(wait_for_it(), VIO_OK);
    assert_int_equal(finished_status, VIO_OK);
    machine.on_wait = NULL;
    machine.waits = 0;
    assert_int_equal(submit(VIO_OP_READ, 0, data, 512, 0), VIO_OK);
    assert_int_equal(wait_for_it(), VIO_TIMEOUT);
    assert_int_equal(machine.waits, HONEST_STEPS);
    machine.status |= 0x40;
    machine.isr |= 2;
    assert_int_equal(wait_for_it(), VIO_BROKEN);
    assert_int_equal(finished, 0);
    assert_int_equal(transport->ops->reset(transport), VIO_OK);
    assert_int_equal(finished_status, VIO_CANCELLED);
    assert_int_equal(submit(VIO_OP_READ, 0, data, 512, 0), VIO_NOT_READY);
    transport->broken = false;
    assert_int_equal(wait_for_it(), VIO_NOT_READY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_request_works_over_every_ring_format),
        cmocka_unit_test(test_long_ranges_go_in_pieces_within_the_limit),
        cmocka_unit_test(test_what_is_not_offered_or_not_on_the_disk_is_refused),
        cmocka_unit_test(test_limits_of_none_are_no_endless_request),
        cmocka_unit_test(test_a_capacity_that_changes_is_followed),
        cmocka_unit_test(test_the_cache_mode_is_switched_where_that_is_possible),
        cmocka_unit_test(test_requests_go_to_the_queue_that_was_asked_for),
        cmocka_unit_test(test_queues_that_the_device_lacks_are_left_out),
        cmocka_unit_test(test_what_the_device_keeps_is_not_written_again),
        cmocka_unit_test(test_who_wants_to_wait_waits_for_a_bounded_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

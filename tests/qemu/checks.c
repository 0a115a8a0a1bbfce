/* SPDX-License-Identifier: Apache-2.0 */
#include "checks.h"

void *memset(void *target, int value, size_t len_bytes);

enum { ENTROPY_ROUNDS = 60, ROUNDS = 100, INTERRUPTS_MAX = 64, SECTOR = VIO_BLK_SECTOR_BYTES };

struct job { /* a request on its way */
    struct vio_request request;
    enum vio_status status;
    size_t done_bytes;
    bool done;
};

static struct {
    struct check_world *world;
    struct vio_queue queue;
    struct vio_slot slots[CHECK_QUEUE_SIZE];
    struct vio_record records[CHECK_QUEUE_SIZE * (VIO_BLK_SEGMENTS_MAX + 2)];
    struct vio_rng rng;
    struct vio_blk blk;
    struct vio_request_client client;
    struct job jobs[CHECK_JOBS];
    uint32_t entropy_at; /* bytes of the source that were handed up */
    uint32_t requests, bytes;
} run;

/* ---- saying ---- */

static void number_text(char out[11], uint32_t value)
{
    char digits[10];
    int n = 0;
    do
        digits[n++] = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    for (int i = 0; i < n; i++)
        out[i] = digits[n - 1 - i];
    out[n] = '\0';
}

void check_say_number(const struct check_world *world, uint32_t value)
{
    char text[11];
    number_text(text, value);
    world->say(text);
}

bool check_is(const struct check_world *world, bool good, const char *what)
{
    if (!good) {
        world->say("FAILED: ");
        world->say(what);
        world->say("\n");
    }
    return good;
}

static bool is(bool good, const char *what)
{
    return check_is(run.world, good, what);
}

/* ---- what is known of the other side ---- */

static void digits(uint8_t *out, int n, uint32_t value)
{
    for (int i = n - 1; i >= 0; i--, value /= 10)
        out[i] = (uint8_t)('0' + value % 10);
}

void check_line(uint8_t out[CHECK_LINE], char kind, uint32_t a, uint32_t b)
{
    out[0] = (uint8_t)kind;
    digits(out + 1, 6, a);
    out[7] = '.';
    digits(out + 8, 7, b);
    out[15] = '\n';
}

bool check_is_written(uint32_t sector)
{
    return sector == 0 || (sector >= 5 && sector < 13) || sector == CHECK_SECTORS - 1;
}

/* Is byte `at` of the sector, or of the stream of entropy, what it has to be? */
static bool is_right(const uint8_t *data, uint32_t len_bytes, char kind, uint32_t a, uint32_t at)
{
    uint8_t line[CHECK_LINE];
    for (uint32_t i = 0; i < len_bytes; i++) {
        check_line(line, kind, a, (at + i) / CHECK_LINE);
        if (data[i] != line[(at + i) % CHECK_LINE])
            return false;
    }
    return true;
}

/* ---- requests ---- */

static void finished(struct vio_request_client *client, struct vio_request *request, enum vio_status status,
                     size_t done_bytes)
{
    struct job *job = request->owner;
    (void)client;
    job->status = status;
    job->done_bytes = done_bytes;
    job->done = true;
}

static void interrupt(struct check_world *world)
{
    (void)world->mmio.transport.ops->interrupt(&world->mmio.transport);
}

static bool start(uint32_t n, enum vio_op op, uint64_t offset, uint32_t len_bytes)
{
    struct job *job = &run.jobs[n];
    *job = (struct job){
        .request = {.op = op, .offset = offset, .data = run.world->memory->data[n], .len_bytes = len_bytes}};
    job->request.owner = job;
    run.requests++;
    run.bytes += len_bytes;
    return is((op == VIO_OP_ENTROPY ? vio_rng_submit(&run.rng, &job->request)
                                    : vio_blk_submit(&run.blk, &job->request)) == VIO_OK,
              "a request was refused");
}

static bool finish(uint32_t n)
{
    for (int i = 0; i < INTERRUPTS_MAX && !run.jobs[n].done; i++)
        if (!is(run.world->await(run.world), "no interrupt came"))
            return false;
    return is(run.jobs[n].done && run.jobs[n].status == VIO_OK, "a request did not end well");
}

/* ---- entropy ---- */

static bool entropy(void)
{
    for (uint32_t i = 0; i < ENTROPY_ROUNDS; i++) {
        uint32_t want = 1 + i * 37 % 200;
        memset(run.world->memory->data[0], 0, CHECK_DATA_BYTES);
        if (!start(0, VIO_OP_ENTROPY, 0, want) || !finish(0))
            return false;
        if (!is(run.jobs[0].done_bytes == want, "entropy is short") ||
            !is(is_right(run.world->memory->data[0], want, 'e', 0, run.entropy_at),
                "entropy is not the source's"))
            return false;
        run.entropy_at += want;
    }
    return true;
}

/* ---- disk ---- */

static bool read_sectors(uint32_t n, uint32_t sector, uint32_t count)
{
    memset(run.world->memory->data[n], 0, CHECK_DATA_BYTES);
    return start(n, VIO_OP_READ, (uint64_t)sector * SECTOR, count * SECTOR);
}

static bool compare_sectors(uint32_t n, uint32_t sector, uint32_t count, bool after)
{
    if (!finish(n) || !is(run.jobs[n].done_bytes == (size_t)count * SECTOR, "a read is short"))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        char kind = after && check_is_written(sector + i) ? 'w' : 's';
        if (!is(is_right(run.world->memory->data[n] + i * SECTOR, SECTOR, kind, sector + i, 0),
                "a sector is not what it was"))
            return false;
    }
    return true;
}

/* All of the disk, CHECK_JOBS requests at a time. */
static bool read_all(bool after)
{
    enum { AT_ONCE = CHECK_DATA_BYTES / SECTOR };
    for (uint32_t sector = 0; sector < CHECK_SECTORS; sector += CHECK_JOBS * AT_ONCE) {
        for (uint32_t n = 0; n < CHECK_JOBS; n++)
            if (!read_sectors(n, sector + n * AT_ONCE, AT_ONCE))
                return false;
        for (uint32_t n = 0; n < CHECK_JOBS; n++)
            if (!compare_sectors(n, sector + n * AT_ONCE, AT_ONCE, after))
                return false;
    }
    return true;
}

static bool write_sectors(uint32_t n, uint32_t sector, uint32_t count)
{
    for (uint32_t at = 0; at < count * SECTOR; at += CHECK_LINE)
        check_line(run.world->memory->data[n] + at, 'w', sector + at / SECTOR, at % SECTOR / CHECK_LINE);
    return start(n, VIO_OP_WRITE, (uint64_t)sector * SECTOR, count * SECTOR);
}

static bool write_all(void)
{
    return write_sectors(0, 0, 1) && write_sectors(1, 5, 8) && write_sectors(2, CHECK_SECTORS - 1, 1) &&
           finish(1) && finish(0) && finish(2) && start(0, VIO_OP_FLUSH, 0, 0) && finish(0);
}

static bool identity(void)
{
    static const char serial[VIO_BLK_ID_BYTES] = CHECK_SERIAL;
    if (!start(0, VIO_OP_GET_ID, 0, VIO_BLK_ID_BYTES) || !finish(0))
        return false;
    for (uint32_t i = 0; i < VIO_BLK_ID_BYTES; i++)
        if (!is(run.world->memory->data[0][i] == (uint8_t)serial[i], "the identity is another"))
            return false;
    return true;
}

static bool disk(bool again)
{
    if (!is(run.blk.config.capacity_sectors == CHECK_SECTORS, "the disk has another size") ||
        !read_all(again) || !write_all() || !read_all(true) || !identity())
        return false;
    for (uint32_t i = 0; i < ROUNDS; i++) /* several times round the ring */
        if (!read_sectors(i % CHECK_JOBS, i * 7 % CHECK_SECTORS, 1) ||
            !compare_sectors(i % CHECK_JOBS, i * 7 % CHECK_SECTORS, 1, true))
            return false;
    return true;
}

/* ---- a life ---- */

uint32_t check_identify(struct check_world *world)
{
    struct vio_init_result result;
    run.world = world;
    world->interrupt = interrupt;
    if (!is(vio_mmio_init(&world->mmio, &world->platform) == VIO_OK, "the platform is incomplete"))
        return 0;
    result = vio_mmio_identify(&world->mmio);
    return result.error == VIO_INIT_OK ? result.device_type : 0;
}

static bool set_up(struct check_world *world)
{
    struct check_memory *memory = world->memory;
    return is(vio_mmio_init(&world->mmio, &world->platform) == VIO_OK &&
                  vio_split_queue_init(&run.queue, &world->platform, memory->descriptors, memory->available,
                                       memory->used, run.slots, CHECK_QUEUE_SIZE) == VIO_OK &&
                  vio_packed_queue_allow(&run.queue) == VIO_OK &&
                  vio_queue_set_indirect(&run.queue, memory->tables, run.records, VIO_BLK_SEGMENTS_MAX + 2) ==
                      VIO_OK,
              "the queue could not be set up");
}

static bool life(struct check_world *world, uint32_t device_type, bool packed, bool again)
{
    struct vio_transport *transport = &world->mmio.transport;
    struct vio_queue *queue = &run.queue;
    bool is_rng = device_type == VIO_RNG_DEVICE_TYPE;
    struct vio_init_result result =
        transport->ops->initialize(transport, is_rng ? &run.rng.driver : &run.blk.driver, &queue, 1);
    if (!is(result.error == VIO_INIT_OK, "initialisation failed") ||
        !is(((world->mmio.features & VIO_F_RING_PACKED) != 0) == packed,
            "the other ring layout was agreed on") ||
        !(is_rng ? entropy() : disk(again)))
        return false;
    return is(transport->ops->reset(transport) == VIO_OK && !vio_mmio_owns_memory(&world->mmio),
              "the reset failed");
}

bool check_device(struct check_world *world, uint32_t device_type, bool packed)
{
    bool is_rng = device_type == VIO_RNG_DEVICE_TYPE;
    struct vio_queue *queue = &run.queue;
    memset(&run, 0, sizeof run);
    run.world = world;
    run.client.finished = finished;
    if (!is(is_rng || device_type == VIO_BLK_DEVICE_TYPE, "no checks for this device") || !set_up(world))
        return false;
    vio_rng_init(&run.rng, &run.queue, &run.client);
    (void)vio_blk_init(&run.blk, &world->mmio.transport, &queue, 1, world->memory->blk, &run.client);
    vio_queue_set_client(&run.queue, is_rng ? &run.rng.queue_client : &run.blk.queue_client);
    if (!life(world, device_type, packed, false) || !life(world, device_type, packed, true))
        return false;
    world->say(is_rng ? "rng " : "blk ");
    world->say(packed ? "packed: " : "split: ");
    check_say_number(world, run.requests);
    world->say(" requests, ");
    check_say_number(world, run.bytes);
    world->say(is_rng ? " bytes, as in the source\n" : " bytes, as on the disk\n");
    return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "wires.h"

void *memcpy(void *restrict target, const void *restrict source, size_t len_bytes);
void *memset(void *target, int value, size_t len_bytes);

enum { ROUNDS = 60, INTERRUPTS_MAX = 64, FRAME_MIN = 60, STREAM_BYTES = 1 << 18 };

static struct {
    struct check_world *world;
    struct wire_memory *memory;
    struct vio_queue queue[WIRE_QUEUES];
    struct vio_slot slots[WIRE_QUEUES][CHECK_QUEUE_SIZE];
    struct vio_net net;
    struct vio_net_client net_client;
    struct vio_net_buffer net_records[WIRE_BUFFERS];
    struct vio_console console;
    struct vio_console_client console_client;
    struct vio_console_buffer console_records[WIRE_BUFFERS];
    uint32_t sends, sent, failed, commands;
    uint32_t out_bytes, in_bytes; /* of the streams below: what was sent, what came back */
    uint8_t out[STREAM_BYTES], in[STREAM_BYTES];
} run;

static bool is(bool good, const char *what)
{
    return check_is(run.world, good, what);
}

static bool is_equal(const uint8_t *a, const uint8_t *b, uint32_t len_bytes)
{
    while (len_bytes > 0 && *a == *b)
        a++, b++, len_bytes--;
    return len_bytes == 0;
}

/* ---- what the drivers tell ---- */

static void take(const uint8_t *data, uint32_t len_bytes)
{
    if (len_bytes <= STREAM_BYTES - run.in_bytes)
        memcpy(run.in + run.in_bytes, data, len_bytes);
    run.in_bytes += len_bytes;
}

static void net_received(struct vio_net_client *client, uint32_t pair, const struct vio_net_part parts[],
                         size_t count, const struct vio_net_checksum *checksum)
{
    (void)client, (void)pair, (void)checksum;
    for (size_t i = 0; i < count; i++)
        take(parts[i].data, parts[i].len_bytes);
}

static void net_sent(struct vio_net_client *client, void *owner, enum vio_status status)
{
    (void)client, (void)owner;
    run.sent++;
    run.failed += status != VIO_OK;
}

static void net_control_done(struct vio_net_client *client, enum vio_status status)
{
    (void)client;
    run.commands++;
    run.failed += status != VIO_OK;
}

static void console_received(struct vio_console_client *client, uint32_t port, const uint8_t *data,
                             uint32_t len_bytes)
{
    (void)client, (void)port;
    take(data, len_bytes);
}

static void console_sent(struct vio_console_client *client, void *owner, enum vio_status status)
{
    (void)client, (void)owner;
    run.sent++;
    run.failed += status != VIO_OK;
}

static void interrupt(struct check_world *world)
{
    (void)world->mmio.transport.ops->interrupt(&world->mmio.transport);
}

/* ---- sending, and waiting until it is back ---- */

static bool all_is_back(uint32_t commands)
{
    for (int i = 0; i < INTERRUPTS_MAX; i++) {
        if (run.sent == run.sends && run.in_bytes == run.out_bytes && run.commands == commands)
            return is(run.failed == 0, "a send or a command failed") &&
                   is(is_equal(run.in, run.out, run.out_bytes), "other bytes came back");
        if (!is(run.world->await(run.world), "no interrupt came"))
            return false;
    }
    return is(false, "not all came back");
}

static uint8_t *fill(uint32_t n, uint32_t len_bytes)
{
    uint8_t *data = run.memory->sends[n];
    for (uint32_t i = 0; i < len_bytes; i++)
        data[i] = (uint8_t)((run.out_bytes + i) * 7 + run.sends);
    memcpy(run.out + run.out_bytes, data, len_bytes);
    run.out_bytes += len_bytes;
    run.sends++;
    return data;
}

/* ---- network ---- */

static bool send_frames(uint32_t round, uint32_t count)
{
    for (uint32_t n = 0; n < count; n++) {
        uint32_t len = FRAME_MIN + (round * 131 + n * 37) % (VIO_NET_FRAME_BYTES - FRAME_MIN + 1);
        uint8_t *data = fill(n, len);
        if (!is(vio_net_send(&run.net, 0, data, len, NULL, data) == VIO_OK, "a frame was refused"))
            return false;
    }
    return all_is_back(run.commands);
}

static bool command(enum vio_status status)
{
    return is(status == VIO_OK, "a command was refused") && all_is_back(run.commands + 1);
}

static bool network(void)
{
    static const uint8_t mac[6] = {2, 1, 2, 3, 4, 5};
    if (!is(run.net.config.link_up, "the link is down") ||
        !is(run.net.config.mac[0] == 0x52 && run.net.config.mac[5] == 0x56, "the address is another"))
        return false;
    for (uint32_t round = 0; round < ROUNDS; round++)
        if (!send_frames(round, 1 + round % WIRE_SENDS))
            return false;
    return command(vio_net_set_mode(&run.net, VIO_NET_ALL_MULTICAST, true)) &&
           command(vio_net_set_mac(&run.net, mac)) && send_frames(1, 1);
}

static bool network_set_up(void)
{
    static struct vio_queue *const queues[] = {&run.queue[0], &run.queue[1]};
    const struct vio_net_setup setup = {.transport = &run.world->mmio.transport,
                                        .client = &run.net_client,
                                        .shared = &run.memory->net,
                                        .queues = queues,
                                        .pairs = 1,
                                        .control = &run.queue[2],
                                        .buffers = run.memory->buffers[0],
                                        .records = run.net_records,
                                        .buffers_per_pair = WIRE_BUFFERS,
                                        .buffer_bytes = WIRE_BUFFER_BYTES};
    run.net_client =
        (struct vio_net_client){.received = net_received, .sent = net_sent, .control_done = net_control_done};
    return is(vio_net_init(&run.net, &setup) == VIO_OK, "the network driver could not be set up");
}

/* ---- console ---- */

static bool send_bytes(uint32_t round, uint32_t count)
{
    for (uint32_t n = 0; n < count; n++) {
        uint32_t len = 1 + (round * 131 + n * 37) % WIRE_BUFFER_BYTES;
        uint8_t *data = fill(n, len);
        if (!is(vio_console_send(&run.console, 0, data, len, data) == VIO_OK, "bytes were refused"))
            return false;
    }
    return all_is_back(run.commands);
}

static bool emergency(void)
{
    run.out[run.out_bytes++] = '!';
    return is(vio_console_emergency_write(&run.console, '!') == VIO_OK, "an emergency write was refused") &&
           all_is_back(run.commands);
}

static bool console(void)
{
    for (uint32_t round = 0; round < ROUNDS; round++)
        if (!send_bytes(round, 1 + round % WIRE_SENDS))
            return false;
    return emergency();
}

static bool console_set_up(void)
{
    static struct vio_queue *const queues[] = {&run.queue[0], &run.queue[1]};
    const struct vio_console_setup setup = {.transport = &run.world->mmio.transport,
                                            .client = &run.console_client,
                                            .shared = &run.memory->console,
                                            .queues = queues,
                                            .ports = 1,
                                            .buffers = run.memory->buffers[0],
                                            .records = run.console_records,
                                            .buffers_per_port = WIRE_BUFFERS,
                                            .buffer_bytes = WIRE_BUFFER_BYTES};
    run.console_client = (struct vio_console_client){.received = console_received, .sent = console_sent};
    return is(vio_console_init(&run.console, &setup) == VIO_OK, "the console driver could not be set up");
}

/* ---- a life ---- */

static bool set_up_queues(void)
{
    bool is_good = vio_mmio_init(&run.world->mmio, &run.world->platform) == VIO_OK;
    for (uint32_t i = 0; i < WIRE_QUEUES; i++)
        is_good = is_good &&
                  vio_split_queue_init(&run.queue[i], &run.world->platform, run.memory->ring[i].descriptors,
                                       run.memory->ring[i].available, run.memory->ring[i].used, run.slots[i],
                                       CHECK_QUEUE_SIZE) == VIO_OK &&
                  vio_packed_queue_allow(&run.queue[i]) == VIO_OK;
    return is(is_good, "the queues could not be set up");
}

static bool life(bool is_net, bool packed)
{
    struct vio_queue *const queues[] = {&run.queue[0], &run.queue[1], &run.queue[2]};
    struct vio_transport *transport = &run.world->mmio.transport;
    struct vio_init_result result = transport->ops->initialize(
        transport, is_net ? &run.net.driver : &run.console.driver, queues, is_net ? 3 : 2);
    if (!is(result.error == VIO_INIT_OK, "initialisation failed") ||
        !is(((run.world->mmio.features & VIO_F_RING_PACKED) != 0) == packed,
            "the other ring layout was agreed on") ||
        !(is_net ? network() : console()))
        return false;
    return is(transport->ops->reset(transport) == VIO_OK && !vio_mmio_owns_memory(&run.world->mmio),
              "the reset failed");
}

bool check_wire(struct check_world *world, struct wire_memory *memory, uint32_t device_type, bool packed)
{
    bool is_net = device_type == VIO_NET_DEVICE_TYPE;
    memset(&run, 0, sizeof run);
    run.world = world;
    run.memory = memory;
    world->interrupt = interrupt;
    if (!set_up_queues() || !(is_net ? network_set_up() : console_set_up()))
        return false;
    if (!life(is_net, packed) || !life(is_net, packed))
        return false;
    world->say(is_net ? "net " : "console ");
    world->say(packed ? "packed: " : "split: ");
    check_say_number(world, run.sends);
    world->say(" sends, ");
    check_say_number(world, run.out_bytes);
    world->say(" bytes, all came back as they were\n");
    return true;
}

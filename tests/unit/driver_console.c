/* SPDX-License-Identifier: Apache-2.0 */
/* The console driver with its transport against a small honest device whose ports send back what they get:
 * bytes, sizes, the control protocol and what a device may not say in it, the emergency character. */
#include <vio/vio_console.h>

enum { SIZE = 16, PORTS = 3, QUEUES = 2 * PORTS + 2, BUFFERS = 4, BYTES = 32 };
#include "driver_queues.h"

#define F_SIZE  (UINT64_C(1) << 0)
#define F_MULTI (UINT64_C(1) << 1)
#define F_EMERG (UINT64_C(1) << 2)

static struct vio_console console;
static struct vio_console_shared shared;
static uint8_t buffers[PORTS * BUFFERS * BYTES];
static struct vio_console_buffer records[PORTS * BUFFERS];
static struct vio_console_setup setup;

/* ---- the device ---- */

static uint8_t heard[64][8]; /* control messages of the driver */
static unsigned heard_count;
static bool deaf; /* the control transmit queue is not served */

static void echo(struct honest_queue *rings, struct honest_queue *back)
{
    struct honest_chain chain, space;
    uint8_t bytes[256];

    while (honest_take(rings, &chain)) {
        size_t len = honest_read(&chain, bytes, sizeof bytes);

        assert_int_equal(honest_writable(&chain), 0);
        honest_use(rings, &chain, 0);
        for (size_t at = 0; at < len && honest_take(back, &space);) {
            uint32_t n = honest_write(&space, bytes + at, len - at);

            honest_use(back, &space, n);
            at += n;
        }
    }
}

static void serve(unsigned number, struct honest_queue *rings)
{
    struct honest_chain chain;

    if (number == 3) {
        while (!deaf && honest_take(rings, &chain)) {
            assert_true(heard_count < 64);
            assert_int_equal(honest_read(&chain, heard[heard_count++], 8), 8);
            honest_use(rings, &chain, 0);
        }
    } else if (number % 2 == 1) {
        echo(rings, &machine.queue[number - 1].rings);
        machine.queue[number - 1].kicked = true; /* so that the interrupt is decided */
    }
}

/* The device sends a control message, if there is a buffer. */
static bool tell(uint32_t id, unsigned event, unsigned value, const char *more, size_t more_len)
{
    struct honest_chain chain;
    uint8_t bytes[64] = {0};

    if (!honest_take(&machine.queue[2].rings, &chain))
        return false;
    for (unsigned i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(id >> 8 * i);
    bytes[4] = (uint8_t)event;
    bytes[6] = (uint8_t)value;
    memcpy(bytes + 8, more, more_len);
    honest_use(&machine.queue[2].rings, &chain, honest_write(&chain, bytes, 8 + more_len));
    machine_signal(2);
    machine_run();
    return true;
}

static void assert_heard(unsigned count, uint8_t id, uint8_t event, uint8_t value)
{
    const uint8_t expected[8] = {id, 0, 0, 0, event, 0, value, 0};

    assert_int_equal(heard_count, count);
    assert_memory_equal(heard[count - 1], expected, 8);
}

/* ---- the client ---- */

static uint8_t got[512];
static size_t got_len;
static unsigned got_port, sent, changes;
static enum vio_status sent_status;

static void on_received(struct vio_console_client *self, uint32_t port, const uint8_t *data, uint32_t len)
{
    (void)self;
    assert_true(got_len + len <= sizeof got);
    memcpy(got + got_len, data, len);
    got_len += len;
    got_port = port;
}

static void on_sent(struct vio_console_client *self, void *owner, enum vio_status status)
{
    (void)self;
    assert_non_null(owner);
    sent++;
    sent_status = status;
}

static void on_change(struct vio_console_client *self, uint32_t port)
{
    (void)self;
    assert_true(port < PORTS);
    changes++;
}

static struct vio_console_client client = {on_received, on_sent, on_change};

static void prepare(uint64_t offered, bool multiport)
{
    machine_init(3, offered);
    memset(&shared, 0xee, sizeof shared);
    machine_put(0, 2, 80);
    machine_put(2, 2, 25);
    machine_put(4, 4, PORTS);
    got_len = heard_count = sent = changes = 0;
    deaf = false;
    queues_init(true);
    setup = (struct vio_console_setup){.transport = transport,
                                       .client = &client,
                                       .shared = &shared,
                                       .queues = queues,
                                       .multiport = multiport,
                                       .ports = multiport ? PORTS : 1,
                                       .buffers = buffers,
                                       .records = records,
                                       .buffers_per_port = BUFFERS,
                                       .buffer_bytes = BYTES};
    machine.serve = serve;
}

static struct vio_init_result run(void)
{
    assert_int_equal(vio_console_init(&console, &setup), VIO_OK);
    return transport->ops->initialize(transport, &console.driver, queues,
                                      2 * setup.ports + (setup.multiport ? 2 : 0));
}

static void start(uint64_t offered, bool multiport)
{
    prepare(offered, multiport);
    assert_int_equal(run().error, VIO_INIT_OK);
    machine_run();
}

static void assert_echo(uint32_t port, uint32_t len)
{
    static uint8_t bytes[256];

    got_len = 0;
    for (uint32_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i + len);
    assert_int_equal(vio_console_send(&console, port, bytes, len, bytes), VIO_OK);
    machine_run();
    assert_int_equal(sent_status, VIO_OK);
    assert_int_equal(got_len, len);
    assert_int_equal(got_port, port);
    assert_memory_equal(got, bytes, len);
}

/* ---- one port ---- */

static const uint64_t formats[] = {0, VIO_F_RING_PACKED, VIO_F_EVENT_IDX, VIO_F_RING_PACKED | VIO_F_EVENT_IDX,
                                   VIO_F_NOTIFICATION_DATA | VIO_F_IN_ORDER};
enum { FORMATS = sizeof formats / sizeof formats[0] };

static void test_bytes_go_out_and_come_in(void **state)
{
    (void)state;
    for (size_t f = 0; f < FORMATS; f++) {
        start(formats[f], false);
        for (uint32_t len = 1; len <= BUFFERS * BYTES; len += 7)
            assert_echo(0, len);
        assert_int_equal(vio_queue_lent_chains(&queue[0]), BUFFERS);
        assert_int_equal(transport->ops->reset(transport), VIO_OK);
        assert_int_equal(honest.map_count, 0);
    }
}

static void restart(struct vio_console_client *self, uint32_t port, const uint8_t *data, uint32_t len)
{
    on_received(self, port, data, len);
    assert_int_equal(transport->ops->initialize(transport, &console.driver, queues, 2).error, VIO_INIT_OK);
}

static void test_buffers_are_not_lent_twice_after_a_restart_from_within(void **state)
{
    (void)state;
    start(0, false);
    client.received = restart;
    assert_int_equal(vio_console_send(&console, 0, records, 1, got), VIO_OK);
    machine_run();
    client.received = on_received;
    assert_int_equal(vio_queue_lent_chains(&queue[0]), BUFFERS);
    assert_echo(0, 20);
}

static void test_the_size_is_known_where_the_device_tells_it(void **state)
{
    (void)state;
    start(0, false);
    assert_int_equal(console.ports[0].columns | console.ports[0].rows, 0);
    start(F_SIZE, false);
    assert_int_equal(console.ports[0].columns, 80);
    assert_int_equal(console.ports[0].rows, 25);
    machine_put(0, 2, 132);
    machine.generation++;
    machine_interrupt(2);
    assert_int_equal(console.ports[0].columns, 132);
    assert_int_equal(changes, 1);
}

static void test_an_emergency_character_is_one_register_write(void **state)
{
    (void)state;
    start(0, false);
    assert_int_equal(vio_console_emergency_write(&console, 'x'), VIO_UNSUPPORTED);
    assert_int_equal(machine.config_writes, 0);
    start(F_EMERG, false);
    transport->broken = true;
    assert_int_equal(vio_console_emergency_write(&console, (char)0xe9), VIO_OK);
    assert_int_equal(machine.config_writes, 1);
    assert_int_equal(machine.config[8], 0xe9);
    assert_int_equal(machine.config[9] | machine.config[10] | machine.config[11], 0);
    assert_int_equal(transport->ops->reset(transport), VIO_OK);
    assert_int_equal(vio_console_emergency_write(&console, 'y'), VIO_OK); /* also without a running device */
    assert_int_equal(machine.config[8], 'y');
}

static void test_misuse_of_a_port_is_named_and_sends_nothing(void **state)
{
    uint8_t byte = 0;
    unsigned taken = 0;

    (void)state;
    prepare(0, false);
    assert_int_equal(vio_console_init(&console, &setup), VIO_OK);
    assert_int_equal(vio_console_send(&console, 0, &byte, 1, &byte), VIO_NOT_READY);
    assert_int_equal(vio_console_open(&console, 0, true), VIO_NOT_READY);
    assert_int_equal(run().error, VIO_INIT_OK);
    machine.notifications = 0;
    assert_int_equal(vio_console_send(&console, 1, &byte, 1, &byte), VIO_INVALID);
    assert_int_equal(vio_console_send(&console, 0, &byte, 0, &byte), VIO_INVALID);
    assert_int_equal(vio_console_send(&console, 0, &byte, 1, NULL), VIO_INVALID);
    assert_int_equal(vio_console_send(&console, 0, NULL, 1, &byte), VIO_INVALID);
    assert_int_equal(vio_console_open(&console, 0, true), VIO_UNSUPPORTED);
    assert_int_equal(machine.notifications, 0);
    while (vio_console_send(&console, 0, &byte, 1, &byte) == VIO_OK)
        taken++;
    assert_int_equal(taken, VIO_CONSOLE_SENDS_MAX);
    assert_int_equal(transport->ops->reset(transport), VIO_OK);
    assert_int_equal(sent, taken);
    assert_int_equal(sent_status, VIO_CANCELLED);
    assert_int_equal(honest.map_count, 0);
    setup.ports = 2; /* needs the control queues */
    assert_int_equal(vio_console_init(&console, &setup), VIO_INVALID);
}

/* ---- several ports ---- */

static void test_ports_are_added_named_sized_opened_and_used(void **state)
{
    (void)state;
    for (size_t f = 0; f < FORMATS; f++) {
        start(F_SIZE | F_MULTI | formats[f], true);
        assert_heard(1, 0, 0, 1); /* DEVICE_READY */
        assert_false(console.ports[0].present);
        assert_true(tell(0, 1, 0, "", 0));
        assert_heard(2, 0, 3, 1); /* PORT_READY */
        assert_true(tell(0, 4, 1, "", 0));
        assert_heard(3, 0, 6, 1); /* PORT_OPEN, as CONSOLE_PORT asks for */
        assert_true(console.ports[0].is_console);
        assert_true(tell(0, 5, 0, "\x84\0\x2b\0", 4));
        assert_int_equal(console.ports[0].columns, 132);
        assert_int_equal(console.ports[0].rows, 43);
        assert_true(tell(2, 1, 0, "", 0));
        assert_true(tell(2, 7, 0, "channel", 7));
        assert_memory_equal(console.ports[2].name, "channel", 8);
        assert_true(tell(2, 6, 1, "", 0));
        assert_true(console.ports[2].host_open);
        assert_int_equal(vio_console_open(&console, 2, true), VIO_OK);
        machine_run();
        assert_heard(5, 2, 6, 1);
        assert_echo(0, 40);
        assert_echo(2, 50);
        assert_true(tell(2, 2, 0, "", 0)); /* DEVICE_REMOVE */
        assert_int_equal(vio_console_send(&console, 2, got, 1, got), VIO_INVALID);
        assert_true(tell(2, 1, 0, "", 0)); /* and back */
        assert_int_equal(console.ports[2].name[0], 0);
        assert_echo(2, 5);
        assert_int_equal(console.dropped, 0);
        assert_int_equal(transport->ops->reset(transport), VIO_OK);
        assert_int_equal(honest.map_count, 0);
    }
}

/* Found by the bench: what came back before the call returned was taken for a queue that broke. */
static void test_a_message_may_be_read_before_its_notification_returns(void **state)
{
    (void)state;
    prepare(F_MULTI, true);
    machine.on_notify = machine_run;
    assert_int_equal(run().error, VIO_INIT_OK);
    assert_heard(1, 0, 0, 1);
    assert_true(tell(1, 1, 0, "", 0));
    assert_heard(2, 1, 3, 1);
    assert_int_equal(vio_console_open(&console, 1, true), VIO_OK);
    assert_heard(3, 1, 6, 1);
}

static unsigned endless; /* bytes that the device has sent as soon as there was room for one */

static void send_without_end(void)
{
    struct honest_queue *rings = &machine.queue[0].rings;
    struct honest_chain chain;
    const uint8_t byte = 1;

    machine.queue[0].kicked = false;
    while (endless < 1000 && honest_take(rings, &chain)) {
        honest_use(rings, &chain, honest_write(&chain, &byte, 1));
        endless++;
    }
}

/* Found by the bench: buffers that were lent again while a ring was drained fed a device that never stops,
 * and the handler never ended. */
static void test_a_device_that_is_as_fast_as_we_are_lets_the_handler_end(void **state)
{
    (void)state;
    start(0, false);
    endless = 0;
    machine.on_notify = send_without_end;
    send_without_end();
    machine_interrupt(1);
    assert_int_equal(got_len, BUFFERS);
    assert_in_range(endless, BUFFERS, 2 * BUFFERS);
    machine_interrupt(1); /* nothing is lost: the next one goes on where this one ended */
    assert_int_equal(got_len, 2 * BUFFERS);
    machine.on_notify = NULL;
}

static void test_ports_beyond_ours_are_declined_and_those_we_lack_left_out(void **state)
{
    (void)state;
    prepare(F_MULTI, true);
    machine_put(4, 4, 100);
    assert_int_equal(run().error, VIO_INIT_OK);
    assert_true(tell(50, 1, 0, "", 0));
    assert_heard(2, 50, 3, 0); /* PORT_READY: no */
    assert_int_equal(console.dropped, 0);
    prepare(F_MULTI, true);
    machine_put(4, 4, 2);
    assert_int_equal(run().error, VIO_INIT_OK);
    assert_int_equal(machine.queue[5].ready, 1);
    assert_int_equal(machine.queue[6].ready, 0);
    start(0, true); /* no MULTIPORT: one port, no control queues */
    assert_int_equal(machine.queue[2].ready, 0);
    assert_echo(0, 10);
    prepare(F_MULTI, true);
    machine_put(4, 4, 0);
    assert_int_equal(run().cause, VIO_MALFORMED);
}

static void test_nothing_but_nonsense_breaks_the_queue_in_the_end(void **state)
{
    (void)state;
    start(F_MULTI, true);
    for (unsigned i = 0; i < 63; i++)
        assert_true(tell(PORTS, 1, 0, "", 0));
    assert_true(tell(1, 1, 0, "", 0)); /* one that makes sense, and it begins anew */
    for (unsigned i = 0; i < 63; i++)
        assert_true(tell(PORTS, 1, 0, "", 0));
    assert_int_equal(vio_queue_refusal(&queue[2]), VIO_REFUSED_NOTHING);
    assert_true(tell(PORTS, 1, 0, "", 0));
    assert_int_equal(vio_queue_refusal(&queue[2]), VIO_REFUSED_DRIVER);
}

static void test_messages_that_make_no_sense_change_nothing(void **state)
{
    struct honest_chain chain;

    (void)state;
    start(F_MULTI, true);
    assert_true(tell(PORTS, 1, 0, "", 0));      /* no such port */
    assert_true(tell(0x10000, 1, 0, "", 0));    /* nor this: all 32 bits count */
    assert_true(tell(UINT32_MAX, 6, 1, "", 0)); /* nor this */
    assert_true(tell(1, 2, 0, "", 0));          /* was never added */
    assert_true(tell(1, 6, 1, "", 0));
    assert_int_equal(console.dropped, 5);
    assert_int_equal(heard_count, 1);
    assert_true(tell(1, 1, 0, "", 0));
    assert_int_equal(heard_count, 2);
    assert_true(honest_take(&machine.queue[2].rings, &chain)); /* a size that is claimed, but not written */
    (void)honest_write(&chain, (const uint8_t *)"\1\0\0\0\5\0\0", 8);
    honest_use(&machine.queue[2].rings, &chain, 12);
    machine_signal(2);
    assert_int_equal(console.ports[1].columns | console.ports[1].rows, 0); /* invariant 12 */
    assert_true(tell(1, 1, 0, "", 0));                                     /* is there already */
    assert_true(tell(1, 5, 0, "\1\0\1", 3));                               /* half a size */
    assert_true(tell(1, 0, 0, "", 0));                                     /* the driver's words */
    assert_true(tell(1, 3, 1, "", 0));
    assert_true(tell(1, 8, 0, "", 0)); /* nobody's */
    assert_int_equal(console.dropped, 10);
    for (uint32_t len = 0; len < 8; len++) { /* no message at all */
        assert_true(honest_take(&machine.queue[2].rings, &chain));
        honest_use(&machine.queue[2].rings, &chain, len);
        machine_signal(2);
        machine_run();
    }
    assert_int_equal(console.dropped, 18);
    assert_true(console.ports[1].present);
    assert_false(console.ports[1].host_open);
    assert_int_equal(vio_queue_lent_chains(&queue[2]), VIO_CONSOLE_INPUTS); /* every buffer came back */
    assert_true(tell(1, 7, 0, "a name that is a good deal longer than we care to keep", 54));
    assert_int_equal(strlen(console.ports[1].name), VIO_CONSOLE_NAME_BYTES_MAX);
    assert_true(tell(1, 7, 0, "just a byte more than we want to", 32));
    assert_int_equal(strlen(console.ports[1].name), VIO_CONSOLE_NAME_BYTES_MAX);
}

/* A device that asks and never listens runs out of buffers, not we. */
static void test_a_device_that_does_not_listen_waits_for_its_own_answers(void **state)
{
    unsigned told = 0;

    (void)state;
    prepare(F_MULTI, true);
    machine.queue_size_max = 4; /* fewer places than answers */
    assert_int_equal(run().error, VIO_INIT_OK);
    machine_run();
    assert_true(tell(0, 1, 0, "", 0));
    deaf = true;
    while (tell(0, 4, 1, "", 0)) /* each asks for an answer */
        told++;
    assert_int_equal(told, 4);
    assert_int_equal(vio_console_open(&console, 0, false), VIO_OK); /* waits as well */
    deaf = false;
    machine.queue[3].kicked = true;
    machine_run();
    assert_int_equal(heard_count, 2 + told + 1);
    assert_int_equal(vio_queue_lent_chains(&queue[2]), 4);
    assert_int_equal(vio_queue_lent_chains(&queue[3]), 0);
    assert_true(tell(0, 4, 1, "", 0));
    assert_int_equal(console.dropped, 0);
    deaf = true; /* what it keeps for good is not written again */
    assert_int_equal(vio_console_open(&console, 0, true), VIO_OK);
    vio_queue_abandon(&queue[3], VIO_TIMEOUT);
    (void)vio_console_open(&console, 0, false);
    assert_int_equal(shared.outputs[VIO_CONSOLE_INPUTS][6], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_go_out_and_come_in),
        cmocka_unit_test(test_buffers_are_not_lent_twice_after_a_restart_from_within),
        cmocka_unit_test(test_the_size_is_known_where_the_device_tells_it),
        cmocka_unit_test(test_an_emergency_character_is_one_register_write),
        cmocka_unit_test(test_misuse_of_a_port_is_named_and_sends_nothing),
        cmocka_unit_test(test_ports_are_added_named_sized_opened_and_used),
        cmocka_unit_test(test_a_message_may_be_read_before_its_notification_returns),
        cmocka_unit_test(test_a_device_that_is_as_fast_as_we_are_lets_the_handler_end),
        cmocka_unit_test(test_ports_beyond_ours_are_declined_and_those_we_lack_left_out),
        cmocka_unit_test(test_nothing_but_nonsense_breaks_the_queue_in_the_end),
        cmocka_unit_test(test_messages_that_make_no_sense_change_nothing),
        cmocka_unit_test(test_a_device_that_does_not_listen_waits_for_its_own_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control protocol of a multiport console [5.3.6.2]. The buffer of a message is lent again only when our
 * answer to it came back, so that there is a place for every answer, however many messages the device sends.
 */
#include "console.h"

#include "bytes.h"

#define CONSOLE_OF(member, pointer)                                                                          \
    ((struct vio_console *)((char *)(pointer)-offsetof(struct vio_console, member)))

enum { CONTROL_IN = 2, CONTROL_OUT = 3 };
enum { HEADER_BYTES = 8, SIZE_BYTES = 12 };

enum event {
    DEVICE_READY,
    DEVICE_ADD,
    DEVICE_REMOVE,
    PORT_READY,
    CONSOLE_PORT,
    RESIZE,
    PORT_OPEN,
    PORT_NAME,
};

/* ---- to the device ---- */

/* What finds no room now goes when a message comes back. */
static enum vio_status send_output(struct vio_console *console, uint32_t index)
{
    struct vio_console_output *output = &console->outputs[index];
    const struct vio_buffer chain = {console->setup.shared->outputs[index], HEADER_BYTES, false};
    enum vio_status status;

    output->busy = true; /* before: it may come back from within */
    output->due = false;
    status = vio_queue_provide(console->queues[CONTROL_OUT], &chain, 1, output);
    if (status != VIO_OK) {
        output->busy = false;
        output->due = status == VIO_NO_MEMORY;
    }
    return status;
}

static void write_output(struct vio_console *console, uint32_t index, uint32_t port, enum event event,
                         uint16_t value)
{
    uint8_t *message = console->setup.shared->outputs[index];

    vio_store32(message, port);
    vio_store16(message + 4, (uint16_t)event);
    vio_store16(message + 6, value);
}

/* A message of our own accord: behind those that belong to answers. */
static enum vio_status say(struct vio_console *console, uint32_t port, enum event event, uint16_t value)
{
    enum vio_status status;

    for (uint32_t i = VIO_CONSOLE_INPUTS; i < VIO_CONSOLE_OUTPUTS; i++) {
        if (console->outputs[i].busy || console->outputs[i].due)
            continue;
        write_output(console, i, port, event, value);
        status = send_output(console, i);
        return status == VIO_NO_MEMORY ? VIO_OK : status; /* then it is due */
    }
    return VIO_NO_MEMORY;
}

enum vio_status vio_console_say_ready(struct vio_console *console)
{
    return say(console, 0, DEVICE_READY, 1);
}

enum vio_status vio_console_open(struct vio_console *console, uint32_t port, bool open)
{
    if (console->ports_used == 0 || !console->queues[1]->initialized)
        return VIO_NOT_READY;
    if (!vio_console_has(console, VIO_CONSOLE_F_MULTIPORT))
        return VIO_UNSUPPORTED;
    if (port >= console->ports_used || !console->ports[port].present)
        return VIO_INVALID;
    return say(console, port, PORT_OPEN, open ? 1 : 0);
}

/* ---- from the device ---- */

void vio_console_endure(struct vio_console *console, struct vio_queue *queue)
{
    if (++console->nonsense >= VIO_CONSOLE_NONSENSE_MAX)
        vio_queue_break(queue, VIO_REFUSED_DRIVER);
}

static void lend_input(struct vio_console *console, uint32_t index)
{
    const struct vio_buffer chain = {console->setup.shared->inputs[index], VIO_CONSOLE_MESSAGE_BYTES, true};
    const uint8_t bit = (uint8_t)(1u << index);

    console->inputs_out &= (uint8_t)~bit;
    if (vio_queue_provide(console->queues[CONTROL_IN], &chain, 1, &console->inputs[index]) == VIO_NO_MEMORY)
        console->inputs_out |= bit;
}

enum vio_status vio_console_fill_inputs(struct vio_console *console)
{
    const struct vio_queue *queue = console->queues[CONTROL_IN];

    memset(console->setup.shared->inputs, 0, sizeof(console->setup.shared->inputs)); /* invariant 12 */
    for (uint32_t i = 0; i < VIO_CONSOLE_INPUTS && vio_queue_free_descriptors(queue) > 0; i++) {
        if (console->inputs_out == 0)
            lend_input(console, i);
        else
            console->inputs_out |= (uint8_t)(1u << i);
    }
    return vio_queue_lent_chains(queue) > 0 ? VIO_OK : VIO_NO_MEMORY;
}

void vio_console_refill_inputs(struct vio_console *console)
{
    const uint8_t out = console->inputs_out;

    for (uint32_t i = 0; i < VIO_CONSOLE_INPUTS; i++) {
        if ((out >> i & 1) != 0)
            lend_input(console, i);
    }
}

struct message {
    uint32_t port;
    uint16_t event, value;
    const uint8_t *bytes; /* all of it, the header too */
    uint32_t len_bytes;
};

static void take_name(struct vio_console_port *port, const struct message *message)
{
    uint32_t len_bytes = message->len_bytes - HEADER_BYTES;

    if (len_bytes > VIO_CONSOLE_NAME_BYTES_MAX)
        len_bytes = VIO_CONSOLE_NAME_BYTES_MAX;
    for (uint32_t i = 0; i < len_bytes; i++)
        port->name[i] = (char)vio_load8(message->bytes + HEADER_BYTES + i);
    port->name[len_bytes] = 0;
}

/* About a port that is there. False: makes no sense. */
static bool take_event(struct vio_console_port *port, const struct message *message)
{
    switch (message->event) {
    case DEVICE_REMOVE:
        *port = (struct vio_console_port){.present = false};
        return true;
    case CONSOLE_PORT: /* CON-MP-DRV-02 */
        port->is_console = true;
        return true;
    case RESIZE:
        if (message->len_bytes < SIZE_BYTES)
            return false;
        port->columns = vio_load16(message->bytes + HEADER_BYTES);
        port->rows = vio_load16(message->bytes + HEADER_BYTES + 2);
        return true;
    case PORT_OPEN:
        port->host_open = message->value == 1;
        return true;
    case PORT_NAME:
        take_name(port, message);
        return true;
    default:
        return false;
    }
}

/* The device may add what it has and what is not there yet (CON-MP-DEV-01, 02, 03). */
static bool take_message(struct vio_console *console, const struct message *message)
{
    struct vio_console_port *port;

    if (message->port >= console->ports_max)
        return false;
    if (message->port >= console->ports_used)
        return true; /* it has more than we use: we say so, and no more */
    port = &console->ports[message->port];
    if (message->event != DEVICE_ADD)
        return port->present && take_event(port, message);
    if (port->present)
        return false;
    *port = (struct vio_console_port){.present = true};
    return true;
}

/* CON-MP-DRV-03, 04. */
static bool write_answer(struct vio_console *console, uint32_t index, const struct message *message)
{
    bool used = message->port < console->ports_used;

    if (message->event == DEVICE_ADD)
        write_output(console, index, message->port, PORT_READY, used ? 1 : 0);
    else if (message->event == CONSOLE_PORT && used)
        write_output(console, index, message->port, PORT_OPEN, 1);
    else
        return false;
    return true;
}

/* True: an answer was given, or waits; then the buffer comes back with it. */
static bool handle(struct vio_console *console, uint32_t index, const struct message *message)
{
    if (!take_message(console, message)) {
        console->dropped++;
        vio_console_endure(console, console->queues[CONTROL_IN]);
        return false;
    }
    console->nonsense = 0;
    if (!write_answer(console, index, message))
        return false;
    (void)send_output(console, index);
    return true;
}

/* Each word of the header is loaded once. */
static struct message read_message(const uint8_t *bytes, uint32_t len_bytes)
{
    return (struct message){.port = vio_load32(bytes),
                            .event = vio_load16(bytes + 4),
                            .value = vio_load16(bytes + 6),
                            .bytes = bytes,
                            .len_bytes = len_bytes};
}

void vio_console_input(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                       enum vio_status status)
{
    struct vio_console *console = CONSOLE_OF(input_client, client);
    uint32_t index = (uint32_t)((uint8_t *)token - console->inputs);
    uint32_t epoch = console->epoch;
    struct message message;
    bool answered = false;

    if (status != VIO_OK)
        return; /* of a reset: the next start lends it again */
    if (written_bytes < HEADER_BYTES) {
        console->dropped++;
        vio_console_endure(console, console->queues[CONTROL_IN]);
        lend_input(console, index);
        return;
    }
    message = read_message(console->setup.shared->inputs[index], written_bytes);
    answered = handle(console, index, &message);
    if (message.port < console->ports_used)
        vio_console_changed(console, message.port);
    if (console->epoch != epoch)
        return;
    vio_console_refill_inputs(console);
    if (!answered)
        lend_input(console, index);
}

/* A message of ours was read: its place is free, and so is the buffer of the message that it answered. */
void vio_console_output(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                        enum vio_status status)
{
    struct vio_console *console = CONSOLE_OF(output_client, client);
    struct vio_console_output *output = token;
    uint32_t index = (uint32_t)(output - console->outputs);

    (void)written_bytes;
    output->busy = status == VIO_TIMEOUT; /* then the device keeps the message (invariant 5) */
    if (status != VIO_OK)
        return;
    if (index < VIO_CONSOLE_INPUTS)
        lend_input(console, index);
    for (uint32_t i = 0; i < VIO_CONSOLE_OUTPUTS; i++) {
        if (console->outputs[i].due && send_output(console, i) != VIO_OK)
            return;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A console's features, configuration, queues and bytes. Contracts: vio_console.h. */
#include "console.h"

#include "bytes.h"

#define CONSOLE_OF(member, pointer)                                                                          \
    ((struct vio_console *)((char *)(pointer)-offsetof(struct vio_console, member)))

enum { AT_COLUMNS = 0, AT_ROWS = 2, AT_PORTS = 4, AT_EMERGENCY = 8 };

/* ---- features and queues ---- */

static bool console_negotiate(struct vio_driver *driver, uint64_t offered, uint64_t *accepted)
{
    struct vio_console *console = (struct vio_console *)driver;

    console->features = offered & (VIO_CONSOLE_F_SIZE | VIO_CONSOLE_F_MULTIPORT | VIO_CONSOLE_F_EMERG_WRITE);
    if (!console->setup.multiport)
        console->features &= ~VIO_CONSOLE_F_MULTIPORT;
    console->ports_used = 0;
    *accepted = console->features;
    return true;
}

static enum vio_status config_read(struct vio_console *console, struct vio_config_field fields[],
                                   size_t count)
{
    struct vio_transport *transport = console->setup.transport;

    return transport->ops->config_read(transport, fields, count);
}

/* Of the device; 0: it tells nonsense. */
static uint32_t read_ports(struct vio_console *console)
{
    struct vio_config_field field = {.offset = AT_PORTS, .width = 4};

    if (!vio_console_has(console, VIO_CONSOLE_F_MULTIPORT))
        return 1;
    return config_read(console, &field, 1) == VIO_OK ? (uint32_t)field.value : 0;
}

/* Positions are the device's numbers [5.3.2]; without MULTIPORT there are two. */
static uint32_t console_queue_number(struct vio_driver *driver, size_t position)
{
    struct vio_console *console = (struct vio_console *)driver;
    size_t count;

    if (position == 0) {
        console->ports_max = read_ports(console);
        console->ports_used =
            console->ports_max < console->setup.ports ? console->ports_max : console->setup.ports;
    }
    count = 2 * (size_t)console->ports_used + (vio_console_has(console, VIO_CONSOLE_F_MULTIPORT) ? 2 : 0);
    return position < count ? (uint32_t)position : VIO_QUEUE_NONE;
}

static struct vio_queue *port_queue(const struct vio_console *console, uint32_t port, bool transmit)
{
    return console->queues[(port == 0 ? 0 : 2 * port + 2) + (transmit ? 1 : 0)];
}

/* ---- configuration ---- */

void vio_console_changed(struct vio_console *console, uint32_t port)
{
    if (console->setup.client->port_changed != NULL)
        console->setup.client->port_changed(console->setup.client, port);
}

/* With MULTIPORT, each text console is told of its own size. */
static enum vio_status read_size(struct vio_console *console)
{
    struct vio_config_field fields[2] = {{.offset = AT_COLUMNS, .width = 2}, {.offset = AT_ROWS, .width = 2}};

    if (!vio_console_has(console, VIO_CONSOLE_F_SIZE))
        return VIO_OK;
    if (config_read(console, fields, 2) != VIO_OK)
        return VIO_TIMEOUT;
    console->ports[0].columns = (uint16_t)fields[0].value;
    console->ports[0].rows = (uint16_t)fields[1].value;
    return VIO_OK;
}

static enum vio_status console_config_changed(struct vio_driver *driver)
{
    struct vio_console *console = (struct vio_console *)driver;
    enum vio_status status = read_size(console);

    if (status == VIO_OK)
        vio_console_changed(console, 0);
    return status;
}

enum vio_status vio_console_emergency_write(struct vio_console *console, char character)
{
    struct vio_config_field field = {.offset = AT_EMERGENCY, .width = 4, .value = (uint8_t)character};

    if (!vio_console_has(console, VIO_CONSOLE_F_EMERG_WRITE))
        return VIO_UNSUPPORTED;
    console->setup.transport->ops->config_write(console->setup.transport, &field);
    return VIO_OK;
}

/* ---- receive ---- */

static void keep_out(struct vio_console *console, struct vio_console_buffer *buffer)
{
    buffer->out = true;
    console->out_count++;
}

/* One that cannot be mapped now stays out, and has its turn again when something came in. */
static void lend(struct vio_console *console, struct vio_console_buffer *buffer)
{
    const struct vio_buffer chain = {buffer->data, console->setup.buffer_bytes, true}; /* CON-OP-DRV-01 */

    buffer->out = false;
    if (vio_queue_provide(port_queue(console, buffer->port, false), &chain, 1, buffer) == VIO_NO_MEMORY)
        keep_out(console, buffer);
}

/* As many as the queue has room for; when one cannot be mapped, those behind it wait as well. */
static enum vio_status fill_port(struct vio_console *console, uint32_t port)
{
    uint32_t first = port * console->setup.buffers_per_port;
    const struct vio_queue *queue = port_queue(console, port, false);
    uint32_t before = console->out_count; /* of other ports */

    for (uint32_t i = first; i < first + console->setup.buffers_per_port; i++) {
        struct vio_console_buffer *buffer = &console->setup.records[i];

        *buffer = (struct vio_console_buffer){
            console->setup.buffers + (size_t)i * console->setup.buffer_bytes, port, false};
        memset(buffer->data, 0, console->setup.buffer_bytes); /* invariant 12 */
        if (vio_queue_free_descriptors(queue) <= console->out_count - before)
            continue;
        if (console->out_count == before)
            lend(console, buffer);
        else
            keep_out(console, buffer);
    }
    return vio_queue_lent_chains(queue) > 0 ? VIO_OK : VIO_NO_MEMORY;
}

void vio_console_refill(struct vio_console *console)
{
    uint32_t count = console->out_count > 0 ? console->setup.buffers_per_port * console->ports_used : 0;
    uint32_t out_count = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (console->setup.records[i].out)
            lend(console, &console->setup.records[i]);
    }
    for (uint32_t i = 0; i < count; i++) /* again: the device may have answered from within */
        out_count += console->setup.records[i].out;
    console->out_count = out_count;
    vio_console_refill_inputs(console);
}

/* The client may have reset and started the device meanwhile: then all buffers are lent anew (invariant 14).
 */
static void console_received(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                             enum vio_status status)
{
    struct vio_console *console = CONSOLE_OF(receive_client, client);
    struct vio_console_buffer *buffer = token;
    uint32_t epoch = console->epoch;

    if (status != VIO_OK)
        return; /* of a reset: the next start lends it again */
    if (console->ports[buffer->port].present && written_bytes > 0) {
        console->nonsense = 0;
        console->setup.client->received(console->setup.client, buffer->port, buffer->data, written_bytes);
    } else {
        vio_console_endure(console, port_queue(console, buffer->port, false));
    }
    if (console->epoch != epoch)
        return;
    lend(console, buffer);
    vio_console_refill(console);
}

/* ---- send ---- */

static struct vio_console_send *free_send(struct vio_console *console, uint32_t port)
{
    for (uint32_t i = 0; i < VIO_CONSOLE_SENDS_MAX; i++) {
        if (console->sends[port][i].owner == NULL)
            return &console->sends[port][i];
    }
    return NULL;
}

enum vio_status vio_console_send(struct vio_console *console, uint32_t port, void *data, uint32_t len_bytes,
                                 void *owner)
{
    const struct vio_buffer chain = {data, len_bytes, false}; /* CON-OP-DRV-02 */
    struct vio_console_send *send;
    enum vio_status status;

    if (console->ports_used == 0 || !console->queues[1]->initialized)
        return VIO_NOT_READY;
    if (port >= console->ports_used || !console->ports[port].present || owner == NULL)
        return VIO_INVALID;
    send = free_send(console, port);
    if (send == NULL)
        return VIO_NO_MEMORY;
    send->owner = owner; /* before: the answer may come from within */
    status = vio_queue_provide(port_queue(console, port, true), &chain, 1, send);
    if (status != VIO_OK)
        send->owner = NULL;
    return status;
}

static void console_sent(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                         enum vio_status status)
{
    struct vio_console *console = CONSOLE_OF(transmit_client, client);
    struct vio_console_send *send = token;
    void *owner = send->owner;

    (void)written_bytes; /* nothing was writable */
    send->owner = NULL;
    console->setup.client->sent(console->setup.client, owner, status);
}

/* ---- init ---- */

static enum vio_status console_prepare(struct vio_driver *driver)
{
    struct vio_console *console = (struct vio_console *)driver;
    enum vio_status status = VIO_OK;

    console->epoch++;
    console->nonsense = 0;
    console->out_count = 0;
    console->inputs_out = 0;
    memset(console->ports, 0, sizeof(console->ports));
    memset(console->outputs, 0, sizeof(console->outputs));
    if (console->ports_used == 0)
        return VIO_MALFORMED;
    if (!vio_console_has(console, VIO_CONSOLE_F_MULTIPORT))
        console->ports[0] = (struct vio_console_port){.present = true, .is_console = true, .host_open = true};
    for (uint32_t port = 0; port < console->ports_used && status == VIO_OK; port++)
        status = fill_port(console, port);
    if (status == VIO_OK && vio_console_has(console, VIO_CONSOLE_F_MULTIPORT))
        status = vio_console_fill_inputs(console);
    return status;
}

/* From DRIVER_OK on the device tells of another size. */
static enum vio_status console_initialized(struct vio_driver *driver)
{
    struct vio_console *console = (struct vio_console *)driver;
    enum vio_status status = read_size(console);

    if (status == VIO_OK && vio_console_has(console, VIO_CONSOLE_F_MULTIPORT))
        status = vio_console_say_ready(console);
    return status;
}

static const struct vio_driver_ops console_ops = {
    .device_type = VIO_CONSOLE_DEVICE_TYPE,
    .negotiate_features = console_negotiate,
    .queue_number = console_queue_number,
    .pre_device_initialization = console_prepare,
    .device_initialized = console_initialized,
    .config_changed = console_config_changed,
};

static bool is_complete(const struct vio_console_setup *setup)
{
    if (setup->transport == NULL || setup->client == NULL || setup->shared == NULL || setup->queues == NULL)
        return false;
    if (setup->client->received == NULL || setup->client->sent == NULL)
        return false;
    if (setup->buffers == NULL || setup->records == NULL)
        return false;
    if (setup->buffers_per_port == 0 || setup->buffer_bytes == 0)
        return false;
    return setup->ports >= 1 && setup->ports <= (setup->multiport ? VIO_CONSOLE_PORTS_MAX : 1);
}

static struct vio_queue_client *client_for(struct vio_console *console, uint32_t position)
{
    if (position == 2)
        return &console->input_client;
    if (position == 3)
        return &console->output_client;
    return position % 2 == 0 ? &console->receive_client : &console->transmit_client;
}

enum vio_status vio_console_init(struct vio_console *console, const struct vio_console_setup *setup)
{
    uint32_t count;

    if (!is_complete(setup))
        return VIO_INVALID;
    memset(console, 0, sizeof(*console));
    console->driver.ops = &console_ops;
    console->setup = *setup;
    console->receive_client.chain_ready = console_received;
    console->transmit_client.chain_ready = console_sent;
    console->input_client.chain_ready = vio_console_input;
    console->output_client.chain_ready = vio_console_output;
    count = 2 * setup->ports + (setup->multiport ? 2 : 0);
    for (uint32_t i = 0; i < count; i++) {
        console->queues[i] = setup->queues[i];
        (void)vio_queue_set_client(setup->queues[i], client_for(console, i));
    }
    return VIO_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The control protocol of a console with several ports [5.3.6.2]: what the driver says, and what the device
 * answers as soon as it has buffers for it. */
#include "bytes.h"
#include "console.h"
#include "deliver.h"

enum { QUEUE = 2, MESSAGE_BYTES = 8, NAME_MAX = 8 };

#define BIT(n) (1u << (n))

/* ---- from the driver ---- */

static void device_ready(struct pring_console *console, uint16_t value)
{
    for (uint32_t i = 0; i < console->config.ports && value == 1; i++) {
        if (!console->port[i].added) /* CON-MP-DEV-01 */
            console->port[i].pending |= BIT(PRING_CONSOLE_DEVICE_ADD);
    }
}

/* Port 0 is the console; the others have names. */
static void port_ready(struct pring_console *console, uint32_t id, uint16_t value)
{
    struct pring_console_port *port = &console->port[id];

    if (value != 1 || !port->added)
        return;
    if (id == 0)
        port->pending |= BIT(PRING_CONSOLE_CONSOLE_PORT);
    if (id == 0 && pring_console_has(console, PRING_CONSOLE_SIZE))
        port->pending |= BIT(PRING_CONSOLE_RESIZE);
    if (id != 0)
        port->pending |= BIT(PRING_CONSOLE_PORT_NAME);
    port->pending |= BIT(PRING_CONSOLE_PORT_OPEN);
}

static void obey(struct pring_console *console, const uint8_t *message)
{
    uint32_t id = pring_get32(message);
    uint16_t value = pring_get16(message + 6);

    switch (pring_get16(message + 4)) {
    case PRING_CONSOLE_DEVICE_READY:
        device_ready(console, value);
        break;
    case PRING_CONSOLE_PORT_READY:
        if (id < console->config.ports)
            port_ready(console, id, value);
        break;
    case PRING_CONSOLE_PORT_OPEN:
        if (id < console->config.ports && console->port[id].added)
            console->port[id].open = value != 0;
        break;
    default: /* the others are the device's to send */
        break;
    }
}

int pring_console_control(struct pring_console *console, struct pring_stream *stream)
{
    uint8_t message[MESSAGE_BYTES];

    if (stream->chain->readable_bytes < sizeof message)
        return 0;
    if (pring_stream_read(stream, message, sizeof message) < 0)
        return -1;
    obey(console, message);
    return pring_console_tell(console);
}

/* ---- to the driver ---- */

static uint32_t compose(const struct pring_console *console, uint32_t id, uint16_t event, uint8_t *bytes)
{
    pring_put32(bytes, id);
    pring_put16(bytes + 4, event);
    pring_put16(bytes + 6, event == PRING_CONSOLE_CONSOLE_PORT || event == PRING_CONSOLE_PORT_OPEN);
    if (event == PRING_CONSOLE_RESIZE) {
        pring_put16(bytes + 8, console->config.cols);
        pring_put16(bytes + 10, console->config.rows);
        return 12;
    }
    if (event == PRING_CONSOLE_PORT_NAME) {
        memcpy(bytes + 8, "port", 4);
        bytes[12] = (uint8_t)('0' + id);
        return 13;
    }
    return MESSAGE_BYTES;
}

/* A message for which the next buffer is too small is lost; without a buffer it waits. 1: it has left. */
static int tell(struct pring_console *console, uint32_t id, uint16_t event)
{
    uint8_t bytes[MESSAGE_BYTES + NAME_MAX];
    uint32_t len = compose(console, id, event, bytes);
    struct pring_engine *engine = &console->engine;
    int count = pring_deliver_count(engine, QUEUE, 1, PRING_DELIVER_CUT);

    if (count <= 0)
        return count;
    count = pring_deliver_count(engine, QUEUE, len, PRING_DELIVER_WHOLE);
    if (count < 0 || (count > 0 && pring_deliver(engine, QUEUE, 1, bytes, len) < 0))
        return -1;
    console->port[id].pending &= (uint8_t)~BIT(event);
    console->port[id].added |= event == PRING_CONSOLE_DEVICE_ADD;
    return 1;
}

int pring_console_tell(struct pring_console *console)
{
    static const uint8_t order[] = {PRING_CONSOLE_DEVICE_ADD, PRING_CONSOLE_CONSOLE_PORT,
                                    PRING_CONSOLE_RESIZE, PRING_CONSOLE_PORT_NAME, PRING_CONSOLE_PORT_OPEN};

    for (uint32_t id = 0; id < console->config.ports; id++) {
        for (uint32_t i = 0; i < sizeof order; i++) {
            int told = console->port[id].pending & BIT(order[i]) ? tell(console, id, order[i]) : 1;

            if (told <= 0)
                return told;
        }
    }
    return 0;
}

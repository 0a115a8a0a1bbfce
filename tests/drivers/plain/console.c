/* SPDX-License-Identifier: Apache-2.0 */
/* Ports and their control protocol. */
#include "driver.h"

#include <string.h>

enum { COLS = R_CONFIG, ROWS = R_CONFIG + 2, PORTS = R_CONFIG + 4, EMERG_WR = R_CONFIG + 8 };
enum { CONTROL_TRANSMIT = 3, MESSAGE_BYTES = 8 };
enum {
    DEVICE_READY = 0,
    DEVICE_ADD = 1,
    DEVICE_REMOVE = 2,
    PORT_READY = 3,
    CONSOLE_PORT = 4,
    RESIZE = 5,
    PORT_OPEN = 6
};

uint64_t console_features(void)
{
    return F(CON_SIZE) | F(CON_MULTIPORT) | F(CON_EMERG_WRITE);
}

void console_read_config(struct device *d)
{
    if (has(d, CON_SIZE)) {
        d->cols = (uint32_t)pring_reg_read(d->dev, COLS, 2);
        d->rows = (uint32_t)pring_reg_read(d->dev, ROWS, 2);
    }
    if (has(d, CON_MULTIPORT) && !d->running) {
        uint32_t ports = reg_get(d, PORTS);

        d->units = ports;
        if (ports == 0)
            d->units = 1;
        if (ports > UNITS_MAX)
            d->units = UNITS_MAX;
    }
}

static struct queue *queue_of(struct device *d, uint32_t port, int transmit)
{
    return &d->queues[(port == 0 ? 0 : 2 * port + 2) + (transmit ? 1 : 0)];
}

/* ---- messages to the device ---- */

static int send_message(struct device *d, uint32_t id, uint16_t event, uint16_t value)
{
    struct queue *q = &d->queues[CONTROL_TRANSMIT];
    uint8_t bytes[MESSAGE_BYTES] = {(uint8_t)id, 0, 0, 0, (uint8_t)event, 0, (uint8_t)value, 0};
    uint32_t slot = 0;

    while (slot < q->slot_count && q->slots[slot].lent)
        slot++;
    if (slot == q->slot_count)
        return -1;
    memcpy((void *)q->memory->slot[slot].data, bytes, sizeof(bytes));
    queue_post(d, q, slot, MESSAGE_BYTES, 0, 0);
    return 0;
}

/* What is owed goes out as slots are free. Interrupts are masked by the caller, or it is the handler. */
void console_tell(struct device *d)
{
    for (uint32_t id = 0; id < d->units; id++) {
        struct port *port = &d->port[id];

        for (uint16_t event = 0; event <= PORT_OPEN; event++) {
            if (!(port->wants >> event & 1))
                continue;
            if (d->broken)
                return;
            if (send_message(d, id, event, 1) != 0)
                return;
            port->wants &= ~(1u << event);
        }
    }
}

void console_started(struct device *d)
{
    if (!has(d, CON_MULTIPORT))
        return;
    d->port[0].wants = 1u << DEVICE_READY;
    console_tell(d);
}

/* ---- messages from the device ---- */

static void resize(struct device *d, const uint8_t *message, uint32_t len)
{
    if (len < MESSAGE_BYTES + 4)
        return;
    d->cols = message[8] | (uint32_t)message[9] << 8;
    d->rows = message[10] | (uint32_t)message[11] << 8;
}

static void obey(struct device *d, const uint8_t *message, uint32_t len)
{
    uint32_t id =
        message[0] | (uint32_t)message[1] << 8 | (uint32_t)message[2] << 16 | (uint32_t)message[3] << 24;
    uint16_t event = (uint16_t)(message[4] | message[5] << 8);

    if (id >= d->units)
        return;
    switch (event) {
    case DEVICE_ADD:
        d->port[id].added = 1;
        d->port[id].wants |= 1u << PORT_READY;
        break;
    case DEVICE_REMOVE:
        d->port[id].added = 0;
        break;
    case CONSOLE_PORT:
        d->port[id].wants |= 1u << PORT_OPEN;
        break;
    case RESIZE:
        resize(d, message, len);
        break;
    default:
        break;
    }
}

void console_told(struct device *d, struct queue *q, uint32_t slot)
{
    uint8_t message[MESSAGE_BYTES + 4] = {0};
    uint32_t len = q->slots[slot].written;

    if (len < MESSAGE_BYTES)
        return;
    if (len > sizeof(message))
        len = sizeof(message);
    memcpy(message, (const void *)q->memory->slot[slot].data, len);
    obey(d, message, len);
}

/* ---- bytes ---- */

void console_received(struct device *d, struct queue *q, uint32_t slot)
{
    static uint8_t bytes[SLOT_BYTES];
    uint32_t len = q->slots[slot].written;

    if (len == 0)
        return;
    memcpy(bytes, (const void *)q->memory->slot[slot].data, len);
    pring_receive(d->dev, q->number == 0 ? 0 : q->number / 2 - 1, bytes, len);
}

struct wanted {
    struct device *d;
    uint32_t id;
};

static int is_added(void *arg)
{
    struct wanted *wanted = arg;

    return wanted->d->port[wanted->id].added || wanted->d->broken;
}

static int console_send(struct device *d, struct pring_request *r)
{
    struct queue *q = queue_of(d, r->unit, 1);
    struct wanted wanted = {d, r->unit};
    uint32_t slot;
    int result;

    if (r->unit > 0 && !pring_wait(is_added, &wanted, TIMEOUT_NS))
        return -1;
    if (slot_take(d, q, &slot) != 0)
        return -1;
    memcpy((void *)q->memory->slot[slot].data, r->data, r->len_bytes);
    result = slot_run(d, q, slot, (uint32_t)r->len_bytes, 0, 0);
    slot_put(q, slot);
    return result;
}

static int console_control(struct device *d, struct pring_request *r)
{
    const uint8_t *value = r->data;
    unsigned saved;
    int result;

    if (r->offset == PRING_COMMAND_EMERGENCY && has(d, CON_EMERG_WRITE)) {
        reg_set(d, EMERG_WR, value[0]);
        return 0;
    }
    if (r->offset != PRING_COMMAND_OPEN)
        return -1;
    if (!has(d, CON_MULTIPORT))
        return -1;
    saved = pring_irq_save();
    result = send_message(d, r->unit, PORT_OPEN, value[0]);
    pring_irq_restore(saved);
    return result;
}

int console_submit(struct device *d, struct pring_request *r)
{
    if (r->unit >= d->units)
        return -1;
    if (r->op == PRING_CONTROL)
        return console_control(d, r);
    if (r->op != PRING_SEND)
        return -1;
    if (r->len_bytes == 0)
        return -1;
    if (r->len_bytes > SLOT_BYTES)
        return -1;
    return console_send(d, r);
}

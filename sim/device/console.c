/* SPDX-License-Identifier: Apache-2.0 */
#include "console.h"

#include "bytes.h"
#include "deliver.h"
#include "ring.h"

enum { CONFIG_BYTES = 12, EMERG_WR = 8 };
enum { QUEUE_CONTROL_RECEIVE = 2, QUEUE_CONTROL_TRANSMIT = 3 };

/* ---- configuration space [5.3.4] ---- */

static void console_read_config(const struct pring_device *dev, uint32_t offset, void *data, size_t len_bytes)
{
    const struct pring_console *console = (const struct pring_console *)dev;
    uint8_t c[CONFIG_BYTES] = {0};

    if (pring_console_offers(console, PRING_CONSOLE_SIZE)) {
        pring_put16(c, console->config.cols);
        pring_put16(c + 2, console->config.rows);
    }
    if (pring_console_offers(console, PRING_CONSOLE_MULTIPORT))
        pring_put32(c + 4, console->config.ports);
    pring_engine_copy_config(c, sizeof c, offset, data, len_bytes);
}

/* CON-INIT-DEV-01: at any time, before the driver has said a word. */
static void console_write_config(struct pring_device *dev, uint32_t offset, const void *data,
                                 size_t len_bytes)
{
    struct pring_console *console = (struct pring_console *)dev;
    bool covered = offset <= EMERG_WR && EMERG_WR - offset < len_bytes;

    if (!covered || !pring_console_offers(console, PRING_CONSOLE_EMERG_WRITE))
        return;
    console->emergency_count++;
    console->emergency_last = ((const uint8_t *)data)[EMERG_WR - offset];
}

/* ---- queues [5.3.2] ---- */

static enum pring_console_role role_of(const struct pring_console *console, uint16_t queue)
{
    bool transmit = queue % 2 != 0;

    if (queue == QUEUE_CONTROL_RECEIVE || queue == QUEUE_CONTROL_TRANSMIT) {
        if (!pring_console_has(console, PRING_CONSOLE_MULTIPORT))
            return PRING_CONSOLE_NONE;
        return transmit ? PRING_CONSOLE_CONTROL_TRANSMIT : PRING_CONSOLE_CONTROL_RECEIVE;
    }
    if (queue > QUEUE_CONTROL_TRANSMIT && !pring_console_has(console, PRING_CONSOLE_MULTIPORT))
        return PRING_CONSOLE_NONE;
    return transmit ? PRING_CONSOLE_TRANSMIT : PRING_CONSOLE_RECEIVE;
}

/* The mirror: as many bytes come back as the receive queue has room for. */
static int echo(struct pring_console *console, struct pring_stream *stream)
{
    struct pring_engine *engine = &console->engine;
    uint16_t receive = (uint16_t)(engine->queue - 1);
    uint64_t left = stream->chain->readable_bytes;
    uint32_t n = left < PRING_PAYLOAD_BYTES ? (uint32_t)left : PRING_PAYLOAD_BYTES;
    int count;

    if (pring_stream_read(stream, engine->work->payload, n) < 0)
        return -1;
    count = n > 0 ? pring_deliver_count(engine, receive, n, PRING_DELIVER_CUT) : 0;
    return count <= 0 ? count : pring_deliver(engine, receive, (uint32_t)count, engine->work->payload, n);
}

static int console_serve(struct pring_engine *engine, struct pring_stream *stream)
{
    struct pring_console *console = (struct pring_console *)engine;

    if (role_of(console, engine->queue) == PRING_CONSOLE_TRANSMIT)
        return echo(console, stream);
    return pring_console_control(console, stream);
}

static void console_queue_event(struct pring_device *dev, uint16_t queue)
{
    struct pring_console *console = (struct pring_console *)dev;

    switch (role_of(console, queue)) {
    case PRING_CONSOLE_TRANSMIT:
    case PRING_CONSOLE_CONTROL_TRANSMIT:
        pring_engine_queue_event(dev, queue);
        break;
    case PRING_CONSOLE_CONTROL_RECEIVE:
        if (pring_engine_may_serve(dev, queue) && pring_console_tell(console) < 0)
            pring_ring_break(&console->engine);
        break;
    default:
        break;
    }
}

/* ---- life ---- */

static void console_reset(struct pring_device *dev, struct pring_mem **mem, struct pring_irq **irq)
{
    struct pring_console *console = (struct pring_console *)dev;

    pring_engine_reset(dev, mem, irq);
    memset(console->port, 0, sizeof console->port);
}

static const struct pring_device_ops console_ops = {
    .device_type = PRING_DEVICE_CONSOLE,
    .read_config = console_read_config,
    .write_config = console_write_config,
    .activate = pring_engine_activate,
    .reset = console_reset,
    .queue_event = console_queue_event,
    .kick = pring_engine_kick,
    .cow = pring_engine_no_cow,
};

void pring_console_init(struct pring_console *console, const struct pring_setup *setup,
                        struct pring_vq *queues, struct pring_workspace *work)
{
    pring_engine_init(&console->engine, setup, queues, work);
    console->engine.dev.ops = &console_ops;
    console->engine.serve = console_serve;
    console->config = setup->console;
    memset(console->port, 0, sizeof console->port);
    console->emergency_count = 0;
    console->emergency_last = 0;
}

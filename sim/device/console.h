/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console device [5.3], with a mirror behind each port: bytes that are written come back on the same
 * port.
 */
#ifndef PRING_DEVICE_CONSOLE_H
#define PRING_DEVICE_CONSOLE_H

#include "engine.h"

/* Bit numbers [5.3.3]. */
enum pring_console_feature {
    PRING_CONSOLE_SIZE = 0,
    PRING_CONSOLE_MULTIPORT = 1,
    PRING_CONSOLE_EMERG_WRITE = 2
};

enum { PRING_CONSOLE_PORTS_MAX = PRING_QUEUES_MAX / 2 - 1 };

enum pring_console_message { /* [5.3.6.2] */
                             PRING_CONSOLE_DEVICE_READY = 0,
                             PRING_CONSOLE_DEVICE_ADD = 1,
                             PRING_CONSOLE_DEVICE_REMOVE = 2,
                             PRING_CONSOLE_PORT_READY = 3,
                             PRING_CONSOLE_CONSOLE_PORT = 4,
                             PRING_CONSOLE_RESIZE = 5,
                             PRING_CONSOLE_PORT_OPEN = 6,
                             PRING_CONSOLE_PORT_NAME = 7,
};

struct pring_console_port {
    uint8_t pending; /* bit n: message n waits for a buffer of the control receive queue */
    bool added;      /* DEVICE_ADD was delivered */
    bool open;       /* the driver said so */
};

struct pring_console {
    struct pring_engine engine;
    struct pring_setup_console config;
    struct pring_console_port port[PRING_CONSOLE_PORTS_MAX];
    uint32_t emergency_count; /* characters written before all else works; survive a reset */
    uint8_t emergency_last;
};

enum pring_console_role {
    PRING_CONSOLE_NONE,
    PRING_CONSOLE_RECEIVE,
    PRING_CONSOLE_TRANSMIT,
    PRING_CONSOLE_CONTROL_RECEIVE,
    PRING_CONSOLE_CONTROL_TRANSMIT
};

void pring_console_init(struct pring_console *console, const struct pring_setup *setup,
                        struct pring_vq *queues, struct pring_workspace *work);

/* console_control.c */
/* Answers a message of the driver. 0, or negative: a bus error. */
int pring_console_control(struct pring_console *console, struct pring_stream *stream);
/* Delivers what is pending, as far as there are buffers. 0, or negative: a bus error, or a bad chain. */
int pring_console_tell(struct pring_console *console);

static inline bool pring_console_offers(const struct pring_console *console,
                                        enum pring_console_feature feature)
{
    return ((console->engine.dev.avail_features >> feature) & 1) != 0;
}

static inline bool pring_console_has(const struct pring_console *console, enum pring_console_feature feature)
{
    return ((console->engine.dev.acked_features >> feature) & 1) != 0;
}

#endif

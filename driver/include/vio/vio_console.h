/* SPDX-License-Identifier: Apache-2.0 */
/* Console device [5.3]: bytes both ways on one port or several, the control protocol of multiport devices,
 * the size of the screen, and a character written in an emergency. */
#ifndef VIO_CONSOLE_H
#define VIO_CONSOLE_H

#include <vio/vio_transport.h>

#define VIO_CONSOLE_DEVICE_TYPE    3u
#define VIO_CONSOLE_PORTS_MAX      4u
#define VIO_CONSOLE_QUEUES_MAX     (2u * VIO_CONSOLE_PORTS_MAX + 2u)
#define VIO_CONSOLE_SENDS_MAX      8u /* in flight, of one port */
#define VIO_CONSOLE_NAME_BYTES_MAX 31u
#define VIO_CONSOLE_INPUTS         8u /* control messages that the device may send at once */
#define VIO_CONSOLE_OUTPUTS        (VIO_CONSOLE_INPUTS + 4u)
#define VIO_CONSOLE_MESSAGE_BYTES  64u

/* Memory that the platform can map; the driver's until a reset succeeds. */
struct vio_console_shared {
    _Alignas(16) uint8_t inputs[VIO_CONSOLE_INPUTS][VIO_CONSOLE_MESSAGE_BYTES];
    uint8_t outputs[VIO_CONSOLE_OUTPUTS][8];
};

/* What is known of a port. */
struct vio_console_port {
    bool present;           /* the device has added it; without MULTIPORT port 0 always is */
    bool is_console;        /* a text console, not a channel */
    bool host_open;         /* somebody listens at the other end */
    uint16_t columns, rows; /* of a text console; 0: not known */
    char name[VIO_CONSOLE_NAME_BYTES_MAX + 1]; /* cut if longer, ends with 0; the device's own bytes */
};

/* May call the driver again from within. */
struct vio_console_client {
    /* Bytes that came in; they are the driver's again on return. */
    void (*received)(struct vio_console_client *client, uint32_t port, const uint8_t *data,
                     uint32_t len_bytes);
    /* Once for each send; VIO_TIMEOUT: the device keeps `data`, as with vio_request_client. */
    void (*sent)(struct vio_console_client *client, void *owner, enum vio_status status);
    /* Look at ports[port]. NULL: don't care. */
    void (*port_changed)(struct vio_console_client *client, uint32_t port);
};

/* Private. */
struct vio_console_buffer {
    uint8_t *data;
    uint32_t port;
    bool out; /* not lent, since it could not be mapped */
};
struct vio_console_send {
    void *owner; /* NULL: free */
};
struct vio_console_output {
    bool busy; /* with the device */
    bool due;  /* written, but the queue had no room */
};

/* You fill it, and it may go after vio_console_init. */
struct vio_console_setup {
    struct vio_transport *transport;
    struct vio_console_client *client;
    struct vio_console_shared *shared;
    struct vio_queue *const *queues; /* receive 0, transmit 0, then, if multiport, control receive, control
                                        transmit, receive 1, transmit 1, ...; as given to initialize() */
    bool multiport;
    uint32_t ports;   /* 1..VIO_CONSOLE_PORTS_MAX, more than 1 with multiport only */
    uint8_t *buffers; /* to receive into: buffer_bytes * buffers_per_port * ports; mappable */
    struct vio_console_buffer *records;      /* buffers_per_port * ports, private */
    uint32_t buffers_per_port, buffer_bytes; /* 1 or more */
};

/* Members are private, but `ports` and `dropped` may be read. */
struct vio_console {
    struct vio_driver driver;
    struct vio_queue_client receive_client, transmit_client, input_client, output_client;
    struct vio_console_setup setup;
    struct vio_queue *queues[VIO_CONSOLE_QUEUES_MAX];
    struct vio_console_port ports[VIO_CONSOLE_PORTS_MAX];
    struct vio_console_send sends[VIO_CONSOLE_PORTS_MAX][VIO_CONSOLE_SENDS_MAX];
    struct vio_console_output outputs[VIO_CONSOLE_OUTPUTS];
    uint8_t inputs[VIO_CONSOLE_INPUTS]; /* tokens */
    uint64_t features;
    uint32_t ports_used;
    uint32_t ports_max; /* of the device */
    uint32_t epoch;     /* starts so far */
    uint32_t dropped;   /* messages that made no sense */
    uint32_t nonsense;  /* of those, and of buffers without bytes, so many in a row */
    uint32_t out_count; /* receive buffers that are out */
    uint8_t inputs_out; /* and buffers for control messages: a bit each */
};

/* Sets the clients of the queues. VIO_INVALID: a member of `setup` is missing or out of range. */
enum vio_status vio_console_init(struct vio_console *console, const struct vio_console_setup *setup);

/* `data` is lent until sent(). VIO_INVALID: no such port now, no bytes, no owner. VIO_NO_MEMORY: not now.
 * VIO_NOT_READY, VIO_BROKEN. */
enum vio_status vio_console_send(struct vio_console *console, uint32_t port, void *data, uint32_t len_bytes,
                                 void *owner);

/* Tells the device that a port is open or closed at our end. Text consoles are opened by themselves.
 * VIO_UNSUPPORTED without MULTIPORT; else as vio_console_send. */
enum vio_status vio_console_open(struct vio_console *console, uint32_t port, bool open);

/* Receive buffers that the platform could not map when they were due are lent: whatever comes in does that
 * too, so call this when memory can be mapped again, or at times. */
void vio_console_refill(struct vio_console *console);

/* One character, by a register alone: at any time once features were negotiated, also when all else failed.
 * VIO_UNSUPPORTED: the device cannot, or is not known yet. */
enum vio_status vio_console_emergency_write(struct vio_console *console, char character);

#endif

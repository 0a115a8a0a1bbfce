/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports and their control protocol [5.3.6]. What a driver has to say in the end is asked for when it resets
 * the device, and only of one that had time to say it and met no fault that is an excuse.
 */
#include <pring/role.h>

#include "oracle/chains.h"
#include "oracle/spec_monitors.h"

enum { DEVICE_READY = 0, CONSOLE_PORT = 4, PORT_OPEN = 6 };
enum { REQUESTS_ENOUGH = 2 }; /* that ended since: time enough for an answer */

struct message {
    uint32_t id;
    uint16_t event, value;
};

static bool parse(const uint8_t *bytes, struct message *message)
{
    message->id = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    message->event = (uint16_t)(bytes[4] | bytes[5] << 8);
    message->value = (uint16_t)(bytes[6] | bytes[7] << 8);
    return message->id < PRING_UNITS_MAX;
}

/* CON-MP-DRV-04 */
static void said(struct spec_console *s, const struct message *message, const struct pring_event *event,
                 struct pring_judge *judge)
{
    if (message->event == DEVICE_READY)
        s->ready = true;
    if (message->event != PORT_OPEN || !(s->awaited >> message->id & 1))
        return;
    s->awaited &= (uint8_t) ~(1u << message->id);
    if (message->value != 1 && !s->commanded)
        spec_accuse(judge, "CON-MP-DRV-04", event, "CONSOLE_PORT is answered by PORT_OPEN with value %u.",
                    message->value);
}

/* CON-OP-DRV-01, -02 */
void spec_console_lend(struct spec_console *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    uint8_t bytes[PRING_CONSOLE_MESSAGE_SIZE];
    struct message message;
    uint32_t unit;
    enum pring_role role = pring_role_of(&o->setup, o->features_written, event->queue, &unit);

    if (s->poked || event->chain->fault != PRING_CHAIN_GOOD || spec_is_poked(judge, event->queue))
        return;
    if ((role == PRING_ROLE_RECEIVE || role == PRING_ROLE_CONTROL_RECEIVE) && event->chain->readable_bytes)
        spec_accuse(judge, "CON-OP-DRV-01", event, "A buffer to read lies in receive queue %u.",
                    event->queue);
    if ((role == PRING_ROLE_TRANSMIT || role == PRING_ROLE_CONTROL_TRANSMIT) && event->chain->writable_bytes)
        spec_accuse(judge, "CON-OP-DRV-02", event, "A buffer to write lies in transmit queue %u.",
                    event->queue);
    if (role == PRING_ROLE_CONTROL_TRANSMIT &&
        spec_chain_bytes(&o->queue[event->queue], event->chain, 0, bytes, sizeof(bytes)) &&
        parse(bytes, &message))
        said(s, &message, event, judge);
}

/* What the driver is told, when it is shown. */
void spec_console_shown(struct spec_console *s, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    const struct pring_observed_queue *q = &o->queue[event->queue];
    const struct pring_chain *chain = pring_chain_of_id(q, (uint32_t)event->seen);
    const struct pring_segment *buffer;
    uint8_t bytes[PRING_CONSOLE_MESSAGE_SIZE];
    struct message message;
    uint32_t unit;

    if (!chain || event->raw < sizeof(bytes) ||
        pring_role_of(&o->setup, o->features_written, event->queue, &unit) != PRING_ROLE_CONTROL_RECEIVE)
        return;
    struct pring_walk walk = pring_walk_begin(o, chain);
    buffer = pring_walk_buffer(&walk);
    if (!buffer || !spec_peek(buffer->addr, bytes, sizeof(bytes)) || !parse(bytes, &message))
        return;
    if (message.event != CONSOLE_PORT)
        return;
    s->awaited |= (uint8_t)(1u << message.id);
    s->completed = pring_judge_facts(judge)->completed;
}

/* CON-MP-DRV-01, -03; before the observer takes the reset in */
void spec_console_reset(struct spec_console *s, bool given_up, const struct pring_event *event,
                        struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    const struct pring_facts *facts = pring_judge_facts(judge);
    bool multiport = o->features_written >> PRING_F_CONSOLE_MULTIPORT & 1;

    if (o->driver_ok && multiport && !given_up && !facts->excuses && !pring_facts_exemption(judge) &&
        facts->completed) {
        if (!s->ready)
            spec_accuse(judge, "CON-MP-DRV-01", event, "The device was used, and DEVICE_READY was not sent.");
        else if (s->awaited && facts->completed - s->completed >= REQUESTS_ENOUGH)
            spec_accuse(judge, "CON-MP-DRV-03", event, "CONSOLE_PORT was not answered by PORT_OPEN.");
    }
    s->ready = false;
    s->awaited = 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Occasions of network and console drivers. */
#include <string.h>

#include <pring/lie.h>
#include <pring/memory.h>
#include <pring/role.h>
#include <pring/wire.h>

#include "fuzz/doctor_reach.h"

#define BIT DOCTOR_BIT

enum { CONSOLE_PORT = 4, EVENT = 4 }; /* a message of the device, and where it says so */
enum { MODES_BASIC = 2 };             /* receive modes of CTRL_RX */
enum { FEATURES_OK = 8 };

static struct {
    uint32_t enabled; /* pairs, as the caller asked for; 0: it did not */
    bool completed;   /* a request */
} now;

void doctor_occasions_net_reset(void)
{
    memset(&now, 0, sizeof now);
}

static bool accepted(unsigned bit)
{
    return pring_wire_observer()->features_written >> bit & 1;
}

static uint64_t of_net_lend(enum pring_role role)
{
    uint64_t reached = BIT(NET_LEND);
    if (role == PRING_ROLE_RECEIVE)
        reached |= accepted(PRING_F_NET_MRG_RXBUF) ? BIT(NET_RECEIVE_MERGED)
                   : accepted(PRING_F_NET_MTU)     ? BIT(NET_RECEIVE_WHOLE)
                                                   : 0;
    if (role == PRING_ROLE_TRANSMIT)
        reached |= BIT(NET_SEND) | (accepted(PRING_F_NET_MTU) ? BIT(NET_SEND_MTU) : 0) |
                   (accepted(PRING_F_NET_CSUM) ? 0 : BIT(NET_SEND_NO_SUM));
    return reached;
}

static uint64_t of_console_lend(enum pring_role role)
{
    return role == PRING_ROLE_RECEIVE || role == PRING_ROLE_CONTROL_RECEIVE ? BIT(CON_RECEIVE)
                                                                            : BIT(CON_SEND);
}

static enum pring_role role_of(const struct pring_event *event)
{
    const struct pring_observer *o = pring_wire_observer();
    uint32_t unit;
    return pring_role_of(&o->setup, o->features_written, event->queue, &unit);
}

static uint64_t of_pairs(const uint8_t *value)
{
    uint32_t pairs = value[0] | (uint32_t)value[1] << 8;
    if (pairs == 0 || pairs > pring_wire_observer()->setup.net.pairs)
        return BIT(NET_PAIRS);
    now.enabled = pairs > now.enabled ? pairs : now.enabled;
    return 0;
}

static uint64_t of_net_submit(const struct pring_request *request)
{
    if (request->op == PRING_SEND && request->unit >= (now.enabled ? now.enabled : 1))
        return now.enabled ? BIT(NET_PAIR_LATE) : BIT(NET_PAIR_EARLY);
    if (request->op != PRING_CONTROL)
        return 0;
    switch (request->offset) {
    case PRING_COMMAND_PROMISC:
    case PRING_COMMAND_ALLMULTI:
        return accepted(PRING_F_NET_CTRL_RX) ? 0 : BIT(NET_NO_MODES);
    case PRING_COMMAND_MAC:
        return accepted(PRING_F_NET_CTRL_RX) ? 0 : BIT(NET_NO_ADDRESS);
    case PRING_COMMAND_MODE:
        return accepted(PRING_F_NET_CTRL_RX_EXTRA) || *(const uint8_t *)request->data < MODES_BASIC
                   ? 0
                   : BIT(NET_NO_MORE);
    case PRING_COMMAND_TABLES:
        return accepted(PRING_F_NET_CTRL_RX) ? BIT(NET_TABLES) : BIT(NET_NO_ADDRESS);
    case PRING_COMMAND_PAIRS:
        return of_pairs(request->data);
    default:
        return 0;
    }
}

/* Who lends buffers for messages in tables is not looked at. */
static uint64_t of_shown(const struct pring_event *event)
{
    const struct pring_observed_queue *queue = &pring_wire_observer()->queue[event->queue];
    const struct pring_chain *chain = pring_chain_of_id(queue, (uint32_t)event->seen);
    uint64_t addr;
    uint8_t kind;
    if (!chain || chain->count != chain->direct || role_of(event) != PRING_ROLE_CONTROL_RECEIVE)
        return 0;
    addr = queue->segment[chain - queue->chain].addr + EVENT;
    if (!pring_memory_exists(addr, 1))
        return 0;
    pring_copy(&kind, (const void *)(uintptr_t)addr, 1);
    return kind == CONSOLE_PORT ? BIT(CON_ASKED) : 0;
}

static uint64_t of_console(const struct pring_event *event)
{
    switch (event->kind) {
    case PRING_EV_LEND:
        return of_console_lend(role_of(event));
    case PRING_EV_SHOWN:
        return of_shown(event);
    case PRING_EV_DONE:
        now.completed = true;
        return 0;
    case PRING_EV_BEGIN:
        return event->made == PRING_ENTRY_REMOVE && now.completed && accepted(PRING_F_CONSOLE_MULTIPORT)
                   ? BIT(CON_REMOVED)
                   : 0;
    default:
        return 0;
    }
}

/* A driver has something to get wrong where one of the features that it may accept requires another
 * [5.1.3.1]. */
static uint64_t of_net_status(uint64_t value)
{
    uint64_t shown = pring_wire_observer()->features_seen;
    if (!(value & FEATURES_OK))
        return 0;
    for (unsigned bit = 0; bit < 64; bit++)
        if (pring_features_unmet(PRING_DEVICE_NET, shown & UINT64_C(1) << bit))
            return BIT(NET_NEEDS);
    return 0;
}

static uint64_t of_net(const struct pring_event *event)
{
    if (event->kind == PRING_EV_LEND)
        return of_net_lend(role_of(event));
    if (event->kind == PRING_EV_REG_WRITE && event->field == PRING_F_REG_STATUS)
        return of_net_status(event->made);
    if (event->kind == PRING_EV_RESET)
        now.enabled = 0;
    return event->kind == PRING_EV_BEGIN && event->made == PRING_ENTRY_SUBMIT && event->request
               ? of_net_submit(event->request)
               : 0;
}

uint64_t doctor_occasions_net(const struct pring_event *event)
{
    switch (pring_wire_observer()->setup.device_type) {
    case PRING_DEVICE_NET:
        return of_net(event);
    case PRING_DEVICE_CONSOLE:
        return of_console(event);
    default:
        return 0;
    }
}

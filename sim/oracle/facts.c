/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle/facts.h"

#include <string.h>

#include <pring/role.h>

#define KIND(kind) (1u << PRING_EV_##kind)

enum { STATUS_DRIVER_OK = 4, STATUS_FAILED = 0x80 };
enum {
    HOLD_SHORT = 100,  /* of 10 us: a delay that each driver must bear */
    SPURIOUS_FEW = 16, /* interrupts: more of them may leave it no time */
};

/* ---- questions ---- */

const struct pring_loan *pring_facts_loan(const struct pring_facts *facts,
                                          const struct pring_request *request)
{
    for (uint32_t i = facts->loan_count; i > 0; i--) {
        if (facts->loan[i - 1].request == request)
            return &facts->loan[i - 1];
    }
    return NULL;
}

/* The newest of the calls under way whose request is in that state; *count: how many there are. */
static const struct pring_loan *in_submit(const struct pring_facts *facts, enum pring_loan_state state,
                                          uint32_t *count)
{
    const struct pring_loan *found = NULL;

    *count = 0;
    for (uint32_t i = 0; i < facts->loan_count; i++) {
        const struct pring_loan *loan = &facts->loan[i];
        if (!loan->in_submit || loan->state != state)
            continue;
        found = !found || loan->ended >= found->ended ? loan : found;
        ++*count;
    }
    return found;
}

const struct pring_loan *pring_facts_ending(const struct pring_facts *facts, const struct pring_event *event)
{
    uint32_t open_count, done_count;
    const struct pring_loan *open = in_submit(facts, PRING_LOAN_OPEN, &open_count);
    const struct pring_loan *finished = in_submit(facts, PRING_LOAN_DONE, &done_count);

    if (event->request)
        return pring_facts_loan(facts, event->request);
    if ((int64_t)event->seen >= 0 && done_count != 0)
        return finished;
    if (open_count == 0)
        return finished;
    return open_count == 1 ? open : NULL;
}

bool pring_facts_call_sleeps(const struct pring_facts *facts)
{
    for (uint32_t i = 0; i < facts->loan_count; i++) {
        if (facts->loan[i].in_submit)
            return true;
    }
    return false;
}

bool pring_facts_lied(const struct pring_observer *observer)
{
    for (uint32_t q = 0; q < observer->setup.queue_count; q++) {
        if (observer->queue[q].lied)
            return true;
    }
    return observer->config_lied;
}

bool pring_facts_withheld(const struct pring_observer *observer)
{
    for (uint32_t q = 0; q < observer->setup.queue_count; q++) {
        if (observer->queue[q].withheld)
            return true;
    }
    return false;
}

/* ---- what a request's failure means ---- */

enum { BLK_RO = 5, BLK_BLK_SIZE = 6, BLK_FLUSH = 9 };

static bool offered(const struct pring_setup *setup, unsigned bit)
{
    return setup->features >> bit & 1;
}

static bool blk_outside(const struct pring_facts *facts, const struct pring_setup *setup,
                        const struct pring_loan *loan)
{
    uint64_t unit = PRING_SECTOR_BYTES;

    if (offered(setup, BLK_BLK_SIZE) && setup->blk.blk_size > unit)
        unit = setup->blk.blk_size;
    if (loan->len_bytes == 0 || loan->offset % unit || loan->len_bytes % unit)
        return true;
    return loan->offset / PRING_SECTOR_BYTES + loan->len_bytes / PRING_SECTOR_BYTES > facts->capacity_min;
}

enum { ETHERNET_BYTES = 14, PACKET_MAX = 1514 };

/* A packet that no driver has to take, or bytes for a port that may not be there. */
static bool send_is_vain(const struct pring_setup *setup, const struct pring_loan *loan)
{
    if (loan->unit != 0)
        return true;
    if (setup->device_type != PRING_DEVICE_NET)
        return loan->len_bytes == 0;
    return loan->len_bytes < ETHERNET_BYTES || loan->len_bytes > PACKET_MAX ||
           loan->len_bytes > (uint64_t)setup->net.mtu + ETHERNET_BYTES;
}

/* A request that the device itself would fail, or that it does not know. */
static bool is_vain(const struct pring_facts *facts, const struct pring_setup *setup,
                    const struct pring_loan *loan)
{
    switch (loan->op) {
    case PRING_READ:
        return blk_outside(facts, setup, loan);
    case PRING_WRITE:
        return offered(setup, BLK_RO) || blk_outside(facts, setup, loan);
    case PRING_FLUSH:
        return !offered(setup, BLK_FLUSH);
    case PRING_ID:
        return loan->len_bytes < PRING_ID_BYTES;
    case PRING_ENTROPY:
        return loan->len_bytes == 0;
    case PRING_SEND:
        return send_is_vain(setup, loan);
    default:
        return true;
    }
}

/* Turned down before anything was lent: what a driver need not be able to do. */
static bool is_optional(const struct pring_loan *loan)
{
    if (loan->op != PRING_READ && loan->op != PRING_WRITE && loan->op != PRING_ENTROPY &&
        loan->op != PRING_SEND)
        return true;
    return loan->crowded || loan->len_bytes > 4096;
}

/* Is the workload alone a reason for this request to fail? */
static bool is_explained(const struct pring_facts *facts, const struct pring_observer *observer,
                         const struct pring_loan *loan)
{
    if (loan->unbound || loan->disturbed || observer->unplugged)
        return true;
    if (facts->lends == loan->lends && is_optional(loan))
        return true;
    return is_vain(facts, &observer->setup, loan);
}

/* ---- loans ---- */

static struct pring_loan *loan_find(struct pring_facts *facts, const struct pring_loan *found)
{
    return found ? &facts->loan[found - facts->loan] : NULL;
}

static void loan_begin(struct pring_facts *facts, const struct pring_request *request, bool unbound)
{
    struct pring_loan *loan;

    if (facts->loan_count == PRING_LOANS_MAX)
        return;
    for (uint32_t i = 0; facts->open_count && i < facts->loan_count; i++)
        facts->loan[i].crowded |= facts->loan[i].state == PRING_LOAN_OPEN;
    loan = &facts->loan[facts->loan_count++];
    *loan = (struct pring_loan){
        .request = request,
        .data = request->data,
        .offset = request->offset,
        .len_bytes = request->len_bytes,
        .began = facts->clock,
        .lends = facts->lends,
        .unit = request->unit,
        .op = (uint8_t)request->op,
        .state = PRING_LOAN_OPEN,
        .in_submit = true,
        .unbound = unbound,
        .disturbed = facts->closing,
        .crowded = facts->open_count != 0,
    };
    facts->open_count++;
}

static void loan_close(struct pring_facts *facts, struct pring_loan *loan, enum pring_loan_state state,
                       int32_t result)
{
    if (loan->state == PRING_LOAN_OPEN)
        facts->open_count--;
    loan->state = (uint8_t)state;
    loan->result = result;
    loan->ended = facts->clock;
}

static void disturb_all(struct pring_facts *facts)
{
    for (uint32_t i = 0; facts->open_count && i < facts->loan_count; i++)
        facts->loan[i].disturbed |= facts->loan[i].state == PRING_LOAN_OPEN;
}

/* ---- before the oracles ---- */

static void on_begin(struct pring_facts *facts, const struct pring_event *event, struct pring_judge *judge)
{
    facts->clock++;
    switch (event->made) {
    case PRING_ENTRY_PROBE:
        if (!facts->counted)
            facts->before_probe = pring_judge_counts(judge);
        facts->counted = true;
        return;
    case PRING_ENTRY_SUBMIT:
        if (event->request)
            loan_begin(facts, event->request, !pring_judge_observer(judge)->probed);
        return;
    case PRING_ENTRY_SUSPEND:
    case PRING_ENTRY_REMOVE:
    case PRING_ENTRY_RESET:
        facts->closing = true;
        disturb_all(facts);
        return;
    case PRING_ENTRY_CANCEL:
        disturb_all(facts);
        return;
    default:
        return;
    }
}

static bool is_harmless(const struct pring_fault *fault)
{
    switch (fault->action) {
    case PRING_FAULT_SWAP:
    case PRING_FAULT_RELEASE:
    case PRING_FAULT_SWITCH:
        return true;
    case PRING_FAULT_IRQ:
        return fault->count <= SPURIOUS_FEW;
    case PRING_FAULT_HOLD:
        return fault->operand != 0 && fault->operand <= HOLD_SHORT;
    default:
        return false;
    }
}

static uint8_t fault_subject(const struct pring_event *event)
{
    switch (event->fault->action) {
    case PRING_FAULT_POKE:
    case PRING_FAULT_CHANGE:
    case PRING_FAULT_STATE:
        return event->fault->target;
    default:
        return event->field;
    }
}

/* The others name the field at which they stand, and leave it alone. */
static bool is_falsifying(const struct pring_fault *fault)
{
    return fault->action >= PRING_FAULT_ANSWER && fault->action <= PRING_FAULT_STATE;
}

/* Packed descriptors are the driver's and the device's: what is poked may be what the driver has written. */
static bool is_packed_poke(const struct pring_fault *fault)
{
    return fault->action == PRING_FAULT_POKE && fault->target >= PRING_F_PACKED_ADDR &&
           fault->target <= PRING_F_EVENT_FLAGS;
}

/* The buffers of one packet come in order and together (NET-RXBUF-DEV-01): another order is no quirk there.
 */
static bool tears_packets(const struct pring_event *event, const struct pring_observer *o)
{
    uint32_t unit;

    return (event->fault->action == PRING_FAULT_SWAP || event->fault->action == PRING_FAULT_HOLD) &&
           o->setup.device_type == PRING_DEVICE_NET && (o->features_written >> PRING_F_NET_MRG_RXBUF & 1) &&
           pring_role_of(&o->setup, o->features_written, event->queue, &unit) == PRING_ROLE_RECEIVE;
}

static void on_fault(struct pring_facts *facts, const struct pring_event *event,
                     const struct pring_observer *observer)
{
    const struct pring_fault *fault = event->fault;
    uint8_t subject = fault_subject(event), group;
    bool tears = tears_packets(event, observer);

    if (subject >= PRING_FIELD_COUNT)
        return;
    group = pring_field_info[subject].group;
    if (event->made || !facts->fault_any) { /* a lie, or the first */
        facts->fault_label = subject;
        facts->fault_queue = event->queue;
    }
    facts->fault_any = true;
    facts->lies += event->made != 0;
    facts->excuses += event->made != 0 || tears || !is_harmless(fault);
    facts->shortages += fault->action == PRING_FAULT_FAIL;
    facts->payload += is_falsifying(fault) &&
                      (group == PRING_GROUP_DATA || group == PRING_GROUP_DESC || group == PRING_GROUP_AVAIL ||
                       group == PRING_GROUP_CONFIG || subject == PRING_F_REG_DEVICE_ID);
    facts->payload += tears || is_packed_poke(fault);
    facts->misnamed |= subject == PRING_F_REG_DEVICE_ID;
    facts->irq += subject == PRING_F_IRQ_LINE || subject == PRING_F_REG_INTERRUPT_STATUS ||
                  fault->action == PRING_FAULT_IRQ || fault->action == PRING_FAULT_MUTE;
    if ((is_falsifying(fault) && (group == PRING_GROUP_DESC || group == PRING_GROUP_AVAIL)) ||
        is_packed_poke(fault))
        facts->poked |= UINT64_C(1) << (event->queue & 63);
}

static void on_reg_write(struct pring_facts *facts, const struct pring_event *event)
{
    facts->reg_accesses++;
    if (event->field != PRING_F_REG_STATUS)
        return;
    facts->driver_ok |= (event->made & STATUS_DRIVER_OK) != 0;
    facts->said[facts->recovering].refused |= (event->made & STATUS_FAILED) != 0;
}

/* The smallest capacity is what every driver can know of, whenever it has read it. */
static void on_act(struct pring_facts *facts, const struct pring_event *event)
{
    facts->capacity_grew |= event->made > facts->capacity_min;
    if (event->made < facts->capacity_min)
        facts->capacity_min = event->made;
}

/* A used descriptor in a place that the device was not lent, as after completing twice: what the driver is
 * just writing there is no longer its own. */
static void on_shown(struct pring_facts *facts, const struct pring_event *event,
                     const struct pring_observer *observer)
{
    const struct pring_observed_queue *q = &observer->queue[event->queue];

    if (q->packed && !pring_place_is_lent(q, event->index))
        facts->poked |= UINT64_C(1) << (event->queue & 63);
}

const uint32_t pring_facts_before_kinds = KIND(BEGIN) | KIND(END) | KIND(DONE) | KIND(FAULT) |
                                          KIND(REG_READ) | KIND(REG_WRITE) | KIND(LEND) | KIND(ACT) |
                                          KIND(RESET) | KIND(BROKEN) | KIND(SHOWN);

void pring_facts_before(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    struct pring_facts *facts = state;

    switch (event->kind) {
    case PRING_EV_REG_READ:
        facts->reg_accesses++;
        return;
    case PRING_EV_REG_WRITE:
        on_reg_write(facts, event);
        return;
    case PRING_EV_LEND:
        facts->lends++;
        return;
    case PRING_EV_BEGIN:
        on_begin(facts, event, judge);
        return;
    case PRING_EV_FAULT:
        on_fault(facts, event, pring_judge_observer(judge));
        return;
    case PRING_EV_ACT:
        on_act(facts, event);
        return;
    case PRING_EV_SHOWN:
        on_shown(facts, event, pring_judge_observer(judge));
        return;
    case PRING_EV_RESET:
        facts->poked = 0;
        return;
    case PRING_EV_BROKEN:
        facts->said[facts->recovering].refused = true;
        return;
    default: /* END, DONE */
        facts->clock++;
        return;
    }
}

/* ---- after the oracles ---- */

static void on_done(struct pring_facts *facts, const struct pring_event *event,
                    const struct pring_observer *observer)
{
    struct pring_loan *loan = loan_find(facts, pring_facts_loan(facts, event->request));
    struct pring_said *said = &facts->said[facts->recovering];
    int32_t result = (int32_t)(int64_t)event->seen;

    if (!loan)
        return;
    if (result >= 0) {
        facts->completed++;
        said->served = true;
    } else if (!is_explained(facts, observer, loan)) {
        said->refused = true;
    }
    loan_close(facts, loan, PRING_LOAN_DONE, result);
}

/* One of several calls has refused its request, and the event does not say which: all of them are in doubt.
 */
static void doubt_all(struct pring_facts *facts, const struct pring_observer *observer)
{
    bool explained = false;

    for (uint32_t i = 0; i < facts->loan_count; i++) {
        struct pring_loan *loan = &facts->loan[i];
        if (!loan->in_submit || loan->state != PRING_LOAN_OPEN)
            continue;
        loan->doubtful = true;
        explained |= is_explained(facts, observer, loan);
    }
    facts->said[facts->recovering].refused |= !explained;
}

static void on_submit_end(struct pring_facts *facts, const struct pring_event *event,
                          const struct pring_observer *observer)
{
    struct pring_loan *loan = loan_find(facts, pring_facts_ending(facts, event));
    int32_t result = (int32_t)(int64_t)event->seen;

    if (!loan && result < 0)
        doubt_all(facts, observer);
    if (!loan)
        return;
    loan->in_submit = false;
    if (result >= 0 || loan->state != PRING_LOAN_OPEN)
        return;
    if (!is_explained(facts, observer, loan))
        facts->said[facts->recovering].refused = true;
    loan_close(facts, loan, PRING_LOAN_REFUSED, result);
}

static void on_end(struct pring_facts *facts, const struct pring_event *event,
                   const struct pring_observer *observer)
{
    struct pring_said *said = &facts->said[facts->recovering];
    bool failed = (int64_t)event->seen < 0;

    switch (event->made) {
    case PRING_ENTRY_SUBMIT:
        on_submit_end(facts, event, observer);
        return;
    case PRING_ENTRY_PROBE:
        facts->closing = false;
        facts->free_after_probe = PRING_UNKNOWN;
        said->probe_failed |= failed;
        said->refused |= failed && !observer->unplugged;
        return;
    case PRING_ENTRY_RESET:
    case PRING_ENTRY_RESUME:
        facts->closing = false;
        said->refused |= failed && !observer->unplugged;
        return;
    case PRING_ENTRY_SUSPEND:
        said->refused |= failed && !observer->unplugged;
        return;
    default:
        return;
    }
}

const uint32_t pring_facts_after_kinds = KIND(END) | KIND(DONE);

void pring_facts_after(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    if (event->kind == PRING_EV_DONE)
        on_done(state, event, pring_judge_observer(judge));
    else
        on_end(state, event, pring_judge_observer(judge));
}

void pring_facts_reset(struct pring_facts *facts, const struct pring_setup *setup)
{
    memset(facts, 0, offsetof(struct pring_facts, loan));
    facts->capacity_min = setup->blk.capacity_sectors;
    facts->free_after_probe = PRING_UNKNOWN;
}

void pring_facts_info(struct pring_facts *facts, uint64_t free_descriptors,
                      const struct pring_observer *observer)
{
    if (free_descriptors == PRING_UNKNOWN || facts->open_count != 0)
        return;
    if (facts->free_after_probe == PRING_UNKNOWN) {
        facts->free_after_probe = free_descriptors;
        return;
    }
    if (free_descriptors >= facts->free_after_probe)
        return;
    facts->descriptors_lost = true;
    facts->lost_explained =
        facts->excuses != 0 || pring_facts_lied(observer) || pring_facts_withheld(observer);
}

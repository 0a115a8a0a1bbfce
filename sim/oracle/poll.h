/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loops that poll a register: a device that is gone, or a reset that never ends, is asked a thousand times.
 * Oracles know neither time nor numbers of reads, so what they were told twice and had nothing to say to
 * finds them as it left them: they hear the first three turns. Whatever else is told, or said, ends that.
 */
#ifndef PRING_ORACLE_POLL_H
#define PRING_ORACLE_POLL_H

#include <pring/event.h>

enum { PRING_POLL_HEARD = 3, PRING_POLL_REGISTERS = 0x100 /* the configuration lies behind them */ };

struct pring_poll { /* the read that was told last, and `times` in a row */
    uint64_t pc, raw, made, seen, addr;
    uint32_t len_bytes, times;
    uint8_t queue;
};

static inline bool pring_poll_is_same(const struct pring_poll *poll, const struct pring_event *event)
{
    return poll->times != 0 && event->addr == poll->addr && event->seen == poll->seen &&
           event->raw == poll->raw && event->made == poll->made && event->pc == poll->pc &&
           event->len_bytes == poll->len_bytes && event->queue == poll->queue;
}

/* To be asked of each event that is told. True: a turn that no oracle need hear of. */
static inline bool pring_poll_is_stale(struct pring_poll *poll, const struct pring_event *event)
{
    if (event->kind != PRING_EV_REG_READ || event->addr >= PRING_POLL_REGISTERS) {
        poll->times = 0;
        return false;
    }
    if (!pring_poll_is_same(poll, event))
        *poll = (struct pring_poll){.pc = event->pc,
                                    .raw = event->raw,
                                    .made = event->made,
                                    .seen = event->seen,
                                    .addr = event->addr,
                                    .len_bytes = event->len_bytes,
                                    .queue = event->queue};
    return poll->times++ >= PRING_POLL_HEARD;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the monitors of one device share: its set-up, and a chain of the driver. */
#ifndef PRING_TEST_SPEC_DEVICES_H
#define PRING_TEST_SPEC_DEVICES_H

#include "spec_bench.h"

#include <pring/role.h>

enum { RX = 0, TX = 1, COMMANDS = 2, TOLD = 2, SAY = 3 };
enum { OUT = 0, IN = PRING_DESC_WRITE };

static uint8_t *bytes; /* of memory that is the driver's */

static inline void set_up(uint32_t type, uint64_t features, uint32_t queues)
{
    bench_reset(type);
    bench_setup.features |= features;
    bench_setup.queue_count = queues;
    bench_setup.net = (struct pring_setup_net){.pairs = 1, .mtu = 1500};
    bench_setup.console = (struct pring_setup_console){.ports = 1};
    bench_setup.blk.max_discard_seg = bench_setup.blk.max_write_zeroes_seg = 2;
    bench_apply();
    bytes = pring_memory_alloc(4096, 16, true);
    memset(bytes, 0, 4096);
}

/* One chain: `out` bytes of `bytes` to read, then `in` to write. */
static inline struct pring_chain *lend_on(uint8_t number, uint32_t out, uint32_t in)
{
    struct pring_observed_queue *q = &bench_observer.queue[number];
    struct pring_chain *chain = &q->chain[0];
    struct pring_event event = event_of(PRING_EV_LEND, PRING_F_AVAIL_RING);

    *chain = (struct pring_chain){
        .queue = number, .state = PRING_CHAIN_LENT, .readable_bytes = out, .writable_bytes = in};
    q->size = SIZE;
    q->driver_bytes = 6 + 2 * SIZE;
    q->device_bytes = 6 + 8 * SIZE;
    if (out)
        q->segment[chain->count++] = part(bytes, out, OUT);
    if (in)
        q->segment[chain->count++] = part(bytes + 2048, in, IN);
    q->segment[0].next = 1;
    event.queue = number;
    event.chain = chain;
    pring_judge_event(&event);
    return chain;
}

#endif

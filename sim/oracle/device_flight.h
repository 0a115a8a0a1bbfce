/* SPDX-License-Identifier: Apache-2.0 */
/* The chains that a backend may be working on, and how much of each it has written: followed by the raw DMA.
 */
#ifndef PRING_ORACLE_DEVICE_FLIGHT_H
#define PRING_ORACLE_DEVICE_FLIGHT_H

#include <pring/observer.h>

enum { DEVICE_FLIGHTS = 64 };

struct device_flight {
    uint8_t queue;
    bool lost;                 /* written in more than two pieces */
    uint16_t head, slot;       /* slot of the available ring */
    uint32_t prefix;           /* bytes written without a gap from the first writable one */
    uint32_t piece, piece_end; /* one more piece behind a gap */
};

struct device_flights { /* in no order, without gaps */
    uint32_t count;
    struct device_flight flight[DEVICE_FLIGHTS];
};

enum device_hit { DEVICE_MISS, DEVICE_READABLE, DEVICE_WRITABLE };

/* False: it is there already, is a bad chain, or there is no room. */
bool device_flight_begin(struct device_flights *flights, const struct pring_chain *chain);
/* Of the same queue, lent before this one; and the one that was lent first, NULL: none. */
uint32_t device_flight_older(const struct device_flights *flights, const struct pring_observed_queue *q,
                             const struct device_flight *last);
struct device_flight *device_flight_oldest(struct device_flights *flights,
                                           const struct pring_observed_queue *q, unsigned queue);
static inline bool device_flight_is_untouched(const struct device_flight *flight)
{
    return flight->prefix == 0 && flight->piece == flight->piece_end && !flight->lost;
}
/* Others move: no pointer to a flight is good any more. */
void device_flight_end(struct device_flights *flights, struct device_flight *flight);
void device_flight_forget(struct device_flights *flights, unsigned queue);
struct device_flight *device_flight_of(struct device_flights *flights, unsigned queue, uint32_t head);
/* n bytes are written at addr: to which kind of memory in flight? *part: how many of them this answer is
 * about. */
enum device_hit device_flight_write(struct device_flights *flights, const struct pring_observer *observer,
                                    uint64_t addr, uint32_t n, uint32_t *part);
/* Is it writable memory of a chain that the device was given, whatever became of it? */
bool device_flight_is_lent(const struct pring_observer *observer, uint64_t addr);

#endif

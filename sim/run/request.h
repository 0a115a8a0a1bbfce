/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of the workload: made, lent to the driver, taken back. */
#ifndef PRING_RUN_REQUEST_H
#define PRING_RUN_REQUEST_H

#include <pring/dut.h>
#include <pring/observer.h>
#include <pring/scenario.h>

enum { REQUESTS_MAX = PRING_WORKS_MAX + 8, REQUEST_BYTES_MAX = 8192, RECEIVED_BYTES_MAX = 1 << 16 };

struct workload_request {
    struct pring_request request;
    bool used, open, done;
    int result;
    uint64_t done_bytes;
    int submitted; /* what submit returned; INT_MAX: it has not yet */
};

void pring_requests_reset(void);
/* The smallest honest request of a device. */
uint8_t pring_request_verb(uint32_t device_type);
/* The request that a work record asks for, brought within the device's limits; NULL: no more room. */
struct workload_request *pring_request_make(const struct pring_work *work,
                                            const struct pring_scenario *scenario,
                                            const struct pring_observer *observer);
/* n-th open one, oldest first, or NULL. */
struct workload_request *pring_request_open(uint32_t n);
uint32_t pring_requests_open(void);
uint32_t pring_requests_made(void);
const struct workload_request *pring_request_at(uint32_t i); /* i < made */
/* What the driver handed up of a pair or port, as far as there is room; unit < PRING_UNITS_MAX. */
const uint8_t *pring_request_received(uint32_t unit, size_t *len_bytes);

#endif

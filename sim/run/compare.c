/* SPDX-License-Identifier: Apache-2.0 */
#include "run/compare.h"

#include <inttypes.h>
#include <string.h>

#include <pring/device.h>
#include <pring/memory.h>

#include "run/request.h"

struct far { /* what lies behind a device */
    const struct pring_backend *backend;
    void *self;
    const struct pring_setup *setup;
    struct pring_result *result;
};

__attribute__((format(printf, 3, 4))) static void accuse(const struct far *far, const char *rule,
                                                         const char *format, ...)
{
    struct pring_accusation *bug = &far->result->bug;
    va_list args;
    if (far->result->verdict == PRING_VERDICT_BUG)
        return;
    far->result->verdict = PRING_VERDICT_BUG;
    *bug = (struct pring_accusation){.time_ns = 0};
    snprintf(bug->oracle, sizeof bug->oracle, "data");
    snprintf(bug->rule, sizeof bug->rule, "%s", rule);
    va_start(args, format);
    vsnprintf(bug->why, sizeof bug->why, format, args);
    va_end(args);
}

/* ---- block: the image, sector by sector ---- */

static bool changes(const struct pring_request *request, uint64_t at)
{
    return (request->op == PRING_WRITE || request->op == PRING_DISCARD || request->op == PRING_ZERO) &&
           at >= request->offset && at - request->offset < request->len_bytes;
}

/* What a sector has to hold, from the requests in their order. False: nobody can know. */
static bool expected(const struct pring_setup *setup, uint64_t sector, uint8_t *out, bool *is_written)
{
    bool is_known = true;
    *is_written = false;
    for (uint32_t word = 0; word < PRING_SECTOR_BYTES / 8; word++) {
        uint64_t value = pring_cow_fill(setup->seed, sector, word);
        memcpy(out + 8 * (size_t)word, &value, 8);
    }
    for (uint32_t i = 0; i < pring_requests_made(); i++) {
        const struct workload_request *r = pring_request_at(i);
        uint64_t at = sector * PRING_SECTOR_BYTES;
        if (r->submitted < 0 || !changes(&r->request, at))
            continue;
        *is_written = true;
        is_known = r->done && r->result == 0 && r->request.op != PRING_DISCARD;
        if (is_known && r->request.op == PRING_WRITE)
            pring_copy(out, (const uint8_t *)r->request.data + (at - r->request.offset), PRING_SECTOR_BYTES);
        else if (is_known)
            memset(out, 0, PRING_SECTOR_BYTES);
    }
    return is_known;
}

static void compare_image(const struct far *far)
{
    uint8_t wanted[PRING_SECTOR_BYTES], found[PRING_SECTOR_BYTES];
    uint32_t right = 0, written = 0;
    for (uint64_t sector = 0; sector < far->setup->blk.capacity_sectors; sector++) {
        bool is_written;
        if (!expected(far->setup, sector, wanted, &is_written))
            continue;
        if (far->backend->far_read(far->self, sector * PRING_SECTOR_BYTES, found, sizeof found) < 0)
            return;
        if (memcmp(wanted, found, sizeof found) != 0) {
            accuse(far, "image", "Sector %" PRIu64 " of the disk's image is not what was %s.", sector,
                   is_written ? "written" : "there before, and nobody wrote it");
            return;
        }
        right++;
        written += is_written;
    }
    snprintf(far->result->compared, sizeof far->result->compared,
             "the disk's image: %" PRIu32 " sectors as they must be, %" PRIu32
             " of them written by the driver",
             right, written);
}

/* ---- entropy: what was handed up is in the source, in that order ---- */

static bool find(const struct far *far, const uint8_t *data, size_t len_bytes, uint64_t *at)
{
    enum { LOOK_BYTES = 1 << 17 };
    static uint8_t window[LOOK_BYTES];
    if (len_bytes > LOOK_BYTES || far->backend->far_read(far->self, *at, window, sizeof window) < 0)
        return false;
    for (uint64_t i = 0; i + len_bytes <= LOOK_BYTES; i++)
        if (memcmp(window + i, data, len_bytes) == 0) {
            *at += i + len_bytes;
            return true;
        }
    return false;
}

static void compare_source(const struct far *far)
{
    uint64_t at = 0, bytes = 0;
    uint32_t requests = 0;
    for (uint32_t i = 0; i < pring_requests_made(); i++) {
        const struct workload_request *r = pring_request_at(i);
        if (!r->done || r->result != 0 || r->request.op != PRING_ENTROPY)
            continue;
        if (!find(far, r->request.data, r->done_bytes, &at)) {
            accuse(far, "source", "The %zu bytes of request %" PRIu32 " are not in the source of entropy.",
                   r->done_bytes, i);
            return;
        }
        bytes += r->done_bytes;
        requests++;
    }
    snprintf(far->result->compared, sizeof far->result->compared,
             "entropy: %" PRIu64 " bytes of %" PRIu32 " requests, found in the source in this order", bytes,
             requests);
}

/* ---- net, console: what was sent came to the other end, and what that sent back was handed up ---- */

/* Of one pair or port: bytes that came, or -1 after an accusation. */
static int64_t compare_sent(const struct far *far, uint32_t unit, uint32_t *requests)
{
    static uint8_t found[REQUEST_BYTES_MAX];
    uint64_t at = 0;
    for (uint32_t i = 0; i < pring_requests_made(); i++) {
        const struct workload_request *r = pring_request_at(i);
        size_t len = r->request.len_bytes;
        if (r->request.op != PRING_SEND || r->request.unit != unit || !r->done || r->result != 0)
            continue;
        if (len > sizeof found ||
            far->backend->far_read(far->self, (uint64_t)unit << 32 | at, found, len) < 0 ||
            memcmp(found, r->request.data, len) != 0) {
            accuse(far, "sent",
                   "The %zu bytes of request %" PRIu32 " did not come to the other end as they are.", len, i);
            return -1;
        }
        at += len;
        ++*requests;
    }
    return (int64_t)at;
}

/* The other end is a mirror. What came back too late for the driver is missing at the end. */
static int64_t compare_received(const struct far *far, uint32_t unit)
{
    static uint8_t sent_back[RECEIVED_BYTES_MAX];
    size_t len;
    const uint8_t *bytes = pring_request_received(unit, &len);
    if (len > 0 && (far->backend->far_read(far->self, (uint64_t)unit << 32, sent_back, len) < 0 ||
                    memcmp(bytes, sent_back, len) != 0)) {
        accuse(far, "received", "What the driver handed up of %s %" PRIu32 " is not what the other end sent.",
               far->setup->device_type == PRING_DEVICE_NET ? "pair" : "port", unit);
        return -1;
    }
    return (int64_t)len;
}

static void compare_wire(const struct far *far)
{
    bool is_net = far->setup->device_type == PRING_DEVICE_NET;
    uint32_t units = is_net ? far->setup->net.pairs : far->setup->console.ports, requests = 0;
    int64_t sent = 0, received = 0;
    for (uint32_t unit = 0; unit < units && unit < PRING_UNITS_MAX; unit++) {
        int64_t there = compare_sent(far, unit, &requests), back = compare_received(far, unit);
        if (there < 0 || back < 0)
            return;
        sent += there;
        received += back;
    }
    snprintf(far->result->compared, sizeof far->result->compared,
             "%s: %" PRId64 " bytes of %" PRIu32 " requests came to the other end, %" PRId64
             " bytes from there to the driver",
             is_net ? "network" : "console", sent, requests, received);
}

void pring_compare(const struct pring_backend *backend, void *self, const struct pring_setup *setup,
                   struct pring_result *result)
{
    const struct far far = {backend, self, setup, result};
    if (!backend->far_read || result->verdict == PRING_VERDICT_BUG || pring_requests_made() == 0)
        return;
    if (setup->device_type == PRING_DEVICE_BLK)
        compare_image(&far);
    else if (setup->device_type == PRING_DEVICE_RNG)
        compare_source(&far);
    else
        compare_wire(&far);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "run/request.h"

#include <limits.h>
#include <string.h>

#include <pring/machine.h>
#include <pring/memory.h>

#include "oracle/judge.h"

enum { MAC_BYTES = 6, MODES = 6 };

static struct workload_request requests[REQUESTS_MAX];
static uint32_t request_count;

static struct received { /* what the driver handed up unasked, one after the other */
    size_t len_bytes;
    uint8_t bytes[RECEIVED_BYTES_MAX];
} received[PRING_UNITS_MAX];

const uint8_t *pring_request_received(uint32_t unit, size_t *len_bytes)
{
    *len_bytes = received[unit].len_bytes;
    return received[unit].bytes;
}

void pring_requests_reset(void)
{
    for (uint32_t unit = 0; unit < PRING_UNITS_MAX; unit++)
        received[unit].len_bytes = 0;
    memset(requests, 0, request_count * sizeof requests[0]);
    request_count = 0;
}

static uint32_t unicast_of(uint32_t value)
{
    return value & 15;
}

static uint32_t multicast_of(uint32_t value)
{
    return value >> 8 & 15;
}

static size_t command_bytes(const struct pring_work *work)
{
    switch (work->position) {
    case PRING_COMMAND_MAC:
        return MAC_BYTES;
    case PRING_COMMAND_PAIRS:
    case PRING_COMMAND_MODE:
        return 2;
    case PRING_COMMAND_TABLES:
        return 2 + (size_t)MAC_BYTES * (unicast_of(work->count) + multicast_of(work->count));
    default:
        return 1;
    }
}

static bool shape(struct pring_request *request, const struct pring_work *work,
                  const struct pring_observer *observer)
{
    uint64_t capacity = observer->capacity_sectors ? observer->capacity_sectors : 1;
    uint64_t sectors = work->count ? work->count : 1;
    switch (work->verb) {
    case PRING_WORK_READ:
    case PRING_WORK_WRITE:
    case PRING_WORK_DISCARD:
    case PRING_WORK_ZERO:
        request->op = work->verb == PRING_WORK_READ      ? PRING_READ
                      : work->verb == PRING_WORK_WRITE   ? PRING_WRITE
                      : work->verb == PRING_WORK_DISCARD ? PRING_DISCARD
                                                         : PRING_ZERO;
        request->offset = work->position % capacity;
        if (sectors > capacity - request->offset)
            sectors = capacity - request->offset;
        if (sectors > REQUEST_BYTES_MAX / PRING_SECTOR_BYTES)
            sectors = REQUEST_BYTES_MAX / PRING_SECTOR_BYTES;
        request->offset *= PRING_SECTOR_BYTES;
        request->len_bytes = sectors * PRING_SECTOR_BYTES;
        return true;
    case PRING_WORK_SEND:
        request->op = PRING_SEND;
        request->len_bytes = work->count ? work->count : 1;
        return true;
    case PRING_WORK_CONTROL:
        request->op = PRING_CONTROL;
        request->offset = work->position;
        request->len_bytes = command_bytes(work);
        return true;
    case PRING_WORK_FLUSH:
        request->op = PRING_FLUSH;
        return true;
    case PRING_WORK_ID:
        request->op = PRING_ID;
        request->len_bytes = PRING_ID_BYTES;
        return true;
    case PRING_WORK_ENTROPY:
        request->op = PRING_ENTROPY;
        request->len_bytes = work->count == 0                  ? 16
                             : work->count > REQUEST_BYTES_MAX ? REQUEST_BYTES_MAX
                                                               : work->count;
        return true;
    default:
        return false;
    }
}

uint8_t pring_request_verb(uint32_t device_type)
{
    switch (device_type) {
    case PRING_DEVICE_RNG:
        return PRING_WORK_ENTROPY;
    case PRING_DEVICE_BLK:
        return PRING_WORK_READ;
    default:
        return PRING_WORK_SEND;
    }
}

static uint64_t next_word(uint64_t word)
{
    word ^= word << 13;
    word ^= word >> 7;
    return word ^ word << 17;
}

/* Seeded bytes, told apart by buffer and place; the scenario's data records lie over them. */
static void fill(const struct pring_request *request, uint32_t number, const struct pring_scenario *scenario,
                 uint64_t seed)
{
    uint8_t *data = request->data;
    uint64_t word = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)number << 32;
    size_t at = 0;
    for (; at + 8 <= request->len_bytes; at += 8) {
        word = next_word(word);
        memcpy(data + at, &word, 8);
    }
    word = next_word(word);
    memcpy(data + at, &word, request->len_bytes - at);
    for (uint32_t r = 0; r < scenario->data_count; r++)
        for (uint32_t i = 0; i < 8 && scenario->data[r].buffer == number; i++)
            if ((uint64_t)scenario->data[r].offset + i < request->len_bytes)
                data[scenario->data[r].offset + i] ^= scenario->data[r].bytes[i];
    pring_bytes_set((uintptr_t)data, request->len_bytes, PRING_BYTE_WRITTEN);
}

/* Addresses of single stations, or of groups: the last bits of the first byte [IEEE 802]. */
static uint8_t *put_addresses(uint8_t *at, uint32_t count, uint8_t first)
{
    *at++ = (uint8_t)count;
    for (uint32_t i = 0; i < MAC_BYTES * count; i++)
        *at++ = i % MAC_BYTES == 0 ? first : (uint8_t)(i + 1);
    return at;
}

static void fill_number(const struct pring_request *request, uint32_t value)
{
    uint8_t *data = request->data;
    for (size_t i = 0; i < request->len_bytes; i++)
        data[i] = i < 4 ? (uint8_t)(value >> (8 * i)) : 0;
    if (request->offset == PRING_COMMAND_MAC)
        data[0] = (uint8_t)((data[0] & ~1u) | 2); /* one of a single station, locally administered */
    else if (request->len_bytes == 1 && request->offset != PRING_COMMAND_EMERGENCY)
        data[0] &= 1;
}

/* The value of a command: a number, or what is made of one. */
static void fill_command(const struct pring_request *request, uint32_t value)
{
    uint8_t *data = request->data;
    if (request->offset == PRING_COMMAND_TABLES) {
        put_addresses(put_addresses(data, unicast_of(value), 2), multicast_of(value), 3);
    } else if (request->offset == PRING_COMMAND_MODE) {
        data[0] = (uint8_t)(value & 0xff) % MODES;
        data[1] = value >> 8 & 1;
    } else {
        fill_number(request, value);
    }
    pring_bytes_set((uintptr_t)data, request->len_bytes, PRING_BYTE_WRITTEN);
}

static bool has_data(enum pring_op op)
{
    return op != PRING_DISCARD && op != PRING_ZERO;
}

struct workload_request *pring_request_make(const struct pring_work *work,
                                            const struct pring_scenario *scenario,
                                            const struct pring_observer *observer)
{
    if (request_count == REQUESTS_MAX)
        return NULL;
    struct workload_request *slot = &requests[request_count];
    *slot = (struct workload_request){.submitted = INT_MAX};
    if (!shape(&slot->request, work, observer))
        return NULL;
    slot->request.unit = work->unit;
    if (slot->request.len_bytes && has_data(slot->request.op)) {
        slot->request.data = pring_machine_alloc(slot->request.len_bytes);
        if (!slot->request.data)
            return NULL;
        if (slot->request.op == PRING_WRITE || slot->request.op == PRING_SEND)
            fill(&slot->request, request_count, scenario, observer->setup.seed);
        if (slot->request.op == PRING_CONTROL)
            fill_command(&slot->request, work->count);
    }
    request_count++;
    slot->used = true;
    return slot;
}

struct workload_request *pring_request_open(uint32_t n)
{
    for (uint32_t i = 0; i < request_count; i++)
        if (requests[i].open && n-- == 0)
            return &requests[i];
    return NULL;
}

uint32_t pring_requests_open(void)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < request_count; i++)
        count += requests[i].open;
    return count;
}

uint32_t pring_requests_made(void)
{
    return request_count;
}

const struct workload_request *pring_request_at(uint32_t i)
{
    return &requests[i];
}

/* ---- what drivers call (dut.h) ---- */

static struct workload_request *slot_of(const struct pring_request *request)
{
    for (uint32_t i = 0; i < request_count; i++)
        if (&requests[i].request == request)
            return &requests[i];
    return NULL;
}

static bool reads(enum pring_op op)
{
    return op == PRING_READ || op == PRING_ENTROPY || op == PRING_ID;
}

void pring_done(struct pring_request *request, int result, size_t done_bytes)
{
    pring_machine_sync();
    struct workload_request *slot = slot_of(request); /* a driver may pass any pointer: not followed before */
    bool open = slot && slot->open;
    pring_wire_done(request, result, done_bytes);
    if (!open)
        return;
    slot->open = false;
    slot->done = true;
    slot->result = result;
    slot->done_bytes = done_bytes;
    if (result == 0 && reads(request->op))
        pring_wire_mix(request->data, done_bytes < request->len_bytes ? done_bytes : request->len_bytes);
}

void pring_receive(unsigned dev, uint32_t unit, const void *data, size_t len_bytes)
{
    pring_machine_sync();
    if (unit < PRING_UNITS_MAX &&
        pring_memory_exists((uintptr_t)data, len_bytes)) { /* else a judge says so */
        struct received *r = &received[unit];
        size_t room = RECEIVED_BYTES_MAX - r->len_bytes;
        pring_copy(r->bytes + r->len_bytes, data, len_bytes < room ? len_bytes : room);
        r->len_bytes += len_bytes < room ? len_bytes : room;
    }
    pring_wire_receive(dev, unit, data, len_bytes);
}

void pring_broken(unsigned dev)
{
    pring_machine_sync();
    pring_wire_broken(dev);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes: records of 16, little-endian. The tag in each record says which stream it joins, so any 16 bytes are
 * a record, and inserting or deleting one shifts nothing. The layout is drawn at each reader below; numbers
 * are for ever.
 */
#include "canon.h"

#include <string.h>

enum { STREAM_SET, STREAM_WORK, STREAM_FAULT, STREAM_DATA };

static uint32_t get16(const uint8_t *from)
{
    return from[0] | (uint32_t)from[1] << 8;
}

static uint32_t get32(const uint8_t *from)
{
    return get16(from) | get16(from + 2) << 16;
}

static uint64_t get64(const uint8_t *from)
{
    return get32(from) | (uint64_t)get32(from + 4) << 32;
}

static void put(uint8_t *to, uint64_t value, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

/* ---- set-up: 1 key, 2-3 index, 8-15 value ---- */

static void decode_set(struct pring_scenario *scenario, const uint8_t *record, uint32_t *taken,
                       uint32_t device)
{
    struct pring_set set = {
        .key = record[1], .index = (uint16_t)get16(record + 2), .value = get64(record + 8)};

    if (set.key == PRING_SET_DEVICE || *taken == PRING_SETS_MAX - 1 || !pring_canon_set(&set, device))
        return;
    ++*taken;
    pring_scenario_add_set(scenario, &set);
}

static void encode_set(const struct pring_set *set, uint8_t *record)
{
    record[0] = STREAM_SET;
    record[1] = set->key;
    put(record + 2, set->index, 2);
    put(record + 8, set->value, 8);
}

/* ---- work: 1 verb, 2 flags (bit 0: do not wait), 3 unit, 4-7 count, 8-15 position ---- */

static void decode_work(struct pring_scenario *scenario, const uint8_t *record, uint32_t device)
{
    struct pring_work *work = &scenario->work[scenario->work_count];

    if (scenario->work_count == PRING_WORKS_MAX)
        return;
    work->verb = record[1];
    work->async = record[2] & 1;
    work->unit = record[3];
    work->count = get32(record + 4);
    work->position = get64(record + 8);
    scenario->work_count = (uint16_t)(scenario->work_count + pring_canon_work(work, device));
}

static void encode_work(const struct pring_work *work, uint8_t *record)
{
    record[0] = STREAM_WORK;
    record[1] = work->verb;
    record[2] = work->async;
    record[3] = work->unit;
    put(record + 4, work->count, 4);
    put(record + 8, work->position, 8);
}

/* ---- fault: 1 action, 2 label, 3 target, 4 queue, 5 phase 3:0 side 5:4 k 7:6, 6 nth, 7 j, 8 count, 9 base,
 * 10 op, 11 shift, 12-15 operand ---- */

static void decode_fault(struct pring_scenario *scenario, const uint8_t *record, uint32_t device)
{
    struct pring_fault *fault = &scenario->fault[scenario->fault_count];

    if (scenario->fault_count == PRING_FAULTS_MAX)
        return;
    fault->action = record[1];
    fault->label = record[2];
    fault->target = record[3];
    fault->queue = record[4];
    fault->phase = record[5] & 15;
    fault->side = record[5] >> 4 & 3;
    fault->k = record[5] >> 6;
    fault->nth = record[6];
    fault->j = record[7];
    fault->count = record[8];
    fault->base = record[9];
    fault->op = record[10];
    fault->shift = record[11] & 63;
    fault->operand = get32(record + 12);
    scenario->fault_count = (uint16_t)(scenario->fault_count + pring_canon_fault(fault, device));
}

static void encode_fault(const struct pring_fault *fault, uint8_t *record)
{
    record[0] = STREAM_FAULT;
    record[1] = fault->action;
    record[2] = fault->label;
    record[3] = fault->target;
    record[4] = fault->queue;
    record[5] = (uint8_t)(fault->phase | fault->side << 4 | fault->k << 6);
    record[6] = fault->nth;
    record[7] = fault->j;
    record[8] = fault->count;
    record[9] = fault->base;
    record[10] = fault->op;
    record[11] = fault->shift;
    put(record + 12, fault->operand, 4);
}

/* ---- data: 1 kind, 2-3 buffer, 4-7 offset, 8-15 bytes ---- */

static void decode_data(struct pring_scenario *scenario, const uint8_t *record)
{
    struct pring_data *data = &scenario->data[scenario->data_count];

    if (scenario->data_count == PRING_DATAS_MAX)
        return;
    data->kind = record[1];
    data->buffer = (uint16_t)get16(record + 2);
    data->offset = get32(record + 4);
    memcpy(data->bytes, record + 8, 8);
    scenario->data_count = (uint16_t)(scenario->data_count + pring_canon_data(data));
}

static void encode_data(const struct pring_data *data, uint8_t *record)
{
    record[0] = STREAM_DATA;
    record[1] = data->kind;
    put(record + 2, data->buffer, 2);
    put(record + 4, data->offset, 4);
    memcpy(record + 8, data->bytes, 8);
}

/* ---- the whole ---- */

static void decode_record(struct pring_scenario *scenario, const uint8_t *record, uint32_t *taken,
                          uint32_t device)
{
    switch (record[0] & 3) {
    case STREAM_SET:
        decode_set(scenario, record, taken, device);
        break;
    case STREAM_WORK:
        decode_work(scenario, record, device);
        break;
    case STREAM_FAULT:
        decode_fault(scenario, record, device);
        break;
    default:
        decode_data(scenario, record);
        break;
    }
}

/* The device decides which other records mean anything, so it is looked for first. The last one named counts.
 */
static uint32_t find_device(const uint8_t *bytes, size_t records, uint32_t device)
{
    for (size_t i = 0; i < records; i++) {
        const uint8_t *record = bytes + i * PRING_RECORD_BYTES;
        if ((record[0] & 3) == STREAM_SET && record[1] == PRING_SET_DEVICE &&
            pring_device_is_built(get64(record + 8)))
            device = (uint32_t)get64(record + 8);
    }
    return device;
}

void pring_scenario_decode(struct pring_scenario *scenario, const uint8_t *bytes, size_t len_bytes)
{
    size_t whole = len_bytes / PRING_RECORD_BYTES;
    size_t rest = len_bytes % PRING_RECORD_BYTES;
    uint8_t last[PRING_RECORD_BYTES] = {0};
    uint32_t device, taken = 0;

    if (rest)
        memcpy(last, bytes + whole * PRING_RECORD_BYTES, rest);
    device = find_device(bytes, whole, PRING_DEVICE_BLK);
    device = find_device(last, 1, device);
    scenario->set[0] = (struct pring_set){.key = PRING_SET_DEVICE, .value = device};
    scenario->set_count = 1;
    scenario->work_count = scenario->fault_count = scenario->data_count = 0;
    for (size_t i = 0; i < whole; i++)
        decode_record(scenario, bytes + i * PRING_RECORD_BYTES, &taken, device);
    if (rest)
        decode_record(scenario, last, &taken, device);
    pring_scenario_canon(scenario);
}

size_t pring_scenario_encode(const struct pring_scenario *scenario, uint8_t *out, size_t size_bytes)
{
    size_t records =
        (size_t)scenario->set_count + scenario->work_count + scenario->fault_count + scenario->data_count;
    size_t len_bytes = records * PRING_RECORD_BYTES;

    if (len_bytes > size_bytes)
        return len_bytes;
    memset(out, 0, len_bytes);
    for (uint32_t i = 0; i < scenario->set_count; i++, out += PRING_RECORD_BYTES)
        encode_set(&scenario->set[i], out);
    for (uint32_t i = 0; i < scenario->work_count; i++, out += PRING_RECORD_BYTES)
        encode_work(&scenario->work[i], out);
    for (uint32_t i = 0; i < scenario->fault_count; i++, out += PRING_RECORD_BYTES)
        encode_fault(&scenario->fault[i], out);
    for (uint32_t i = 0; i < scenario->data_count; i++, out += PRING_RECORD_BYTES)
        encode_data(&scenario->data[i], out);
    return len_bytes;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Events in words. */
#include <inttypes.h>
#include <string.h>

#include <pring/memory.h>
#include <pring/observer.h>
#include <pring/scenario.h>
#include <pring/wire.h>

#include "report/place.h"
#include "report/trace.h"

/* ---- values ---- */

struct bit_name {
    uint32_t bit;
    const char *name;
};

static const struct bit_name status_bits[] = {{1, "ACKNOWLEDGE"}, {2, "DRIVER"},         {8, "FEATURES_OK"},
                                              {4, "DRIVER_OK"},   {0x40, "NEEDS_RESET"}, {0x80, "FAILED"},
                                              {0, NULL}};
static const struct bit_name interrupt_bits[] = {{1, "used"}, {2, "config"}, {0, NULL}};
static const struct bit_name desc_bits[] = {{1, "NEXT"}, {2, "WRITE"}, {4, "INDIRECT"}, {0, NULL}};

static const struct bit_name packed_bits[] = {{1, "NEXT"},    {2, "WRITE"},    {4, "INDIRECT"},
                                              {128, "AVAIL"}, {32768, "USED"}, {0, NULL}};

static const struct bit_name *bits_of(uint8_t field)
{
    switch (field) {
    case PRING_F_REG_STATUS:
        return status_bits;
    case PRING_F_REG_INTERRUPT_STATUS:
    case PRING_F_REG_INTERRUPT_ACK:
        return interrupt_bits;
    case PRING_F_DESC_FLAGS:
        return desc_bits;
    case PRING_F_PACKED_FLAGS:
        return packed_bits;
    default:
        return NULL;
    }
}

static size_t append(char *out, size_t at, const char *text)
{
    size_t len = strlen(text);

    if (at + len >= PRING_TRACE_TEXT)
        return at;
    memcpy(out + at, text, len + 1);
    return at + len;
}

static void put_bits(char *out, const struct bit_name *names, uint64_t value)
{
    size_t at = strlen(out);
    const char *between = " ";

    for (; names->name; names++) {
        if (!(value & names->bit))
            continue;
        at = append(out, at, between);
        at = append(out, at, names->name);
        between = "|";
    }
}

static bool is_hex(uint8_t field)
{
    uint8_t group = pring_field_info[field].group;

    switch (field) {
    case PRING_F_REG_DEVICE_ID:
    case PRING_F_REG_VERSION:
    case PRING_F_REG_QUEUE_SEL:
    case PRING_F_REG_QUEUE_SIZE_MAX:
    case PRING_F_REG_QUEUE_SIZE:
    case PRING_F_REG_QUEUE_READY:
    case PRING_F_REG_QUEUE_NOTIFY:
    case PRING_F_REG_CONFIG_GENERATION:
    case PRING_F_REG_DEVICE_FEATURES_SEL:
    case PRING_F_REG_DRIVER_FEATURES_SEL:
        return false;
    default:
        return group == PRING_GROUP_REG || field == PRING_F_DESC_ADDR || field == PRING_F_PACKED_ADDR ||
               field == PRING_F_PACKED_FLAGS || field == PRING_F_EVENT_OFF_WRAP;
    }
}

static void put_value(char *out, uint8_t field, uint64_t value)
{
    const struct bit_name *bits = bits_of(field);
    size_t at = strlen(out);

    if (field == PRING_F_REG_QUEUE_NOTIFY && value >> 16) /* NOTIFICATION_DATA [2.9] */
        snprintf(out + at, PRING_TRACE_TEXT - at, "%u, next %u", (unsigned)(value & UINT16_MAX),
                 (unsigned)(value >> 16));
    else if (is_hex(field))
        snprintf(out + at, PRING_TRACE_TEXT - at, "0x%" PRIx64, value);
    else
        snprintf(out + at, PRING_TRACE_TEXT - at, "%" PRIu64, value);
    if (bits)
        put_bits(out, bits, value);
}

/* ---- names ---- */

static bool has_slot(uint8_t field)
{
    switch (field) {
    case PRING_F_AVAIL_RING:
    case PRING_F_USED_ID:
    case PRING_F_USED_LEN:
        return true;
    default:
        return pring_field_info[field].group == PRING_GROUP_DESC ||
               (field >= PRING_F_PACKED_ADDR && field <= PRING_F_PACKED_FLAGS);
    }
}

/* "desc[3].addr", "used.idx", "Status"; of several queues with its number. */
static void put_name(char *out, const struct pring_event *event)
{
    const char *name = pring_label_name(event->field), *dot = strchr(name, '.');
    size_t at = strlen(out);

    if (pring_field_info[event->field].group == PRING_GROUP_REG && dot) {
        snprintf(out + at, PRING_TRACE_TEXT - at, "%s", dot + 1);
        return;
    }
    if (pring_field_info[event->field].group != PRING_GROUP_CONFIG &&
        pring_wire_observer()->setup.queue_count > 1)
        at += (size_t)snprintf(out + at, PRING_TRACE_TEXT - at, "q%u ", event->queue);
    if (has_slot(event->field) && dot)
        snprintf(out + at, PRING_TRACE_TEXT - at, "%.*s[%u]%s", (int)(dot - name), name, event->index, dot);
    else
        snprintf(out + at, PRING_TRACE_TEXT - at, "%s", name);
}

static const char *entry_name(uint64_t entry)
{
    static const char *const names[] = {"?",    "probe", "remove",  "submit", "cancel",
                                        "poll", "reset", "suspend", "resume", "info"};

    return names[entry < sizeof(names) / sizeof(names[0]) ? entry : 0];
}

static const char *op_name(enum pring_op op)
{
    static const char *const names[] = {"read", "write", "flush",   "discard", "zero",
                                        "id",   "send",  "entropy", "control"};

    return (unsigned)op < sizeof(names) / sizeof(names[0]) ? names[op] : "?";
}

static const char *call_name(uint8_t kind)
{
    static const char *const names[] = {"call",         "malloc",         "free",       "dma_alloc",
                                        "dma_free",     "dma_map",        "dma_unmap",  "dma_sync",
                                        "irq_register", "irq_unregister", "irq_enable", "irq_disable",
                                        "spawn",        "timer_start",    "timer_stop", "wait"};

    return names[kind < sizeof(names) / sizeof(names[0]) ? kind : 0];
}

/* ---- events ---- */

#define SAY(column, ...) snprintf(line->column, PRING_TRACE_TEXT, __VA_ARGS__)

static void on_access(const struct pring_event *event, struct pring_trace_line *line, const char *verb)
{
    snprintf(line->driver, PRING_TRACE_TEXT, "%s", verb);
    put_name(line->driver, event);
    append(line->driver, strlen(line->driver), " = ");
    put_value(line->driver, event->field, event->seen);
    if (event->made == event->seen)
        return;
    append(line->driver, strlen(line->driver), " (honest: ");
    put_value(line->driver, event->field, event->made);
    append(line->driver, strlen(line->driver), ")");
}

static void on_reg_write(const struct pring_event *event, struct pring_trace_line *line)
{
    on_access(event, line, "");
    line->arrow = "--->";
}

static void on_lend(const struct pring_event *event, struct pring_trace_line *line)
{
    const struct pring_chain *chain = event->chain;

    char table[32] = "";

    if (chain->count != chain->direct)
        snprintf(table, sizeof table, " (%u in a table)", (unsigned)chain->count - chain->direct);
    SAY(driver, "lends chain %u: %u descriptors%s, %" PRIu64 " bytes to read, %" PRIu64 " to write",
        chain->id, chain->count, table, chain->readable_bytes, chain->writable_bytes);
}

static void on_shown(const struct pring_event *event, struct pring_trace_line *line)
{
    const char *ring = pring_wire_observer()->queue[event->queue].packed ? "packed" : "used";

    line->arrow = "<---";
    if (event->made == event->seen)
        SAY(device, "%s[%u] = chain %" PRIu64 ", %" PRIu64 " bytes", ring, event->index, event->seen,
            event->raw);
    else
        SAY(device, "%s[%u] = chain %" PRIu64 ", %" PRIu64 " bytes (honest: chain %" PRIu64 ")", ring,
            event->index, event->seen, event->raw, event->made);
}

static void on_fault(const struct pring_event *event, struct pring_trace_line *line)
{
    char text[160];

    pring_fault_print(event->fault, text, sizeof(text));
    SAY(device, "%s: %s", event->made ? "LIE" : "QUIRK", text);
}

static void on_call(const struct pring_event *event, struct pring_trace_line *line)
{
    const struct pring_call *call = event->call;
    const char *name = call_name(call->kind);
    const char *how = call->refused ? ", refused" : call->bad ? ", wrong" : "";

    if (call->kind == PRING_CALL_SLEEP)
        SAY(driver, "waits%s", how);
    else if (call->len_bytes != 0 && pring_is_low(call->addr, 1))
        SAY(driver, "%s %" PRIu64 " bytes at 0x%" PRIx64 "%s", name, call->len_bytes, call->addr, how);
    else
        SAY(driver, "%s%s", name, how);
}

static void on_begin(const struct pring_event *event, struct pring_trace_line *line)
{
    const struct pring_request *r = event->request;

    if (event->made == PRING_ENTRY_SUBMIT && r)
        SAY(driver, "-- submit: %s, %zu bytes at %" PRIu64, op_name(r->op), r->len_bytes, r->offset);
    else
        SAY(driver, "-- %s", entry_name(event->made));
}

static void on_done(const struct pring_event *event, struct pring_trace_line *line)
{
    if ((int64_t)event->seen < 0)
        SAY(driver, "reports a request: failed (%" PRId64 ")", (int64_t)event->seen);
    else
        SAY(driver, "reports a request: done, %" PRIu64 " bytes", event->raw);
}

static void on_stall(const struct pring_event *event, struct pring_trace_line *line)
{
    static const char *const why[] = {"stalls", "loops for ever", "sleeps for ever", "drowns in interrupts"};

    SAY(driver, "%s", why[event->made < 4 ? event->made : 0]);
}

static void decode_driver(const struct pring_event *event, struct pring_trace_line *line)
{
    switch (event->kind) {
    case PRING_EV_REG_READ:
        on_access(event, line, "read ");
        break;
    case PRING_EV_REG_WRITE:
        on_reg_write(event, line);
        break;
    case PRING_EV_LOAD:
        on_access(event, line, "load ");
        break;
    case PRING_EV_STORE:
        on_access(event, line, "store ");
        break;
    case PRING_EV_TOUCH:
        SAY(driver, "stores to lent memory at 0x%" PRIx64, event->addr);
        break;
    case PRING_EV_LEND:
        on_lend(event, line);
        break;
    case PRING_EV_CALL:
        on_call(event, line);
        break;
    case PRING_EV_HANDLER:
        SAY(driver, "%s", event->made ? "handler begins" : "handler ends");
        break;
    default:
        break;
    }
}

static void decode_caller(const struct pring_event *event, struct pring_trace_line *line)
{
    switch (event->kind) {
    case PRING_EV_BEGIN:
        on_begin(event, line);
        break;
    case PRING_EV_END:
        SAY(driver, "-- %s returned %" PRId64, entry_name(event->made), (int64_t)event->seen);
        break;
    case PRING_EV_DONE:
        on_done(event, line);
        break;
    case PRING_EV_BROKEN:
        SAY(driver, "declares the device broken");
        break;
    case PRING_EV_RECEIVE:
        SAY(driver, "hands up %" PRIu32 " bytes that unit %" PRIu64 " received", event->len_bytes,
            event->made);
        break;
    case PRING_EV_PANIC:
        SAY(driver, "%s: %s", event->made ? "assertion failed" : "panic", event->text ? event->text : "");
        break;
    case PRING_EV_REPORT:
        SAY(driver, "sanitizer: %s", event->text ? event->text : "");
        break;
    case PRING_EV_STALL:
        on_stall(event, line);
        break;
    default:
        break;
    }
}

static void decode_device(const struct pring_event *event, struct pring_trace_line *line)
{
    switch (event->kind) {
    case PRING_EV_SHOWN:
        on_shown(event, line);
        break;
    case PRING_EV_IRQ:
        line->arrow = event->made ? "<---" : "";
        SAY(device, "%s", event->made ? "interrupt" : "interrupt line falls");
        break;
    case PRING_EV_RESET:
        if (event->made)
            SAY(device, "reset is over: all lent memory is the driver's again");
        break;
    case PRING_EV_VIOLATION:
        SAY(device, "the design's checker: code 0x%" PRIx64, event->made);
        break;
    case PRING_EV_ACT:
        SAY(device, "capacity becomes %" PRIu64 " sectors", event->made);
        break;
    case PRING_EV_FAULT:
        on_fault(event, line);
        break;
    default:
        break;
    }
}

void pring_trace_decode(const struct pring_event *event, struct pring_trace_line *line)
{
    line->driver[0] = line->device[0] = '\0';
    line->arrow = "";
    decode_driver(event, line);
    decode_caller(event, line);
    decode_device(event, line);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A listener behind the judge: how far the driver got, and who in it read what. */
#include "fuzz/doctor.h"

#include <stdio.h>
#include <string.h>

#include <pring/machine.h>

#include "fuzz/args.h"
#include "fuzz/target.h"

struct doctor_seen doctor_seen;

enum { FRAME_MAX = 1 << 17 };

static struct {
    enum pring_field falsified;
    bool owes; /* the last thing was a read of that label; was it a falsified value? */
    bool was_met;
    uint64_t last_pc;
    uint64_t read_pc; /* of the last read: a loop does not change who calls */
    uint8_t read_field;
} watch;

/* Return addresses of the driver's functions that are at work, innermost first. All code that stands between
 * is compiled with frame pointers. A handler's stack ends where the bench has called it. */
static uint32_t walk(uint64_t pc, uint64_t stack[DOCTOR_STACK])
{
    static const struct pring_island *island;
    const uint64_t *frame = __builtin_frame_address(0);
    uint32_t depth = 0;
    island = island ? island : pring_arg_island();
    if (pc)
        stack[depth++] = pc;
    for (int i = 0; i < 64 && depth < DOCTOR_STACK; i++) {
        uint64_t next = frame[0], back = frame[1];
        bool is_driver = back >= (uintptr_t)island->text_start && back < (uintptr_t)island->text_end;
        if (is_driver && (depth == 0 || stack[depth - 1] != back))
            stack[depth++] = back;
        if (!is_driver && depth > 1)
            break;
        if (next <= (uintptr_t)frame || next - (uintptr_t)frame > FRAME_MAX)
            break;
        frame = (const uint64_t *)(uintptr_t)next;
    }
    return depth;
}

/* A changed word counts as met after the event of the load that meets it. */
static void settle(void)
{
    if (watch.owes && !watch.was_met && pring_wire_fault(0)->effective) {
        watch.was_met = true;
        doctor_read_met();
    }
    watch.owes = false;
}

static bool is_device_word(const struct pring_event *event)
{
    uint8_t group = pring_field_info[event->field].group;
    return event->kind == PRING_EV_REG_READ || group == PRING_GROUP_USED || group == PRING_GROUP_AVAIL ||
           group == PRING_GROUP_DESC || group == PRING_GROUP_PACKED || group == PRING_GROUP_DATA;
}

static void note_read(const struct pring_event *event)
{
    uint64_t stack[DOCTOR_STACK];
    if (!is_device_word(event))
        return;
    bool is_changed = event->made != event->seen;
    bool is_again = event->pc && event->pc == watch.read_pc && event->field == watch.read_field;
    doctor_seen.reads[event->field]++;
    if (!is_again)
        doctor_read_note((enum pring_field)event->field, stack, walk(event->pc, stack));
    if (is_changed)
        doctor_read_met();
    watch.read_pc = event->pc;
    watch.read_field = event->field;
    watch.was_met |= is_changed;
    watch.owes = event->field == watch.falsified;
}

static void note_write(const struct pring_event *event)
{
    if (event->field == PRING_F_REG_QUEUE_SIZE)
        doctor_seen.queue_size = (uint32_t)event->made;
    if (event->field != PRING_F_REG_STATUS)
        return;
    doctor_seen.driver_ok |= (event->made & 4) != 0;
    doctor_seen.features_ok |= (event->made & 8) != 0;
    if (event->made & 8)
        doctor_seen.accepted = pring_wire_observer()->features_written;
}

static void note_end(const struct pring_event *event)
{
    if (event->made == PRING_ENTRY_PROBE)
        doctor_seen.probed |= (int64_t)event->seen >= 0;
    else if (event->made == PRING_ENTRY_REMOVE)
        doctor_seen.removed = true;
}

static void listen(const struct pring_event *event)
{
    settle();
    doctor_seen.reached |= doctor_occasions(event);
    if (event->pc)
        watch.last_pc = event->pc;
    switch (event->kind) {
    case PRING_EV_REG_READ:
    case PRING_EV_LOAD:
        note_read(event);
        return;
    case PRING_EV_REG_WRITE:
        note_write(event);
        return;
    case PRING_EV_END:
        note_end(event);
        return;
    case PRING_EV_BEGIN:
    case PRING_EV_HANDLER:
        watch.read_pc = 0;
        return;
    case PRING_EV_DONE:
        doctor_seen.completed |= (int64_t)event->seen == 0;
        return;
    case PRING_EV_STALL:
        doctor_seen.stall = (uint32_t)event->made;
        doctor_seen.stall_pc = event->pc ? event->pc : watch.last_pc;
        return;
    default:
        return;
    }
}

void doctor_run(const struct pring_backend *backend, const struct pring_scenario *scenario,
                enum pring_field falsified, bool triage, struct pring_result *result)
{
    const struct pring_run_request request = {
        .island = pring_arg_island(), .backend = backend, .scenario = scenario, .triage = triage};
    memset(&doctor_seen, 0, sizeof doctor_seen);
    memset(&watch, 0, sizeof watch);
    watch.falsified = falsified;
    doctor_occasions_reset();
    pring_wire_listen(listen);
    pring_wire_listen_payload(listen);
    pring_bench_run(&request, result);
    pring_wire_listen_payload(NULL);
    pring_wire_deafen(listen);
    if (result->verdict != PRING_VERDICT_SKIPPED)
        settle();
}

bool doctor_was_honest(const struct pring_scenario *scenario, const struct pring_result *result)
{
    for (uint16_t i = 0; i < scenario->fault_count; i++)
        if (result->fault_lied[i])
            return false;
    return true;
}

uint32_t doctor_device(const struct pring_scenario *scenario)
{
    struct pring_setup setup;
    struct pring_options options;
    pring_scenario_resolve(scenario, &setup, &options);
    return setup.device_type;
}

const char *doctor_place(uint64_t pc)
{
    static char text[320];
    struct pring_report where;
    if (pc == 0 || !pring_machine_symbolize(pc, &where))
        return "";
    snprintf(text, sizeof text, "%s\t%u\t%s", where.file, where.line, where.function);
    return text;
}

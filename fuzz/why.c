/* SPDX-License-Identifier: Apache-2.0 */
/* `pring why`: the way of a request, from a device that nobody knows to bytes that somebody has, and the
 * first step that was not taken. Listens to one run; looks until the driver gives up on a request or is
 * removed. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <pring/report.h>
#include <pring/wire.h>

#include "fuzz/args.h"
#include "fuzz/modes.h"
#include "fuzz/outcome.h"
#include "fuzz/target.h"

enum step {
    STEP_IDENTIFIED,
    STEP_DRIVER,
    STEP_FEATURES_OK,
    STEP_ACCEPTED,
    STEP_READY,
    STEP_DRIVER_OK,
    STEP_PROBED,
    STEP_SUBMITTED,
    STEP_LENT,
    STEP_NOTIFIED,
    STEP_READ,
    STEP_MADE,
    STEP_SHOWN,
    STEP_LINE,
    STEP_HANDLER,
    STEP_COVERED,
    STEP_DONE,
    STEPS
};

struct words {
    const char *met, *unmet;
};
static const struct words words[STEPS] = {
    [STEP_IDENTIFIED] = {"the device was identified: MagicValue, Version 2, DeviceID",
                         "the device was not identified"},
    [STEP_DRIVER] = {"Status got ACKNOWLEDGE and DRIVER", "Status never got ACKNOWLEDGE and DRIVER"},
    [STEP_FEATURES_OK] = {"Status got FEATURES_OK", "Status never got FEATURES_OK"},
    [STEP_ACCEPTED] = {"FEATURES_OK read back as set", "FEATURES_OK never read back as set"},
    [STEP_READY] = {"a queue was made ready: QueueReady = 1",
                    "no queue was made ready: QueueReady = 1 was not written"},
    [STEP_DRIVER_OK] = {"Status got DRIVER_OK", "Status never got DRIVER_OK"},
    [STEP_PROBED] = {"probe succeeded", "probe did not succeed"},
    [STEP_SUBMITTED] = {"a request was submitted", "no request was submitted"},
    [STEP_LENT] = {"chains were made available: avail.idx",
                   "nothing was made available: avail.idx did not move"},
    [STEP_NOTIFIED] = {"the device was notified of them", "the device was not notified of what is available"},
    [STEP_READ] = {"the device read the ring", "the device did not read the ring"},
    [STEP_MADE] = {"the device completed them", "the device did not complete all that is available"},
    [STEP_SHOWN] = {"the completions were published: used.idx",
                    "a completion was not published: used.idx did not move"},
    [STEP_LINE] = {"the interrupt line rose", "no interrupt came"},
    [STEP_HANDLER] = {"the driver's handler ran", "the interrupt line is up, and no handler ran"},
    [STEP_COVERED] = {"the driver saw them: it loaded used.idx", "the driver did not look at used.idx again"},
    [STEP_DONE] = {"every request was reported as done", "a request was not reported as done"},
};
/* Where a packed ring has other words for it. */
static const struct words packed_words[STEPS] = {
    [STEP_LENT] = {"chains were made available: packed.flags",
                   "nothing was made available: no packed.flags say so"},
    [STEP_SHOWN] = {"the completions were published: packed.flags",
                    "a completion was not published: no packed.flags say so"},
    [STEP_COVERED] = {"the driver saw them: it loaded packed.flags",
                      "the driver did not look at packed.flags again"},
};

static struct {
    bool is_over; /* nothing that comes later is looked at */
    bool met[STEPS];
    uint64_t time_ns[STEPS], cycle[STEPS];
    bool magic, version, wrote_notify, packed;
    uint16_t device_type;
    uint64_t reception; /* mask of queues whose buffers lie with the device until something comes */
    uint32_t requests, done, lent, told, made, shown, covered;
    int64_t probe_result;
    struct pring_event look; /* the last register or ring word that the driver read */
} why;

static void meet(enum step step, bool is_met, const struct pring_event *event)
{
    if (!is_met || why.met[step])
        return;
    why.met[step] = true;
    why.time_ns[step] = event->time_ns;
    why.cycle[step] = event->cycle;
}

/* A later step of the next request begins again. */
static void expect(enum step step, bool is_met)
{
    if (!is_met)
        why.met[step] = false;
}

static void on_read(const struct pring_event *event)
{
    why.look = *event;
    switch (event->field) {
    case PRING_F_REG_MAGIC_VALUE:
        why.magic = event->seen == 0x74726976;
        break;
    case PRING_F_REG_VERSION:
        why.version = event->seen == 2;
        break;
    case PRING_F_REG_DEVICE_ID:
        why.device_type = (uint16_t)event->made;
        meet(STEP_IDENTIFIED, why.magic && why.version && event->seen != 0, event);
        break;
    case PRING_F_REG_STATUS:
        meet(STEP_ACCEPTED, why.met[STEP_FEATURES_OK] && event->seen & 8, event);
        break;
    default:
        break;
    }
}

static void on_write(const struct pring_event *event)
{
    const struct pring_observer *o = pring_wire_observer();
    switch (event->field) {
    case PRING_F_REG_STATUS:
        meet(STEP_DRIVER, (event->seen & 3) == 3, event);
        meet(STEP_FEATURES_OK, event->seen & 8, event);
        meet(STEP_DRIVER_OK, event->seen & 4, event);
        why.is_over |= event->seen == 0 && why.met[STEP_SUBMITTED]; /* it gives up */
        break;
    case PRING_F_REG_QUEUE_READY:
        meet(STEP_READY, event->seen == 1, event);
        why.packed |= (o->features_written & o->setup.features) >> 34 & 1;
        why.is_over |= event->seen == 0 && why.met[STEP_SUBMITTED];
        break;
    case PRING_F_REG_QUEUE_NOTIFY:
        why.wrote_notify = true;
        break;
    default:
        break;
    }
}

/* Of network and console: a chain that the device may only write waits for what comes from the other end, and
 * owes nobody a completion. */
static bool is_reception(const struct pring_event *event)
{
    bool receives = why.device_type == PRING_DEVICE_NET || why.device_type == PRING_DEVICE_CONSOLE;
    uint64_t queue = UINT64_C(1) << event->queue % 64;
    switch (event->kind) {
    case PRING_EV_LEND:
        if (receives && event->chain->readable_bytes == 0)
            why.reception |= queue;
        return why.reception & queue;
    case PRING_EV_KICK:
    case PRING_EV_MADE:
    case PRING_EV_SHOWN:
    case PRING_EV_COVER:
        return why.reception & queue;
    default:
        return false;
    }
}

static void on_ring(const struct pring_event *event)
{
    if (is_reception(event))
        return;
    switch (event->kind) {
    case PRING_EV_LEND:
        why.lent++;
        expect(STEP_NOTIFIED, false);
        expect(STEP_READ, false);
        expect(STEP_MADE, false);
        why.wrote_notify = false;
        meet(STEP_LENT, true, event);
        break;
    case PRING_EV_KICK:
        why.told = why.lent;
        meet(STEP_NOTIFIED, true, event);
        break;
    case PRING_EV_DEV_READ:
        meet(STEP_READ, why.met[STEP_NOTIFIED], event);
        break;
    case PRING_EV_MADE:
        why.made++;
        expect(STEP_SHOWN, false);
        meet(STEP_READ, true, event);
        meet(STEP_MADE, why.made >= why.lent, event);
        break;
    case PRING_EV_SHOWN:
        why.shown++;
        expect(STEP_LINE, false);
        expect(STEP_HANDLER, false);
        expect(STEP_COVERED, false);
        meet(STEP_SHOWN, why.shown >= why.made, event);
        break;
    case PRING_EV_IRQ:
        meet(STEP_LINE, event->made, event);
        break;
    case PRING_EV_HANDLER:
        meet(STEP_HANDLER, event->made && why.met[STEP_LINE], event);
        break;
    case PRING_EV_COVER:
        why.covered += (uint32_t)event->made;
        meet(STEP_COVERED, why.covered >= why.shown, event);
        break;
    default:
        break;
    }
}

static void on_caller(const struct pring_event *event)
{
    int64_t result = (int64_t)event->seen;
    if (event->kind == PRING_EV_BEGIN && event->made == PRING_ENTRY_REMOVE)
        why.is_over = true;
    if (event->kind == PRING_EV_BEGIN && event->made == PRING_ENTRY_SUBMIT) {
        why.requests++;
        why.met[STEP_DONE] = false;
        meet(STEP_SUBMITTED, true, event);
    }
    if (event->kind == PRING_EV_END && event->made == PRING_ENTRY_PROBE) {
        why.probe_result = result;
        meet(STEP_PROBED, result >= 0, event);
        why.is_over |= result < 0;
    }
    why.is_over |= event->kind == PRING_EV_END && event->made == PRING_ENTRY_SUBMIT && result < 0;
    if (event->kind != PRING_EV_DONE)
        return;
    why.is_over |= result < 0;
    why.done += result >= 0;
    meet(STEP_DONE, result >= 0 && why.done == why.requests, event);
}

static void listen(const struct pring_event *event)
{
    if (why.is_over)
        return;
    switch (event->kind) {
    case PRING_EV_REG_READ:
        on_read(event);
        break;
    case PRING_EV_LOAD:
        why.look = *event;
        break;
    case PRING_EV_REG_WRITE:
        on_write(event);
        break;
    case PRING_EV_BEGIN:
    case PRING_EV_END:
    case PRING_EV_DONE:
        on_caller(event);
        break;
    default:
        on_ring(event);
    }
}

/* A driver may poll: a line that never rose is no step of its own then. */
static enum step first_unmet(void)
{
    for (int step = 0; step < STEPS; step++) {
        bool is_spared = (step == STEP_LINE || step == STEP_HANDLER) && why.met[STEP_COVERED];
        if (!why.met[step] && !is_spared && !(step == STEP_READ && why.met[STEP_MADE]))
            return (enum step)step;
    }
    return STEPS;
}

/* ---- telling it ---- */

static const struct words *words_of(enum step step)
{
    return why.packed && packed_words[step].met ? &packed_words[step] : &words[step];
}

static void print_look(void)
{
    const struct pring_event *look = &why.look;
    if (!look->field)
        return;
    printf("            the driver last read %s = 0x%" PRIx64, pring_field_info[look->field].name,
           look->seen);
    if (look->made != look->seen)
        printf(" (honest: 0x%" PRIx64 ")", look->made);
    printf(", at %.3f us\n", (double)look->time_ns / 1000);
}

static void print_counts(enum step step)
{
    if (step == STEP_PROBED)
        printf("            it returned %" PRId64 "\n", why.probe_result);
    if (step == STEP_NOTIFIED)
        printf("            %u chains are available, the device was told of %u; QueueNotify was %s since\n",
               why.lent, why.told, why.wrote_notify ? "written" : "not written");
    if (step == STEP_MADE || step == STEP_SHOWN)
        printf("            %u chains were made available, the device completed %u, %u were published\n",
               why.lent, why.made, why.shown);
    if (step >= STEP_LINE && step <= STEP_COVERED)
        printf("            %u completions are published, the driver has seen %u\n", why.shown, why.covered);
    if (step == STEP_DONE)
        printf("            %u of %u requests were\n", why.done, why.requests);
}

static void print_faults(const struct pring_scenario *scenario, const struct pring_result *result)
{
    for (uint16_t i = 0; i < scenario->fault_count; i++) {
        char text[256];
        pring_fault_print(&scenario->fault[i], text, sizeof text);
        if (result->fault_fired[i])
            printf("            %s: %s\n", result->fault_lied[i] ? "a lie in its way" : "a quirk in its way",
                   text);
    }
}

static void tell(const char *file, const struct pring_scenario *scenario, const struct pring_backend *backend,
                 const struct pring_result *result)
{
    char title[128];
    enum step unmet = first_unmet();
    pring_result_title(result, title, sizeof title);
    printf("%s, %s on %s: %s\n", file, pring_arg_island()->name, backend->name, title);
    for (int step = 0; step < (int)unmet; step++)
        if (why.met[step])
            printf("  yes %11.3f us %9" PRIu64 "  %s\n", (double)why.time_ns[step] / 1000, why.cycle[step],
                   words_of((enum step)step)->met);
    if (unmet == STEPS) {
        printf("Nothing is missing: %u of %u requests were done.\n", why.done, why.requests);
        return;
    }
    printf("  NO  %11s    %9s  %s\n", "", "", words_of(unmet)->unmet);
    print_counts(unmet);
    print_look();
    print_faults(scenario, result);
    uint64_t since = 0;
    const char *channel =
        backend->waiting ? backend->waiting(pring_wire_backend_self(backend), &since) : NULL;
    if (channel)
        printf("            the device's AXI channel %s waits since cycle %" PRIu64 "\n", channel, since);
    printf("First unmet: %s.\n", words_of(unmet)->unmet);
}

static int explain(const char *file, const struct pring_scenario *scenario)
{
    static struct pring_result result;
    const struct pring_backend *backend = pring_arg_backend();
    const struct pring_run_request request = {
        .island = pring_arg_island(), .backend = backend, .scenario = scenario};
    pring_bench_run(&request,
                    &result); /* the first run of a process measures pools, with a device of its own */
    memset(&why, 0, sizeof why);
    pring_wire_listen(listen);
    pring_bench_run(&request, &result);
    pring_wire_deafen(listen);
    if (result.verdict == PRING_VERDICT_SKIPPED)
        printf("%s: skipped: %s\n", file, result.skipped);
    else
        tell(file, scenario, backend, &result);
    return 0;
}

int pring_mode_why(void)
{
    static struct pring_scenario scenario;
    static struct pring_expect expect;
    char path[4096] = "";
    uint64_t only = pring_arg_number("device", 0);
    FILE *list = fopen(pring_arg("list", "/dev/null"), "re");
    if (list && fgets(path, sizeof path, list))
        path[strcspn(path, "\n")] = '\0';
    if (list)
        fclose(list);
    if (path[0])
        return pring_scenario_load(path, &scenario, &expect) ? explain(path, &scenario) : 2;
    const uint16_t *types = pring_arg_island()->dut->device_types;
    for (uint32_t i = 0; types && types[i]; i++) {
        const char *name = pring_honest_name(types[i]);
        if (!name || (only && types[i] != only))
            continue;
        pring_scenario_honest(&scenario, types[i]);
        explain(name, &scenario);
    }
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor: workers are started, watched, replaced when they die, and ended. All they know is on their
 * boards. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hunt.h"
#include "option.h"
#include "process.h"

enum { RESTARTS_MAX = 20, STALL_SECONDS_MAX = 60 };

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

static void catch_interrupts(void)
{
    /* Only once: a second Ctrl-C does not wait for the summary. */
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};
    interrupted = 0;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static int start_workers(struct pring_hunt *hunt)
{
    char path[PRING_PATH * 2];
    for (int i = 0; i < (int)hunt->request->jobs; i++) {
        snprintf(path, sizeof path, "%s/state/%d.board", hunt->folder, i);
        hunt->worker[i].board = pring_board_open(path);
        if (!hunt->worker[i].board)
            return PRING_SETUP;
        pring_engine_start(hunt, i);
    }
    return PRING_CLEAN;
}

static bool is_stalled(struct pring_worker *worker)
{
    if (worker->board->runs != worker->last_runs) {
        worker->last_runs = worker->board->runs;
        worker->last_moved = pring_seconds();
    }
    return pring_seconds() - worker->last_moved > STALL_SECONDS_MAX;
}

static void watch_worker(struct pring_hunt *hunt, int index)
{
    struct pring_worker *worker = &hunt->worker[index];
    if (worker->is_done)
        return;
    int code = worker->pid > 0 ? pring_process_end(worker->pid, false) : PRING_SETUP;
    if (code < 0 && is_stalled(worker)) {
        kill(worker->pid, SIGKILL);
        code = pring_process_end(worker->pid, true);
    }
    pring_confirm_take(hunt, index);
    if (worker->board->deaths > worker->deaths) { /* AFL++ has a new target already */
        worker->deaths = worker->board->deaths;
        pring_confirm_crash(hunt, index, worker->board->death, worker->board->death_bytes, PRING_SETUP);
    }
    if (code < 0 && worker->board->over && !worker->board->stop)
        pring_engine_stop(hunt, index);
    if (code < 0)
        return;
    worker->pid = 0;
    if (code == 0 || hunt->is_over) {
        worker->is_done = true;
        return;
    }
    /* Somebody else's kill -9 says nothing about the run; a hang ends so too, but then the input is on the
     * board. */
    if (code != 128 + SIGKILL || pring_seconds() - worker->last_moved > STALL_SECONDS_MAX)
        pring_confirm_crash(hunt, index, worker->board->input, worker->board->input_bytes, code);
    worker->board->input_bytes = 0;
    if (++worker->restarts > RESTARTS_MAX) {
        pring_fail(PRING_SETUP, "worker %d died %d times and is given up", index, RESTARTS_MAX);
        worker->is_done = true;
    } else {
        pring_engine_start(hunt, index);
    }
}

static bool has_wanted_finding(const struct pring_hunt *hunt)
{
    for (uint32_t i = 0; hunt->request->until && i < hunt->finding_count; i++)
        if ((hunt->request->is_quick || hunt->finding[i].state == PRING_FINDING_DONE) &&
            strstr(hunt->request->until, hunt->finding[i].oracle))
            return true;
    return false;
}

static bool is_over(const struct pring_hunt *hunt)
{
    const struct pring_hunt_request *request = hunt->request;
    bool all_done = true;
    for (uint64_t i = 0; i < request->jobs; i++)
        all_done &= hunt->worker[i].is_done;
    return interrupted || hunt->is_full || all_done || has_wanted_finding(hunt) ||
           (request->seconds && pring_seconds() - hunt->start >= (double)request->seconds);
}

static void tell_news(struct pring_hunt *hunt)
{
    for (uint32_t i = 0; i < hunt->finding_count; i++) {
        struct pring_finding *finding = &hunt->finding[i];
        if (finding->state == PRING_FINDING_DONE && !finding->is_told) {
            finding->is_told = true;
            pring_report_finding(hunt, finding);
        }
    }
}

static void step(struct pring_hunt *hunt)
{
    struct timespec pause = {.tv_nsec = 20000000};
    nanosleep(&pause, NULL);
    hunt->is_full |= !pring_campaign_has_room(hunt);
    for (int i = 0; i < (int)hunt->request->jobs && !hunt->is_full; i++)
        watch_worker(hunt, i);
    pring_tally_update(hunt);
    if (!hunt->request->is_quick)
        pring_confirm_step(hunt);
    tell_news(hunt);
    pring_report_progress(hunt, false);
}

static void stop_workers(struct pring_hunt *hunt)
{
    double start = pring_seconds();
    hunt->is_over = true;
    for (uint64_t i = 0; i < hunt->request->jobs; i++)
        pring_engine_stop(hunt, (int)i);
    for (bool is_running = true; is_running;) {
        is_running = false;
        for (int i = 0; i < (int)hunt->request->jobs; i++) {
            struct pring_worker *worker = &hunt->worker[i];
            if (worker->pid > 0 && pring_seconds() - start > 3)
                kill(worker->pid, SIGKILL);
            watch_worker(hunt, i);
            is_running |= !worker->is_done;
        }
        struct timespec pause = {.tv_nsec = 5000000};
        nanosleep(&pause, NULL);
    }
}

/* Findings that wait for their turn get it, unless a person is in a hurry. */
static void finish_findings(struct pring_hunt *hunt)
{
    bool was_interrupted = interrupted;
    hunt->is_interrupted = was_interrupted;
    if (was_interrupted)
        catch_interrupts();
    double start = pring_seconds();
    while (!interrupted && !hunt->is_full && !hunt->request->is_quick && !has_wanted_finding(hunt) &&
           (!was_interrupted || pring_seconds() - start < 10)) {
        if (pring_confirm_step(hunt))
            break;
        tell_news(hunt);
        struct timespec pause = {.tv_nsec = 5000000};
        nanosleep(&pause, NULL);
    }
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        if (hunt->finding[i].pid > 0 && hunt->finding[i].state != PRING_FINDING_DONE)
            kill(hunt->finding[i].pid, SIGKILL); /* of a finished one: no such process, harmless */
    tell_news(hunt);
}

int pring_hunt_run(const struct pring_hunt_request *request, struct pring_hunt *hunt)
{
    memset(hunt, 0, sizeof *hunt);
    hunt->request = request;
    snprintf(hunt->folder, sizeof hunt->folder, "%s", request->out);
    int code = pring_campaign_open(hunt);
    if (code != PRING_CLEAN)
        return code;
    catch_interrupts();
    pring_report_start(hunt);
    hunt->start = pring_seconds();
    code = start_workers(hunt);
    if (code != PRING_CLEAN)
        return code;
    for (double saved = hunt->start; !is_over(hunt); step(hunt))
        if (pring_seconds() - saved > 10) {
            saved = pring_seconds();
            hunt->is_full |= !pring_campaign_save(hunt);
        }
    hunt->seconds = pring_seconds() - hunt->start;
    stop_workers(hunt);
    pring_tally_update(hunt);
    pring_report_progress(hunt, true);
    finish_findings(hunt);
    pring_tally_update(hunt);
    code = pring_report_end(hunt);
    pring_campaign_close(hunt);
    return code;
}

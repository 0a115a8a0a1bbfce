/* SPDX-License-Identifier: Apache-2.0 */
/* What a person reads. Progress on stderr, the report on stdout; the last line is the answer. With --runs
 * nothing in the report depends on the clock. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <pring/requirement.h>
#include <pring/scenario.h>

#include "device.h"
#include "hunt.h"
#include "option.h"
#include "process.h"

const char *pring_short(uint64_t number, char *out, size_t size_bytes)
{
    static const char *const units[] = {"", " k", " M", " G", " T", " P"};
    double value = (double)number;
    int unit = 0;
    while (value >= 999.5 && unit < 5) {
        value /= 1000;
        unit++;
    }
    snprintf(out, size_bytes, unit && value < 9.95 ? "%.1f%s" : "%.0f%s", value, units[unit]);
    return out;
}

static const char *device_names(const struct pring_hunt *hunt)
{
    static char text[64];
    const struct pring_about *about = hunt->request->about;
    text[0] = '\0';
    for (int i = 0; i < about->device_count; i++)
        if (hunt->request->device == 0 || hunt->request->device == about->devices[i])
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", text[0] ? " " : "",
                     pring_device_name(about->devices[i]));
    return text;
}

void pring_report_start(const struct pring_hunt *hunt)
{
    const struct pring_hunt_request *request = hunt->request;
    FILE *out = request->progress;
    if (!out)
        return;
    fprintf(out,
            "driver %s  devices %s  backend %s  engine %s  seed %" PRIu64 "  jobs %" PRIu64
            "  %u seeds  %s\n",
            request->driver->label, device_names(hunt), request->backend, pring_engine_name(request->engine),
            request->seed, request->jobs, hunt->seed_files, hunt->folder);
    char runs[32];
    if (hunt->runs_before > 0)
        fprintf(out, "resuming: %s runs before, %u inputs, %u earlier findings are tried again\n",
                pring_short(hunt->runs_before, runs, sizeof runs), hunt->corpus_files, hunt->finding_count);
    fputs("   time     runs   runs/s  edges  fields  faults  findings  news\n", out);
}

static void print_progress(const struct pring_hunt *hunt, double seconds, const char *end)
{
    const struct pring_tally *tally = &hunt->tally;
    char runs[32], rate[32];
    uint32_t applicable = 0, effective = pring_tally_faults(hunt, &applicable), findings = 0;
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        findings +=
            hunt->finding[i].state != PRING_FINDING_OLD && hunt->finding[i].state != PRING_FINDING_GONE;
    int fields = __builtin_popcountll(tally->labels_seen[0]) + __builtin_popcountll(tally->labels_seen[1]);
    double quiet = tally->news_ns ? pring_seconds() - (double)tally->news_ns * 1e-9 : 0;
    fprintf(hunt->request->progress, "%4d:%02d %8s %8s %6" PRIu64 " %7d %4u/%-3u %8u  %.1f s ago%s",
            (int)seconds / 60, (int)seconds % 60, pring_short(tally->runs, runs, sizeof runs),
            pring_short(seconds > 0 ? (uint64_t)((double)tally->runs / seconds) : 0, rate, sizeof rate),
            tally->edges, fields, effective, applicable, findings, quiet > 0 ? quiet : 0, end);
    fflush(hunt->request->progress);
}

/* One line each ten seconds; on a terminal one line that is rewritten. */
void pring_report_progress(const struct pring_hunt *hunt, bool is_last)
{
    static double printed;
    FILE *out = hunt->request->progress;
    if (!out)
        return;
    bool is_terminal = isatty(fileno(out));
    double now = pring_seconds(), seconds = is_last ? hunt->seconds : now - hunt->start;
    if (printed < hunt->start)
        printed = hunt->start;
    double wait = is_last ? is_terminal ? 0 : 1 : is_terminal ? 0.5 : 10;
    if (now - printed < wait)
        return;
    printed = now;
    if (is_terminal)
        fputs("\r\033[K", out);
    print_progress(hunt, seconds, is_terminal && !is_last ? "" : "\n");
}

static void print_faults(FILE *out, const struct pring_finding *finding)
{
    char lines[sizeof finding->faults], *rest = NULL;
    snprintf(lines, sizeof lines, "%s", finding->faults);
    for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *tab = strchr(line, '\t');
        if (tab)
            fprintf(out, "  %-9s %s\n", strncmp(line, "lie", 3) == 0 ? "lie" : "quirk", tab + 1);
    }
}

/* What the specification asks for, where the rule is one of its own. */
static void print_rule(FILE *out, const struct pring_finding *finding)
{
    enum pring_requirement rule = pring_requirement_by_id(finding->rule, (uint32_t)strlen(finding->rule));
    if (rule == PRING_REQ_NONE)
        return;
    const struct pring_requirement_info *info = &pring_requirement_info[rule];
    fprintf(out, "  rule      %s: the %s %s %s\n", info->id,
            pring_requirement_role_name((enum pring_requirement_role)info->role),
            pring_requirement_level_name((enum pring_requirement_level)info->level), info->wording);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void pring_report_finding(struct pring_hunt *hunt, struct pring_finding *finding)
{
    FILE *out = hunt->request->report;
    char runs[32];
    if (!out || finding->known)
        return;
    if (hunt->request->progress && isatty(fileno(hunt->request->progress)))
        fputs("\r\033[K", hunt->request->progress);
    fprintf(out, "\nFINDING %u   %s: %s (%s)", ++hunt->told, finding->verdict, finding->oracle,
            finding->rule);
    if (!finding->staged[0])
        fputs("   of an earlier campaign, it still comes\n", out);
    else if (finding->is_left)
        fputs("   met by an earlier campaign, which did not end\n", out);
    else if (hunt->request->runs)
        fprintf(out, "   after %" PRIu64 " runs\n", finding->first_run);
    else
        fprintf(out, "   after %.1f s, %s runs\n", finding->first_seconds,
                pring_short(finding->first_run, runs, sizeof runs));
    fprintf(out, "  %s\n", finding->why[0] ? finding->why : "(no explanation)");
    print_faults(out, finding);
    print_rule(out, finding);
    if (finding->function[0])
        fprintf(out, "  driver    %s:%u in %s\n", base_name(finding->source), finding->line,
                finding->function);
    if (finding->label[0])
        fprintf(out, "  at        %s\n", finding->label);
    if (finding->records_before > 0)
        fprintf(out, "  shrunk    from %u records\n", finding->records_before);
    fprintf(out, "  backends  %s%s\n", finding->backends, finding->is_same ? "" : "  (they differ)");
    fprintf(out, "  file      %s\n  look      %s --trace%s\n", finding->file, finding->command,
            strstr(finding->command, "--backend") ? "" : " --wave bug.fst");
    fflush(out);
}

static void print_verdicts(FILE *out, const struct pring_hunt *hunt)
{
    const struct pring_tally *tally = &hunt->tally;
    char runs[32], cycles[32], rate[32];
    if (hunt->request->runs)
        fprintf(out, "\n%" PRIu64 " runs, %" PRIu64 " cycles.  ", tally->runs, tally->cycles);
    else
        fprintf(out, "\n%.0f s, %s runs (%s/s), %s cycles.  ", hunt->seconds,
                pring_short(tally->runs, runs, sizeof runs),
                pring_short((uint64_t)((double)tally->runs / (hunt->seconds > 0 ? hunt->seconds : 1)), rate,
                            sizeof rate),
                pring_short(tally->cycles, cycles, sizeof cycles));
    for (int i = 0; i < PRING_VERDICT_COUNT && tally->runs > 0; i++)
        if (tally->verdicts[i] > 0)
            fprintf(out, " %s %.1f %%", pring_verdict_name((enum pring_verdict)i),
                    100.0 * (double)tally->verdicts[i] / (double)tally->runs);
    if (tally->runs > 0)
        fprintf(out, "\nDRIVER_OK in %.1f %% of the runs, a completed request in %.1f %%.",
                100.0 * (double)tally->driver_ok / (double)tally->runs,
                100.0 * (double)tally->completed / (double)tally->runs);
    if (tally->triaged > 0)
        fprintf(out, "  Of %" PRIu64 " runs tried again with an honest device after: %.1f %% degraded.",
                tally->triaged,
                100.0 * (double)tally->triage_verdicts[PRING_VERDICT_DEGRADED] / (double)tally->triaged);
    fputc('\n', out);
}

static void print_never_effective(FILE *out, const struct pring_hunt *hunt)
{
    const char *before = "Never effective: ";
    for (uint32_t row = 0; row < pring_fault_row_count && row < PRING_BOARD_ROWS; row++)
        if (pring_tally_applies(hunt, row) && hunt->tally.effective[row] == 0) {
            fprintf(out, "%s%s", before, pring_fault_rows[row].name);
            before = ", ";
        }
    if (before[0] == ',')
        fputs(".\n", out);
}

/* Only what has a fault at all: everything else is honest by construction. */
static void print_never_falsified(FILE *out, const struct pring_hunt *hunt)
{
    const struct pring_tally *tally = &hunt->tally;
    const char *before = "Read by the driver but never falsified: ";
    uint64_t told[2] = {0, 0};
    for (uint32_t row = 0; row < pring_fault_row_count; row++) {
        uint8_t label = pring_fault_rows[row].subject, word = label / 64 & 1;
        uint64_t bit = 1ull << label % 64;
        bool is_value = pring_fault_rows[row].action <= PRING_FAULT_STATE;
        if (!label || !is_value || !pring_tally_applies(hunt, row) || !(tally->labels_seen[word] & bit) ||
            (tally->labels_falsified[word] | told[word]) & bit)
            continue;
        told[word] |= bit;
        fprintf(out, "%s%s", before, pring_field_info[label].name);
        before = ", ";
    }
    if (before[0] == ',')
        fputs(".\n", out);
}

static void print_engines(FILE *out, const struct pring_hunt *hunt)
{
    double stability = pring_engine_stability(hunt);
    if (hunt->tally.lines_all > 0)
        fprintf(out, "Lines and branches of the RTL that ran: %" PRIu64 " of %" PRIu64 ".\n",
                hunt->tally.lines, hunt->tally.lines_all);
    if (stability >= 0)
        fprintf(out, "AFL++: stability %.2f %%.\n", stability);
    if (hunt->request->engine == PRING_ENGINE_BOTH)
        fprintf(out,
                "libfuzzer took %" PRIu64 " inputs from AFL++ that showed it something new, AFL++ %" PRIu64
                " from the others.\n",
                hunt->tally.imported[0], hunt->tally.imported[1]);
}

static void print_known(FILE *out, const struct pring_hunt *hunt)
{
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        if (hunt->finding[i].state == PRING_FINDING_DONE && hunt->finding[i].known)
            fprintf(out, "known: %s, seen %" PRIu64 " times (%s)\n", hunt->finding[i].key,
                    hunt->finding[i].seen, hunt->finding[i].known);
}

static void print_index(FILE *out, const struct pring_hunt *hunt)
{
    uint32_t number = 0, unconfirmed = 0, gone = 0;
    for (uint32_t i = 0; i < hunt->finding_count; i++) {
        const struct pring_finding *finding = &hunt->finding[i];
        gone += finding->state == PRING_FINDING_GONE;
        unconfirmed += finding->state != PRING_FINDING_DONE && finding->state != PRING_FINDING_GONE;
        if (finding->state == PRING_FINDING_DONE && !finding->known)
            fprintf(out, "%3u  seen %-8" PRIu64 " %s\n     %s\n", ++number, finding->seen, finding->key,
                    finding->command);
    }
    if (gone > 0)
        fprintf(out, "Of the earlier findings, %u do not come any more: moved to findings/gone/\n", gone);
    for (uint32_t i = 0; i < hunt->finding_count && unconfirmed > 0; i++)
        if (hunt->finding[i].state == PRING_FINDING_UNCONFIRMED)
            fprintf(out, "unconfirmed: %s does not come again in a fresh process (%s)\n",
                    hunt->finding[i].key, hunt->finding[i].staged);
    if (unconfirmed > 0)
        fprintf(out, "%u not confirmed\n", unconfirmed);
}

/* The bench broke a promise of its own: a clean result would prove nothing. */
static bool is_bench_at_fault(const struct pring_hunt *hunt)
{
    bool is_at_fault = hunt->crashes > 0 || hunt->tally.unstable > 0;
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        is_at_fault |= hunt->finding[i].state == PRING_FINDING_UNCONFIRMED;
    return is_at_fault;
}

int pring_report_end(struct pring_hunt *hunt)
{
    FILE *out = hunt->request->report;
    static char why[8192];
    uint32_t open = pring_tally_open(hunt);
    bool is_vacuous = open == 0 && pring_tally_vacuous(hunt, why, sizeof why);
    bool is_at_fault = is_bench_at_fault(hunt);
    int code = open > 0                                     ? PRING_FINDING
               : is_vacuous || is_at_fault || hunt->is_full ? PRING_SETUP
                                                            : PRING_CLEAN;
    if (!out)
        return code;
    print_verdicts(out, hunt);
    print_never_effective(out, hunt);
    print_never_falsified(out, hunt);
    print_engines(out, hunt);
    print_known(out, hunt);
    print_index(out, hunt);
    if (hunt->tally.unstable > 0)
        fprintf(out, "%" PRIu64 " of %" PRIu64 " repeated runs ended otherwise: the bench is at fault\n",
                hunt->tally.unstable, hunt->tally.triaged);
    if (hunt->crashes > 0)
        fprintf(out, "The bench itself died %u times; that is our bug, see the messages above.\n",
                hunt->crashes);
    if (hunt->is_full)
        fprintf(out,
                "%s: no room left on the device, so the campaign ended. Nothing found so far is lost; make "
                "room and "
                "start it again.\n",
                hunt->folder);
    if (open > 0)
        fprintf(out, "%u finding%s.\n", open, open == 1 ? "" : "s");
    else if (is_vacuous)
        fprintf(out, "No finding, but vacuous: %s.\n", why);
    else if (!hunt->is_full)
        fputs(is_at_fault ? "No finding, but the bench is at fault.\n" : "No finding.\n", out);
    fflush(out);
    return code;
}

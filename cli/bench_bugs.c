/* SPDX-License-Identifier: Apache-2.0 */
/* Every patch in tests/bugs that a fuzzer should find is hunted, again and again from nothing. A trial ends
 * at the first finding of the oracle that the patch names. Each is a process of its own: nothing can pass
 * from one to the next. */
#include "bench_bugs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "hunt.h"
#include "option.h"
#include "process.h"

/* Where the patch says that the bug shows: `device`, and `backend` if not every one has what it takes. */
static int read_place(struct pring_subject *subject, const char *patch)
{
    char device[32];
    if (pring_patch_header(patch, "Backend", subject->wanted, sizeof subject->wanted))
        subject->backend = subject->wanted;
    if (!pring_patch_header(patch, "Device", device, sizeof device))
        return PRING_CLEAN;
    subject->device = pring_device_by_name(device);
    return subject->device ? PRING_CLEAN
                           : pring_fail(PRING_SETUP, "%s: 'device: %s' is none of these", patch, device);
}

static int add_subject(struct pring_subject *subject, const char *bug, const char *patch,
                       const char **backend)
{
    char finder[64] = "fuzz";
    if (patch)
        pring_patch_header(patch, "Finder", finder, sizeof finder);
    if (strcmp(finder, "fuzz") != 0)
        return -1;
    int code = pring_driver_resolve(NULL, bug, &subject->driver);
    if (code == PRING_CLEAN)
        code = pring_build_driver(&subject->driver);
    if (code == PRING_CLEAN)
        code = pring_about_driver(&subject->driver, &subject->about);
    if (code == PRING_CLEAN)
        code = pring_backend_check(&subject->driver, &subject->about, backend);
    subject->backend = *backend;
    if (code == PRING_CLEAN && patch)
        code = read_place(subject, patch);
    if (code == PRING_CLEAN)
        code = pring_backend_check(&subject->driver, &subject->about, &subject->backend);
    if (code == PRING_CLEAN && patch &&
        !pring_patch_header(patch, "Oracle", subject->oracle, sizeof subject->oracle))
        code = pring_fail(PRING_SETUP, "%s names no oracle ('Oracle: NAME')", patch);
    return code;
}

/* The clean driver, on every backend on which a bug is hunted. */
static int add_clean(const struct pring_bench_bugs *bench, struct pring_subject *subjects, int *count)
{
    const char *backends[] = {bench->backend, NULL};
    for (int i = 0; i < *count && !backends[1]; i++)
        if (strcmp(subjects[i].backend, bench->backend) != 0)
            backends[1] = subjects[i].backend;
    for (size_t i = 0; i < 2 && backends[i] && *count < PRING_SUBJECTS_MAX; i++) {
        int code = add_subject(&subjects[*count], NULL, NULL, &backends[i]);
        if (code != PRING_CLEAN)
            return code;
        ++*count;
    }
    return PRING_CLEAN;
}

/* In a process of its own. */
static void hunt_once(const struct pring_bench_bugs *bench, const struct pring_subject *subject,
                      struct pring_trial *trial)
{
    static struct pring_hunt hunt;
    const struct pring_help *help = trial->help;
    char out[PRING_PATH];
    snprintf(out, sizeof out, "out/bench/%.200s-%s%s%s-%" PRIu64, subject->driver.label, subject->backend,
             !help               ? ""
             : help->plain_bytes ? "-bytes-"
                                 : "-records-",
             help ? help->feedback : "", trial->seed);
    const struct pring_hunt_request request = {.driver = &subject->driver,
                                               .about = &subject->about,
                                               .backend = subject->backend,
                                               .device = subject->device,
                                               .seed = trial->seed,
                                               .jobs = 1,
                                               .seconds = help ? 0 : bench->seconds,
                                               .runs = help ? bench->runs : 0,
                                               .feedback = help ? help->feedback : NULL,
                                               .plain_bytes = help && help->plain_bytes,
                                               .is_quick = help != NULL,
                                               .out = out,
                                               .is_fresh = true,
                                               .has_seeds = bench->has_seeds,
                                               .until = subject->oracle[0] ? subject->oracle : NULL};
    double start = pring_seconds();
    int code = pring_hunt_run(&request, &hunt);
    for (uint32_t i = 0; i < hunt.finding_count; i++) {
        const struct pring_finding *finding = &hunt.finding[i];
        if (finding->state != PRING_FINDING_DONE && !help)
            continue;
        if (!subject->oracle[0] || !strstr(subject->oracle, finding->oracle)) {
            if (!trial->other[0])
                snprintf(trial->other, sizeof trial->other, "%s", finding->key);
            continue;
        }
        trial->seconds = pring_seconds() - start;
        trial->runs = finding->first_run;
        break;
    }
    _exit(code == PRING_SETUP ? PRING_SETUP : PRING_CLEAN);
}

static pid_t start_trial(const struct pring_bench_bugs *bench, const struct pring_subject *subjects,
                         struct pring_trial *trial)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        hunt_once(bench, &subjects[trial->subject], trial);
    return pid;
}

void pring_bench_run_trials(const struct pring_bench_bugs *bench, const struct pring_subject *subjects,
                            struct pring_trial *trials, uint64_t count)
{
    uint64_t started = 0, running = 0, ended = 0;
    pid_t *pids = calloc(count, sizeof *pids);
    if (!pids)
        return;
    while (ended < count) {
        while (started < count && running < bench->jobs) {
            pids[started] = start_trial(bench, subjects, &trials[started]);
            started++;
            running++;
        }
        int status = 0;
        pid_t pid = waitpid(-1, &status, 0);
        for (uint64_t i = 0; i < started; i++) {
            if (pid <= 0 || pids[i] != pid)
                continue;
            pids[i] = 0;
            running--;
            ended++;
            fprintf(stderr, "%3" PRIu64 "/%" PRIu64 " %-40s seed %-4" PRIu64 " %s\n", ended, count,
                    subjects[trials[i].subject].driver.label, trials[i].seed,
                    trials[i].seconds >= 0 ? "found"
                    : trials[i].other[0]   ? trials[i].other
                                           : "nothing");
        }
        if (pid < 0)
            break;
    }
    free(pids);
}

static int by_value(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

/* True: good enough. */
static bool print_subject(const struct pring_subject *subject, int index, const struct pring_trial *trials,
                          uint64_t count)
{
    double times[1024], runs[1024];
    char text[32];
    uint64_t found = 0, all = 0, others = 0;
    const char *other = "";
    for (uint64_t i = 0; i < count; i++) {
        if (trials[i].subject != index)
            continue;
        all++;
        if (trials[i].seconds >= 0 && found < 1024) {
            runs[found] = (double)trials[i].runs;
            times[found++] = trials[i].seconds;
        }
        if (trials[i].other[0]) {
            others++;
            other = trials[i].other;
        }
    }
    if (!subject->oracle[0]) {
        printf("%-27s %-8s %-12s %s%s\n", subject->driver.label, subject->backend, "clean",
               others ? "FINDING " : "survives", other);
        return others == 0;
    }
    qsort(times, found, sizeof times[0], by_value);
    qsort(runs, found, sizeof runs[0], by_value);
    printf("%-27s %-8s %-12s %2" PRIu64 " of %-3" PRIu64, subject->driver.name, subject->backend,
           subject->oracle, found, all);
    if (found > 0)
        printf(" median %5.1f s %6s runs  worst %5.1f s", times[found / 2],
               pring_short((uint64_t)runs[found / 2], text, sizeof text), times[found - 1]);
    if (others > 0)
        printf("  other findings in %" PRIu64 " (%s)", others, other);
    putchar('\n');
    return found * 10 >= all * 9;
}

int pring_bench_collect(struct pring_bench_bugs *bench, struct pring_subject *subjects, int *count)
{
    struct pring_names *names = pring_bugs_planted();
    int code = names ? PRING_CLEAN : PRING_SETUP;
    *count = 0;
    for (int i = 0; names && i < names->count && code == PRING_CLEAN && *count < PRING_SUBJECTS_MAX - 2;
         i++) {
        if (bench->only && strcmp(bench->only, names->name[i]) != 0)
            continue;
        code = add_subject(&subjects[*count], names->name[i], names->path[i], &bench->backend);
        *count += code == PRING_CLEAN;
        code = code < 0 ? PRING_CLEAN : code;
    }
    free(names);
    if (code == PRING_CLEAN && bench->only && *count == 0)
        code =
            pring_fail(PRING_USAGE, "there is no bug '%s' for a fuzzer; see 'pring list bugs'", bench->only);
    return code == PRING_CLEAN && !bench->only ? add_clean(bench, subjects, count) : code;
}

struct pring_trial *pring_bench_trials(uint64_t most)
{
    void *memory = mmap(NULL, most * sizeof(struct pring_trial), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        pring_fail(PRING_SETUP, "out of memory");
    return memory == MAP_FAILED ? NULL : memory;
}

int pring_bench_bugs_run(struct pring_bench_bugs *bench)
{
    static struct pring_subject subjects[PRING_SUBJECTS_MAX];
    int subject_count = 0;
    int code = pring_bench_collect(bench, subjects, &subject_count);
    if (code != PRING_CLEAN)
        return code;
    uint64_t count = 0, most = bench->trials * (uint64_t)subject_count;
    struct pring_trial *trials = pring_bench_trials(most);
    if (!trials)
        return PRING_SETUP;
    for (int subject = 0; subject < subject_count; subject++) {
        uint64_t wanted = subjects[subject].oracle[0] ? bench->trials : 1;
        for (uint64_t i = 0; i < wanted; i++)
            trials[count++] =
                (struct pring_trial){.subject = subject, .seed = bench->seed + i, .seconds = -1};
    }
    pring_bench_run_trials(bench, subjects, trials, count);
    bool is_good = true;
    for (int subject = 0; subject < subject_count; subject++)
        is_good &= print_subject(&subjects[subject], subject, trials, count);
    munmap(trials, most * sizeof *trials);
    puts(is_good ? "Every bug is found, and the clean driver survives." : "Not good enough.");
    return is_good ? PRING_CLEAN : PRING_FINDING;
}

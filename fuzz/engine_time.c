/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer's loop ends with its process: so each measurement has one. */
#include "fuzz/engine_time.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *bytes, size_t len_bytes));

enum { WARM_RUNS = 2000, LOOK_EVERY = 256 };
static int (*measured)(const uint8_t *bytes, size_t len_bytes);
static volatile double *answer_ns;
static double wanted_ns, start_ns;
static uint64_t runs;

static double processor_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int counted(const uint8_t *bytes, size_t len_bytes)
{
    int answer = measured(bytes, len_bytes);
    if (++runs == WARM_RUNS)
        start_ns = processor_ns();
    if (runs > WARM_RUNS && runs % LOOK_EVERY == 0 && processor_ns() - start_ns > wanted_ns) {
        *answer_ns = (processor_ns() - start_ns) / (double)(runs - WARM_RUNS);
        _exit(0);
    }
    return answer;
}

static void become_engine(void)
{
    char *words[] = {
        "pring",       "-seed=1",         "-max_len=512",       "-len_control=0",  "-verbosity=0",
        "-entropic=0", "-rss_limit_mb=0", "-malloc_limit_mb=0", "-detect_leaks=0", "-timeout=0",
        NULL};
    char **argv = words;
    int argc = (int)(sizeof words / sizeof words[0]) - 1, null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(null, 1);
    dup2(null, 2);
    LLVMFuzzerRunDriver(&argc, &argv, counted);
    _exit(1);
}

double pring_engine_time(int (*target)(const uint8_t *bytes, size_t len_bytes), double seconds)
{
    void *shared = mmap(NULL, sizeof *answer_ns, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return -1;
    measured = target;
    wanted_ns = seconds * 1e9;
    answer_ns = shared;
    *answer_ns = -1;
    pid_t pid = fork();
    if (pid == 0)
        become_engine();
    if (pid > 0)
        waitpid(pid, NULL, 0);
    double answer = *answer_ns;
    munmap(shared, sizeof *answer_ns);
    return answer;
}

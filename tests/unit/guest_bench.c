/* SPDX-License-Identifier: Apache-2.0 */
/* What the guest machine costs: nanoseconds per hook, per event, per register access, per reset. */
#include <stdio.h>
#include <time.h>

#include "guest_wire.h"

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void body(void *arg)
{
    fake.notes = 0;
    pring_islands[0].dut->probe((unsigned)*(int *)arg);
    pring_machine_sync();
}

/* Nanoseconds of one run; clocks may be coarse, so it takes as many as fill a fifth of a second. */
static double run_ns(int which, int resets)
{
    double least = 1e18;
    for (int round = 0; round < 3; round++) {
        double start = seconds();
        unsigned long runs = 0;
        while (seconds() - start < 0.2) {
            for (int i = 0; i < 20; i++, runs++) {
                for (int k = 0; k < resets; k++)
                    pring_machine_reset(&pring_islands[0]);
                pring_machine_run(body, &which);
            }
        }
        double took = (seconds() - start) / (double)runs * 1e9;
        least = took < least ? took : least;
    }
    return least;
}

int main(void)
{
    fake_reset();
    if (pring_machine_open())
        return 3;
    double run = run_ns(9, 1), twice = run_ns(9, 2);
    printf("run of nothing %.0f ns, of it reset %.0f ns\n", run, twice - run);
    printf("hook of plain memory %.2f ns (with its turn of the loop)\n", (run_ns(0, 1) - run) / 65536);
    printf("store to shared memory %.1f ns, register write %.1f ns (with a wire that does nothing)\n",
           (run_ns(1, 1) - run) / 32000, (run_ns(2, 1) - run) / 1000);
    return 0;
}

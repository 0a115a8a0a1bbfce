/* SPDX-License-Identifier: Apache-2.0 */
/* The modes of NAME.fuzz. Each returns the exit code: 0 clean, 1 finding, 2 wrong usage, 3 set-up trouble. */
#ifndef PRING_FUZZ_MODES_H
#define PRING_FUZZ_MODES_H

#include <pring/run.h>

int pring_mode_run(void);    /* backend=NAME|all json=1 trace=1 wave=FILE shuffle=N seed=N
                            sweep=irq|load|fail|unplug folder=DIR given=OPTIONS list=FILE
                            records=FILE before=FILE twice=1 */
int pring_mode_why(void);    /* backend=NAME list=FILE of one line, or device=N */
int pring_mode_sample(void); /* backend=NAME|all sample=N seed=N json=1 */
int pring_mode_minimize(
    void); /* key=KEY backend=NAME in=FILE out=FILE: 0 written, 1 the key does not come again */
int pring_mode_facts(
    void); /* backend=NAME -- FILE: what a report says of a finding, as lines NAME<tab>VALUE */
int pring_mode_bench(void);  /* rows of `pring bench`, as lines NAME<tab>NUMBER */
int pring_mode_doctor(void); /* list=FILE of "honest|odd|wait|seed<tab>PATH": lines for `pring check` */
int pring_mode_list(void);   /* what=backends|oracles */

/* A scenario from a file, text or bytes. False: a message "FILE:LINE: ..." was printed. */
bool pring_scenario_load(const char *path, struct pring_scenario *scenario, struct pring_expect *expect);
/* What `pring run` does without a file: probe, work, remove on an honest device of this type. */
void pring_scenario_honest(struct pring_scenario *scenario, uint16_t device_type);
const char *pring_honest_name(uint16_t device_type); /* of it: "honest net"; NULL: there is no such device */
/* What `pring bench` measures: reset, negotiate, one queue, some block requests of one sector, teardown. */
void pring_scenario_lifecycle(struct pring_scenario *scenario, uint16_t requests, bool has_event_idx);
/* The backends that `backend=` names: one, or all. Ends with NULL. */
const struct pring_backend *const *pring_arg_backends(void);

#endif

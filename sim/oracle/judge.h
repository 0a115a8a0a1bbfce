/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The judge, as the run drives it: hands events to oracles, keeps accusations, decides the verdict. One per
 * process, as there is one machine. A run is
 *
 *   pring_judge_reset, after the wire and the machine were reset
 *   pring_judge_event, listening to the wire: BEGIN and END around each driver call, DONE, and so on
 *   pring_judge_info, twice: see there
 *   pring_judge_phase_recover, in triage only
 *   pring_judge_end, pring_judge_verdict
 *
 * A request and its data stay where they are and unchanged until the run ends, also after pring_done: `data`
 * compares what was written with what is read. A driver may pass any pointer to pring_done, so nobody follows
 * it before the judge knows it: pring_judge_is_open.
 */
#ifndef PRING_ORACLE_JUDGE_H
#define PRING_ORACLE_JUDGE_H

#include <pring/oracle.h>
#include <pring/run.h>
#include <pring/wire.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Start of a run: all state zero. The pointers outlive the run. */
void pring_judge_reset(const struct pring_dut *dut, const struct pring_setup *setup,
                       const struct pring_options *options);
void pring_judge_event(const struct pring_event *event);
const struct pring_wanted *pring_judge_wanted(void); /* what it listens to */
/* Is this request in the driver's hands? Not to be asked about requests that were never submitted, but safe.
 */
bool pring_judge_is_open(const struct pring_request *request);
/* What the driver believes while no request is open: once after probe returned, once before remove, faults
 * still armed. Fewer free descriptors than after probe are lost ones. Not called where `info` is NULL or
 * failed. */
void pring_judge_info(const struct pring_info *info);
/* What an honest probe, one request and remove of this driver leave behind (module-lifetime pools): balance
 * allows that much. Measured once per driver and device type by pring_judge_left after such a run; all zero
 * if never told. */
void pring_judge_allow(const struct pring_platform *pool);
void pring_judge_left(struct pring_platform *left);
/* The main part is over, all calls returned, remove included. What follows is honest: every fault is off. The
 * run makes probe, one request per queue, remove; and calls it only if pring_judge_may_recover. */
bool pring_judge_may_recover(void);
void pring_judge_phase_recover(void);
/* The workload has come to its end, or the run was stopped. */
void pring_judge_end(enum pring_stop why);
/* Fills verdict, bug, device findings, notes, driver_ok, completed, reg_accesses; leaves the rest alone. */
void pring_judge_verdict(struct pring_result *result);
uint64_t pring_judge_state_hash(void);
/* The accusation that decides, as soon as there is one; else NULL. */
const struct pring_accusation *pring_judge_bug(void);

#ifdef __cplusplus
}
#endif
#endif

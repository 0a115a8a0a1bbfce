/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run: one scenario executed against one driver on one backend, and its verdict. Same build, same scenario:
 * same result, bit for bit, whatever ran before in this process.
 */
#ifndef PRING_RUN_H
#define PRING_RUN_H

#include <stdio.h>

#include <pring/backend.h>
#include <pring/island.h>
#include <pring/scenario.h>
#include <pring/verdict.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PRING_NOTES_MAX = 8 };

struct pring_accusation {
    char oracle[16]; /* "memory"; "" if none */
    char rule[32];   /* requirement id or short word */
    uint8_t label;   /* enum pring_field; 0: none */
    uint8_t queue;
    uint64_t pc; /* driver code address, 0: none */
    uint64_t time_ns, cycle;
    char why[240]; /* one or two sentences */
};

struct pring_result {
    enum pring_verdict verdict;
    struct pring_accusation bug;        /* verdict bug: the first accusation */
    char skipped[80];                   /* "model lacks waves" */
    char compared[160];                 /* what was found behind the device, and is right; "": nothing */
    uint32_t device_findings;           /* device requirements that the backend itself broke */
    struct pring_accusation device_bug; /* the first of them */
    uint32_t note_count;
    struct pring_accusation note[PRING_NOTES_MAX];
    uint64_t result_hash; /* equal across backends under settled */
    uint64_t state_hash;  /* equal whatever ran before; only if asked for */
    uint64_t cycles, time_ns;
    uint32_t reg_accesses, events;
    bool driver_ok;     /* DRIVER_OK was reached */
    uint32_t completed; /* requests that ended with result 0 */
    uint32_t fault_fired[PRING_FAULTS_MAX];
    bool fault_effective[PRING_FAULTS_MAX], fault_lied[PRING_FAULTS_MAX];
    uint64_t labels_seen[2]; /* bit per enum pring_field that the driver met: hints for the mutator */
};

/* Once per process. Backends in the NULL-terminated list are opened when first used. 0, or negative: reason
 * on stderr. */
int pring_bench_open(void);
const struct pring_backend *
pring_bench_backend(const char *name); /* "model", "rtl"; NULL: not in this build */
const struct pring_backend *pring_bench_backend_at(uint32_t index); /* NULL: no more */

struct pring_run_request {
    const struct pring_island *island;
    const struct pring_backend *backend;
    const struct pring_scenario *scenario;
    bool state_hash;  /* wanted: dear. Else the result has 0 */
    bool triage;      /* also decide what a second run decides (recover, degraded): slower */
    FILE *trace;      /* decoded conversation, or NULL */
    const char *wave; /* FST file, or NULL; needs PRING_CAP_WAVES */
};
void pring_bench_run(const struct pring_run_request *request, struct pring_result *result);
/* oracle, rule, label and function name of a finding: what makes two findings the same.
 * "memory/heap-buffer-overflow/ used.id/vio_split_pop". Symbolizes: findings only. */
void pring_result_key(const struct pring_result *result, char *out, size_t size_bytes);
/* One JSON object on one line, keys as in README: file, backend, verdict, oracle, rule, result_hash,
 * state_hash. */
void pring_result_json(const struct pring_result *result, const char *file, const char *backend, FILE *out);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The bench of model_bench.h with one C model, for all tests of a program. */
#ifndef MODEL_ONE_H
#define MODEL_ONE_H

#include "backend/model/model_odd.h"
#include "model_bench.h"

static struct bench *b;

static inline int open_bench(void **state)
{
    (void)state;
    b = bench_new(&pring_backend_model);
    return 0;
}

static inline int close_bench(void **state)
{
    (void)state;
    pring_model_close(b->self);
    free(b);
    return 0;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRING_FUZZ_ENGINE_TIME_H
#define PRING_FUZZ_ENGINE_TIME_H

#include <stddef.h>
#include <stdint.h>

/* Processor time of one run of `target` inside libFuzzer's loop, in ns, over about `seconds`; in a process of
 * its own. Negative: it failed. */
double pring_engine_time(int (*target)(const uint8_t *bytes, size_t len_bytes), double seconds);

#endif

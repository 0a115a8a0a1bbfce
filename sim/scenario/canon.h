/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical form of each record: members in range, unused members 0, one spelling where several mean the
 * same. Bytes and text both pass here, so what was decoded can be written as text and read back.
 */
#ifndef PRING_SCENARIO_CANON_H
#define PRING_SCENARIO_CANON_H

#include <pring/dut.h>
#include <pring/scenario.h>

enum {
    PRING_SECTORS_PER_REQUEST_MAX = 64, /* runs stay short; 32 KiB span every segment limit that is offered */
    PRING_ENTROPY_BYTES_MAX = 4096,
    PRING_DELAY_NS_MAX = 10000000,
    PRING_SEND_BYTES_MAX = 4096,
    PRING_DISCARD_SECTORS_MAX = 4096, /* that a device may allow at once */
    PRING_DISCARD_SEGMENTS_MAX = 16,
    PRING_MTU_MIN = 68,
    PRING_MTU_MAX = 4000,
    FEATURE_RING_PACKED = 34,
};
#define PRING_MAC_MAX      UINT64_C(0xffffffffffff)
#define PRING_CAPACITY_MAX (UINT64_C(1) << 32)
#define PRING_SECTOR_MAX                                                                                     \
    (UINT64_C(1) << 33) /* beyond any capacity, and no overflow when counted in bytes                        \
                         */
#define PRING_SET_NS_MAX UINT64_C(1000000000)

bool pring_device_is_built(uint64_t device_type);
uint32_t pring_scenario_device(const struct pring_scenario *scenario);

/* Each makes the record canonical in place; false: it is inert for this device and must be left out. */
bool pring_canon_set(struct pring_set *set, uint32_t device_type);
bool pring_canon_work(struct pring_work *work, uint32_t device_type);
bool pring_canon_fault(struct pring_fault *fault, uint32_t device_type);
bool pring_canon_data(struct pring_data *data);
/* And what no record can tell alone: queue sizes. The nearest below, if the device offers split rings only.
 */
uint64_t pring_canon_size(const struct pring_scenario *scenario, uint64_t size);

/* Adds a canonical record: sorted, and in place of an earlier one with the same key. false: no room. */
bool pring_scenario_add_set(struct pring_scenario *scenario, const struct pring_set *set);

/* Which members a verb or an action uses. */
enum pring_work_uses {
    PRING_USES_ASYNC = 1,
    PRING_USES_SECTOR = 2,
    PRING_USES_COUNT = 4,
    PRING_USES_BYTES = 8,
    PRING_USES_WHICH = 16,
    PRING_USES_CAPACITY = 32,
    PRING_USES_NS = 64,
    PRING_USES_UNIT = 128,
    PRING_USES_COMMAND = 256,
    PRING_USES_VALUE = 512
};
uint32_t pring_work_uses(uint8_t verb);
bool pring_work_fits(uint8_t verb, uint32_t device_type); /* built, and an act of this device */
bool pring_action_has_value(uint8_t action);              /* "= value" */
bool pring_action_has_target(uint8_t action);             /* poke, change, state */
uint32_t pring_action_count_max(uint8_t action); /* largest INT of swap, hold, switch; 0: takes none */
bool pring_fault_uses_queue(const struct pring_fault *fault);
bool pring_fault_uses_j(const struct pring_fault *fault);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scenario: device set-up, workload, faults, payload. One thing, three spellings: text (for people and
 * git), bytes (for engines), and this struct. Laws, kept by tests: decoding never fails; encode is
 * canonical; decode(encode(s)) == s; encode(decode(b)) is idempotent; printing is canonical and
 * parse(print(s)) == s.
 */
#ifndef PRING_SCENARIO_H
#define PRING_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pring/field.h>
#include <pring/role.h>
#include <pring/setup.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { /* caps: records beyond them are inert in bytes, an error in text */
       PRING_SETS_MAX = 32,
       PRING_WORKS_MAX = 64,
       PRING_FAULTS_MAX = 16,
       PRING_DATAS_MAX = 256,
       PRING_RECORD_BYTES = 16,
       PRING_SCENARIO_BYTES_MAX = (32 + 64 + 16 + 256) * 16,
};

enum pring_set_key {                           /* append-only; an unassigned key is inert */
                     PRING_SET_DEVICE = 1,     /* value: device type (1 net, 2 blk, 3 console, 4 rng;
                                                  unassigned: blk) */
                     PRING_SET_FEATURE_ON = 2, /* value: bit number */
                     PRING_SET_FEATURE_OFF = 3,
                     PRING_SET_QUEUE_SIZE =
                         4, /* device key size=; rounded down to a power of two, 1..1024; default 8 */
                     PRING_SET_CAPACITY = 5, /* blk keys, in the unit of the config field; capacity default 64
                                                sectors, max 2^32 */
                     PRING_SET_SIZE_MAX = 6,
                     PRING_SET_SEG_MAX = 7,
                     PRING_SET_BLK_SIZE = 8,
                     PRING_SET_PHYSICAL_BLOCK_EXP = 9,
                     PRING_SET_ALIGNMENT_OFFSET = 10,
                     PRING_SET_MIN_IO_SIZE = 11,
                     PRING_SET_OPT_IO_SIZE = 12,
                     PRING_SET_SEED = 13, /* device contents and memory stalls; default 1 */
                     PRING_SET_QUEUES =
                         14, /* blk: queues, and num_queues behind MQ; 1..PRING_QUEUES_MAX, default 1. net:
                                queue pairs, and max_virtqueue_pairs behind MQ; 1..PRING_UNITS_MAX */
                     PRING_SET_MAC = 15,   /* net keys; bytes of the address, the first one lowest */
                     PRING_SET_MTU = 16,   /* 68..4000, default 1500 */
                     PRING_SET_COLS = 17,  /* console keys; default 80 */
                     PRING_SET_ROWS = 18,  /* default 25 */
                     PRING_SET_PORTS = 19, /* 1..PRING_UNITS_MAX, max_nr_ports behind MULTIPORT */
                     PRING_SET_MAX_DISCARD_SECTORS = 20,      /* blk keys; default 32 */
                     PRING_SET_MAX_DISCARD_SEG = 21,          /* default 4 */
                     PRING_SET_DISCARD_SECTOR_ALIGNMENT = 22, /* default 1 */
                     PRING_SET_MAX_WRITE_ZEROES_SECTORS = 23, /* default 32 */
                     PRING_SET_MAX_WRITE_ZEROES_SEG = 24,     /* default 4 */
                     PRING_SET_WRITE_ZEROES_MAY_UNMAP = 25,   /* default 1 */
                     PRING_SET_SCHEDULE = 32,                 /* set keys */
                     PRING_SET_LATENCY = 33,                  /* ns, at most 1 s */
                     PRING_SET_SPACING = 34,                  /* ns, at most 1 s */
                     PRING_SET_ISOLATION = 35,
                     PRING_SET_ORDER = 36,   /* reserved: `weak` is skipped for now */
                     PRING_SET_PROFILE = 37, /* the DMA memory: enum pring_profile_name */
};
enum pring_schedule { PRING_SCHEDULE_SETTLED, PRING_SCHEDULE_FREE };
enum pring_isolation { PRING_ISOLATION_NONE, PRING_ISOLATION_PAGE, PRING_ISOLATION_BYTE };
enum pring_profile_name {
    PRING_PROFILE_IDEAL,
    PRING_PROFILE_LATENCY,
    PRING_PROFILE_STALL,
    PRING_PROFILE_REORDER
};

enum pring_verb { /* append-only */
                  PRING_WORK_PROBE = 1,
                  PRING_WORK_READ = 2, /* position: sector, count: sectors */
                  PRING_WORK_WRITE = 3,
                  PRING_WORK_FLUSH = 4,
                  PRING_WORK_DISCARD = 5, /* blk, as read */
                  PRING_WORK_ZERO = 6,
                  PRING_WORK_ID = 7,
                  PRING_WORK_SEND = 8,     /* net, console; unit: pair or port, count: bytes */
                  PRING_WORK_ENTROPY = 9,  /* count: bytes */
                  PRING_WORK_CONTROL = 10, /* position: enum pring_command, count: its value */
                  PRING_WORK_CANCEL = 11,  /* position: which of the open requests, oldest 0 */
                  PRING_WORK_RESET = 12,
                  PRING_WORK_SUSPEND = 13, /* reserved */
                  PRING_WORK_RESUME = 14,  /* reserved */
                  PRING_WORK_REMOVE = 15,
                  PRING_WORK_UNPLUG = 16,
                  PRING_WORK_WAIT = 17,   /* joins all open requests */
                  PRING_WORK_RESIZE = 18, /* device-side act: capacity becomes position (sectors) */
                  PRING_WORK_DELAY = 19,  /* position: ns of virtual time with nothing to do, at most 10 ms */
};

enum pring_action { /* append-only */
                    PRING_FAULT_ANSWER = 1,
                    PRING_FAULT_POKE = 2,
                    PRING_FAULT_CHANGE = 3,
                    PRING_FAULT_STATE = 4,
                    PRING_FAULT_DROP = 5,
                    PRING_FAULT_REPEAT = 6,
                    PRING_FAULT_SWAP = 7, /* operand: with the n-th completion after it */
                    PRING_FAULT_HOLD = 8, /* operand: completions, or x 10 us; 0: for ever */
                    PRING_FAULT_RELEASE = 9,
                    PRING_FAULT_IRQ = 10, /* operand: enum pring_fault_irq */
                    PRING_FAULT_MUTE = 11,
                    PRING_FAULT_FAIL = 12,
                    PRING_FAULT_SWITCH = 13, /* operand: which other context; none runnable: does not fire */
                    PRING_FAULT_NEEDS_RESET = 14,
                    PRING_FAULT_UNPLUG = 15,
};
enum pring_fault_irq { PRING_IRQ_QUEUE = 1, PRING_IRQ_CONFIG = 2, PRING_IRQ_BOTH = 3, PRING_IRQ_NONE = 0 };

enum pring_phase { /* unassigned: any */
                   PRING_PHASE_ANY = 0,
                   PRING_PHASE_PROBE = 1,   /* until FEATURES_OK was written */
                   PRING_PHASE_SETUP = 2,   /* until DRIVER_OK was written */
                   PRING_PHASE_REQUEST = 3, /* a submit is open */
                   PRING_PHASE_IDLE = 4,
                   PRING_PHASE_REMOVE = 5,
                   PRING_PHASE_REPROBE = 6,
};
enum pring_side { PRING_SIDE_DEVICE = 0, PRING_SIDE_LOAD = 1, PRING_SIDE_STORE = 2 }; /* 3: as device */
enum pring_base {                      /* append-only; unassigned: constant 0 */
                  PRING_BASE_ZERO = 0, /* plain INT: the operand alone */
                  PRING_BASE_IT = 1,
                  PRING_BASE_PREV = 2,
                  PRING_BASE_MAX = 3,
                  PRING_BASE_POSTED = 4,
                  PRING_BASE_HEADER = 5,
                  PRING_BASE_QSIZE = 6,
                  PRING_BASE_HEAD = 7,
                  PRING_BASE_OLDEST = 8,
                  PRING_BASE_INNER = 9,
                  PRING_BASE_FREED = 10,
                  PRING_BASE_DONE = 11,
                  PRING_BASE_RING = 12,
                  PRING_BASE_BUF = 13,
                  PRING_BASE_GONE = 14,
};
enum pring_operator {
    PRING_OP_ADD = 0,
    PRING_OP_SUB = 1,
    PRING_OP_XOR = 2,
    PRING_OP_AND = 3,
    PRING_OP_OR = 4
};

enum { PRING_QUEUE_ANY = 15, PRING_COUNT_EVER = 255 };

struct pring_set {
    uint8_t key; /* enum pring_set_key */
    uint16_t index;
    uint64_t value;
};
struct pring_work {
    uint8_t verb; /* enum pring_verb */
    bool async;   /* "&": do not wait */
    uint8_t unit;
    uint32_t count;
    uint64_t position;
};
struct pring_fault { /* as decoded: every member in range, canonical (unused members 0) */
    uint8_t action;  /* enum pring_action */
    uint8_t label;   /* where: enum pring_field; irq, kick, done, calls included */
    uint8_t target;  /* of poke, change, state: enum pring_field */
    uint8_t queue;   /* 0..14, PRING_QUEUE_ANY */
    uint8_t phase;   /* enum pring_phase */
    uint8_t side;    /* enum pring_side */
    uint8_t k;       /* poke of a ring element: k slots on, 0..3; data.in, data.out: see pring_fault_byte */
    uint8_t nth;     /* 1..255: the n-th selected event */
    uint8_t j;       /* 1..255: polled words: the j-th load since the nth change */
    uint8_t count;   /* fires this often, 1..254, or PRING_COUNT_EVER */
    uint8_t base;    /* enum pring_base */
    uint8_t op;      /* enum pring_operator */
    uint8_t shift;   /* below the width of the value, applied last; data.in, data.out: see pring_fault_byte */
    uint32_t operand; /* sign-extended for 64-bit fields */
};
enum pring_data_kind { PRING_DATA_BUFFER = 1 }; /* append-only; an unassigned kind is inert */
struct pring_data { /* bytes XORed over the seeded fill of the n-th workload buffer */
    uint8_t kind;   /* enum pring_data_kind */
    uint16_t buffer;
    uint32_t offset;
    uint8_t bytes[8];
};

struct pring_scenario {
    uint16_t set_count, work_count, fault_count, data_count;
    struct pring_set set[PRING_SETS_MAX];
    struct pring_work work[PRING_WORKS_MAX];
    struct pring_fault fault[PRING_FAULTS_MAX];
    struct pring_data data[PRING_DATAS_MAX];
};

/* ---- bytes ---- */
void pring_scenario_decode(struct pring_scenario *scenario, const uint8_t *bytes, size_t len_bytes);
/* Bytes needed (at most PRING_SCENARIO_BYTES_MAX); written if they fit in `size_bytes`. */
size_t pring_scenario_encode(const struct pring_scenario *scenario, uint8_t *out, size_t size_bytes);

/* ---- text ---- */
struct pring_expect { /* `expect` lines: allowed verdicts by driver name; text only */
    uint32_t count;
    struct {
        char driver[32];
        uint32_t verdicts;
    } line[16]; /* bit n: enum pring_verdict n */
};
struct pring_parse_error {
    uint32_t line;     /* 1.. */
    char message[160]; /* what was found, and what was expected */
};
bool pring_scenario_is_text(const void *data, size_t len_bytes); /* starts with "pring " */
/* false: *error filled. `expect` may be NULL. */
bool pring_scenario_parse(struct pring_scenario *scenario, struct pring_expect *expect, const char *text,
                          size_t len_bytes, struct pring_parse_error *error);
/* Canonical text, NUL-terminated if it fits; returns the length without NUL, like snprintf. */
size_t pring_scenario_print(const struct pring_scenario *scenario, char *out, size_t size_bytes);
/* One fault as it is written behind "fault "; for reports. */
size_t pring_fault_print(const struct pring_fault *fault, char *out, size_t size_bytes);

/* What a set-up record was taken out of, or put into: a queue size that only packed rings can have becomes
 * the nearest below it where none are offered. All above and the decoder give scenarios that are so. */
void pring_scenario_canon(struct pring_scenario *scenario);

/* ---- what it asks for, resolved: defaults applied, values clamped ---- */
struct pring_options {
    enum pring_schedule schedule;
    uint64_t latency_ns, spacing_ns;
    enum pring_isolation isolation;
    bool order_weak;
    struct pring_profile profile;
};
void pring_scenario_resolve(const struct pring_scenario *scenario, struct pring_setup *setup,
                            struct pring_options *options);

/* ---- the fault table: one row per action and subject (see faults.def) ---- */
struct pring_fault_row {
    uint8_t code;       /* append-only */
    uint8_t action;     /* enum pring_action */
    uint8_t subject;    /* enum pring_field: the label, or the target of poke, change and state; 0: none */
    uint8_t variant;    /* irq: enum pring_fault_irq; else 0 */
    uint32_t device;    /* device type it applies to; 0: any */
    const char *name;   /* "answer:used.len": key in JSON and in the summary */
    const char *values; /* how its value is written, "" if it has none */
    const char *help;
};
enum {
    PRING_FAULT_ROWS_FIRST = 82
}; /* rows of entropy and block as they were first; others are behind them */
extern const struct pring_fault_row pring_fault_rows[];
extern const uint32_t pring_fault_row_count;
/* The row of a fault, as an index, or -1: no such fault, it is inert. */
int pring_fault_row_of(const struct pring_fault *fault);
/* May a fault with this subject be placed at this label and side? (data.in pokes only at loads ...) */
bool pring_fault_placeable(const struct pring_fault *fault);
/* The field that it falsifies: target of poke, change and state, label of answer, 0 for the others. */
enum pring_field pring_fault_subject(const struct pring_fault *fault);
/* Width of its value: that of the subject, 8 for data.in and data.out; 0: this action has no such value. */
uint32_t pring_fault_bits(const struct pring_fault *fault);
/* The value from what its base stands for now (ignored for PRING_BASE_ZERO): (base op operand) << shift in
 * that width. */
uint64_t pring_fault_value(const struct pring_fault *fault, uint64_t base);
/* data.in, data.out: one byte of a chain's writable or readable part, which has `part_bytes`. `shift` is its
 * offset, from the front (k 0) or from the back (k 1, 0: the last byte; text [-1]). false: the part is too
 * short, it doesn't fire. */
bool pring_fault_byte(const struct pring_fault *fault, uint64_t part_bytes, uint64_t *offset);
/* Do events of this label carry a queue? At one that does not, `queue` says whose ring a poke or release
 * means. */
bool pring_field_has_queue(enum pring_field field);

#ifdef __cplusplus
}
#endif
#endif

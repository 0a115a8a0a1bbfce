/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include "canon.h"

#include <string.h>

#define WORDS(array)                                                                                         \
    {                                                                                                        \
        array, sizeof array / sizeof array[0]                                                                \
    }

static const char *const devices[] = {
    [PRING_DEVICE_NET] = "net",
    [PRING_DEVICE_BLK] = "blk",
    [PRING_DEVICE_CONSOLE] = "console",
    [PRING_DEVICE_RNG] = "rng",
};
static const char *const verbs[] = {
    [PRING_WORK_PROBE] = "probe",     [PRING_WORK_READ] = "read",       [PRING_WORK_WRITE] = "write",
    [PRING_WORK_FLUSH] = "flush",     [PRING_WORK_DISCARD] = "discard", [PRING_WORK_ZERO] = "zero",
    [PRING_WORK_ID] = "id",           [PRING_WORK_SEND] = "send",       [PRING_WORK_ENTROPY] = "entropy",
    [PRING_WORK_CONTROL] = "control", [PRING_WORK_CANCEL] = "cancel",   [PRING_WORK_RESET] = "reset",
    [PRING_WORK_SUSPEND] = "suspend", [PRING_WORK_RESUME] = "resume",   [PRING_WORK_REMOVE] = "remove",
    [PRING_WORK_UNPLUG] = "unplug",   [PRING_WORK_WAIT] = "wait",       [PRING_WORK_RESIZE] = "resize",
    [PRING_WORK_DELAY] = "delay",
};
static const char *const actions[] = {
    [PRING_FAULT_ANSWER] = "answer",   [PRING_FAULT_POKE] = "poke",
    [PRING_FAULT_CHANGE] = "change",   [PRING_FAULT_STATE] = "state",
    [PRING_FAULT_DROP] = "drop",       [PRING_FAULT_REPEAT] = "repeat",
    [PRING_FAULT_SWAP] = "swap",       [PRING_FAULT_HOLD] = "hold",
    [PRING_FAULT_RELEASE] = "release", [PRING_FAULT_IRQ] = "irq",
    [PRING_FAULT_MUTE] = "mute",       [PRING_FAULT_FAIL] = "fail",
    [PRING_FAULT_SWITCH] = "switch",   [PRING_FAULT_NEEDS_RESET] = "needs-reset",
    [PRING_FAULT_UNPLUG] = "unplug",
};
static const char *const phases[] = {
    [PRING_PHASE_PROBE] = "probe", [PRING_PHASE_SETUP] = "setup",   [PRING_PHASE_REQUEST] = "request",
    [PRING_PHASE_IDLE] = "idle",   [PRING_PHASE_REMOVE] = "remove", [PRING_PHASE_REPROBE] = "reprobe",
};
static const char *const bases[] = {
    [PRING_BASE_IT] = "it",         [PRING_BASE_PREV] = "prev",     [PRING_BASE_MAX] = "max",
    [PRING_BASE_POSTED] = "posted", [PRING_BASE_HEADER] = "header", [PRING_BASE_QSIZE] = "qsize",
    [PRING_BASE_HEAD] = "head",     [PRING_BASE_OLDEST] = "oldest", [PRING_BASE_INNER] = "inner",
    [PRING_BASE_FREED] = "freed",   [PRING_BASE_DONE] = "done",     [PRING_BASE_RING] = "ring",
    [PRING_BASE_BUF] = "buf",       [PRING_BASE_GONE] = "gone",
};
static const char *const irqs[] = {
    [PRING_IRQ_NONE] = "none",
    [PRING_IRQ_QUEUE] = "queue",
    [PRING_IRQ_CONFIG] = "config",
    [PRING_IRQ_BOTH] = "both",
};
static const char *const datas[] = {[PRING_DATA_BUFFER] = "buffer"};
static const char *const device_keys[] = {
    [PRING_SET_QUEUE_SIZE] = "size",
    [PRING_SET_CAPACITY] = "capacity",
    [PRING_SET_SIZE_MAX] = "size_max",
    [PRING_SET_SEG_MAX] = "seg_max",
    [PRING_SET_BLK_SIZE] = "blk_size",
    [PRING_SET_PHYSICAL_BLOCK_EXP] = "physical_block_exp",
    [PRING_SET_ALIGNMENT_OFFSET] = "alignment_offset",
    [PRING_SET_MIN_IO_SIZE] = "min_io_size",
    [PRING_SET_OPT_IO_SIZE] = "opt_io_size",
    [PRING_SET_SEED] = "seed",
    [PRING_SET_QUEUES] = "queues",
    [PRING_SET_MAC] = "mac",
    [PRING_SET_MTU] = "mtu",
    [PRING_SET_COLS] = "cols",
    [PRING_SET_ROWS] = "rows",
    [PRING_SET_PORTS] = "ports",
    [PRING_SET_MAX_DISCARD_SECTORS] = "max_discard_sectors",
    [PRING_SET_MAX_DISCARD_SEG] = "max_discard_seg",
    [PRING_SET_DISCARD_SECTOR_ALIGNMENT] = "discard_sector_alignment",
    [PRING_SET_MAX_WRITE_ZEROES_SECTORS] = "max_write_zeroes_sectors",
    [PRING_SET_MAX_WRITE_ZEROES_SEG] = "max_write_zeroes_seg",
    [PRING_SET_WRITE_ZEROES_MAY_UNMAP] = "write_zeroes_may_unmap",
};
static const char *const set_keys[] = {
    [PRING_SET_SCHEDULE] = "schedule",   [PRING_SET_LATENCY] = "latency", [PRING_SET_SPACING] = "spacing",
    [PRING_SET_ISOLATION] = "isolation", [PRING_SET_ORDER] = "order",     [PRING_SET_PROFILE] = "profile",
};
static const char *const work_keys[] = {"sector", "count", "bytes",   "which", "capacity",
                                        "ns",     "unit",  "command", "value"};

static const char *const schedules[] = {"settled", "free"};
static const char *const isolations[] = {"none", "page", "byte"};
static const char *const orders[] = {"tso", "weak"};
static const char *const profiles[] = {"ideal", "latency", "stall", "reorder"};

const struct pring_words pring_words_device = WORDS(devices);
const struct pring_words pring_words_verb = WORDS(verbs);
const struct pring_words pring_words_action = WORDS(actions);
const struct pring_words pring_words_phase = WORDS(phases);
const struct pring_words pring_words_base = WORDS(bases);
const struct pring_words pring_words_irq = WORDS(irqs);
const struct pring_words pring_words_data = WORDS(datas);
const struct pring_words pring_words_device_key = WORDS(device_keys);
const struct pring_words pring_words_set_key = WORDS(set_keys);
const struct pring_words pring_words_work_key = WORDS(work_keys);

struct pring_words pring_words_of_set(uint8_t key)
{
    static const struct pring_words schedule = WORDS(schedules), isolation = WORDS(isolations),
                                    order = WORDS(orders), profile = WORDS(profiles), none = {NULL, 0};

    switch (key) {
    case PRING_SET_SCHEDULE:
        return schedule;
    case PRING_SET_ISOLATION:
        return isolation;
    case PRING_SET_ORDER:
        return order;
    case PRING_SET_PROFILE:
        return profile;
    default:
        return none;
    }
}

int pring_word_find(struct pring_words words, const char *text, uint32_t len)
{
    for (uint32_t i = 0; i < words.count; i++) {
        if (words.name[i] && strlen(words.name[i]) == len && memcmp(words.name[i], text, len) == 0)
            return (int)i;
    }
    return -1;
}

const char *pring_word(struct pring_words words, uint32_t number)
{
    return number < words.count ? words.name[number] : NULL;
}

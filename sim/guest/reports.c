/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ends badly in a driver. Islands are linked to the functions below instead of the sanitizers' own
 * report functions (cmake/island.syms): those print, symbolize and hold locks, 0.4 ms each; a fuzzer meets
 * thousands. Here a report is an event like any other, made before the access happens.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guest/guest.h"
#include "wire/poison.h"

const struct pring_report *pring_machine_report(void)
{
    return guest.reported ? &guest.report : NULL;
}

/* ---- noting ---- */

void guest_report(const char *kind, uint64_t addr, uint32_t len_bytes, bool is_write, uint64_t pc)
{
    if (!guest.running) {
        fprintf(stderr, "pring: internal error: %s at %#lx outside a run\n", kind, (unsigned long)addr);
        _exit(3);
    }
    guest_note_depth();
    if (is_write && guest.pending.addr == addr) /* announced, but not done yet */
        guest.pending.len_bytes = 0;
    guest_take_pending();
    if (!guest.reported) {
        struct pring_report *report = &guest.report;
        memset(report, 0, sizeof *report);
        snprintf(report->kind, sizeof report->kind, "%s", kind);
        report->pc = pc;
        report->addr = addr;
        report->len_bytes = len_bytes;
        report->is_write = is_write;
        report->is_driver = true;
        guest.reported = true;
    }
    if (is_write)
        pring_memory_suspect();
    struct pring_event event = guest_event(PRING_EV_REPORT, is_write, pc);
    event.addr = addr;
    event.len_bytes = len_bytes;
    event.text = kind;
    pring_wire_told(&event);
    guest_check_stop();
}

/* ---- what kind of red zone is it? ---- */

static const char *kind_in_arena(uint64_t addr)
{
    const struct pring_object *object = pring_memory_object_below(addr);
    if (!object)
        return "wild-access";
    uint64_t end = (uint64_t)object->start + object->len_bytes;
    if (addr < end)
        return object->live ? "heap-access" : "heap-use-after-free";
    const struct pring_object *next = pring_memory_object_below(addr + PRING_OBJECT_REDZONE);
    if (next != object && addr - end > next->start - addr)
        return "heap-buffer-underflow";
    return "heap-buffer-overflow";
}

#ifdef PRING_PLAIN
static const char *kind_by_shadow(uint64_t addr)
{
    (void)addr;
    return "unknown";
}

static bool is_clean(uint64_t addr, size_t len_bytes)
{
    (void)addr, (void)len_bytes;
    return true;
}
#else
/* What the sanitizer would say, without its detours: nearly every range is good. False: ask it. */
PRING_RAW static bool is_clean(uint64_t addr, size_t len_bytes)
{
    static size_t scale, offset;
    if (!offset)
        __asan_get_shadow_mapping(&scale, &offset);
    if (!pring_is_low(addr, len_bytes)) /* whose shadow is always there */
        return false;
    const uint8_t *shadow = (const uint8_t *)((addr >> scale) + offset);
    const uint8_t *last = (const uint8_t *)(((addr + len_bytes - 1) >> scale) + offset);
    if (*last && (int8_t)*last <= (int)((addr + len_bytes - 1) & ((1u << scale) - 1)))
        return false; /* only the first bytes of a granule are good, or none */
    uint8_t found = 0;
    while (shadow < last)
        found |= *shadow++;
    return !found;
}

PRING_RAW static const char *kind_by_shadow(uint64_t addr)
{
    size_t scale, offset;
    __asan_get_shadow_mapping(&scale, &offset);
    const uint8_t *shadow = (const uint8_t *)((addr >> scale) + offset);
    uint8_t code =
        *shadow < 0x80 ? shadow[1] : *shadow; /* the first bytes of a granule: the next one tells */
    switch (code) {
    case 0xf1:
        return "stack-buffer-underflow";
    case 0xf2:
    case 0xf3:
        return "stack-buffer-overflow";
    case 0xf5:
        return "stack-use-after-return";
    case 0xf8:
        return "stack-use-after-scope";
    case 0xf9:
        return "global-buffer-overflow";
    case 0xca:
    case 0xcb:
        return "dynamic-stack-buffer-overflow";
    default:
        return "wild-access";
    }
}
#endif

static void report_poison(uint64_t addr, uint64_t bad, uint32_t len_bytes, bool is_write, uint64_t pc)
{
    bool arena = bad - PRING_ARENA_BASE < PRING_ARENA_BYTES;
    guest_report(arena ? kind_in_arena(bad) : kind_by_shadow(bad), addr, len_bytes, is_write, pc);
}

void guest_check_range(const void *ptr, size_t len_bytes, bool is_write, uint64_t pc)
{
    if (!len_bytes || is_clean((uintptr_t)ptr, len_bytes))
        return;
    void *bad = pring_poisoned((void *)(uintptr_t)ptr, len_bytes);
    if (bad)
        report_poison((uintptr_t)ptr, (uintptr_t)bad, (uint32_t)len_bytes, is_write, pc);
}

/* The first poisoned byte of an access that ASan found bad. */
static void report_access(uint64_t addr, uint64_t len_bytes, bool is_write, uint64_t pc)
{
    void *bad = pring_poisoned((void *)addr, len_bytes);
    report_poison(addr, bad ? (uintptr_t)bad : addr, (uint32_t)len_bytes, is_write, pc);
}

#define ACCESS(kind, is_write, bytes)                                                                        \
    void pring_report_##kind##bytes(uint64_t addr);                                                          \
    void pring_report_##kind##bytes(uint64_t addr)                                                           \
    {                                                                                                        \
        report_access(addr, bytes, is_write, GUEST_PC);                                                      \
    }                                                                                                        \
    void pring_check_##kind##bytes(uint64_t addr); /* functions with thousands of accesses call these */     \
    void pring_check_##kind##bytes(uint64_t addr)                                                            \
    {                                                                                                        \
        guest_check_range((void *)addr, bytes, is_write, GUEST_PC);                                          \
    }
#define ACCESSES(kind, is_write)                                                                             \
    ACCESS(kind, is_write, 1)                                                                                \
    ACCESS(kind, is_write, 2)                                                                                \
    ACCESS(kind, is_write, 4)                                                                                \
    ACCESS(kind, is_write, 8)                                                                                \
    ACCESS(kind, is_write, 16)                                                                               \
    void pring_report_##kind##_n(uint64_t addr, uint64_t len_bytes);                                         \
    void pring_report_##kind##_n(uint64_t addr, uint64_t len_bytes)                                          \
    {                                                                                                        \
        report_access(addr, len_bytes, is_write, GUEST_PC);                                                  \
    }                                                                                                        \
    void pring_check_##kind##_n(uint64_t addr, uint64_t len_bytes);                                          \
    void pring_check_##kind##_n(uint64_t addr, uint64_t len_bytes)                                           \
    {                                                                                                        \
        guest_check_range((void *)addr, len_bytes, is_write, GUEST_PC);                                      \
    }
ACCESSES(load, false)
ACCESSES(store, true)

/* Before calls that do not return: stacks that are left are unpoisoned as a whole. */
void pring_hook_no_return(void);
void pring_hook_no_return(void) {}

/* ---- undefined behaviour: what follows these calls is no code, the run cannot go on. With recovery the
 * compiler calls the same functions by other names. ---- */

static _Noreturn void report_undefined(const char *kind, uint64_t value, bool is_write, uint64_t pc)
{
    guest_report(kind, value, 0, is_write, pc);
    pring_stop(PRING_STOP_ACCUSED);
}

#define UNDEFINED(name, kind)                                                                                \
    _Noreturn void pring_ubsan_##name(void *data, uint64_t value);                                           \
    void pring_ubsan_##name(void *data, uint64_t value)                                                      \
    {                                                                                                        \
        (void)data;                                                                                          \
        report_undefined(kind, value, false, GUEST_PC);                                                      \
    }                                                                                                        \
    _Noreturn void pring_ubsan_##name##_abort(void *data, uint64_t value)                                    \
        __attribute__((alias("pring_ubsan_" #name)));
UNDEFINED(add_overflow, "signed-integer-overflow")
UNDEFINED(sub_overflow, "signed-integer-overflow")
UNDEFINED(mul_overflow, "signed-integer-overflow")
UNDEFINED(negate_overflow, "signed-integer-overflow")
UNDEFINED(divrem_overflow, "integer-divide-by-zero")
UNDEFINED(shift_out_of_bounds, "shift-out-of-bounds")
UNDEFINED(out_of_bounds, "index-out-of-bounds")
UNDEFINED(vla_bound_not_positive, "vla-bound")
UNDEFINED(float_cast_overflow, "float-cast-overflow")
UNDEFINED(load_invalid_value, "invalid-value")
UNDEFINED(implicit_conversion, "implicit-conversion")
UNDEFINED(invalid_builtin, "invalid-builtin")
UNDEFINED(nonnull_arg, "null-argument")
UNDEFINED(nonnull_return_v1, "null-return")
UNDEFINED(nullability_arg, "null-argument")
UNDEFINED(nullability_return_v1, "null-return")
UNDEFINED(pointer_overflow, "pointer-overflow")
UNDEFINED(alignment_assumption, "misaligned-pointer")
UNDEFINED(function_type_mismatch, "function-type-mismatch")
UNDEFINED(function_type_mismatch_v1, "function-type-mismatch")

struct type_mismatch { /* as the compiler lays it out */
    const char *file;
    uint32_t line, column;
    const void *type;
    uint8_t log_alignment, access;
};
_Noreturn void pring_ubsan_type_mismatch_v1(const struct type_mismatch *data, uint64_t ptr);
void pring_ubsan_type_mismatch_v1(const struct type_mismatch *data, uint64_t ptr)
{
    const char *kind = "object-size";
    if (!ptr)
        kind = "null-pointer";
    else if (ptr & ((UINT64_C(1) << (data->log_alignment & 63)) - 1))
        kind = "misaligned-pointer";
    report_undefined(kind, ptr, data->access == 1, GUEST_PC);
}
_Noreturn void pring_ubsan_type_mismatch_v1_abort(const struct type_mismatch *data, uint64_t ptr)
    __attribute__((alias("pring_ubsan_type_mismatch_v1")));

#define DEAD_END(name, kind)                                                                                 \
    _Noreturn void pring_ubsan_##name(void *data);                                                           \
    void pring_ubsan_##name(void *data)                                                                      \
    {                                                                                                        \
        (void)data;                                                                                          \
        report_undefined(kind, 0, false, GUEST_PC);                                                          \
    }
DEAD_END(builtin_unreachable, "unreachable-code")
DEAD_END(missing_return, "missing-return")

/* ---- symbols ---- */

#ifdef PRING_PLAIN
uint32_t pring_machine_frames(uint64_t pc, struct pring_report *frames, uint32_t frames_max)
{
    (void)pc, (void)frames, (void)frames_max;
    return 0;
}
#else
static void take_text(char *to, size_t size_bytes, const char *from)
{
    size_t n = strlen(from);
    if (n >= size_bytes) { /* the end of a path says more than its start */
        from += n - (size_bytes - 1);
        n = size_bytes - 1;
    }
    memcpy(to, from, n + 1);
}

/* "FUNCTION\nFILE\nLINE\n" */
static bool take_frame(char *text, struct pring_report *where)
{
    char *file = strchr(text, '\n');
    char *line = file ? strchr(file + 1, '\n') : NULL;
    where->function[0] = where->file[0] = 0;
    where->line = 0;
    if (!line || text[0] == '<' || text[0] == '\n')
        return false;
    *file++ = 0;
    *line++ = 0;
    take_text(where->function, sizeof where->function, text);
    if (file[0] == '.' && file[1] == '/') /* in this tree: drivers are compiled with relative names */
        file += 2;
    take_text(where->file, sizeof where->file, file);
    for (; *line >= '0' && *line <= '9'; line++)
        where->line = where->line * 10 + (uint32_t)(*line - '0');
    return true;
}

/* The run-time writes one text behind the other, each with its NUL, and an empty one behind the last. */
uint32_t pring_machine_frames(uint64_t pc, struct pring_report *frames, uint32_t frames_max)
{
    char text[2048] = "";
    uint32_t count = 0;
    __sanitizer_symbolize_pc((void *)pc, "%f\n%s\n%l\n", text, sizeof text);
    for (char *at = text; at < text + sizeof text - 1 && *at && count < frames_max;) {
        char *next = at + strlen(at) + 1;
        if (!take_frame(at, &frames[count]))
            break;
        count++;
        at = next;
    }
    return count;
}
#endif

bool pring_machine_symbolize(uint64_t pc, struct pring_report *where)
{
    where->function[0] = where->file[0] = 0;
    where->line = 0;
    return pring_machine_frames(pc, where, 1) == 1;
}

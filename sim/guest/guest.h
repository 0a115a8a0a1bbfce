/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest machine's own state and the calls between its files. One machine per process, so it is one static
 * object.
 *
 *   machine.c   set-up, reset, run, stop            coro.c      stacks and the switch between them
 *   hooks.c     the compiler's loads and stores     memfn.c     memcpy and the like
 *   spin.c      loops that wait for a plain word    line.c      interrupts and timers
 *   wait.c      sleeping, contexts, time            calls.c     registers, barriers, talk
 *   heap.c      private and DMA memory              map.c       lending, bounce buffers
 *   reports.c   ASan, UBSan                         islands.c   data of the drivers
 *   signals.c   crashes, loops without a hook
 */
#ifndef PRING_GUEST_GUEST_H
#define PRING_GUEST_GUEST_H

#include <pring/guest.h>
#include <pring/machine.h>
#include <pring/memory.h>

#include "guest/coro.h"
#include "wire/memory_object.h"

enum {
    GUEST_DEVICES = PRING_REG_DEVICES,
    GUEST_TIMERS = 64,
    GUEST_MAPS = 4096,
    GUEST_BUDGET = 1000000, /* hooks of one driver call */
    GUEST_QUIET = 64,       /* hooks between two looks */
    GUEST_SAME_MAX = 10000, /* one place, one word, one value: busy */
    GUEST_STORM_MAX = 1000, /* handler runs that leave the line asserted */
    GUEST_WAIT_PRICE = 16,  /* hooks that a turn of a wait is worth: no wait lasts for ever */
    GUEST_WINDOWS = 4,      /* bases at which drivers expect registers */
};
#define GUEST_NEVER UINT64_MAX
/* Bytes that the wire knows about: only these are worth an event. */
#define GUEST_SHARED (PRING_BYTE_TO_DEVICE | PRING_BYTE_FROM_DEVICE | PRING_BYTE_POSTED | PRING_BYTE_RING)

struct guest_context {
    struct guest_coro coro;
    enum { CONTEXT_FREE = 0, CONTEXT_READY, CONTEXT_WAITING } state;
    bool is_driver;  /* the driver's spawn or wait, not the workload's */
    unsigned masked; /* irq_save depth */
    void (*entry)(void *arg);
    void *arg;
    int (*ready)(void *arg);
    void *ready_arg;
    uint64_t deadline;
};

struct guest_timer {
    void (*fn)(void *arg);
    void *arg;
    uint64_t due; /* GUEST_NEVER: free */
};

struct guest_irq {
    void (*handler)(void *arg);
    void *arg;
    bool enabled;
    uint32_t storm; /* handler runs since the line was last seen low */
};

struct guest_pending { /* a store that was announced; its value is looked at before anything else happens */
    uint64_t addr, pc;
    uint32_t len_bytes; /* 0: none */
    uint64_t before[2]; /* what stood there, in memory order */
};

struct guest {
    /* The hooks' own words first: one cache line. */
    int64_t fuel; /* hooks until the next look (hooks.c) */
    int64_t quantum;
    int64_t spent; /* hooks of this driver call, without the current quantum */
    bool running;
    bool eventful;   /* something crossed the wire since the last look */
    bool slow;       /* every hook is looked at (spin.c) */
    uint8_t context; /* enum pring_context */
    uint32_t backoff;
    struct guest_pending pending;

    enum pring_stop stop, stop_soon;
    uint64_t acting_pc; /* a memory function or guest call works on the driver's pointers for this code
                           address; 0: no */
    struct guest_context *current;
    struct guest_context contexts[PRING_STACKS];
    uint32_t lines; /* bit per device with a handler that is enabled */
    struct guest_irq irq[GUEST_DEVICES];
    uint32_t timers_armed;
    uint64_t timer_next; /* the earliest due, GUEST_NEVER: none */
    struct guest_timer timer[GUEST_TIMERS];
    uint64_t progress; /* counts what is more than a turn of a polling loop */
    uint64_t relax_progress, relax_pc;
    uint32_t relax_turns;
    enum pring_isolation isolation;
    struct pring_platform platform;
    const struct pring_island *island;
    bool reported;
    struct pring_report report;
    uint64_t run_serial;
};
extern struct guest guest;

static inline uint64_t guest_pc(void *return_address)
{
    return (uintptr_t)return_address - 1; /* inside the instruction: line tables need that */
}
#define GUEST_PC guest_pc(__builtin_return_address(0))

/* Every slow path does this: what lies above is cleared before the next run. */
static inline void guest_note_depth(void)
{
    uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
    if (guest.current && frame < guest.current->coro.low_water)
        guest.current->coro.low_water = frame;
}

/* ---- hooks.c ---- */
typedef uint16_t guest_any16 __attribute__((aligned(1), may_alias));
typedef uint32_t guest_any32 __attribute__((aligned(1), may_alias));
typedef uint64_t guest_any64 __attribute__((aligned(1), may_alias));
/* As memory is: red zones are no business of the hooks. At most 8 bytes, of an access that has a hook. */
PRING_RAW static inline uint64_t guest_peek(uint64_t addr, uint32_t len_bytes)
{
    switch (len_bytes) {
    case 1:
        return *(const uint8_t *)addr;
    case 2:
        return *(const guest_any16 *)addr;
    case 4:
        return *(const guest_any32 *)addr;
    default:
        return *(const guest_any64 *)addr;
    }
}
void guest_take_it(void);
static inline void guest_take_pending(void)
{
    if (guest.pending.len_bytes)
        guest_take_it();
}
/* What a store of the bench on the driver's behalf must do before and after. */
void guest_store(uint64_t addr, uint32_t len_bytes, const uint8_t *before, uint64_t pc);
bool guest_reg_window(uint64_t addr, unsigned *dev, uint32_t *offset);
uint64_t guest_reg_load(uint64_t addr, uint32_t len_bytes, uint64_t pc);
void guest_reg_store(uint64_t addr, uint32_t len_bytes, uint64_t value, uint64_t pc);
void guest_window(uintptr_t base);
void guest_refuel(void); /* a driver call begins */
_Noreturn void guest_stall(enum pring_stall stall) __attribute__((cold));
static inline void guest_burn(int64_t hooks)
{
    guest.fuel -= hooks;
    if (guest.spent + guest.quantum - guest.fuel >= GUEST_BUDGET)
        guest_stall(PRING_STALL_BUSY);
}
static inline void guest_check_stop(void)
{
    if (__builtin_expect(guest.stop_soon != PRING_STOP_NONE, 0))
        pring_stop(guest.stop_soon);
}

/* ---- spin.c ---- */
void guest_spin_reset(void); /* a driver call begins */
void guest_spin_begin(void);
/* A register was read: one place that sees one value for ever is busy. */
void guest_same_value(uint64_t pc, uint64_t reg, uint64_t value);
/* A hook in slow mode. False: this is no spin, look again later. */
bool guest_spin_look(uint64_t addr, uint32_t len_bytes, bool is_store, uint64_t pc);

/* ---- line.c ---- */
bool guest_interrupt(void);
static inline bool guest_may_interrupt(void)
{
    return guest.running && guest.context == PRING_CONTEXT_THREAD && !guest.current->masked;
}
/* Runs what is due, handlers and timers; true: something ran. */
static inline bool guest_take_irq(void)
{
    guest_take_pending();
    return (guest.lines || guest.timers_armed) && guest_may_interrupt() && guest_interrupt();
}
void guest_attend(void); /* after an access: the above, and the other context that a fault asks for */
void guest_next_timer(void);

/* ---- wait.c ---- */
int guest_wait(int (*ready)(void *arg), void *arg, uint64_t ns_max, bool is_driver);
void guest_switch(uint32_t n); /* the n-th other context that can run, if there is one, and if it may */
int guest_spawn(void (*entry)(void *arg), void *arg, bool is_driver);
void guest_context_main(void); /* where a new context starts */
void guest_poll_turn(uint64_t pc);

/* ---- calls.c ---- */
/* Every guest call begins and ends so. */
void guest_enter(void);
void guest_enter_idly(void);
void guest_leave(void);
void guest_tell_call(enum pring_call_kind kind, bool refused, bool bad, uint64_t addr, uint64_t len_bytes,
                     int dir, uint64_t pc);
/* The bench stores a result through a driver's pointer: checked and seen like a store of the driver's. */
void guest_give_u64(uint64_t *to, uint64_t value, uint64_t pc);
struct pring_event guest_event(enum pring_event_kind kind, uint64_t made, uint64_t pc);

/* ---- map.c ---- */
void guest_map_reset(void);
uint64_t guest_map_hash(void);

/* ---- islands.c ---- */
int guest_islands_open(void);
void guest_island_restore(const struct pring_island *island);
bool guest_is_driver_text(uint64_t pc);

/* ---- reports.c ---- */
int guest_reports_open(void);
void guest_report(const char *kind, uint64_t addr, uint32_t len_bytes, bool is_write, uint64_t pc)
    __attribute__((cold));
/* The driver asks the bench to touch [addr, addr+len): reports what lies in a red zone. */
void guest_check_range(const void *ptr, size_t len_bytes, bool is_write, uint64_t pc);

#endif

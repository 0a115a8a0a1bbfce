/* SPDX-License-Identifier: Apache-2.0 */
/* Guest calls: what all have in common, registers, barriers, giving up and talking. */
#include <stdio.h>

#include "guest/guest.h"

/* The driver's last store comes before the call. Calls that a polling loop may make in each turn are no
 * progress. */
void guest_enter_idly(void)
{
    guest_note_depth();
    guest_take_pending();
    guest.eventful = true;
    guest_check_stop();
}

void guest_enter(void)
{
    guest.progress++;
    guest_enter_idly();
}

void guest_leave(void)
{
    guest_take_irq();
    guest_check_stop();
}

struct pring_event guest_event(enum pring_event_kind kind, uint64_t made, uint64_t pc)
{
    return (struct pring_event){
        .kind = (uint8_t)kind, .made = made, .seen = made, .pc = pc, .time_ns = pring_wire_now()};
}

void guest_tell_call(enum pring_call_kind kind, bool refused, bool bad, uint64_t addr, uint64_t len_bytes,
                     int dir, uint64_t pc)
{
    struct pring_call call = {.kind = (uint8_t)kind,
                              .dir = (uint8_t)dir,
                              .refused = refused,
                              .bad = bad,
                              .addr = addr,
                              .len_bytes = len_bytes};
    guest.platform.calls[kind]++;
    pring_wire_call(&call, pc);
}

void guest_stall(enum pring_stall stall)
{
    static const enum pring_stop stops[] = {[PRING_STALL_BUSY] = PRING_STOP_BUSY,
                                            [PRING_STALL_ASLEEP] = PRING_STOP_ASLEEP,
                                            [PRING_STALL_STORM] = PRING_STOP_STORM};
    struct pring_event event = guest_event(PRING_EV_STALL, stall, 0);
    pring_wire_told(&event);
    pring_stop(stops[stall]);
}

void guest_give_u64(uint64_t *to, uint64_t value, uint64_t pc)
{
    uint8_t before[8];
    uint64_t addr = (uintptr_t)to;
    guest.acting_pc = pc;
    guest_check_range(to, 8, true, pc);
    pring_copy(before, to, 8);
    pring_copy(to, &value, 8);
    guest.acting_pc = 0;
    if (pring_is_low(addr, 8) && pring_page_class[addr >> 12] == PRING_PAGE_TRACK)
        guest_store(addr, 8, before, pc);
}

/* ---- registers ---- */

uint64_t pring_reg_read(unsigned dev, uint32_t offset, unsigned width)
{
    uint64_t pc = GUEST_PC;
    guest_enter_idly();
    uint64_t value = pring_wire_reg_read(dev, offset, width, pc);
    guest_same_value(pc, (uint64_t)dev << 32 | offset, value);
    guest_attend();
    guest_check_stop();
    return value;
}

void pring_reg_write(unsigned dev, uint32_t offset, unsigned width, uint64_t value)
{
    uint64_t pc = GUEST_PC;
    guest_enter();
    pring_wire_reg_write(dev, offset, width, value, pc);
    guest_attend();
    guest_check_stop();
}

volatile void *pring_reg_base(unsigned dev)
{
    uintptr_t base =
        guest.island && guest.island->dut->reg_base ? guest.island->dut->reg_base : PRING_REG_BASE;
    return dev < GUEST_DEVICES ? (volatile void *)(base + dev * 4096ul) : NULL;
}

/* ---- ordering ---- */

static void barrier(int kind, uint64_t pc)
{
    guest_enter_idly();
    pring_wire_barrier(kind, pc);
}

void pring_barrier(enum pring_barrier kind)
{
    barrier((int)kind, GUEST_PC);
}

/* What press.h makes of the compiler's fences. */
void pring_fence(int order);
void pring_fence(int order)
{
    static const uint8_t kinds[] = {
        [__ATOMIC_CONSUME] = PRING_BARRIER_READ,  [__ATOMIC_ACQUIRE] = PRING_BARRIER_READ,
        [__ATOMIC_RELEASE] = PRING_BARRIER_WRITE, [__ATOMIC_ACQ_REL] = PRING_BARRIER_FULL,
        [__ATOMIC_SEQ_CST] = PRING_BARRIER_FULL,
    };
    if (order != __ATOMIC_RELAXED)
        barrier(order > 0 && order <= __ATOMIC_SEQ_CST ? kinds[order] : PRING_BARRIER_FULL, GUEST_PC);
}

/* ---- giving up, and talking ---- */

static _Noreturn void give_up(uint64_t made, const char *why, uint64_t pc)
{
    guest_enter();
    struct pring_event event = guest_event(PRING_EV_PANIC, made, pc);
    event.text = why ? why : "";
    pring_wire_told(&event);
    pring_stop(PRING_STOP_PANIC);
}

void pring_panic(const char *why)
{
    give_up(0, why, GUEST_PC);
}

void pring_assert_failed(const char *condition, const char *file, int line)
{
    uint64_t pc = GUEST_PC;
    char text[256];
    snprintf(text, sizeof text, "%.160s (%.60s:%d)", condition ? condition : "", file ? file : "", line);
    give_up(1, text, pc);
}

static void (*log_sink)(const char *text);

void pring_machine_on_log(void (*sink)(const char *text))
{
    log_sink = sink;
}

/* Formatting is dear, and nobody reads it but the trace. */
void pring_vlog(const char *format, va_list args)
{
    guest_enter_idly();
    if (log_sink) {
        char text[512];
        vsnprintf(text, sizeof text, format, args);
        log_sink(text);
    }
    guest_check_stop();
}

void pring_log(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    pring_vlog(format, args);
    va_end(args);
}

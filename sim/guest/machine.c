/* SPDX-License-Identifier: Apache-2.0 */
/* The machine as the run drives it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <unistd.h>

#include "guest/guest.h"

/* The heap of a non-PIE program may begin anywhere in the first GiB; then the machine's memory is taken. Once
 * more without address randomization. */
static void again_without_randomization(void)
{
    int now = personality(0xffffffff);
    if (now < 0 || now & ADDR_NO_RANDOMIZE || personality((unsigned)now | ADDR_NO_RANDOMIZE) < 0)
        return;
    size_t room = 1 << 20, used = 0;
    char *text = malloc(room), **argv = calloc(4096, sizeof *argv);
    FILE *file = fopen("/proc/self/cmdline", "r");
    if (!text || !argv || !file)
        return;
    used = fread(text, 1, room - 1, file);
    fclose(file);
    text[used] = 0;
    int argc = 0;
    for (size_t at = 0; at < used && argc < 4095; at += strlen(text + at) + 1)
        argv[argc++] = text + at;
    execv("/proc/self/exe", argv);
}

/* A driver with registers at an address of its own finds them there. */
static int open_windows(void)
{
    for (uint32_t i = 0; i < pring_island_count; i++) {
        uintptr_t base = pring_islands[i].dut->reg_base;
        unsigned dev;
        uint32_t offset;
        if (!base || (guest_reg_window(base, &dev, &offset) && !dev && !offset))
            continue;
        size_t len_bytes = GUEST_DEVICES * 4096;
        if (base & 4095 || !pring_is_low(base, len_bytes) ||
            mmap((void *)base, len_bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != (void *)base) {
            fprintf(
                stderr,
                "pring: driver %s wants registers at %#lx: not to be had (page-aligned, below %#x, free)\n",
                pring_islands[i].name, (unsigned long)base, PRING_LOW_END);
            return -1;
        }
        memset(pring_page_class + (base >> 12), PRING_PAGE_REG, GUEST_DEVICES);
        guest_window(base);
    }
    return 0;
}

int pring_machine_open(void)
{
    static bool open;
    if (open)
        return 0;
    int failed = pring_memory_open();
    if (failed) {
        again_without_randomization();
        fprintf(stderr, "pring: the machine's memory at %#x is taken: %s\n", PRING_REG_BASE,
                strerror(-failed));
        return -1;
    }
    if (open_windows() || guest_islands_open() || guest_reports_open())
        return -1;
    open = true;
    return 0;
}

void pring_machine_reset(const struct pring_island *island)
{
    for (unsigned i = 0; i < PRING_STACKS; i++) {
        struct guest_context *context = &guest.contexts[i];
        guest_coro_clear(&context->coro, i);
        context->state = CONTEXT_FREE;
    }
    pring_memory_reset();
    guest.running = guest.reported = guest.eventful = guest.slow = false;
    guest.fuel = guest.quantum = INT64_MAX;
    guest.spent = 0;
    guest.context = PRING_CONTEXT_THREAD;
    guest.pending.len_bytes = 0;
    guest.stop = guest.stop_soon = PRING_STOP_NONE;
    guest.acting_pc = 0;
    guest.current = NULL;
    if (guest.platform.calls[PRING_CALL_IRQ_REGISTER])
        memset(guest.irq, 0, sizeof guest.irq);
    guest.lines = guest.timers_armed = 0;
    guest.timer_next = GUEST_NEVER;
    for (unsigned i = 0; i < GUEST_TIMERS; i++)
        guest.timer[i].due = GUEST_NEVER;
    guest.progress = guest.relax_progress = guest.relax_pc = guest.relax_turns = 0;
    guest.isolation = PRING_ISOLATION_NONE;
    memset(&guest.platform, 0, sizeof guest.platform);
    guest.island = island;
    guest_map_reset();
    guest_island_restore(island);
    guest.run_serial++;
}

enum pring_stop pring_machine_run(void (*body)(void *arg), void *arg)
{
    struct guest_context *first = &guest.contexts[0];
    *first = (struct guest_context){.coro = first->coro, .state = CONTEXT_READY, .entry = body, .arg = arg};
    guest_coro_make(&first->coro, 0, guest_context_main);
    guest.current = first;
    guest.running = true;
    pring_machine_call_begins();
    guest_coro_enter(&first->coro, 0);
    guest.running = false;
    guest.fuel = guest.quantum = INT64_MAX;
    guest.current = NULL;
    return guest.stop != PRING_STOP_NONE ? guest.stop : guest.stop_soon;
}

void pring_stop(enum pring_stop why)
{
    if (!guest.running) {
        fprintf(stderr, "pring: internal error: stop %d outside a run\n", why);
        _exit(3);
    }
    guest.stop = why;
    guest.running = false; /* nothing of this stack counts any more */
    guest.pending.len_bytes = 0;
    guest_coro_exit();
}

void pring_stop_soon(enum pring_stop why)
{
    if (guest.stop_soon != PRING_STOP_NONE || !guest.running)
        return;
    guest.stop_soon = why;
    guest.quantum -= guest.fuel; /* what was burnt so far */
    guest.fuel = 0;
}

void pring_machine_sync(void)
{
    if (!guest.running)
        return;
    guest_enter();
}

void pring_machine_call_begins(void)
{
    guest_take_pending();
    guest_spin_reset();
    guest_refuel();
}

void pring_machine_resumed(void)
{
    if (guest.running && guest.current)
        guest_coro_again((unsigned)(guest.current - guest.contexts));
}

void pring_machine_isolation(enum pring_isolation isolation)
{
    guest.isolation = isolation;
}

void *pring_machine_alloc(size_t len_bytes)
{
    void *ptr = pring_memory_alloc(len_bytes, 16, false);
    if (ptr)
        pring_memory_object(ptr)->kind = PRING_OBJECT_BENCH;
    return ptr;
}

const struct pring_platform *pring_machine_platform(void)
{
    return &guest.platform;
}

/* ---- the proof that nothing is left ---- */

uint64_t pring_machine_state_hash(void)
{
    uint64_t hash = pring_memory_hash();
    const struct pring_island *island = guest.island;
    if (island) {
        hash = pring_memory_mix(hash, island->data_start, (size_t)(island->data_end - island->data_start));
        hash = pring_memory_mix(hash, island->bss_start, (size_t)(island->bss_end - island->bss_start));
    }
    hash = pring_memory_mix(hash, &guest.platform, sizeof guest.platform);
    hash = pring_memory_mix(hash, guest.timer, guest.timers_armed ? sizeof guest.timer : 0);
    hash = pring_memory_mix(hash, guest.irq, sizeof guest.irq);
    hash = pring_memory_mix(hash, &guest.spent, sizeof guest.spent);
    return guest_map_hash() ^ hash;
}

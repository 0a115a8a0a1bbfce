/* SPDX-License-Identifier: Apache-2.0 */
/* The tests' driver, built twice: equal names inside, two islands. */
#include "guest_cases.h"

#include <pring/dut.h>
#include <string.h>

#define JOIN(a, b)  a##b
#define DUT(name)   JOIN(pring_dut_, name)
#define REG(offset) (*(volatile uint32_t *)((volatile char *)pring_reg_base(0) + (offset)))

static volatile int flag;
static int counter;
static int start = 41;
static int table[16];
static int large[1000];
int sleep(int x); /* clashes with the C library's */
int sleep(int x)
{
    return x + VARIANT;
}

static void set_flag(void *arg)
{
    (void)REG(0x060);
    *(volatile int *)arg = 1;
    REG(0x064) = 1;
}

static void ignore(void *arg)
{
    (void)arg;
}

static int is_set(void *arg)
{
    return *(volatile int *)arg;
}

static void use_irq(void (*handler)(void *), volatile int *arg)
{
    pring_irq_register(0, handler, (void *)arg);
    pring_irq_enable(0);
}

struct words {
    uint32_t w[8];
};

static int shared(int which)
{
    uint64_t bus;
    struct words *s = pring_dma_alloc(sizeof *s, 0, &bus), local;
    if (which == CASE_SHARED_STORE) {
        *(volatile uint32_t *)&s->w[0] = 1;
        *(volatile uint32_t *)&s->w[1] = 2;
        (void)REG(0);
    } else if (which == CASE_SHARED_SET) {
        REG(0x080) = (uint32_t)bus; /* the test marks the object as ring bytes here */
        memset(s, 0x5a, 16);
    } else {
        for (int i = 0; i < 8; i++)
            local.w[i] = (uint32_t)i + 1;
        REG(0x080) = (uint32_t)bus;
        *s = local;
    }
    pring_dma_free(s);
    return 0;
}

static int spins(int which)
{
    volatile int *heap;
    switch (which) {
    case CASE_FLAG_SPIN:
        use_irq(set_flag, &flag);
        while (!flag)
            ;
        return 1;
    case CASE_HEAP_SPIN:
        heap = pring_malloc(sizeof *heap, 0);
        *heap = 0;
        use_irq(set_flag, heap);
        while (!*heap)
            ;
        return 1;
    case CASE_DEAD_SPIN:
        while (!flag)
            ;
        return 1;
    case CASE_COMPUTE:
        for (int turn = 0; turn < 100; turn++)
            for (int i = 0; i < 1000; i++)
                large[i] += i * turn + counter;
        return large[15];
    case CASE_LOOP:
        for (unsigned i = 0;; i++)
            ((volatile int *)table)[i & 15] = (int)i;
    case CASE_SILENT_LOOP:
        for (;;)
            __asm__ volatile("");
    case CASE_REG_POLL:
        while (REG(0x070))
            ;
        return 1;
    case CASE_RELAX_FOREVER:
        for (;;)
            pring_relax();
    default:
        for (uint64_t end = pring_time_ns() + 50000000; pring_time_ns() < end;)
            pring_relax();
        return 1;
    }
}

__attribute__((noinline)) static int recurse(volatile int *above)
{
    volatile int here[64];
    here[0] = *above + 1;
    return recurse(here) + here[0];
}

static int bad(int which)
{
    volatile unsigned n = 40; /* too large for each of these */
    volatile char *p;
    char local[16] = {0};
    switch (which) {
    case CASE_HEAP_OVERFLOW:
        p = pring_malloc(13, 0);
        return p[13] != 0;
    case CASE_HEAP_WRITE:
        p = pring_malloc(13, 0);
        p[14] = 1;
        return 0;
    case CASE_FREED:
        p = pring_malloc(13, 0);
        pring_free((void *)p);
        return p[3] != 0;
    case CASE_STACK_OVERFLOW:
        p = local;
        return p[n - 20];
    case CASE_GLOBAL_OVERFLOW:
        p = (volatile char *)table;
        return p[n + 30];
    case CASE_MEMSET_OVERFLOW:
        memset(pring_malloc(16, 0), 0, n);
        return 0;
    case CASE_INDEX:
        return table[n];
    case CASE_SHIFT:
        return 1 << n;
    case CASE_NULL:
        *(volatile int *)(uintptr_t)(n - 40) = 1;
        return 0;
    case CASE_WILD:
        return *(volatile int *)(uintptr_t)0x18000000;
    case CASE_DIVIDE:
        return (int)(n / (n - 40));
    case CASE_TRAP:
        __builtin_trap();
    default:
        local[0] = 1;
        return recurse((volatile int *)table) + local[0];
    }
}

static int waits(int which)
{
    uint64_t begin = pring_time_ns();
    unsigned saved;
    switch (which) {
    case CASE_WAIT_IRQ:
        use_irq(set_flag, &flag);
        return pring_wait(is_set, (void *)&flag, ~0ull);
    case CASE_WAIT_FOREVER:
        return pring_wait(is_set, (void *)&flag, ~0ull);
    case CASE_WAIT_LATE:
        return pring_wait(is_set, (void *)&flag, 1000000);
    case CASE_SLEEP:
        pring_wait(0, 0, 1000000);
        return pring_time_ns() - begin >= 1000000;
    case CASE_STORM:
        use_irq(ignore, 0);
        return pring_wait(is_set, (void *)&flag, ~0ull);
    default: /* CASE_MASKED */
        use_irq(set_flag, &flag);
        saved = pring_irq_save();
        pring_delay_ns(10000);
        saved = flag ? 99 : saved;
        pring_irq_restore(saved);
        return flag + (int)saved * 10;
    }
}

static volatile int ball;
static int mine(void *arg)
{
    return ball == *(int *)arg;
}

static void partner(void *arg)
{
    int two = 2;
    ball = 1;
    pring_wait(mine, &two, ~0ull);
    ball = 3;
    *(int *)arg = 7;
}

static void sleeper(void *arg)
{
    volatile char deep[300];
    deep[0] = 1;
    pring_wait(is_set, arg, ~0ull);
    counter += deep[0];
}

static int contexts(void)
{
    int got = 0, one = 1, three = 3;
    pring_spawn(partner, &got);
    pring_wait(mine, &one, ~0ull);
    ball = 2;
    pring_wait(mine, &three, ~0ull);
    return got;
}

static int memory(int which)
{
    uint64_t bus = 0;
    char local[64];
    char *p, *q;
    int refused = 0;
    switch (which) {
    case CASE_MAP_STACK:
        memset(local, 1, sizeof local);
        if (pring_dma_map(local, sizeof local, PRING_TO_DEVICE, &bus))
            return -1;
        REG(0x080) = (uint32_t)bus;
        pring_dma_unmap(bus, sizeof local, PRING_TO_DEVICE);
        return bus == (uintptr_t)local;
    case CASE_DOUBLE_FREE:
        p = pring_malloc(8, 0);
        q = pring_dma_alloc(8, 0, 0);
        pring_free(q); /* the wrong function */
        pring_free(p);
        pring_free(p);
        return 0;
    case CASE_BAD_UNMAP:
        p = pring_malloc(64, 0);
        pring_dma_map(p, 64, PRING_BOTH, &bus);
        pring_dma_unmap(bus, 32, PRING_BOTH);
        pring_dma_unmap(bus, 64, PRING_BOTH);
        return 0;
    case CASE_BOUNCE:
        p = pring_malloc(64, 0);
        memset(p, 3, 64);
        pring_dma_map(p, 64, PRING_BOTH, &bus);
        REG(0x080) = (uint32_t)bus; /* the test writes 4 there */
        if (p[0] != 3)
            return 1;
        pring_dma_sync(bus, 32, 0);
        if (p[0] != 4 || p[40] != 3)
            return 2;
        pring_dma_unmap(bus, 64, PRING_BOTH);
        return p[40] == 4 ? 0 : 3;
    default:
        refused += !pring_malloc(8, 0);
        refused += !pring_dma_alloc(8, 0, &bus);
        refused += pring_dma_map(table, 8, PRING_BOTH, &bus) < 0;
        refused += pring_irq_register(0, ignore, 0) < 0;
        return refused;
    }
}

__attribute__((noinline)) static int uninitialised(int set)
{
    int value;
    if (set)
        value = 5;
    int *volatile p = &value;
    return *p;
}

__attribute__((noinline)) static int deep(void)
{
    volatile char big[20000];
    for (unsigned i = 0; i < sizeof big; i += 100)
        big[i] = 1;
    return big[500];
}

static int registers(int which)
{
    uint32_t words[3];
    switch (which) {
    case CASE_REG_RAW:
        return (int)REG(0);
    case CASE_REG_WRITE_RAW:
        REG(0x030) = 7;
        return (int)REG(0x034);
    case CASE_REG_LAST:
        REG(0x050) = 9;
        return 0;
    default:
        memcpy(words, (const char *)pring_reg_base(0) + 0x100, sizeof words);
        return (int)(words[0] + words[1] + words[2]);
    }
}

static int probe(unsigned which)
{
    int timer;
    if (which >= CASE_REG_RAW && which <= CASE_REG_WIDE)
        return registers((int)which);
    if (which >= CASE_SHARED_STORE && which <= CASE_SHARED_COPY)
        return shared((int)which);
    if (which >= CASE_FLAG_SPIN && which <= CASE_RELAX_UNTIL)
        return spins((int)which);
    if (which >= CASE_HEAP_OVERFLOW && which <= CASE_RECURSE)
        return bad((int)which);
    if (which >= CASE_WAIT_IRQ && which <= CASE_MASKED)
        return waits((int)which);
    if (which >= CASE_MAP_STACK && which <= CASE_REFUSED)
        return memory((int)which);
    switch (which) {
    case CASE_PANIC:
        pring_panic("enough");
    case CASE_ASSERT:
        pring_assert_failed("x > 0", "driver.c", 12);
    case CASE_COUNT:
        start++;
        return sleep(++counter + start);
    case CASE_TIMER:
        pring_timer_start(500, set_flag, (void *)&flag);
        pring_delay_ns(400);
        timer = flag;
        pring_delay_ns(200);
        return flag * 10 + timer;
    case CASE_TIMER_STOPPED:
        timer = pring_timer_start(500, set_flag, (void *)&flag);
        pring_timer_stop(timer);
        pring_delay_ns(1000);
        return flag;
    case CASE_TWO_CONTEXTS:
        return contexts();
    case CASE_UNINITIALISED:
        return uninitialised(0);
    case CASE_FENCE:
        __sync_synchronize();
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        __atomic_thread_fence(__ATOMIC_RELEASE);
        return 0;
    case CASE_DEEP:
        return deep();
    case CASE_ASLEEP_BESIDE:
        for (int i = 0; i < 3; i++)
            pring_spawn(sleeper, (void *)&flag);
        pring_wait(0, 0, 10);
        pring_malloc(100, 0);
        table[3] = 9;
        pring_panic("left alone");
    case CASE_LOG:
        pring_log("%s %d", "answer", 42);
        return 0;
    default:
        return 0;
    }
}

const struct pring_dut DUT(NAME) = {.abi = PRING_ABI, .reg_base = REG_BASE, .probe = probe};

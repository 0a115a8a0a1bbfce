/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests' driver can do: `probe(n)` runs case n. Included by driver and tests. */
#ifndef PRING_TESTS_GUEST_CASES_H
#define PRING_TESTS_GUEST_CASES_H

enum guest_case {
    CASE_NOTHING,
    CASE_REG_RAW,       /* one raw 32-bit load of 0x000, result is its value */
    CASE_REG_WRITE_RAW, /* raw store of 7 to 0x030, then raw load of 0x034 */
    CASE_REG_LAST,      /* raw store of 9 to 0x050, then returns */
    CASE_REG_WIDE,      /* memcpy of 12 bytes from 0x100 */
    CASE_SHARED_STORE,  /* coherent object: stores 1, 2 to two words, then a register read */
    CASE_SHARED_SET,    /* memset of 16 bytes of an object with ring bytes */
    CASE_SHARED_COPY,   /* struct copy into an object with ring bytes */
    CASE_FLAG_SPIN,     /* irq handler sets a static flag; while (!flag); */
    CASE_HEAP_SPIN,     /* the same, flag on the heap */
    CASE_DEAD_SPIN,     /* while (!flag); and nobody will set it */
    CASE_COMPUTE,       /* long loop over static data, no spin */
    CASE_LOOP,          /* endless loop that writes static data */
    CASE_SILENT_LOOP,   /* endless loop without load or store */
    CASE_REG_POLL,      /* polls a register for ever */
    CASE_RELAX_FOREVER,
    CASE_RELAX_UNTIL, /* relaxes until 50 ms have passed */
    CASE_PANIC,
    CASE_ASSERT,
    CASE_HEAP_OVERFLOW, /* reads behind an allocation */
    CASE_HEAP_WRITE,    /* writes behind it */
    CASE_FREED,         /* reads after free */
    CASE_STACK_OVERFLOW,
    CASE_GLOBAL_OVERFLOW,
    CASE_MEMSET_OVERFLOW,
    CASE_INDEX, /* UBSan: array index */
    CASE_SHIFT,
    CASE_NULL, /* writes through a null pointer */
    CASE_WILD, /* reads an unmapped address */
    CASE_DIVIDE,
    CASE_TRAP,
    CASE_RECURSE,
    CASE_COUNT,    /* static counter: returns how often it was called since the image was loaded */
    CASE_WAIT_IRQ, /* sleeps until the handler sets a flag */
    CASE_WAIT_FOREVER,
    CASE_WAIT_LATE, /* sleeps 1 ms for something that never comes */
    CASE_SLEEP,     /* pring_wait without a condition, 1 ms */
    CASE_STORM,     /* the handler never acknowledges */
    CASE_MASKED,    /* interrupts masked while the line is up, then restored */
    CASE_TIMER,     /* a timer sets a flag after 500 ns */
    CASE_TIMER_STOPPED,
    CASE_TWO_CONTEXTS, /* a spawned context and the caller hand each other a counter */
    CASE_MAP_STACK,
    CASE_DOUBLE_FREE,
    CASE_BAD_UNMAP,
    CASE_BOUNCE,
    CASE_REFUSED,       /* all allocations: how many of 4 were refused */
    CASE_UNINITIALISED, /* value of a local that nobody set */
    CASE_FENCE,
    CASE_DEEP,          /* uses 20 KiB of stack */
    CASE_ASLEEP_BESIDE, /* spawns a context that sleeps for ever, then panics */
    CASE_LOG,
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A wire of the tests' own: it notes what the guest tells it and answers as a test says. */
#ifndef PRING_TESTS_GUEST_WIRE_H
#define PRING_TESTS_GUEST_WIRE_H

#include <pring/machine.h>

enum { FAKE_NOTES = 4096 };

struct fake_note {
    char what; /* r R: register read, write; l s: load, store; c: call; t: told; h: handler; b: barrier; p:
                  time passes; S: spin */
    uint64_t addr, len, value;
    bool bad;
};

struct fake_wire {
    uint64_t now;
    struct fake_note note[FAKE_NOTES];
    unsigned notes;
    uint64_t raise_at; /* the line rises then; ~0: never */
    bool line;
    bool refuse; /* all calls */
    unsigned spins, loads;
    uint32_t reg[1024];
    uint32_t ring_bytes;  /* a write to 0x080 names an object: mark that many bytes of it as ring bytes */
    uint32_t device_fill; /* ... or fill it with this byte as the device would */
    char text[256];       /* of the last thing told */
    struct pring_event last;
};
extern struct fake_wire fake;

/* Resets machine and wire, runs the driver's case on the machine; *result gets what probe returned. */
enum pring_stop fake_run(const char *island, int which, int *result);
/* The same without the reset of the wire: for what a test set up before. */
enum pring_stop fake_run_again(const char *island, int which, int *result);
void fake_reset(void);
unsigned fake_count(char what);
const struct fake_note *fake_find(char what, unsigned n); /* the n-th of its kind, or NULL */

#endif

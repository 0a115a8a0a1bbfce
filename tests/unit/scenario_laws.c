/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The laws of the byte and text forms under many inputs: `scenario_laws [COUNT [SEED]]`, or files to try. The
 * same source is a fuzz target: clang -fsanitize=fuzzer -DSCENARIO_LAWS_FUZZ.
 */
#include "scenario_bench.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check(const uint8_t *bytes, size_t len)
{
    const char *broken = scenario_law_broken(bytes, len);

    if (!broken)
        return;
    fprintf(stderr, "broken law: %s\ninput:", broken);
    for (size_t i = 0; i < len; i++)
        fprintf(stderr, "%s%02x", i % 16 == 0 ? "\n  " : " ", bytes[i]);
    fprintf(stderr, "\n");
    abort();
}

/* Text that only looks like text must be refused or read, never worse. */
static void check_as_text(const uint8_t *bytes, size_t len)
{
    static char text[SCENARIO_TEXT_MAX];
    static struct pring_scenario scenario;
    struct pring_parse_error error;
    struct pring_expect expect;

    if (len >= sizeof text)
        return;
    memcpy(text, bytes, len);
    if (!pring_scenario_parse(&scenario, &expect, text, len, &error)) {
        if (error.line == 0 || error.message[0] == '\0')
            abort();
        return;
    }
    if (scenario_text_law(&scenario))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (pring_scenario_is_text(bytes, len))
        check_as_text(bytes, len);
    check(bytes, len);
    return 0;
}

#ifndef SCENARIO_LAWS_FUZZ
/* One byte of a good text becomes another one: parsers fail at the edges of good input. */
static void check_damaged_text(uint64_t *state, const uint8_t *bytes, size_t len)
{
    static char text[SCENARIO_TEXT_MAX];
    static struct pring_scenario scenario;
    static const char some[] = " \t\n#=+-^&|<[].:0123456789abxq_\0\x80zZ";
    size_t size;

    pring_scenario_decode(&scenario, bytes, len);
    size = pring_scenario_print(&scenario, text, sizeof text);
    for (uint32_t i = 0; i < 2 && size > 8; i++)
        text[8 + scenario_random(state) % (size - 8)] = some[scenario_random(state) % (sizeof some - 1)];
    check_as_text((const uint8_t *)text, size);
}

int main(int argc, char **argv)
{
    static uint8_t bytes[PRING_SCENARIO_BYTES_MAX + 64];
    unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : 100000;
    uint64_t state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;

    for (unsigned long i = 0; i < count; i++) {
        size_t len = scenario_random_bytes(&state, bytes, sizeof bytes);
        check(bytes, len);
        if (i % 4 == 0)
            check_damaged_text(&state, bytes, len);
    }
    printf("%lu inputs, no law broken\n", count);
    return 0;
}
#endif

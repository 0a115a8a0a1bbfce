/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few names of cmocka that the driver's tests use, for targets that have no cmocka: a check that fails
 * says where and ends the program.
 */
#ifndef SMALL_CMOCKA_H
#define SMALL_CMOCKA_H

#include <stdio.h>
#include <stdlib.h>

struct CMUnitTest {
    const char *name;
    void (*test)(void **state);
    int (*setup)(void **state);
};

#define cmocka_unit_test(f)                                                                                  \
    {                                                                                                        \
#f, f, NULL                                                                                          \
    }
#define cmocka_unit_test_setup(f, setup)                                                                     \
    {                                                                                                        \
#f, f, setup                                                                                         \
    }

#define fail_msg(...)                                                                                        \
    (fprintf(stderr, "%s:%d: ", __FILE__, __LINE__), fprintf(stderr, __VA_ARGS__), fputc('\n', stderr),      \
     exit(1))
#define assert_true(x)               ((x) ? (void)0 : fail_msg("%s", #x))
#define assert_false(x)              assert_true(!(x))
#define assert_null(x)               assert_true((x) == NULL)
#define assert_non_null(x)           assert_true((x) != NULL)
#define assert_ptr_equal(a, b)       assert_true((const void *)(a) == (const void *)(b))
#define assert_memory_equal(a, b, n) assert_true(memcmp(a, b, n) == 0)
#define assert_in_range(x, min, max) assert_true((x) >= (min) && (x) <= (max))
#define assert_int_equal(a, b)                                                                               \
    small_equal((unsigned long long)(a), (unsigned long long)(b), #a, __FILE__, __LINE__)

static inline void small_equal(unsigned long long a, unsigned long long b, const char *what, const char *file,
                               int line)
{
    if (a == b)
        return;
    fprintf(stderr, "%s:%d: %s is 0x%llx, not 0x%llx\n", file, line, what, a, b);
    exit(1);
}

static inline int small_run(const struct CMUnitTest tests[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        void *state = NULL;

        if (tests[i].setup != NULL && tests[i].setup(&state) != 0)
            return 1;
        tests[i].test(&state);
    }
    printf("%u tests passed\n", (unsigned)count);
    return 0;
}

#define cmocka_run_group_tests(tests, setup, teardown) small_run(tests, sizeof(tests) / sizeof((tests)[0]))

#endif

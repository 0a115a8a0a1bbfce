/* SPDX-License-Identifier: Apache-2.0 */
/* What lies behind a device is compared with what the driver was told: a wrong byte there is a bug. */
#include "e2e.h"

#include <pring/device.h>
#include <pring/memory.h>
#include <pring/wire.h>

static struct {        /* what the backend of this test claims to lie behind its device */
    uint64_t wrong_at; /* this byte is another */
} far_side;

/* An image of the seeded fill, but for the sectors that were written. */
static int far_image(void *self, uint64_t offset, void *buf, size_t len_bytes)
{
    uint8_t *out = buf;
    (void)self;
    for (size_t i = 0; i < len_bytes; i++) {
        uint64_t at = offset + i, word = pring_cow_fill(1, at / 512, at % 512 / 8);
        out[i] = (uint8_t)(word >> (at % 8 * 8));
        if (at == far_side.wrong_at)
            out[i] ^= 1;
    }
    return 0;
}

static int far_zeros(void *self, uint64_t offset, void *buf, size_t len_bytes)
{
    (void)self, (void)offset;
    memset(buf, 0, len_bytes);
    return 0;
}

static struct pring_result run_of(const char *driver, const char *text,
                                  int (*far_read)(void *, uint64_t, void *, size_t))
{
    static struct pring_backend backend;
    static struct pring_scenario scenario;
    struct pring_expect expect;
    struct pring_parse_error error;
    struct pring_result result;
    if (!backend.name)
        backend = pring_backend_model;
    backend.far_read = far_read;
    assert_true(pring_scenario_parse(&scenario, &expect, text, strlen(text), &error));
    struct pring_run_request request = {
        .island = pring_island_by_name(driver), .backend = &backend, .scenario = &scenario};
    assert_int_equal(pring_bench_open(), 0);
    pring_bench_run(&request, &result);
    return result;
}

static struct pring_result run(const char *text, int (*far_read)(void *, uint64_t, void *, size_t))
{
    return run_of("vio", text, far_read);
}

#define READS  "pring 1\ndevice blk\nwork read sector=0 count=2\n"
#define WRITES "pring 1\ndevice blk\nwork write sector=7 count=1\n"
#define DRAWS  "pring 1\ndevice rng\nwork entropy bytes=16\n"

static void test_an_image_as_it_must_be_is_said_to_be_so(void **state)
{
    (void)state;
    far_side.wrong_at = UINT64_MAX;
    struct pring_result result = run(READS, far_image);
    assert_int_equal(result.verdict, PRING_VERDICT_OK);
    assert_string_equal(result.compared,
                        "the disk's image: 64 sectors as they must be, 0 of them written by the driver");
}

static void test_a_changed_byte_that_nobody_wrote_is_a_bug(void **state)
{
    (void)state;
    far_side.wrong_at = 63 * 512 + 511;
    struct pring_result result = run(READS, far_image);
    assert_int_equal(result.verdict, PRING_VERDICT_BUG);
    assert_string_equal(result.bug.oracle, "data");
    assert_string_equal(result.bug.rule, "image");
    assert_non_null(strstr(result.bug.why, "Sector 63"));
    assert_string_equal(result.compared, "");
}

static void test_a_write_that_never_got_to_the_image_is_a_bug(void **state)
{
    (void)state;
    far_side.wrong_at = UINT64_MAX;
    struct pring_result result = run(WRITES, far_image);
    assert_int_equal(result.verdict, PRING_VERDICT_BUG);
    assert_non_null(strstr(result.bug.why, "Sector 7 of the disk's image is not what was written"));
}

static void test_entropy_that_is_not_from_the_source_is_a_bug(void **state)
{
    (void)state;
    struct pring_result result = run(DRAWS, far_zeros);
    assert_int_equal(result.verdict, PRING_VERDICT_BUG);
    assert_string_equal(result.bug.rule, "source");
}

/* What was sent came to the other end, as the model's mirror has it; what came back is other bytes of it. */
static const struct pring_request *last_sent;

static int far_other_after(void *self, uint64_t offset, void *buf, size_t len_bytes)
{
    static bool again;
    (void)self, (void)offset;
    pring_copy(buf, last_sent->data, len_bytes);
    if (again)
        *(uint8_t *)buf ^= 1;
    again = true;
    return 0;
}

static void note_request(const struct pring_event *event)
{
    if (event->kind == PRING_EV_BEGIN && event->request)
        last_sent = event->request;
}

static void test_what_did_not_come_to_the_other_end_is_a_bug(void **state)
{
    static const char *const texts[] = {"pring 1\ndevice net\nwork send bytes=76\n",
                                        "pring 1\ndevice console\nwork send bytes=16\n"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct pring_result result = run_of("plain", texts[i], far_zeros);
        assert_int_equal(result.verdict, PRING_VERDICT_BUG);
        assert_string_equal(result.bug.rule, "sent");
    }
}

static void test_what_the_other_end_did_not_send_is_a_bug(void **state)
{
    (void)state;
    pring_wire_listen(note_request);
    struct pring_result result =
        run_of("plain", "pring 1\ndevice net\nwork send bytes=76\n", far_other_after);
    pring_wire_deafen(note_request);
    assert_int_equal(result.verdict, PRING_VERDICT_BUG);
    assert_string_equal(result.bug.rule, "received");
}

static void test_a_backend_that_shows_nothing_is_not_compared(void **state)
{
    (void)state;
    struct pring_result result = run(WRITES, NULL);
    assert_int_equal(result.verdict, PRING_VERDICT_OK);
    assert_string_equal(result.compared, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_image_as_it_must_be_is_said_to_be_so),
        cmocka_unit_test(test_a_changed_byte_that_nobody_wrote_is_a_bug),
        cmocka_unit_test(test_a_write_that_never_got_to_the_image_is_a_bug),
        cmocka_unit_test(test_entropy_that_is_not_from_the_source_is_a_bug),
        cmocka_unit_test(test_what_did_not_come_to_the_other_end_is_a_bug),
        cmocka_unit_test(test_what_the_other_end_did_not_send_is_a_bug),
        cmocka_unit_test(test_a_backend_that_shows_nothing_is_not_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

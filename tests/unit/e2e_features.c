/* SPDX-License-Identifier: Apache-2.0 */
/* What the bench makes of ring features, and the reference driver of the bench: not that it works, but that
 * it is used. */
#include "e2e.h"

#include <pring/wire.h>

static struct {
    unsigned status_zero, queue_resets, tables, with_data, done, cancelled, merged;
    unsigned done_before_status_zero;
    uint16_t last_slot;
    bool any_shown;
} seen;

static void count_write(const struct pring_event *event)
{
    seen.status_zero += event->field == PRING_F_REG_STATUS && event->made == 0;
    seen.queue_resets += event->field == PRING_F_REG_QUEUE_RESET && event->made == 1;
    seen.with_data += event->field == PRING_F_REG_QUEUE_NOTIFY && event->made >> 16;
}

static void count(const struct pring_event *event)
{
    switch (event->kind) {
    case PRING_EV_REG_WRITE:
        count_write(event);
        return;
    case PRING_EV_LEND:
        seen.tables += event->chain->count != event->chain->direct;
        return;
    case PRING_EV_SHOWN:
        seen.merged += seen.any_shown && event->index == seen.last_slot;
        seen.any_shown = true;
        seen.last_slot = event->index;
        return;
    case PRING_EV_DONE:
        seen.done++;
        seen.cancelled += (int64_t)event->seen < 0;
        seen.done_before_status_zero = seen.status_zero == 1 ? seen.done : seen.done_before_status_zero;
        return;
    default:
        return;
    }
}

/* Runs and counts; the first Status = 0 is the probe's. */
static void run(const char *text)
{
    memset(&seen, 0, sizeof seen);
    assert_int_equal(pring_bench_open(), 0);
    pring_wire_listen(count);
    struct pring_result r = e2e_text("vio", "model", text);
    pring_wire_deafen(count);
    assert_int_equal(r.device_findings, 0);
    assert_int_equal(r.verdict, PRING_VERDICT_OK);
}

static void test_short_chains_go_by_tables_and_long_ones_by_the_ring(void **state)
{
    (void)state;
    run("pring 1\ndevice blk +INDIRECT_DESC capacity=64 size_max=512\nwork read sector=0 count=1\nwork read "
        "sector=0 count=2\nwork read sector=0 count=8\n");
    assert_true(seen.tables >= 2 && seen.tables < seen.done);
    run("pring 1\ndevice blk\nwork read sector=0 count=1\n");
    assert_int_equal(seen.tables, 0);
}

/* All of both come back by the reset of their queue; the device goes on, and serves what comes then. */
static void test_a_request_is_called_back_by_a_reset_of_its_queue_alone(void **state)
{
    static const char *const rings[] = {"", " +RING_PACKED", " +IN_ORDER +INDIRECT_DESC"};

    (void)state;
    for (unsigned i = 0; i < sizeof rings / sizeof rings[0]; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "pring 1\ndevice blk +RING_RESET%s\nset latency=1000000\nwork read sector=0 count=1 &\n"
                 "work read sector=8 count=1 &\nwork cancel\nwork read sector=8 count=1\n",
                 rings[i]);
        run(text);
        assert_int_equal(seen.queue_resets, 1);
        assert_int_equal(seen.cancelled, 2);
        assert_int_equal(seen.done_before_status_zero, 3);
    }
    run("pring 1\ndevice blk\nset latency=1000000\nwork read sector=0 count=1 &\nwork cancel\n");
    assert_int_equal(seen.queue_resets, 0);
    assert_int_equal(seen.cancelled, 0); /* it was waited for */
}

static void test_requests_that_wait_are_called_back_without_the_device(void **state)
{
    (void)state;
    run("pring 1\ndevice blk size=4 +RING_RESET\nset latency=1000000\nwork read sector=0 count=1 &\nwork "
        "read "
        "sector=8 count=1 &\nwork cancel which=1\nwork wait\n");
    assert_int_equal(seen.queue_resets, 0);
    assert_int_equal(seen.cancelled, 1);
}

static void test_notifications_carry_the_next_index(void **state)
{
    (void)state;
    run("pring 1\ndevice rng +NOTIFICATION_DATA\nwork entropy bytes=8\nwork entropy bytes=8\n");
    assert_true(seen.with_data >= 2);
    run("pring 1\ndevice rng\nwork entropy bytes=8\nwork entropy bytes=8\n");
    assert_int_equal(seen.with_data, 0);
}

/* All three are due at once when the first one is let go, and all were written to their end. */
static void test_one_element_stands_for_several_buffers(void **state)
{
    static const char *const text = "pring 1\ndevice rng %s\nwork entropy bytes=16 &\nwork entropy bytes=8 "
                                    "&\nwork entropy bytes=64\nfault hold 1 at done\n";
    char buf[256];

    (void)state;
    snprintf(buf, sizeof buf, text, "+IN_ORDER");
    run(buf);
    assert_int_equal(seen.merged, 2);
    snprintf(buf, sizeof buf, text, "");
    run(buf);
    assert_int_equal(seen.merged, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_chains_go_by_tables_and_long_ones_by_the_ring),
        cmocka_unit_test(test_a_request_is_called_back_by_a_reset_of_its_queue_alone),
        cmocka_unit_test(test_requests_that_wait_are_called_back_without_the_device),
        cmocka_unit_test(test_notifications_carry_the_next_index),
        cmocka_unit_test(test_one_element_stands_for_several_buffers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

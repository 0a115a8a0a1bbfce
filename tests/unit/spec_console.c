/* SPDX-License-Identifier: Apache-2.0 */
/* Monitors of console: each with what is a breach, and what is none. */
#include "spec_devices.h"

static int start_console(void **state)
{
    (void)state;
    set_up(PRING_DEVICE_CONSOLE, 1ull << PRING_F_CONSOLE_MULTIPORT, 4);
    begin_probe();
    init(S_ALL & ~S_QUEUE);
    end_with(PRING_ENTRY_PROBE, 0);
    return 0;
}

static void say(uint8_t id, uint8_t event, uint8_t value)
{
    memset(bytes, 0, 8);
    bytes[0] = id;
    bytes[4] = event;
    bytes[6] = value;
    lend_on(SAY, 8, 0);
}

static void hear(uint8_t id, uint8_t what, uint8_t value)
{
    struct pring_event event = event_of(PRING_EV_SHOWN, PRING_F_DONE);

    lend_on(TOLD, 0, 64);
    memset(bytes + 2048, 0, 8);
    bytes[2048] = id;
    bytes[2052] = what;
    bytes[2054] = value;
    event.queue = TOLD;
    event.raw = 8;
    pring_judge_event(&event);
}

/* A request that ends well. */
static void serve(void)
{
    static struct pring_request request;
    struct pring_event event = event_of(PRING_EV_BEGIN, 0);

    event.made = PRING_ENTRY_SUBMIT;
    event.request = &request;
    bench_observer.probed = true;
    pring_judge_event(&event);
    done(0, 1);
    event = event_of(PRING_EV_DONE, 0);
    event.request = &request;
    pring_judge_event(&event);
    end_with(PRING_ENTRY_SUBMIT, 0);
}

static void test_a_right_conversation_is_silent(void **state)
{
    (void)state;
    say(0, 0, 1);
    hear(0, 4, 1);
    say(0, 3, 1);
    say(0, 6, 1);
    say(0, 6, 0); /* closed later on */
    lend_on(RX, 0, 64);
    lend_on(TX, 5, 0);
    serve();
    serve();
    serve();
    device_reset();
    expect_silence();
}

static void test_buffers_on_the_wrong_side(void **state)
{
    (void)state;
    lend_on(RX, 1, 63);
    expect("CON-OP-DRV-01");
    start_console(state);
    lend_on(TOLD, 1, 63);
    expect("CON-OP-DRV-01");
    start_console(state);
    lend_on(TX, 5, 1);
    expect("CON-OP-DRV-02");
}

static void test_a_driver_that_never_says_ready(void **state)
{
    (void)state;
    serve();
    device_reset();
    expect("CON-MP-DRV-01");
}

static void test_a_driver_that_was_not_used_may_go_without_a_word(void **state)
{
    (void)state;
    device_reset();
    expect_silence();
}

static void test_a_console_port_that_stays_closed(void **state)
{
    (void)state;
    say(0, 0, 1);
    hear(0, 4, 1);
    serve();
    serve();
    device_reset();
    expect("CON-MP-DRV-03");
}

static void test_a_console_port_that_was_just_shown(void **state)
{
    (void)state;
    say(0, 0, 1);
    serve();
    serve();
    hear(0, 4, 1);
    device_reset();
    expect_silence();
}

static void test_a_console_port_that_is_opened_by_0(void **state)
{
    (void)state;
    say(0, 0, 1);
    hear(0, 4, 1);
    say(0, 6, 0);
    expect("CON-MP-DRV-04");
}

/* CON-INIT-DEV-01 gives the driver the right to it. */
static void test_an_emergency_write_comes_at_any_time(void **state)
{
    (void)state;
    set_up(PRING_DEVICE_CONSOLE, 1ull << PRING_F_CONSOLE_EMERG_WRITE, 2);
    begin_probe();
    init(S_TO_DRIVER | S_READ_FEATURES);
    access_raw(true, 0x108, 4, 'x', 'x', 'x');
    expect_silence();
}

#define CONSOLE(name) cmocka_unit_test_setup(name, start_console)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONSOLE(test_a_right_conversation_is_silent),
        CONSOLE(test_buffers_on_the_wrong_side),
        CONSOLE(test_a_driver_that_never_says_ready),
        CONSOLE(test_a_driver_that_was_not_used_may_go_without_a_word),
        CONSOLE(test_a_console_port_that_stays_closed),
        CONSOLE(test_a_console_port_that_was_just_shown),
        CONSOLE(test_a_console_port_that_is_opened_by_0),
        CONSOLE(test_an_emergency_write_comes_at_any_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Identification, single accesses, queue set-up, interrupts. */
#include "spec_bench.h"

static void read_identity(uint32_t magic, uint32_t version, uint32_t id)
{
    rd_as(PRING_F_REG_MAGIC_VALUE, 0x74726976, magic);
    rd_as(PRING_F_REG_VERSION, 2, version);
    rd_as(PRING_F_REG_DEVICE_ID, bench_setup.device_type, id);
}

static void test_a_wrong_identity_is_left_alone(void **state)
{
    static const struct {
        uint32_t magic, version, id;
        const char *rule;
    } cases[] = {
        {0, 2, 2, "MMIO-DRV-08"},
        {0x74726976, 1, 2, "MMIO-DRV-10"},
        {0x74726976, 2, 0, "MMIO-INIT-DRV-03"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bench_reset(PRING_DEVICE_BLK);
        begin_probe();
        read_identity(cases[i].magic, cases[i].version, cases[i].id);
        end_with(PRING_ENTRY_PROBE, -1);
        expect_silence();
        begin_probe();
        read_identity(cases[i].magic, cases[i].version, cases[i].id);
        status(1);
        expect(cases[i].rule);
    }
}

static void test_a_wrong_identity_is_bound(void **state)
{
    static const struct {
        uint32_t magic, version, id;
        const char *rule;
    } cases[] = {
        {0, 2, 2, "MMIO-DRV-08"},
        {0x74726976, 3, 2, "MMIO-DRV-10"},
        {0x74726976, 2, 0, "MMIO-DRV-12"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bench_reset(PRING_DEVICE_BLK);
        begin_probe();
        read_identity(cases[i].magic, cases[i].version, cases[i].id);
        end_with(PRING_ENTRY_PROBE, 0);
        expect(cases[i].rule);
    }
}

static void test_an_empty_slot_is_no_reason_to_panic(void **state)
{
    (void)state;
    begin_probe();
    read_identity(0x74726976, 2, 0);
    tell(PRING_EV_PANIC, 0);
    expect("MMIO-DRV-13");
}

static void test_panic_over_a_device_of_another_type_is_silent(void **state)
{
    (void)state;
    begin_probe();
    read_identity(0x74726976, 2, 18);
    tell(PRING_EV_PANIC, 0);
    expect_silence();
}

static void test_any_register_of_an_empty_slot(void **state)
{
    (void)state;
    begin_probe();
    read_identity(0x74726976, 2, 0);
    rd(PRING_F_REG_STATUS, 0);
    expect("MMIO-INIT-DRV-04");
}

static void test_a_second_look_at_the_identity_counts(void **state)
{
    (void)state;
    begin_probe();
    read_identity(1, 2, 2);
    init(S_ALL);
    expect_silence();
}

static void test_device_id_before_the_others(void **state)
{
    (void)state;
    begin_probe();
    init(S_MAGIC | S_ID);
    expect("MMIO-INIT-DRV-01");
}

static void test_a_reset_may_come_first(void **state)
{
    (void)state;
    begin_probe();
    wr(PRING_F_REG_STATUS, 0);
    init(S_ALL);
    expect_silence();
}

static void test_giving_a_wrong_device_up_is_silent(void **state)
{
    (void)state;
    begin_probe();
    read_identity(0, 2, 2);
    wr(PRING_F_REG_STATUS, 0);
    wr(PRING_F_REG_STATUS, 0x80);
    end_with(PRING_ENTRY_PROBE, -1);
    expect_silence();
}

/* ---- single accesses ---- */

static void test_each_access_has_its_id(void **state)
{
    static const struct {
        bool write;
        uint32_t offset, width, value;
        const char *rule;
    } cases[] = {
        {false, 0x018, 4, 0, "MMIO-DRV-01"},        {true, 0x028, 4, 4096, "MMIO-DRV-01"},
        {false, 0x0c4, 4, 0, "MMIO-DRV-01"},        {false, 0x160, 4, 0, "MMIO-DRV-01"},
        {true, 0x034, 4, 8, "MMIO-DRV-02"},         {true, 0x060, 4, 1, "MMIO-DRV-02"},
        {false, 0x050, 4, 0, "MMIO-DRV-03"},        {false, 0x080, 4, 0, "MMIO-DRV-03"},
        {false, 0x070, 1, 15, "MMIO-DRV-04"},       {false, 0x072, 4, 0, "MMIO-DRV-04"},
        {false, 0x010, 8, 0, "MMIO-DRV-04"},        {true, 0x0ac, 4, 0, "MMIO-INIT-DRV-05"},
        {false, 0x0b0, 4, ~0u, "MMIO-INIT-DRV-05"}, {true, 0x064, 4, 5, "MMIO-DRV-22"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bench_reset(PRING_DEVICE_BLK);
        probe();
        access_raw(cases[i].write, cases[i].offset, cases[i].width, cases[i].value, cases[i].value,
                   cases[i].value);
        expect(cases[i].rule);
    }
}

static void test_entropy_has_no_configuration_space(void **state)
{
    (void)state;
    probe();
    access_raw(false, 0x100, 4, 0, 0, 0);
    expect("MMIO-DRV-01");
}

static void test_what_was_shown_as_another_type_is_judged_as_such(void **state)
{
    (void)state;
    begin_probe();
    read_identity(0x74726976, 2, PRING_DEVICE_BLK);
    init(S_ALL & ~S_TO_ID);
    access_raw(false, 0x100, 4, 0, 0, 0);
    expect_silence();
}

/* ---- queues ---- */

static void before_queue(void)
{
    begin_probe();
    init(S_TO_READ_BACK);
    wr(PRING_F_REG_QUEUE_SEL, 0);
}

static void test_a_size_beyond_the_maximum(void **state)
{
    (void)state;
    before_queue();
    rd_as(PRING_F_REG_QUEUE_SIZE_MAX, SIZE, 4);
    wr(PRING_F_REG_QUEUE_SIZE, 8);
    expect("MMIO-DRV-16");
}

static void test_a_size_within_a_false_maximum_is_silent(void **state)
{
    (void)state;
    before_queue();
    rd_as(PRING_F_REG_QUEUE_SIZE_MAX, SIZE, 64);
    wr(PRING_F_REG_QUEUE_SIZE, 64);
    expect_silence();
}

static void test_a_ready_queue_is_set_up(void **state)
{
    (void)state;
    probe();
    wr(PRING_F_REG_QUEUE_DEVICE_LOW, 0);
    expect("MMIO-DRV-17");
}

static void test_rings_that_are_not_aligned(void **state)
{
    static const enum pring_field half[] = {PRING_F_REG_QUEUE_DESC_LOW, PRING_F_REG_QUEUE_DRIVER_LOW,
                                            PRING_F_REG_QUEUE_DEVICE_LOW};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        bench_reset(PRING_DEVICE_BLK);
        before_queue();
        wr(PRING_F_REG_QUEUE_SIZE, SIZE);
        queue_addresses();
        wr(half[i], bus(bench_rings) + (i == 0 ? 8 : i == 1 ? 1 : 2));
        wr(PRING_F_REG_QUEUE_READY, 1);
        expect("SPLIT-DRV-01");
    }
}

static void test_used_flags_that_are_not_cleared(void **state)
{
    (void)state;
    bench_rings[DEVICE] = 1;
    probe();
    expect("SPLIT-ASUP-DRV-01");
}

static void test_a_stopped_queue_is_not_read_back(void **state)
{
    (void)state;
    probe();
    wr(PRING_F_REG_QUEUE_READY, 0);
    end_with(PRING_ENTRY_REMOVE, 0);
    expect("MMIO-DRV-19");
}

static void test_a_stopped_queue_is_set_up_too_early(void **state)
{
    (void)state;
    probe();
    wr(PRING_F_REG_QUEUE_READY, 0);
    wr(PRING_F_REG_QUEUE_SIZE, 4);
    expect("MMIO-DRV-19");
}

static void test_stopping_a_queue_by_read_back_or_by_a_reset_is_silent(void **state)
{
    (void)state;
    probe();
    wr(PRING_F_REG_QUEUE_READY, 0);
    rd(PRING_F_REG_QUEUE_READY, 1); /* still draining */
    rd(PRING_F_REG_QUEUE_READY, 0);
    guest_call(PRING_CALL_DMA_FREE, bus(bench_rings), RING_BYTES);
    bench_reset(PRING_DEVICE_BLK);
    probe();
    wr(PRING_F_REG_QUEUE_READY, 0);
    device_reset();
    guest_call(PRING_CALL_DMA_FREE, bus(bench_rings), RING_BYTES);
    end_with(PRING_ENTRY_REMOVE, 0);
    expect_silence();
}

static void test_a_queue_that_never_ran_is_switched_off(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_READ_BACK);
    wr(PRING_F_REG_QUEUE_READY, 0); /* a clean slate */
    init(S_QUEUE | S_DRIVER_OK);
    end_with(PRING_ENTRY_PROBE, 0);
    expect_silence();
}

static void test_memory_of_a_running_queue_is_freed(void **state)
{
    (void)state;
    probe();
    guest_call(PRING_CALL_DMA_FREE, bus(bench_rings), RING_BYTES);
    expect("MMIO-DRV-18");
}

/* ---- interrupts ---- */

static void handler(bool begins)
{
    tell(PRING_EV_HANDLER, begins);
}

static void call_ends(void)
{
    end_with(PRING_ENTRY_SUBMIT, 0);
}

static void test_an_interrupt_read_and_acknowledged_is_silent(void **state)
{
    (void)state;
    probe();
    handler(true);
    rd(PRING_F_REG_INTERRUPT_STATUS, 3);
    wr(PRING_F_REG_INTERRUPT_ACK, 1);
    wr(PRING_F_REG_INTERRUPT_ACK, 2);
    handler(false);
    call_ends();
    expect_silence();
}

static void test_an_interrupt_acknowledged_blindly(void **state)
{
    (void)state;
    probe();
    handler(true);
    wr(PRING_F_REG_INTERRUPT_ACK, 3);
    expect("MMIO-IRQ-DRV-01");
}

static void test_an_interrupt_never_acknowledged(void **state)
{
    (void)state;
    probe();
    handler(true);
    rd(PRING_F_REG_INTERRUPT_STATUS, 1);
    handler(false);
    call_ends();
    expect("MMIO-IRQ-DRV-03");
}

static void test_a_storm_of_interrupts_never_looked_at(void **state)
{
    (void)state;
    probe();
    handler(true);
    handler(false);
    tell(PRING_EV_STALL, PRING_STALL_STORM);
    expect("MMIO-IRQ-DRV-03");
}

static void test_the_wrong_interrupt_is_acknowledged(void **state)
{
    (void)state;
    probe();
    handler(true);
    rd(PRING_F_REG_INTERRUPT_STATUS, 1);
    wr(PRING_F_REG_INTERRUPT_ACK, 2);
    handler(false);
    call_ends();
    expect("MMIO-DRV-21");
}

static void test_work_put_off_with_the_line_masked_is_silent(void **state)
{
    (void)state;
    probe();
    handler(true);
    guest_call(PRING_CALL_IRQ_DISABLE, 0, 0);
    handler(false);
    call_ends();
    rd(PRING_F_REG_INTERRUPT_STATUS, 1);
    wr(PRING_F_REG_INTERRUPT_ACK, 1);
    guest_call(PRING_CALL_IRQ_ENABLE, 0, 0);
    call_ends();
    expect_silence();
}

static void test_a_reset_instead_of_an_acknowledgement_is_silent(void **state)
{
    (void)state;
    probe();
    handler(true);
    rd(PRING_F_REG_INTERRUPT_STATUS, 2);
    device_reset();
    handler(false);
    call_ends();
    expect_silence();
}

static void test_an_interrupt_without_a_cause_is_silent(void **state)
{
    (void)state;
    probe();
    handler(true);
    rd(PRING_F_REG_INTERRUPT_STATUS, 0);
    handler(false);
    call_ends();
    expect_silence();
}

static void test_old_interrupts_cleared_before_there_is_a_handler(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_READ_BACK);
    wr(PRING_F_REG_INTERRUPT_ACK, 3);
    expect_silence();
}

static void undefined_bits(void)
{
    fire(PRING_FAULT_ANSWER, PRING_F_REG_INTERRUPT_STATUS, 0, true);
    handler(true);
    rd_as(PRING_F_REG_INTERRUPT_STATUS, 0, 5);
}

static void test_giving_up_over_undefined_bits(void **state)
{
    (void)state;
    probe();
    undefined_bits();
    tell(PRING_EV_BROKEN, 0);
    expect("MMIO-DRV-20");
}

static void test_giving_up_over_more_than_undefined_bits_is_silent(void **state)
{
    (void)state;
    probe();
    fire(PRING_FAULT_ANSWER, PRING_F_USED_ID, 0, true);
    undefined_bits();
    tell(PRING_EV_BROKEN, 0);
    expect_silence();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BLK_TEST(test_a_wrong_identity_is_left_alone),
        BLK_TEST(test_a_wrong_identity_is_bound),
        BLK_TEST(test_an_empty_slot_is_no_reason_to_panic),
        BLK_TEST(test_panic_over_a_device_of_another_type_is_silent),
        BLK_TEST(test_any_register_of_an_empty_slot),
        BLK_TEST(test_a_second_look_at_the_identity_counts),
        BLK_TEST(test_device_id_before_the_others),
        BLK_TEST(test_a_reset_may_come_first),
        BLK_TEST(test_giving_a_wrong_device_up_is_silent),
        BLK_TEST(test_each_access_has_its_id),
        RNG_TEST(test_entropy_has_no_configuration_space),
        RNG_TEST(test_what_was_shown_as_another_type_is_judged_as_such),
        BLK_TEST(test_a_size_beyond_the_maximum),
        BLK_TEST(test_a_size_within_a_false_maximum_is_silent),
        BLK_TEST(test_a_ready_queue_is_set_up),
        BLK_TEST(test_rings_that_are_not_aligned),
        BLK_TEST(test_used_flags_that_are_not_cleared),
        BLK_TEST(test_a_stopped_queue_is_not_read_back),
        BLK_TEST(test_a_stopped_queue_is_set_up_too_early),
        BLK_TEST(test_stopping_a_queue_by_read_back_or_by_a_reset_is_silent),
        BLK_TEST(test_a_queue_that_never_ran_is_switched_off),
        BLK_TEST(test_memory_of_a_running_queue_is_freed),
        BLK_TEST(test_an_interrupt_read_and_acknowledged_is_silent),
        BLK_TEST(test_an_interrupt_acknowledged_blindly),
        BLK_TEST(test_an_interrupt_never_acknowledged),
        BLK_TEST(test_a_storm_of_interrupts_never_looked_at),
        BLK_TEST(test_the_wrong_interrupt_is_acknowledged),
        BLK_TEST(test_work_put_off_with_the_line_masked_is_silent),
        BLK_TEST(test_a_reset_instead_of_an_acknowledgement_is_silent),
        BLK_TEST(test_an_interrupt_without_a_cause_is_silent),
        BLK_TEST(test_old_interrupts_cleared_before_there_is_a_handler),
        BLK_TEST(test_giving_up_over_undefined_bits),
        BLK_TEST(test_giving_up_over_more_than_undefined_bits_is_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

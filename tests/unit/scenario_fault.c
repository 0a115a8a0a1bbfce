/* SPDX-License-Identifier: Apache-2.0 */
/* The tables: fields, requirements, faults; and what a fault's value and place mean. */
#include "scenario_bench.h"

#include "spec/feature.h"

#include <pring/requirement.h>
#include <pring/verdict.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_fields_are_found_by_name_and_by_place(void **state)
{
    uint32_t start = 99;

    (void)state;
    for (uint32_t code = 1; code < PRING_FIELD_COUNT; code++) {
        const char *name = pring_field_info[code].name;
        assert_non_null(name); /* no gaps yet */
        assert_int_equal(pring_field_by_name(name, (uint32_t)strlen(name)), code);
    }
    assert_int_equal(pring_field_by_name("reg.Statu", 9), PRING_FIELD_NONE);
    assert_int_equal(pring_field_by_name("", 0), PRING_FIELD_NONE);
    assert_int_equal(pring_field_of_register(0x070), PRING_F_REG_STATUS);
    assert_int_equal(pring_field_of_register(0x072), PRING_F_REG_STATUS);
    assert_int_equal(pring_field_of_register(0x000), PRING_F_REG_MAGIC_VALUE);
    assert_int_equal(pring_field_of_register(0x0fc), PRING_F_REG_CONFIG_GENERATION);
    assert_int_equal(pring_field_of_register(0x018), PRING_F_REG_OTHER);
    assert_int_equal(pring_field_of_register(0x028), PRING_F_REG_OTHER); /* a register of Version 1 */
    assert_int_equal(pring_field_of_config(PRING_DEVICE_BLK, 5, &start), PRING_F_CONFIG_CAPACITY);
    assert_int_equal(start, 0);
    assert_int_equal(pring_field_of_config(PRING_DEVICE_BLK, 34, &start), PRING_F_CONFIG_NUM_QUEUES);
    assert_int_equal(start, 34);
    assert_int_equal(pring_field_of_config(PRING_DEVICE_BLK, 33, &start), PRING_F_CONFIG_OTHER);
    assert_int_equal(start, 33);
    assert_int_equal(pring_field_of_config(PRING_DEVICE_RNG, 0, &start), PRING_F_CONFIG_OTHER);
}

static void test_requirements_are_found_by_id(void **state)
{
    (void)state;
    assert_int_equal(pring_requirement_by_id("STATUS-DRV-01", 13), PRING_REQ_STATUS_DRV_01);
    assert_int_equal(pring_requirement_by_id("STATUS-DRV-0", 12), PRING_REQ_NONE);
    for (uint32_t i = 1; i < PRING_REQ_COUNT; i++) {
        const struct pring_requirement_info *info = &pring_requirement_info[i];
        const char *role = info->role == PRING_ROLE_DRV ? "-DRV-" : "-DEV-";
        assert_int_equal(pring_requirement_by_id(info->id, (uint32_t)strlen(info->id)), i);
        assert_non_null(strstr(info->id, role));
        assert_true(strlen(info->wording) > 8);
        assert_true(info->level >= PRING_LEVEL_MUST && info->level <= PRING_LEVEL_STATED);
    }
    assert_string_equal(pring_requirement_level_name(PRING_LEVEL_MUST_NOT), "must not");
    assert_string_equal(pring_requirement_role_name(PRING_ROLE_DEV), "device");
}

static void test_verdicts_and_features_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < PRING_VERDICT_COUNT; i++) {
        const char *name = pring_verdict_name((enum pring_verdict)i);
        assert_int_equal(pring_verdict_by_name(name, (uint32_t)strlen(name)), i);
    }
    assert_int_equal(pring_verdict_by_name("fine", 4), -1);
    assert_int_equal(pring_feature_by_name("VERSION_1", 9, PRING_DEVICE_RNG), 32);
    assert_int_equal(pring_feature_by_name("RO", 2, PRING_DEVICE_BLK), 5);
    assert_int_equal(pring_feature_by_name("RO", 2, PRING_DEVICE_RNG), -1);
    assert_null(pring_feature_name(5, PRING_DEVICE_RNG));
    assert_string_equal(pring_feature_name(5, PRING_DEVICE_BLK), "RO");
}

/* The name of a row is its action and subject as text writes them; codes are unique. */
static void test_fault_rows_are_consistent(void **state)
{
    uint8_t seen[256] = {0};

    (void)state;
    assert_int_equal(pring_fault_rows[PRING_FAULT_ROWS_FIRST - 1].action, PRING_FAULT_UNPLUG);
    for (uint32_t i = 0; i < pring_fault_row_count; i++) {
        const struct pring_fault_row *row = &pring_fault_rows[i];
        struct pring_fault fault = {.action = row->action, .label = row->subject, .target = row->subject};
        const char *colon = strchr(row->name, ':');
        if (row->action == PRING_FAULT_IRQ)
            fault.operand = row->variant;
        assert_int_equal(pring_fault_row_of(&fault), i);
        assert_int_equal(seen[row->code]++, 0);
        assert_true(row->code != 0 && strlen(row->help) > 10 && strlen(row->help) < 80);
        if (row->subject)
            assert_string_equal(colon + 1, pring_field_info[row->subject].name);
        if (row->subject)
            assert_true(pring_field_info[row->subject].device == row->device);
    }
}

static struct pring_fault fault_of(uint8_t action, uint8_t label, uint8_t target, uint8_t side)
{
    return (struct pring_fault){.action = action, .label = label, .target = target, .side = side};
}

static void test_faults_stand_where_they_can_be_seen(void **state)
{
    static const struct {
        uint8_t action, label, target, side;
        bool placeable;
    } cases[] = {
        {PRING_FAULT_ANSWER, PRING_F_REG_STATUS, 0, PRING_SIDE_DEVICE, true},
        {PRING_FAULT_ANSWER, PRING_F_USED_LEN, 0, PRING_SIDE_DEVICE, true},
        {PRING_FAULT_ANSWER, PRING_F_USED_LEN, 0, PRING_SIDE_LOAD, false},
        {PRING_FAULT_POKE, PRING_F_USED_IDX, PRING_F_USED_IDX, PRING_SIDE_LOAD, true},
        {PRING_FAULT_POKE, PRING_F_USED_IDX, PRING_F_USED_IDX, PRING_SIDE_DEVICE, false},
        {PRING_FAULT_POKE, PRING_F_AVAIL_IDX, PRING_F_DESC_ADDR, PRING_SIDE_STORE, true},
        {PRING_FAULT_POKE, PRING_F_DONE, PRING_F_DESC_ADDR, PRING_SIDE_DEVICE, true},
        {PRING_FAULT_POKE, PRING_F_USED_IDX, PRING_F_DATA_IN, PRING_SIDE_LOAD, true},
        {PRING_FAULT_POKE, PRING_F_AVAIL_IDX, PRING_F_DATA_IN, PRING_SIDE_STORE, false},
        {PRING_FAULT_POKE, PRING_F_DATA_IN, PRING_F_USED_IDX, PRING_SIDE_DEVICE, false},
        {PRING_FAULT_IRQ, PRING_F_REG_STATUS, 0, PRING_SIDE_STORE, true},
        {PRING_FAULT_IRQ, PRING_F_REG_STATUS, 0, PRING_SIDE_DEVICE, true},
        {PRING_FAULT_IRQ, PRING_F_REG_INTERRUPT_ACK, 0, PRING_SIDE_DEVICE, true},
        {PRING_FAULT_IRQ, PRING_F_REG_INTERRUPT_ACK, 0, PRING_SIDE_LOAD, false},
        {PRING_FAULT_IRQ, PRING_F_CALL_ALLOC, 0, PRING_SIDE_DEVICE, false},
        {PRING_FAULT_IRQ, PRING_F_PACKED_ADDR, 0, PRING_SIDE_LOAD, true},
        {PRING_FAULT_IRQ, PRING_F_PACKED_ADDR, 0, PRING_SIDE_DEVICE, false},
        {PRING_FAULT_ANSWER, PRING_F_PACKED_FLAGS, 0, PRING_SIDE_DEVICE, true},
        {PRING_FAULT_ANSWER, PRING_F_PACKED_FLAGS, 0, PRING_SIDE_LOAD, false},
        {PRING_FAULT_CHANGE, PRING_F_CONFIG_CAPACITY, PRING_F_CONFIG_CAPACITY, PRING_SIDE_DEVICE, true},
        {PRING_FAULT_FAIL, PRING_F_CALL_ALLOC, 0, PRING_SIDE_DEVICE, true},
        {PRING_FAULT_UNPLUG, PRING_F_REG_QUEUE_PFN, 0, PRING_SIDE_DEVICE, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pring_fault fault = fault_of(cases[i].action, cases[i].label, cases[i].target, cases[i].side);
        if (pring_fault_placeable(&fault) != cases[i].placeable)
            fail_msg("case %zu", i);
    }
}

static void test_values_are_computed_in_the_width_of_the_field(void **state)
{
    struct pring_fault fault = fault_of(PRING_FAULT_ANSWER, PRING_F_USED_IDX, 0, 0);

    (void)state;
    assert_int_equal(pring_fault_bits(&fault), 16);
    fault.base = PRING_BASE_IT;
    fault.operand = 2;
    assert_int_equal(pring_fault_value(&fault, 0xffff), 1);
    fault.op = PRING_OP_SUB;
    assert_int_equal(pring_fault_value(&fault, 1), 0xffff);
    fault.base = PRING_BASE_ZERO; /* the operand alone, whatever the base was */
    assert_int_equal(pring_fault_value(&fault, 77), 2);

    fault = fault_of(PRING_FAULT_POKE, PRING_F_USED_IDX, PRING_F_DESC_ADDR, PRING_SIDE_LOAD);
    fault.operand = 0xffffffff;
    assert_true(pring_fault_value(&fault, 0) == UINT64_MAX);
    fault.operand = 1;
    fault.shift = 32;
    assert_true(pring_fault_value(&fault, 0) == UINT64_C(1) << 32);
    fault.base = PRING_BASE_RING;
    fault.op = PRING_OP_AND;
    fault.operand = (uint32_t)-16;
    fault.shift = 0;
    assert_true(pring_fault_value(&fault, 0x123456789f) == 0x1234567890);

    fault = fault_of(PRING_FAULT_DROP, PRING_F_DONE, 0, 0);
    assert_int_equal(pring_fault_bits(&fault), 0);
    assert_int_equal(pring_fault_subject(&fault), PRING_FIELD_NONE);
}

static void test_payload_bytes_are_counted_from_either_end(void **state)
{
    struct pring_fault fault = fault_of(PRING_FAULT_ANSWER, PRING_F_DATA_IN, 0, 0);
    uint64_t offset = 0;

    (void)state;
    fault.base = PRING_BASE_IT;
    fault.op = PRING_OP_XOR;
    fault.operand = 0x1ff;
    fault.shift = 3; /* an offset, no shift */
    assert_int_equal(pring_fault_bits(&fault), 8);
    assert_int_equal(pring_fault_value(&fault, 0x0f), 0xf0);
    assert_true(pring_fault_byte(&fault, 513, &offset));
    assert_int_equal(offset, 3);
    assert_false(pring_fault_byte(&fault, 3, &offset));
    fault.k = 1;
    fault.shift = 0;
    assert_true(pring_fault_byte(&fault, 513, &offset));
    assert_int_equal(offset, 512);
    assert_false(pring_fault_byte(&fault, 0, &offset));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_are_found_by_name_and_by_place),
        cmocka_unit_test(test_requirements_are_found_by_id),
        cmocka_unit_test(test_verdicts_and_features_have_names),
        cmocka_unit_test(test_fault_rows_are_consistent),
        cmocka_unit_test(test_faults_stand_where_they_can_be_seen),
        cmocka_unit_test(test_values_are_computed_in_the_width_of_the_field),
        cmocka_unit_test(test_payload_bytes_are_counted_from_either_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

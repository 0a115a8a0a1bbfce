/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes: laws, caps, layout, what is inert, and files that decode to the same text for ever. */
#include "scenario_bench.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct pring_scenario scenario;

static void test_no_random_input_breaks_a_law(void **state)
{
    static uint8_t bytes[PRING_SCENARIO_BYTES_MAX + 64];
    uint64_t random = 20240601;

    (void)state;
    for (uint32_t i = 0; i < 200000; i++) {
        size_t len = scenario_random_bytes(&random, bytes, sizeof bytes);
        const char *broken = scenario_law_broken(bytes, len);
        if (broken)
            fail_msg("input %u: %s", i, broken);
    }
}

static void test_nothing_is_a_block_device_with_no_work(void **state)
{
    (void)state;
    pring_scenario_decode(&scenario, (const uint8_t *)"", 0);
    assert_int_equal(scenario.set_count, 1);
    assert_int_equal(scenario.set[0].value, PRING_DEVICE_BLK);
    assert_int_equal(scenario.work_count + scenario.fault_count + scenario.data_count, 0);
}

/* The layout of a fault record, byte by byte: engines' corpora depend on it. */
static void test_a_fault_record_has_its_bytes_where_they_belong(void **state)
{
    static const uint8_t record[16] = {2 | 0xf4,
                                       PRING_FAULT_POKE,
                                       PRING_F_USED_IDX,
                                       PRING_F_USED_LEN,
                                       3,
                                       3 | 1 << 4 | 2 << 6,
                                       4,
                                       5,
                                       6,
                                       PRING_BASE_POSTED,
                                       PRING_OP_SUB,
                                       64 | 2,
                                       0x78,
                                       0x56,
                                       0x34,
                                       0x12};
    static const struct pring_fault expected = {.action = PRING_FAULT_POKE,
                                                .label = PRING_F_USED_IDX,
                                                .target = PRING_F_USED_LEN,
                                                .queue = 3,
                                                .phase = PRING_PHASE_REQUEST,
                                                .side = PRING_SIDE_LOAD,
                                                .k = 2,
                                                .nth = 4,
                                                .j = 5,
                                                .count = 6,
                                                .base = PRING_BASE_POSTED,
                                                .op = PRING_OP_SUB,
                                                .shift = 2,
                                                .operand = 0x12345678};

    (void)state;
    pring_scenario_decode(&scenario, record, sizeof record);
    assert_int_equal(scenario.fault_count, 1);
    assert_true(scenario_same_fault(&scenario.fault[0], &expected));
}

static void test_the_last_record_is_padded_with_zeros(void **state)
{
    static const uint8_t bytes[] = {1, PRING_WORK_READ, 1};

    (void)state;
    pring_scenario_decode(&scenario, bytes, sizeof bytes);
    assert_int_equal(scenario.work_count, 1);
    assert_true(scenario.work[0].async);
    assert_int_equal(scenario.work[0].count, 1); /* clamped up from 0 */
}

static void test_unassigned_codes_are_inert(void **state)
{
    uint8_t bytes[4 * 16] = {0};

    (void)state;
    for (uint8_t stream = 0; stream < 4; stream++) {
        memset(bytes + 16 * stream, 0x11, 16);
        bytes[16 * stream] = stream;
        bytes[16 * stream + 1] = 250;
    }
    pring_scenario_decode(&scenario, bytes, sizeof bytes);
    assert_int_equal(scenario.set_count, 1); /* the device, always */
    assert_int_equal(scenario.work_count + scenario.fault_count + scenario.data_count, 0);
}

static void test_what_the_device_lacks_is_inert(void **state)
{
    static const uint8_t bytes[] = {
        0,
        PRING_SET_CAPACITY,
        0,
        0,
        0,
        0,
        0,
        0,
        9,
        0,
        0,
        0,
        0,
        0,
        0,
        0, /* a key of block */
        1,
        PRING_WORK_READ,
        0,
        0,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0, /* a verb of block */
        1,
        PRING_WORK_ENTROPY,
        0,
        0,
        8,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        2,
        PRING_FAULT_ANSWER,
        PRING_F_CONFIG_CAPACITY,
        0,
        15,
        0,
        1,
        1,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        2,
        PRING_FAULT_ANSWER,
        PRING_F_PACKED_ADDR,
        0,
        15,
        0,
        1,
        1,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        PRING_SET_DEVICE,
        0,
        0,
        0,
        0,
        0,
        0,
        PRING_DEVICE_RNG,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
    };

    (void)state;
    pring_scenario_decode(&scenario, bytes, sizeof bytes);
    assert_int_equal(scenario.set_count, 1);
    assert_int_equal(scenario.work_count, 1);
    assert_int_equal(scenario.work[0].verb, PRING_WORK_ENTROPY);
    assert_int_equal(scenario.fault_count, 0);
}

static void put_record(uint8_t *record, uint8_t stream, uint8_t code, uint8_t number)
{
    memset(record, 0, 16);
    record[0] = stream;
    record[1] = code;
    if (stream == 2)
        record[2] = PRING_F_DONE;
    else
        record[8] = number;
}

static void test_records_beyond_the_caps_are_inert(void **state)
{
    static const uint8_t codes[] = {PRING_SET_FEATURE_ON, PRING_WORK_READ, PRING_FAULT_DROP,
                                    PRING_DATA_BUFFER};
    static uint8_t bytes[300 * 4 * 16], encoded[PRING_SCENARIO_BYTES_MAX];

    (void)state;
    for (uint32_t i = 0; i < 300; i++) {
        for (uint8_t stream = 0; stream < 4; stream++)
            put_record(bytes + 16 * (4 * i + stream), stream, codes[stream], (uint8_t)(i % 64));
    }
    pring_scenario_decode(&scenario, bytes, sizeof bytes);
    assert_int_equal(scenario.set_count, PRING_SETS_MAX);
    assert_int_equal(scenario.work_count, PRING_WORKS_MAX);
    assert_int_equal(scenario.fault_count, PRING_FAULTS_MAX);
    assert_int_equal(scenario.data_count, PRING_DATAS_MAX);
    assert_int_equal(pring_scenario_encode(&scenario, encoded, sizeof encoded), PRING_SCENARIO_BYTES_MAX);
    assert_null(scenario_law_broken(bytes, sizeof bytes));
}

static void test_encode_writes_nothing_that_does_not_fit(void **state)
{
    uint8_t out[16];

    (void)state;
    memset(out, 0xaa, sizeof out);
    pring_scenario_decode(&scenario, (const uint8_t *)"\1\2", 2);
    assert_int_equal(pring_scenario_encode(&scenario, out, sizeof out), 32);
    for (size_t i = 0; i < sizeof out; i++)
        assert_int_equal(out[i], 0xaa);
}

static void test_resolving_applies_defaults_and_limits(void **state)
{
    static const uint8_t rng[] = {0, PRING_SET_DEVICE, 0, 0, 0, 0, 0, 0, PRING_DEVICE_RNG};
    struct pring_setup setup;
    struct pring_options options;

    (void)state;
    pring_scenario_decode(&scenario, rng, sizeof rng);
    pring_scenario_resolve(&scenario, &setup, &options);
    assert_int_equal(setup.device_type, PRING_DEVICE_RNG);
    assert_true(setup.features == (UINT64_C(1) << 32 | UINT64_C(1) << 29));
    assert_int_equal(setup.queue_count, 1);
    assert_int_equal(setup.queue_size_max, 8);
    assert_int_equal(setup.seed, 1);
    assert_int_equal(options.latency_ns, 2000);
    assert_int_equal(options.spacing_ns, 500);
    assert_int_equal(options.schedule, PRING_SCHEDULE_SETTLED);
    assert_int_equal(options.profile.read_latency, 0);

    memset(&scenario, 0, sizeof scenario); /* by hand, out of range */
    scenario.set_count = 3;
    scenario.set[0] = (struct pring_set){.key = PRING_SET_QUEUE_SIZE, .value = 5000};
    scenario.set[1] = (struct pring_set){.key = PRING_SET_PROFILE, .value = 77};
    scenario.set[2] = (struct pring_set){.key = PRING_SET_FEATURE_ON, .value = 500};
    pring_scenario_resolve(&scenario, &setup, &options);
    assert_int_equal(setup.device_type, PRING_DEVICE_BLK);
    assert_int_equal(setup.queue_size_max, 1024);
    assert_int_equal(setup.blk.capacity_sectors, 64);
    assert_int_equal(setup.blk.seg_max, 6);
}

/* tests/baseline/bytes: NAME.bin decodes to NAME.txt for ever. A difference means that old corpora changed
 * meaning: repair the decoder, not the file. */
static void check_baseline(const char *folder, const char *name)
{
    static uint8_t bytes[65536];
    static char expected[SCENARIO_TEXT_MAX], text[SCENARIO_TEXT_MAX];
    char path[600];
    long len, text_len;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    len = scenario_read_file(path, bytes, sizeof bytes);
    assert_true(len >= 0);
    memcpy(path + strlen(path) - 4, ".txt", 5);
    text_len = scenario_read_file(path, expected, sizeof expected - 1);
    assert_true(text_len > 0);
    expected[text_len] = '\0';
    pring_scenario_decode(&scenario, bytes, (size_t)len);
    pring_scenario_print(&scenario, text, sizeof text);
    assert_string_equal(text, expected);
    assert_null(scenario_law_broken(bytes, (size_t)len));
}

static void test_old_bytes_decode_to_the_same_text(void **state)
{
    static const char folder[] = PRING_SOURCE_DIR "/tests/baseline/bytes";
    DIR *dir = opendir(folder);
    uint32_t files = 0;

    (void)state;
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        size_t len = strlen(entry->d_name);
        if (len < 5 || strcmp(entry->d_name + len - 4, ".bin") != 0)
            continue;
        check_baseline(folder, entry->d_name);
        files++;
    }
    closedir(dir);
    assert_true(files >= 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_random_input_breaks_a_law),
        cmocka_unit_test(test_nothing_is_a_block_device_with_no_work),
        cmocka_unit_test(test_a_fault_record_has_its_bytes_where_they_belong),
        cmocka_unit_test(test_the_last_record_is_padded_with_zeros),
        cmocka_unit_test(test_unassigned_codes_are_inert),
        cmocka_unit_test(test_what_the_device_lacks_is_inert),
        cmocka_unit_test(test_records_beyond_the_caps_are_inert),
        cmocka_unit_test(test_encode_writes_nothing_that_does_not_fit),
        cmocka_unit_test(test_resolving_applies_defaults_and_limits),
        cmocka_unit_test(test_old_bytes_decode_to_the_same_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

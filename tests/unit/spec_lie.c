/* SPDX-License-Identifier: Apache-2.0 */
/* Lie or quirk: the id that a falsified event breaks, or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pring/lie.h>

static struct pring_observer o;

static int setup(void **state)
{
    (void)state;
    o = (struct pring_observer){.setup = {.device_type = PRING_DEVICE_BLK,
                                          .queue_count = 1,
                                          .queue_size_max = 8,
                                          .features = 1ull << 32 | 1ull << 9 | 1ull << 11}};
    o.queue[0].size = 8;
    return 0;
}

static void is(const char *rule, const char *expected)
{
    if (expected == NULL) {
        if (rule)
            fail_msg("%s, a quirk expected", rule);
        return;
    }
    if (rule == NULL)
        fail_msg("a quirk, %s expected", expected);
    assert_string_equal(rule, expected);
}

static const char *reg(enum pring_field field, uint64_t honest, uint64_t shown)
{
    return pring_lie_reg_read(&o, field, pring_field_info[field].offset, 4, honest, shown);
}

static void test_lie_registers(void **state)
{
    (void)state;
    is(reg(PRING_F_REG_MAGIC_VALUE, 1, 1), NULL);
    is(reg(PRING_F_REG_MAGIC_VALUE, 0x74726976, 0), "MMIO-DEV-01");
    is(reg(PRING_F_REG_VERSION, 2, 1), "MMIO-DEV-02");
    is(reg(PRING_F_REG_DEVICE_ID, 2, 0), NULL);
    is(reg(PRING_F_REG_QUEUE_SIZE_MAX, 8, 4), NULL);
    is(reg(PRING_F_REG_QUEUE_SIZE_MAX, 8, 0), NULL);
    is(reg(PRING_F_REG_QUEUE_SIZE_MAX, 8, 6), "ST-SPLIT-DEV-01");
    is(reg(PRING_F_REG_QUEUE_SIZE_MAX, 8, 16), "ST-MMIO-DEV-06");
    is(reg(PRING_F_REG_QUEUE_READY, 0, 1), "MMIO-DEV-06");
    is(reg(PRING_F_REG_INTERRUPT_STATUS, 1, 0), "MMIO-DEV-03");
    is(reg(PRING_F_REG_INTERRUPT_STATUS, 1, 5), "MMIO-DEV-04");
    is(reg(PRING_F_REG_CONFIG_GENERATION, 0, 1), "ST-MMIO-DEV-12");
    o.queue_sel = 1;
    is(reg(PRING_F_REG_QUEUE_SIZE_MAX, 0, 8), "ST-MMIO-DEV-05");
}

static void test_lie_features(void **state)
{
    (void)state;
    is(reg(PRING_F_REG_DEVICE_FEATURES, 0xa00, 0x200), NULL);
    is(reg(PRING_F_REG_DEVICE_FEATURES, 0xa00, 0x800), "FEAT-DEV-01");
    is(reg(PRING_F_REG_DEVICE_FEATURES, 0xa00, 0xa01), "FEAT-DEV-04");
    o.device_features_sel = 1;
    is(reg(PRING_F_REG_DEVICE_FEATURES, 1, 0), "RFEAT-DEV-01");
    o.device_features_sel = 2;
    is(reg(PRING_F_REG_DEVICE_FEATURES, 0, 1), "FEAT-DEV-04");
}

static void test_lie_status(void **state)
{
    (void)state;
    is(reg(PRING_F_REG_STATUS, 3, 11), "FEAT-DEV-03");
    is(reg(PRING_F_REG_STATUS, 11, 3), NULL);
    is(reg(PRING_F_REG_STATUS, 15, 11), "ST-MMIO-DEV-07");
    is(reg(PRING_F_REG_STATUS, 11, 0x4b), "STATUS-DEV-03");
    o.driver_ok = true;
    is(reg(PRING_F_REG_STATUS, 15, 0x4f), "STATUS-DEV-04");
    o.reset_pending = true;
    is(reg(PRING_F_REG_STATUS, 0, 15), NULL);
    is(pring_lie_reset_never(), "RESET-DEV-01");
}

static void test_lie_configuration(void **state)
{
    (void)state;
    is(pring_lie_reg_read(&o, PRING_F_CONFIG_BLK_SIZE, 0x114, 4, 512, 0), NULL);
    is(pring_lie_reg_read(&o, PRING_F_CONFIG_CAPACITY, 0x100, 4, 64, 1), NULL);
    is(pring_lie_reg_read(&o, PRING_F_CONFIG_OTHER, 0x121, 1, 0, 1), "BLK-INIT-DEV-04");
    is(pring_lie_config(true, 64, 65, false), "MMIO-DEV-07");
    is(pring_lie_config(true, 64, 65, true), NULL);
    is(pring_lie_config(false, 0, 65, false), NULL);
}

static void test_lie_used_elements(void **state)
{
    (void)state;
    is(pring_lie_used_id(&o, 0, 1, 1), NULL);
    is(pring_lie_used_id(&o, 0, 2, 1), "ST-SPLIT-DEV-03");
    is(pring_lie_used_len(&o, 0, 17, 16), "SPLIT-USED-DEV-02");
    is(pring_lie_used_len(&o, 0, 0, 16), NULL);
    o.setup.device_type = PRING_DEVICE_RNG;
    is(pring_lie_used_len(&o, 0, 0, 16), "RNG-DEV-01");
    is(pring_lie_used_again(&o, 0), "ST-SPLIT-DEV-03");
}

static void test_lie_used_index(void **state)
{
    (void)state;
    o.queue[0].used_idx_seen = 0xfffe;
    is(pring_lie_used_idx(&o, 0, 1, 1), NULL);
    is(pring_lie_used_idx(&o, 0, 1, 0xffff), NULL); /* late */
    is(pring_lie_used_idx(&o, 0, 1, 2), "SPLIT-USED-DEV-01");
    is(pring_lie_used_idx(&o, 0, 1, 0xfffd), "ST-SPLIT-DEV-02");
}

static void test_lie_used_slots(void **state)
{
    (void)state;
    o.queue[0].published = 9;
    o.queue[0].covered = 8;
    o.queue[0].lent_count = 3; /* one shown, two to come, in slots 1 and 2 */
    is(pring_lie_used_slot(&o, 0, 1), NULL);
    is(pring_lie_used_slot(&o, 0, 2), NULL);
    is(pring_lie_used_slot(&o, 0, 3), "SPLIT-USED-DEV-01");
    is(pring_lie_used_slot(&o, 0, 0), "SPLIT-USED-DEV-01");
}

static void test_lie_suppression(void **state)
{
    (void)state;
    is(pring_lie_used_flags(&o, 0, 1), NULL);
    is(pring_lie_used_flags(&o, 0, 2), "SPLIT-ASUP-DEV-01");
    is(pring_lie_avail_event(&o, 0, 9), NULL);
    o.features_written = 1ull << 29;
    is(pring_lie_used_flags(&o, 0, 1), "SPLIT-ASUP-DEV-03");
    is(pring_lie_mute(&o, 1), "SPLIT-USUP-DEV-05");
    o.features_written = 0;
    is(pring_lie_mute(&o, 1), "SPLIT-USUP-DEV-03");
    is(pring_lie_mute(&o, 2), "ST-CFG-DEV-01");
    o.status_made = 0x4f;
    is(pring_lie_mute(&o, 2), "STATUS-DEV-04");
}

static void test_lie_memory(void **state)
{
    struct pring_chain *chain = &o.queue[0].chain[2];

    (void)state;
    *chain = (struct pring_chain){.head = 2, .count = 2, .state = PRING_CHAIN_GATED, .writable_bytes = 17};
    o.queue[0].segment[2] = (struct pring_segment){.addr = 100, .len_bytes = 16, .next = 3};
    o.queue[0].segment[3] = (struct pring_segment){.addr = 200, .len_bytes = 17, .flags = PRING_DESC_WRITE};
    is(pring_lie_payload(&o, chain, 200, 17), NULL);
    is(pring_lie_payload(&o, chain, 200, 18), "SPLIT-DESC-DEV-01");
    is(pring_lie_payload(&o, chain, 100, 1), "SPLIT-DESC-DEV-01");
    is(pring_lie_payload(&o, NULL, 200, 1), "SPLIT-DESC-DEV-01");
    chain->state = PRING_CHAIN_SHOWN;
    is(pring_lie_payload(&o, chain, 200, 1), "SPLIT-USED-DEV-02");
    is(pring_lie_desc_write(), "SPLIT-DESC-DEV-03");
    is(pring_lie_avail_write(), "SPLIT-DESC-DEV-01");
    is(pring_lie_data(&o, chain, 0, 1, 2), "data");
    is(pring_lie_data(&o, chain, 16, 0, 1), NULL); /* the request fails */
    is(pring_lie_data(&o, chain, 16, 1, 0), "data");
    is(pring_lie_data(&o, chain, 16, 0, 77), "data");
    o.setup.device_type = PRING_DEVICE_RNG;
    is(pring_lie_data(&o, chain, 0, 1, 2), NULL);
}

static void test_lie_interrupts(void **state)
{
    (void)state;
    is(pring_lie_irq(&o, 1), "STATUS-DEV-02");
    is(pring_lie_irq(&o, 2), "RESET-DEV-02");
    is(pring_lie_irq(&o, 0), "ST-MMIO-DEV-09");
    o.driver_ok = true;
    is(pring_lie_irq(&o, 3), NULL);
}

static void test_lie_feature_rules(void **state)
{
    (void)state;
    assert_true(pring_features_known(PRING_DEVICE_BLK) >> 9 & 1);
    assert_false(pring_features_known(PRING_DEVICE_BLK) >> 41 & 1);
    assert_false(pring_features_known(PRING_DEVICE_RNG) & 1);
    assert_true(pring_features_known(PRING_DEVICE_RNG) >> 32 & 1);
    assert_int_equal(pring_features_unmet(PRING_DEVICE_NET, 1ull << 11), 1ull << 11);
    assert_int_equal(pring_features_unmet(PRING_DEVICE_NET, 1ull << 11 | 1), 0);
    assert_int_equal(pring_features_unmet(PRING_DEVICE_BLK, 1ull << 11 | 1ull << 9), 0);
}

#define LIE_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIE_TEST(test_lie_registers),     LIE_TEST(test_lie_features),      LIE_TEST(test_lie_status),
        LIE_TEST(test_lie_configuration), LIE_TEST(test_lie_used_elements), LIE_TEST(test_lie_used_index),
        LIE_TEST(test_lie_used_slots),    LIE_TEST(test_lie_suppression),   LIE_TEST(test_lie_memory),
        LIE_TEST(test_lie_interrupts),    LIE_TEST(test_lie_feature_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

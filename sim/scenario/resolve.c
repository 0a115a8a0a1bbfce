/* SPDX-License-Identifier: Apache-2.0 */
/* Defaults, and what a set-up record does to them. Values were brought into range by canon.c; here again,
 * because a scenario may also be built by hand. */
#include <pring/lie.h>

#include "canon.h"

#include <string.h>

#define BIT(n) (UINT64_C(1) << (n))

enum { /* [6, 5.2.3] */
       F_SIZE_MAX = 1,
       F_SEG_MAX = 2,
       F_BLK_SIZE = 6,
       F_FLUSH = 9,
       F_TOPOLOGY = 10,
       F_CONFIG_WCE = 11,
       F_MQ = 12,
       F_EVENT_IDX = 29,
       F_VERSION_1 = 32,
};

static const struct pring_profile profiles[] = {
    [PRING_PROFILE_IDEAL] = {0},
    [PRING_PROFILE_LATENCY] = {.read_latency = 20, .write_latency = 20, .latency_jitter = 8},
    [PRING_PROFILE_STALL] = {.read_latency = 4,
                             .write_latency = 4,
                             .stall_ar = 16384,
                             .stall_aw = 16384,
                             .stall_w = 16384,
                             .stall_b = 16384,
                             .stall_r = 16384},
    [PRING_PROFILE_REORDER] = {.read_latency = 8,
                               .write_latency = 8,
                               .latency_jitter = 16,
                               .reorder_ids = true},
};

static void blk_defaults(struct pring_setup *setup)
{
    setup->features |= BIT(F_SIZE_MAX) | BIT(F_SEG_MAX) | BIT(F_BLK_SIZE) | BIT(F_FLUSH) | BIT(F_TOPOLOGY) |
                       BIT(F_CONFIG_WCE) | BIT(F_MQ);
    setup->blk = (struct pring_setup_blk){
        .capacity_sectors = 64,
        .size_max = 65536,
        .seg_max = 6,
        .blk_size = 512,
        .min_io_size = 1,
        .num_queues = 1,
        .max_discard_sectors = 32,
        .max_discard_seg = 4,
        .discard_sector_alignment = 1,
        .max_write_zeroes_sectors = 32,
        .max_write_zeroes_seg = 4,
        .write_zeroes_may_unmap = 1,
    };
}

static void net_defaults(struct pring_setup *setup)
{
    static const uint8_t mac[6] = {0x02, 'P', 'R', 'I', 'N', 'G'}; /* locally administered */

    setup->features |= BIT(PRING_F_NET_CSUM) | BIT(PRING_F_NET_GUEST_CSUM) | BIT(PRING_F_NET_MTU) |
                       BIT(PRING_F_NET_MAC) | BIT(PRING_F_NET_MRG_RXBUF) | BIT(PRING_F_NET_STATUS) |
                       BIT(PRING_F_NET_CTRL_VQ) | BIT(PRING_F_NET_CTRL_RX) | BIT(PRING_F_NET_MQ) |
                       BIT(PRING_F_NET_CTRL_MAC_ADDR);
    setup->net = (struct pring_setup_net){.pairs = 1, .mtu = 1500, .speed = 1000};
    memcpy(setup->net.mac, mac, sizeof mac);
}

static void console_defaults(struct pring_setup *setup)
{
    setup->features |=
        BIT(PRING_F_CONSOLE_SIZE) | BIT(PRING_F_CONSOLE_MULTIPORT) | BIT(PRING_F_CONSOLE_EMERG_WRITE);
    setup->console = (struct pring_setup_console){.cols = 80, .rows = 25, .ports = 1};
}

static void set_defaults(struct pring_setup *setup, struct pring_options *options, uint32_t device)
{
    *setup = (struct pring_setup){
        .device_type = device,
        .queue_count = 1,
        .queue_size_max = 8,
        .features = BIT(F_VERSION_1) | BIT(F_EVENT_IDX),
        .seed = 1,
    };
    *options = (struct pring_options){.latency_ns = 2000, .spacing_ns = 500};
    if (device == PRING_DEVICE_BLK)
        blk_defaults(setup);
    if (device == PRING_DEVICE_NET)
        net_defaults(setup);
    if (device == PRING_DEVICE_CONSOLE)
        console_defaults(setup);
}

static void apply_device_key(struct pring_setup *setup, const struct pring_set *set)
{
    switch (set->key) {
    case PRING_SET_FEATURE_ON:
        setup->features |= BIT(set->value);
        break;
    case PRING_SET_FEATURE_OFF:
        setup->features &= ~BIT(set->value);
        break;
    case PRING_SET_QUEUE_SIZE:
        setup->queue_size_max = (uint32_t)set->value;
        break;
    case PRING_SET_SEED:
        setup->seed = set->value;
        break;
    case PRING_SET_QUEUES:
        setup->queue_count = (uint32_t)set->value;
        setup->blk.num_queues = setup->net.pairs = (uint16_t)set->value;
        break;
    case PRING_SET_MAC:
        for (uint32_t i = 0; i < sizeof setup->net.mac; i++)
            setup->net.mac[i] = (uint8_t)(set->value >> (8 * i));
        break;
    case PRING_SET_MTU:
        setup->net.mtu = (uint16_t)set->value;
        break;
    case PRING_SET_COLS:
        setup->console.cols = (uint16_t)set->value;
        break;
    case PRING_SET_ROWS:
        setup->console.rows = (uint16_t)set->value;
        break;
    case PRING_SET_PORTS:
        setup->console.ports = (uint32_t)set->value;
        break;
    default:
        break;
    }
}

static void apply_blk_key(struct pring_setup_blk *blk, const struct pring_set *set)
{
    switch (set->key) {
    case PRING_SET_CAPACITY:
        blk->capacity_sectors = set->value;
        break;
    case PRING_SET_SIZE_MAX:
        blk->size_max = (uint32_t)set->value;
        break;
    case PRING_SET_SEG_MAX:
        blk->seg_max = (uint32_t)set->value;
        break;
    case PRING_SET_BLK_SIZE:
        blk->blk_size = (uint32_t)set->value;
        break;
    case PRING_SET_PHYSICAL_BLOCK_EXP:
        blk->physical_block_exp = (uint8_t)set->value;
        break;
    case PRING_SET_ALIGNMENT_OFFSET:
        blk->alignment_offset = (uint8_t)set->value;
        break;
    case PRING_SET_MIN_IO_SIZE:
        blk->min_io_size = (uint16_t)set->value;
        break;
    case PRING_SET_OPT_IO_SIZE:
        blk->opt_io_size = (uint32_t)set->value;
        break;
    case PRING_SET_MAX_DISCARD_SECTORS:
        blk->max_discard_sectors = (uint32_t)set->value;
        break;
    case PRING_SET_MAX_DISCARD_SEG:
        blk->max_discard_seg = (uint32_t)set->value;
        break;
    case PRING_SET_DISCARD_SECTOR_ALIGNMENT:
        blk->discard_sector_alignment = (uint32_t)set->value;
        break;
    case PRING_SET_MAX_WRITE_ZEROES_SECTORS:
        blk->max_write_zeroes_sectors = (uint32_t)set->value;
        break;
    case PRING_SET_MAX_WRITE_ZEROES_SEG:
        blk->max_write_zeroes_seg = (uint32_t)set->value;
        break;
    case PRING_SET_WRITE_ZEROES_MAY_UNMAP:
        blk->write_zeroes_may_unmap = (uint16_t)set->value;
        break;
    default:
        break;
    }
}

static void apply_option(struct pring_options *options, const struct pring_set *set)
{
    switch (set->key) {
    case PRING_SET_SCHEDULE:
        options->schedule = (enum pring_schedule)set->value;
        break;
    case PRING_SET_LATENCY:
        options->latency_ns = set->value;
        break;
    case PRING_SET_SPACING:
        options->spacing_ns = set->value;
        break;
    case PRING_SET_ISOLATION:
        options->isolation = (enum pring_isolation)set->value;
        break;
    case PRING_SET_ORDER:
        options->order_weak = set->value == 1;
        break;
    case PRING_SET_PROFILE:
        options->profile = profiles[set->value];
        break;
    default:
        break;
    }
}

/* How many queues these features make [5.1.2, 5.3.2]. */
static uint32_t count_queues(const struct pring_setup *setup)
{
    if (setup->device_type == PRING_DEVICE_NET)
        return 2u * setup->net.pairs + (setup->features >> PRING_F_NET_CTRL_VQ & 1);
    if (setup->device_type == PRING_DEVICE_CONSOLE)
        return setup->features >> PRING_F_CONSOLE_MULTIPORT & 1 ? 2 * setup->console.ports + 2 : 2;
    return setup->queue_count;
}

void pring_scenario_resolve(const struct pring_scenario *scenario, struct pring_setup *setup,
                            struct pring_options *options)
{
    uint32_t device = pring_scenario_device(scenario);

    set_defaults(setup, options, device);
    for (uint32_t i = 0; i < scenario->set_count; i++) {
        struct pring_set set = scenario->set[i];
        if (!pring_canon_set(&set, device))
            continue;
        if (set.key == PRING_SET_QUEUE_SIZE)
            set.value = pring_canon_size(scenario, set.value);
        apply_device_key(setup, &set);
        apply_blk_key(&setup->blk, &set);
        apply_option(options, &set);
    }
    while (device == PRING_DEVICE_NET && pring_features_unmet(device, setup->features)) /* FEAT-DEV-01 */
        setup->features &= ~pring_features_unmet(device, setup->features);
    setup->queue_count = count_queues(setup);
}

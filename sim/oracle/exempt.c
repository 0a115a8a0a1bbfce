/* SPDX-License-Identifier: Apache-2.0 */
/* What a driver may require of an honest device: without it, refusing, sleeping and degrading are no finding.
 */
#include "oracle/facts.h"

enum { F_BLK_SIZE_MAX = 1, F_BLK_SEG_MAX = 2, F_BLK_BLK_SIZE = 6, F_BLK_MQ = 12, F_VERSION_1 = 32 };
enum {
    QUEUE_SIZE_MIN = 4, /* header, data, status, and one to spare */
    SEGMENT_MIN = 4096,
    BLOCK_MAX = 4096,
};
#define PATIENCE_NS                                                                                          \
    1000000ull /* of the slowest completion; polling for longer would spend the budget of steps */

bool pring_facts_slow(const struct pring_options *options)
{
    return options->latency_ns + 16 * options->spacing_ns > PATIENCE_NS;
}

static bool offered(const struct pring_setup *setup, unsigned bit)
{
    return setup->features >> bit & 1;
}

static const char *blk_exemption(const struct pring_setup *setup)
{
    const struct pring_setup_blk *blk = &setup->blk;

    if (blk->capacity_sectors == 0)
        return "the disk is empty";
    if (offered(setup, F_BLK_BLK_SIZE) && (blk->blk_size < PRING_SECTOR_BYTES || blk->blk_size > BLOCK_MAX ||
                                           (blk->blk_size & (blk->blk_size - 1))))
        return "the block size is unusual";
    if (offered(setup, F_BLK_SIZE_MAX) && blk->size_max < SEGMENT_MIN)
        return "segments are short";
    if (offered(setup, F_BLK_SEG_MAX) && blk->seg_max == 0)
        return "no segments are allowed";
    if (offered(setup, F_BLK_MQ) && blk->num_queues == 0)
        return "the disk has no queues";
    return NULL;
}

static const char *memory_exemption(const struct pring_options *options, uint32_t traits)
{
    if (options->isolation == PRING_ISOLATION_BYTE && !(traits & PRING_TRAIT_BOUNCE))
        return "the driver does not sync its mappings";
    if (options->isolation != PRING_ISOLATION_NONE && (traits & PRING_TRAIT_IDENTITY_DMA))
        return "the driver maps nothing";
    return NULL;
}

const char *pring_facts_exemption(const struct pring_judge *judge)
{
    const struct pring_setup *setup = &pring_judge_observer(judge)->setup;
    const struct pring_options *options = pring_judge_options(judge);
    uint32_t traits = pring_judge_dut(judge)->traits;

    if (!offered(setup, F_VERSION_1))
        return "VERSION_1 is not offered";
    if (traits & PRING_TRAIT_LEGACY)
        return "the driver is one for Version 1";
    if (setup->queue_size_max < QUEUE_SIZE_MIN)
        return "queues are small";
    if (pring_facts_slow(options))
        return "the device is slow";
    if (setup->device_type == PRING_DEVICE_BLK && blk_exemption(setup))
        return blk_exemption(setup);
    return memory_exemption(options, traits);
}

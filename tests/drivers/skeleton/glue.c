/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Binds the driver to the bench: one object that says what the driver can do, and a few lines for each call.
 * What you leave out (NULL) the bench does not ask for. pring/dut.h explains every member.
 */
#include <pring/dut.h>

#include "skeleton.h"

void skeleton_is_broken(unsigned dev)
{
    pring_broken(dev);
}

static int submit(unsigned dev, struct pring_request *r)
{
    static const struct {
        int is_known;
        enum skeleton_op op;
    } ops[] = {
        [PRING_READ] = {1, SKELETON_READ},
        [PRING_WRITE] = {1, SKELETON_WRITE},
        [PRING_FLUSH] = {1, SKELETON_FLUSH},
        [PRING_ENTROPY] = {1, SKELETON_RANDOM},
    };
    long done = -1;

    if (r->op < sizeof ops / sizeof ops[0] && ops[r->op].is_known)
        done = skeleton_transfer(dev, ops[r->op].op, r->offset / 512, r->data, r->len_bytes);
    if (done < 0)
        return -1;                  /* refused: the request is the bench's again */
    pring_done(r, 0, (size_t)done); /* reported, once; may also come later, from an interrupt */
    return 0;
}

static int info(unsigned dev, struct pring_info *info)
{
    info->capacity_bytes = skeleton_sectors(dev) * 512;
    return 0;
}

PRING_DUT(skeleton) = {
    .abi = PRING_ABI,
    .device_types = (const uint16_t[]){SKELETON_BLOCK, SKELETON_ENTROPY, 0},
    /* submit returns when the request is done; every call returns, whatever the device does */
    .traits = PRING_TRAIT_SYNCHRONOUS | PRING_TRAIT_BOUNDED_WAITS,
    .probe = skeleton_probe,
    .remove = skeleton_remove,
    .submit = submit,
    .info = info,
};

/* SPDX-License-Identifier: Apache-2.0 */
#include <pring/role.h>

static enum pring_role side_of(uint32_t queue)
{
    return queue % 2 != 0 ? PRING_ROLE_TRANSMIT : PRING_ROLE_RECEIVE;
}

static enum pring_role net_role(const struct pring_setup *setup, uint64_t accepted, uint32_t queue,
                                uint32_t *unit)
{
    uint32_t pairs = accepted >> PRING_F_NET_MQ & 1 ? setup->net.pairs : 1;

    if (queue < 2 * pairs) {
        *unit = queue / 2;
        return side_of(queue);
    }
    return queue == 2 * pairs && (accepted >> PRING_F_NET_CTRL_VQ & 1) ? PRING_ROLE_CONTROL
                                                                       : PRING_ROLE_UNUSED;
}

static enum pring_role console_role(const struct pring_setup *setup, uint64_t accepted, uint32_t queue,
                                    uint32_t *unit)
{
    if (queue < 2)
        return side_of(queue);
    if (!(accepted >> PRING_F_CONSOLE_MULTIPORT & 1))
        return PRING_ROLE_UNUSED;
    if (queue < 4)
        return queue == 2 ? PRING_ROLE_CONTROL_RECEIVE : PRING_ROLE_CONTROL_TRANSMIT;
    if (queue / 2 - 1 >= setup->console.ports)
        return PRING_ROLE_UNUSED;
    *unit = queue / 2 - 1;
    return side_of(queue);
}

enum pring_role pring_role_of(const struct pring_setup *setup, uint64_t accepted, uint32_t queue,
                              uint32_t *unit)
{
    *unit = 0;
    if (queue >= setup->queue_count)
        return PRING_ROLE_UNUSED;
    if (setup->device_type == PRING_DEVICE_NET)
        return net_role(setup, accepted, queue, unit);
    if (setup->device_type == PRING_DEVICE_CONSOLE)
        return console_role(setup, accepted, queue, unit);
    return PRING_ROLE_REQUEST;
}

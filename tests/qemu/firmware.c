/* SPDX-License-Identifier: Apache-2.0 */
/* The checks as firmware: every device in a virtio-mmio slot of QEMU's machine `virt`. Exit code 0: there was
 * one, and all is right. Whether its ring is packed is told by the features that the device offers. */
#include "checks.h"
#include "virt.h"
#include "wires.h"

enum { DEVICE_FEATURES = 0x010, DEVICE_FEATURES_SEL = 0x014, WORD_1 = 1, PACKED_IN_WORD_1 = 1 << 2 };

static struct check_memory memory;
static struct wire_memory wire_memory;
static struct check_world world = {.memory = &memory, .say = virt_print};
static struct virt_slot slot;

static void on_interrupt(void *arg)
{
    struct check_world *its = arg;

    its->interrupt(its);
}

static bool await(struct check_world *its)
{
    (void)its;
    return virt_await();
}

static bool offers_packed(void)
{
    world.platform.reg_write(&slot, DEVICE_FEATURES_SEL, 4, WORD_1);
    return (world.platform.reg_read(&slot, DEVICE_FEATURES, 4) & PACKED_IN_WORD_1) != 0;
}

int virt_main(void)
{
    uint32_t devices = 0;

    world.await = await;
    for (uint32_t i = 0; i < VIRT_SLOTS; i++) {
        uint32_t type;

        virt_platform(&slot, i, &world.platform);
        type = check_identify(&world);
        if (type == 0)
            continue;
        virt_connect(&slot, on_interrupt, &world);
        if (!(type == VIO_NET_DEVICE_TYPE || type == VIO_CONSOLE_DEVICE_TYPE
                  ? check_wire(&world, &wire_memory, type, offers_packed())
                  : check_device(&world, type, offers_packed())))
            virt_exit(1);
        virt_disconnect(&slot);
        devices++;
    }
    if (devices == 0)
        virt_print("FAILED: no device in any slot\n");
    virt_exit(devices == 0 ? 2 : 0);
}

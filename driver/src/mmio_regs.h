/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of virtio-mmio version 2 [4.2.2] and bits of the device status [2.1]. */
#ifndef VIO_MMIO_REGS_H
#define VIO_MMIO_REGS_H

#define VIO_REG_MAGIC_VALUE         0x000u
#define VIO_REG_VERSION             0x004u
#define VIO_REG_DEVICE_ID           0x008u
#define VIO_REG_DEVICE_FEATURES     0x010u
#define VIO_REG_DEVICE_FEATURES_SEL 0x014u
#define VIO_REG_DRIVER_FEATURES     0x020u
#define VIO_REG_DRIVER_FEATURES_SEL 0x024u
#define VIO_REG_QUEUE_SEL           0x030u
#define VIO_REG_QUEUE_SIZE_MAX      0x034u
#define VIO_REG_QUEUE_SIZE          0x038u
#define VIO_REG_QUEUE_READY         0x044u
#define VIO_REG_QUEUE_NOTIFY        0x050u
#define VIO_REG_INTERRUPT_STATUS    0x060u
#define VIO_REG_INTERRUPT_ACK       0x064u
#define VIO_REG_STATUS              0x070u
#define VIO_REG_QUEUE_DESC          0x080u /* low half; the high half follows, here and below */
#define VIO_REG_QUEUE_DRIVER        0x090u
#define VIO_REG_QUEUE_DEVICE        0x0a0u
#define VIO_REG_QUEUE_RESET         0x0c0u
#define VIO_REG_CONFIG_GENERATION   0x0fcu
#define VIO_REG_CONFIG              0x100u

#define VIO_MAGIC_VALUE 0x74726976u
#define VIO_VERSION     2u

#define VIO_STATUS_ACKNOWLEDGE 0x01u
#define VIO_STATUS_DRIVER      0x02u
#define VIO_STATUS_DRIVER_OK   0x04u
#define VIO_STATUS_FEATURES_OK 0x08u
#define VIO_STATUS_NEEDS_RESET 0x40u
#define VIO_STATUS_FAILED      0x80u

#define VIO_INTERRUPT_USED   0x1u
#define VIO_INTERRUPT_CONFIG 0x2u

#endif

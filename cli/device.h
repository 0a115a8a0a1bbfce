/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRING_CLI_DEVICE_H
#define PRING_CLI_DEVICE_H

#include <stdint.h>

/* The virtio device type; 0: unknown, and a message with the valid ones was printed. */
uint16_t pring_device_by_name(const char *name);
void pring_devices_print(void);
const char *pring_device_name(uint16_t type); /* "?": none that is built */

#endif

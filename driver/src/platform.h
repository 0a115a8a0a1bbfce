/* SPDX-License-Identifier: Apache-2.0 */
/* Lending memory, coherent or not. */
#ifndef VIO_SOURCE_PLATFORM_H
#define VIO_SOURCE_PLATFORM_H

#include <vio/vio_platform.h>

enum vio_status vio_lend(const struct vio_platform *platform, void *ptr, size_t len_bytes, enum vio_dir dir,
                         uint64_t *bus);
void vio_take_back(const struct vio_platform *platform, uint64_t bus, size_t len_bytes, enum vio_dir dir);

#endif

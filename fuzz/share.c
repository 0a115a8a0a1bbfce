/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/share.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char mark[] = "aff1aff1"; /* libFuzzer makes it by chance once in four thousand million */

static uint64_t hash(uint64_t state, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        state = (state ^ bytes[i]) * 0x100000001b3u;
    state = (state ^ state >> 32) * 0x9e3779b97f4a7c15u;
    return state ^ state >> 29;
}

void pring_share_name(const uint8_t *bytes, size_t len_bytes, char name[PRING_SHARE_NAME])
{
    snprintf(name, PRING_SHARE_NAME, "%s%016" PRIx64 "%016" PRIx64, mark,
             hash(0xcbf29ce484222325u, bytes, len_bytes), hash(0x84222325cbf29ce4u, bytes, len_bytes));
}

bool pring_share_is_ours(const char *name)
{
    return strncmp(name, mark, sizeof mark - 1) == 0;
}

bool pring_share_has(const char *folder, const uint8_t *bytes, size_t len_bytes)
{
    char name[PRING_SHARE_NAME], path[4096];
    pring_share_name(bytes, len_bytes, name);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

bool pring_share_add(const char *folder, const char *scratch, const uint8_t *bytes, size_t len_bytes)
{
    char name[PRING_SHARE_NAME], path[4096], half[4096];
    pring_share_name(bytes, len_bytes, name);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(half, sizeof half, "%s/%d.part", scratch, (int)getpid());
    if (access(path, F_OK) == 0)
        return false;
    FILE *file = fopen(half, "wbe");
    if (!file)
        return false;
    bool is_written = fwrite(bytes, 1, len_bytes, file) == len_bytes;
    is_written &= fclose(file) == 0;
    if (is_written && rename(half, path) == 0)
        return true;
    unlink(half);
    return false;
}

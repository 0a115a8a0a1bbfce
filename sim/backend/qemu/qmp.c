/* SPDX-License-Identifier: Apache-2.0 */
/* QEMU's monitor, for what only its owner can do to a device. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "qemu.h"

static bool ask(struct qemu_link *link, const char *command)
{
    const char *line;
    if (!qemu_say(link, command))
        return false;
    while ((line = qemu_line(link))) { /* a greeting and events come between */
        if (strncmp(line, "{\"return\"", 9) == 0)
            return true;
        if (strncmp(line, "{\"error\"", 8) == 0) {
            fprintf(stderr, "qemu: %s\n", line);
            return false;
        }
    }
    return false;
}

bool qemu_qmp_open(struct qemu_link *link)
{
    return ask(link, "{\"execute\":\"qmp_capabilities\"}\n");
}

bool qemu_qmp_resize(struct qemu_link *link, uint64_t bytes)
{
    char command[128];
    snprintf(command, sizeof command,
             "{\"execute\":\"block_resize\",\"arguments\":{\"device\":\"d\",\"size\":%" PRIu64 "}}\n", bytes);
    return ask(link, command);
}

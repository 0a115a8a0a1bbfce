/* SPDX-License-Identifier: Apache-2.0 */
/* Lines to and from QEMU. An answer takes some 40 microseconds; one that takes ten seconds will not come. */
#include "qemu.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PATIENCE_MS = 10000,
    SLOT_BASE = (int)0xfeb00000, /* virtio-mmio slot 0 of microvm */
    SLOT_BYTES = 0x200,
    SLOT_IRQ = 5,
};

static bool fill(struct qemu_link *link)
{
    struct pollfd wait = {.fd = link->fd, .events = POLLIN};
    memmove(link->buffer, link->buffer + link->taken, link->held - link->taken);
    link->held -= link->taken;
    link->taken = 0;
    if (link->held == sizeof link->buffer || poll(&wait, 1, PATIENCE_MS) <= 0)
        return false;
    ssize_t n = read(link->fd, link->buffer + link->held, sizeof link->buffer - link->held);
    if (n <= 0)
        return n < 0 && errno == EINTR;
    link->held += (size_t)n;
    return true;
}

const char *qemu_line(struct qemu_link *link)
{
    for (;;) {
        char *from = link->buffer + link->taken;
        char *end = memchr(from, '\n', link->held - link->taken);
        if (end) {
            *end = '\0';
            link->taken = (size_t)(end + 1 - link->buffer);
            return from;
        }
        if (link->fd < 0 || !fill(link))
            return NULL;
    }
}

bool qemu_say(struct qemu_link *link, const char *text)
{
    size_t len = strlen(text);
    while (link->fd >= 0 && len > 0) {
        ssize_t n = write(link->fd, text, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text += n;
        len -= (size_t)n;
    }
    return link->fd >= 0;
}

/* Lines about the interrupt come at any time, always before the answer to what QEMU did after. */
static void take_irq(struct qemu_qtest *qtest, const char *line)
{
    char level[8];
    int number;
    if (sscanf(line, "IRQ %7s %d", level, &number) == 2 && number == SLOT_IRQ)
        qtest->line = strcmp(level, "raise") == 0;
}

/* True: OK, and *value if it is there. */
static bool ask(struct qemu_qtest *qtest, const char *command, uint32_t *value)
{
    const char *line;
    if (!qemu_say(&qtest->link, command))
        return false;
    while ((line = qemu_line(&qtest->link)) && strncmp(line, "IRQ ", 4) == 0)
        take_irq(qtest, line);
    if (!line || strncmp(line, "OK", 2) != 0)
        return false;
    if (value)
        *value = (uint32_t)strtoull(line + 2, NULL, 0);
    return true;
}

bool qemu_qtest_open(struct qemu_qtest *qtest)
{
    qtest->line = false;
    return ask(qtest, "irq_intercept_in /machine/ioapic\n", NULL);
}

bool qemu_read(struct qemu_qtest *qtest, uint32_t offset, uint32_t *value)
{
    char command[64];
    *value = 0;
    if (offset >= SLOT_BYTES) /* the next slot's */
        return true;
    snprintf(command, sizeof command, "readl 0x%" PRIx32 "\n", (uint32_t)SLOT_BASE + offset);
    return ask(qtest, command, value);
}

bool qemu_write(struct qemu_qtest *qtest, uint32_t offset, uint32_t width, uint32_t value)
{
    char command[64];
    if (offset >= SLOT_BYTES)
        return true;
    snprintf(command, sizeof command, "write%c 0x%" PRIx32 " 0x%" PRIx32 "\n",
             width == 1   ? 'b'
             : width == 2 ? 'w'
                          : 'l',
             (uint32_t)SLOT_BASE + offset, value);
    return ask(qtest, command, NULL);
}

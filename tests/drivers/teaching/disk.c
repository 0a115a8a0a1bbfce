/* SPDX-License-Identifier: Apache-2.0 */
/* The disk: one buffer per request, three descriptors each; the caller sleeps until it is done. */
#include "virtio.h"

#define DISK_IN  0
#define DISK_OUT 1

struct request {
    uint32_t type;
    uint32_t reserved;
    uint64_t sector;
};

uint64_t disk_sectors;

static char in_use[NUM];
static uint16_t used_idx; /* we have looked this far in used.ring */

/* by the first descriptor of the chain */
static struct buf *owner[NUM];
static struct request request[NUM];
static volatile uint8_t status[NUM];

void disk_init(void)
{
    for (int i = 0; i < NUM; i++) {
        in_use[i] = 0;
        owner[i] = 0;
    }
    used_idx = 0;
    disk_sectors = *R(CONFIG);
    disk_sectors |= (uint64_t)*R(CONFIG + 4) << 32;
    printf("disk: %lu sectors\n", (unsigned long)disk_sectors);
}

static int alloc_desc(void)
{
    for (int i = 0; i < NUM; i++) {
        if (!in_use[i]) {
            in_use[i] = 1;
            return i;
        }
    }
    return -1;
}

static void free_chain(int i)
{
    for (;;) {
        int flags = desc[i].flags;
        int next = desc[i].next;

        in_use[i] = 0;
        if (!(flags & NEXT))
            break;
        i = next;
    }
}

/* all three or none */
static int alloc3(int *idx)
{
    for (int i = 0; i < 3; i++) {
        idx[i] = alloc_desc();
        if (idx[i] < 0) {
            for (int j = 0; j < i; j++)
                in_use[idx[j]] = 0;
            return -1;
        }
    }
    return 0;
}

static void set_desc(int i, volatile void *addr, uint32_t len, int flags, int next)
{
    desc[i].addr = (uint64_t)addr;
    desc[i].len = len;
    desc[i].flags = (uint16_t)flags;
    desc[i].next = (uint16_t)next;
}

void disk_rw(struct buf *b, int write)
{
    int idx[3];

    intr_off();
    while (alloc3(idx) != 0)
        sleep();

    request[idx[0]].type = write ? DISK_OUT : DISK_IN;
    request[idx[0]].reserved = 0;
    request[idx[0]].sector = b->sector;
    set_desc(idx[0], &request[idx[0]], sizeof(struct request), NEXT, idx[1]);
    set_desc(idx[1], b->data, b->len, write ? NEXT : NEXT | WRITE, idx[2]);
    set_desc(idx[2], &status[idx[0]], 1, WRITE, 0);

    b->disk = 1;
    owner[idx[0]] = b;
    virtio_submit(idx[0]);

    while (b->disk)
        sleep();

    owner[idx[0]] = 0;
    free_chain(idx[0]);
    wakeup();
    intr_on();
}

void disk_intr(void)
{
    while (used_idx != used.idx) {
        uint32_t id = used.ring[used_idx % NUM].id;
        struct buf *b = owner[id];

        b->disk = 0;
        wakeup();
        used_idx++;
    }
}

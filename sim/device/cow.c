/* SPDX-License-Identifier: Apache-2.0 */
#include "cow.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "mix.h"

enum { BUCKETS = 2 * PRING_COW_SECTORS }; /* power of two; half empty at worst keeps the lists short */

struct sector {
    uint64_t number;
    uint64_t written; /* bit i: words[i] replaces the fill */
    uint64_t words[PRING_COW_WORDS];
    uint16_t next; /* in the bucket's list: index + 1, or 0 */
};

struct pring_cow {
    uint64_t seed, lost;
    uint32_t used;
    uint16_t buckets[BUCKETS]; /* index + 1, or 0 */
    struct sector sectors[PRING_COW_SECTORS];
};

/* ---- the fill: the seed and the sector are mixed well once, each word cheaply ---- */

#define WORD_STEP UINT64_C(0x9e3779b97f4a7c15) /* odd: the 64 values before mixing are far apart */

static uint64_t sector_key(uint64_t seed, uint64_t sector)
{
    return pring_mix(seed ^ pring_mix(sector + 1));
}

/* Shifts only: compilers make vectors of them, but not of 64-bit products. */
static uint64_t fill_word(uint64_t x)
{
    x ^= x << 13;
    x ^= x >> 7;
    return x ^ (x << 17);
}

uint64_t pring_cow_fill(uint64_t seed, uint64_t sector, uint32_t word)
{
    return fill_word(sector_key(seed, sector) + word * WORD_STEP);
}

/* ---- the overlay ---- */

static uint32_t bucket_of(uint64_t sector)
{
    return (uint32_t)((sector * UINT64_C(0x9e3779b97f4a7c15)) >> 51); /* 13 bits */
}
_Static_assert(BUCKETS == 1 << 13, "bucket_of yields 13 bits");

static const struct sector *find(const struct pring_cow *cow, uint64_t number)
{
    uint16_t i = cow->buckets[bucket_of(number)];

    while (i != 0 && cow->sectors[i - 1].number != number)
        i = cow->sectors[i - 1].next;
    return i != 0 ? &cow->sectors[i - 1] : NULL;
}

static struct sector *add(struct pring_cow *cow, uint64_t number)
{
    uint16_t *bucket = &cow->buckets[bucket_of(number)];
    struct sector *s = &cow->sectors[cow->used++];

    s->number = number;
    s->written = 0;
    s->next = *bucket;
    *bucket = (uint16_t)cow->used;
    return s;
}

static struct sector *find_or_add(struct pring_cow *cow, uint64_t number)
{
    const struct sector *found = find(cow, number);

    if (found)
        return &cow->sectors[found - cow->sectors];
    return cow->used < PRING_COW_SECTORS ? add(cow, number) : NULL;
}

/* ---- contract in <pring/device.h> and cow.h ---- */

struct pring_cow *pring_cow_new(void)
{
    return calloc(1, sizeof(struct pring_cow));
}

void pring_cow_free(struct pring_cow *cow)
{
    free(cow);
}

void pring_cow_reset(struct pring_cow *cow, uint64_t seed)
{
    for (uint32_t i = 0; i < cow->used; i++)
        cow->buckets[bucket_of(cow->sectors[i].number)] = 0;
    cow->used = 0;
    cow->lost = 0;
    cow->seed = seed;
}

uint64_t pring_cow_read_word(const struct pring_cow *cow, uint64_t sector, uint32_t word)
{
    const struct sector *s = find(cow, sector);

    if (s && ((s->written >> word) & 1) != 0)
        return s->words[word];
    return pring_cow_fill(cow->seed, sector, word);
}

void pring_cow_write_word(struct pring_cow *cow, uint64_t sector, uint32_t word, uint64_t value)
{
    struct sector *s = find_or_add(cow, sector);

    if (!s) {
        cow->lost++;
        return;
    }
    s->words[word] = value;
    s->written |= UINT64_C(1) << word;
}

uint64_t pring_cow_lost(const struct pring_cow *cow)
{
    return cow->lost;
}

static void fill_sector(uint64_t x, uint8_t *bytes)
{
    for (uint32_t i = 0; i < PRING_COW_WORDS; i++, x += WORD_STEP)
        pring_put64(bytes + (size_t)8 * i, fill_word(x));
}

static void overlay_sector(const struct sector *s, uint8_t *bytes)
{
    for (uint32_t i = 0; i < PRING_COW_WORDS; i++)
        if (((s->written >> i) & 1) != 0)
            pring_put64(bytes + (size_t)8 * i, s->words[i]);
}

void pring_cow_read_sector(const struct pring_cow *cow, uint64_t sector, uint8_t bytes[PRING_SECTOR_BYTES])
{
    const struct sector *s = find(cow, sector);

    if (!s || s->written != UINT64_MAX)
        fill_sector(sector_key(cow->seed, sector), bytes);
    if (s)
        overlay_sector(s, bytes);
}

void pring_cow_write_sector(struct pring_cow *cow, uint64_t sector, const uint8_t bytes[PRING_SECTOR_BYTES])
{
    struct sector *s = find_or_add(cow, sector);

    if (!s) {
        cow->lost += PRING_COW_WORDS; /* as many as word by word */
        return;
    }
    for (uint32_t i = 0; i < PRING_COW_WORDS; i++)
        s->words[i] = pring_get64(bytes + (size_t)8 * i);
    s->written = UINT64_MAX;
}

static uint64_t sector_hash(const struct sector *s)
{
    uint64_t hash = pring_mix(s->number) ^ s->written;

    for (uint32_t i = 0; i < PRING_COW_WORDS; i++)
        if (((s->written >> i) & 1) != 0)
            hash = pring_mix_in(hash, s->words[i]);
    return hash;
}

/* A sum: the order in which sectors came into the overlay is no state that anyone can see. */
uint64_t pring_cow_hash(const struct pring_cow *cow)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < cow->used; i++)
        sum += pring_mix(sector_hash(&cow->sectors[i]));
    return pring_mix_in(pring_mix_in(sum, cow->seed), cow->lost);
}

/* ---- snapshots: seed, lost, used, then `used` sectors ---- */

struct header {
    uint64_t seed, lost, used;
};

size_t pring_cow_save(const struct pring_cow *cow, void *buf, size_t size_bytes)
{
    struct header header = {cow->seed, cow->lost, cow->used};
    size_t body = cow->used * sizeof(struct sector);

    if (size_bytes >= sizeof header + body) {
        memcpy(buf, &header, sizeof header);
        memcpy((char *)buf + sizeof header, cow->sectors, body);
    }
    return sizeof header + body;
}

/* The lists are made anew: a snapshot's links belong to the buckets of the store that it was taken from. */
void pring_cow_restore(struct pring_cow *cow, const void *buf)
{
    struct header header;

    memcpy(&header, buf, sizeof header);
    pring_cow_reset(cow, header.seed);
    cow->lost = header.lost;
    memcpy(cow->sectors, (const char *)buf + sizeof header, header.used * sizeof(struct sector));
    while (cow->used < header.used) {
        uint64_t written = cow->sectors[cow->used].written;

        add(cow, cow->sectors[cow->used].number)->written = written;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The custom mutator of AFL++: a library that afl-fuzz loads. It makes inputs as for libFuzzer, with the
 * hints that the target leaves on the board; and it is how AFL++ takes part in the shared corpus folder: what
 * is new to AFL++ is put there at once, what others put there is handed to AFL++ as if it were a mutation.
 * (Its own ways of sharing wait for half a minute, and a queue of it is no folder that libFuzzer could read.)
 *
 * Environment: PRING_BOARD, PRING_CORPUS, PRING_SCRATCH: paths; PRING_MUTATE=bytes: without a meaning;
 * PRING_SHARE=1: there are others.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "fuzz/board.h"
#include "fuzz/mutator.h"
#include "fuzz/share.h"

/* afl-fuzz finds these by their names. */
void *afl_custom_init(void *afl, unsigned seed);
size_t afl_custom_fuzz(void *self, uint8_t *bytes, size_t len_bytes, uint8_t **out, uint8_t *other,
                       size_t other_len, size_t size_bytes);
uint8_t afl_custom_queue_new_entry(void *self, const char *path, const char *parent);
void afl_custom_deinit(void *self);

enum { INPUT_MAX = 512, NAMES_MAX = 1 << 18, STEPS_MAX = 5 };
struct mutator {
    struct pring_mutator how;
    struct pring_board *board;
    const char *corpus, *scratch;
    uint16_t devices[8];
    uint64_t random;
    bool shares, is_import; /* what was handed out last came from the folder */
    uint64_t looked_ns;
    struct timespec changed; /* the folder, when it was looked at */
    char (*waiting)[PRING_SHARE_NAME];
    size_t waiting_count;
    uint64_t *known; /* hashes of names: what is ours or was taken */
    uint8_t input[4096], output[4096];
};

static unsigned draw(struct mutator *self)
{
    self->random ^= self->random << 13;
    self->random ^= self->random >> 7;
    self->random ^= self->random << 17;
    return (unsigned)(self->random >> 16);
}

/* True: never heard of. */
static bool learn(struct mutator *self, const char *name)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *at = name; *at; at++)
        hash = (hash ^ (uint8_t)*at) * 0x100000001b3u;
    hash |= 1;
    for (size_t i = 0, slot = hash >> 20; i < 64; i++, slot++) {
        uint64_t *known = &self->known[slot % NAMES_MAX];
        if (*known == hash)
            return false;
        if (*known == 0) {
            *known = hash;
            return true;
        }
    }
    return false; /* a folder of a quarter of a million inputs: the rest is left alone */
}

static bool is_name(const char *name)
{
    return strlen(name) == PRING_SHARE_NAME - 1 && strspn(name, "0123456789abcdef") == PRING_SHARE_NAME - 1;
}

/* Once a second at most, and only if somebody put something there. `takes` is false at the start: what is
 * there already is among AFL++'s own first inputs. */
static void look(struct mutator *self, bool takes)
{
    enum { EVERY_NS = 1000000000 };
    struct stat info;
    uint64_t now = pring_now_ns();
    if (self->looked_ns && now - self->looked_ns < EVERY_NS)
        return;
    self->looked_ns = now;
    if (stat(self->corpus, &info) < 0 || memcmp(&info.st_mtim, &self->changed, sizeof self->changed) == 0)
        return;
    self->changed = info.st_mtim;
    DIR *folder = opendir(self->corpus);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (is_name(entry->d_name) && learn(self, entry->d_name) && takes && self->waiting_count < NAMES_MAX)
            memcpy(self->waiting[self->waiting_count++], entry->d_name, PRING_SHARE_NAME);
    if (folder)
        closedir(folder);
}

/* The length of a file, 0 if it is none for us. */
static size_t read_input(const char *path, uint8_t *bytes, size_t size_bytes)
{
    FILE *file = fopen(path, "rbe");
    size_t len = file ? fread(bytes, 1, size_bytes, file) : 0;
    bool is_whole = file && fgetc(file) == EOF && !ferror(file);
    if (file)
        fclose(file);
    return is_whole ? len : 0;
}

static size_t import(struct mutator *self, size_t size_bytes)
{
    char path[4096];
    size_t len = 0;
    while (len == 0 && self->waiting_count > 0) {
        snprintf(path, sizeof path, "%s/%s", self->corpus, self->waiting[--self->waiting_count]);
        len = read_input(path, self->output, size_bytes);
    }
    return len;
}

static const char *environment(const char *name, const char *standard)
{
    const char *value = getenv(name);
    return value ? value : standard;
}

static void take_devices(struct mutator *self)
{
    uint32_t mask = self->board->hints.devices;
    for (unsigned type = 0; type < 32 && self->how.device_count < 8; type++)
        if (mask >> type & 1)
            self->devices[self->how.device_count++] = (uint16_t)type;
}

/* NULL makes afl-fuzz end, and the supervisor shows its log. */
void *afl_custom_init(void *afl, unsigned seed)
{
    (void)afl;
    static struct mutator only;
    struct mutator *self = &only;
    self->board = pring_board_open(environment("PRING_BOARD", "board"));
    self->known = calloc(NAMES_MAX, sizeof *self->known);
    self->waiting = calloc(NAMES_MAX, sizeof *self->waiting);
    if (!self->board || !self->known || !self->waiting)
        return NULL;
    self->corpus = environment("PRING_CORPUS", ".");
    self->scratch = environment("PRING_SCRATCH", ".");
    self->shares = strcmp(environment("PRING_SHARE", "0"), "1") == 0;
    self->random = (uint64_t)seed << 20 | 0x9e3779b9u;
    take_devices(self);
    self->how = (struct pring_mutator){.hints = &self->board->hints,
                                       .board = self->board,
                                       .devices = self->devices,
                                       .device_count = self->how.device_count,
                                       .plain_only = strcmp(environment("PRING_MUTATE", ""), "bytes") == 0,
                                       .plain = pring_mutator_bytes};
    if (self->shares)
        look(self, false);
    return self;
}

size_t afl_custom_fuzz(void *context, uint8_t *bytes, size_t len_bytes, uint8_t **out, uint8_t *other,
                       size_t other_len, size_t size_bytes)
{
    struct mutator *self = context;
    size_t size = size_bytes < INPUT_MAX ? size_bytes : INPUT_MAX;
    size_t len = len_bytes < size ? len_bytes : size;
    *out = self->output;
    if (self->shares)
        look(self, true);
    self->is_import = self->waiting_count > 0;
    if (self->is_import && (len = import(self, size)) > 0)
        return len;
    self->is_import = false;
    memcpy(self->output, bytes, len);
    for (unsigned steps = 1 + draw(self) % STEPS_MAX; steps > 0; steps--) {
        bool crosses = other && other_len > 0 && draw(self) % 2 == 0;
        if (crosses) {
            memcpy(self->input, self->output, len);
            len = pring_mutator_cross(&self->how, self->input, len, other, other_len, self->output, size,
                                      draw(self));
        } else {
            len = pring_mutator_change(&self->how, self->output, len, size, draw(self));
        }
    }
    return len;
}

/* First inputs have no parent; they are in the folder, or seeds of the tree. */
uint8_t afl_custom_queue_new_entry(void *context, const char *path, const char *parent)
{
    struct mutator *self = context;
    size_t len = parent ? read_input(path, self->input, sizeof self->input) : 0;
    if (len == 0)
        return 0;
    if (self->is_import) {
        self->board->imported++;
    } else if (pring_share_add(self->corpus, self->scratch, self->input, len)) {
        char name[PRING_SHARE_NAME];
        pring_share_name(self->input, len, name);
        learn(self, name);
        self->board->exported++;
    }
    return 0; /* the file is as it was */
}

void afl_custom_deinit(void *context)
{
    struct mutator *self = context;
    free(self->known);
    free(self->waiting);
}

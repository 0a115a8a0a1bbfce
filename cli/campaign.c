/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of a campaign:
 *   corpus/      inputs that reach something, as bytes, named by their SHA-1 (or see fuzz/share.h)
 *   findings/    small scenarios as text, with the key and the command in comments; gone/: these do not come
 *                any more
 *   unfinished/  findings on their way there
 *   aside/       what was in corpus/ and is none of ours
 *   state/       boards and logs; of no use after the end, but of a campaign that was killed the boards count
 *   state.json   what was done so far;  lock  held by the campaign that runs
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <pring/scenario.h>

#include "hunt.h"
#include "option.h"
#include "process.h"
#include "scenario_file.h"

static int make_folders(const struct pring_hunt *hunt)
{
    static const char *const names[] = {"corpus", "findings",    "unfinished",
                                        "state",  "state/seeds", "state/artifacts"};
    char path[PRING_PATH * 2];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", hunt->folder, names[i]);
        if (!pring_folder_make(path))
            return pring_fail(PRING_SETUP, "%s: %s", path, strerror(errno));
    }
    return PRING_CLEAN;
}

static int take_lock(struct pring_hunt *hunt)
{
    char path[PRING_PATH * 2];
    snprintf(path, sizeof path, "%s/lock", hunt->folder);
    if (!pring_folder_make(hunt->folder))
        return pring_fail(PRING_SETUP, "%s: %s", hunt->folder, strerror(errno));
    hunt->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (hunt->lock < 0)
        return pring_fail(PRING_SETUP, "%s: %s", path, strerror(errno));
    if (flock(hunt->lock, LOCK_EX | LOCK_NB) < 0)
        return pring_fail(PRING_SETUP,
                          "%s: another campaign is running there; name another folder with --out",
                          hunt->folder);
    return PRING_CLEAN;
}

/* Removes one of our own folders, links in it unfollowed. */
static void remove_folder(const struct pring_hunt *hunt, const char *name)
{
    char path[PRING_PATH * 2];
    snprintf(path, sizeof path, "%s/%s", hunt->folder, name);
    char *paths[] = {path, NULL};
    FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    for (FTSENT *entry; tree && (entry = fts_read(tree));)
        if (entry->fts_info != FTS_D)
            remove(entry->fts_accpath);
    if (tree)
        fts_close(tree);
}

static bool is_engine_name(const char *name)
{
    return strlen(name) == 40 && strspn(name, "0123456789abcdef") == 40;
}

/* Whoever put another file there did not mean it as bytes for an engine. */
static void set_aside(const struct pring_hunt *hunt, const char *name)
{
    char from[PRING_PATH * 3], to[PRING_PATH * 3];
    snprintf(to, sizeof to, "%s/aside", hunt->folder);
    pring_folder_make(to);
    snprintf(from, sizeof from, "%s/corpus/%s", hunt->folder, name);
    snprintf(to, sizeof to, "%s/aside/%s", hunt->folder, name);
    bool is_moved = rename(from, to) == 0;
    if (is_moved && hunt->request->progress)
        fprintf(hunt->request->progress, "%s is no input of ours: moved to %s\n", from, to);
    else if (!is_moved)
        pring_fail(PRING_SETUP, "%s is no input of ours, and cannot be moved away: %s", from,
                   strerror(errno));
}

static void look_at_corpus(struct pring_hunt *hunt)
{
    char path[PRING_PATH * 3];
    struct dirent **entries = NULL;
    struct stat info;
    snprintf(path, sizeof path, "%s/corpus", hunt->folder);
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        snprintf(path, sizeof path, "%s/corpus/%s", hunt->folder, name);
        bool is_file = lstat(path, &info) == 0 && S_ISREG(info.st_mode);
        if (is_file && is_engine_name(name))
            hunt->corpus_files++;
        else if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            set_aside(hunt, name);
        free(entries[i]);
    }
    free(entries);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static uint64_t device_of(const struct pring_scenario *scenario)
{
    for (uint16_t i = 0; i < scenario->set_count; i++)
        if (scenario->set[i].key == PRING_SET_DEVICE)
            return scenario->set[i].value;
    return PRING_DEVICE_BLK;
}

static bool is_wanted(const struct pring_hunt *hunt, uint64_t device)
{
    const struct pring_about *about = hunt->request->about;
    for (int i = 0; i < about->device_count; i++)
        if (about->devices[i] == device)
            return hunt->request->device == 0 || hunt->request->device == device;
    return false;
}

/* One seed as bytes; its path goes into the list, comma-separated as libFuzzer wants it. */
static void add_seed(struct pring_hunt *hunt, const char *path, FILE *list)
{
    static struct pring_scenario scenario;
    static uint8_t bytes[PRING_SCENARIO_BYTES_MAX];
    char target[PRING_PATH * 2];
    if (pring_scenario_file_load(path, &scenario) != PRING_CLEAN || !is_wanted(hunt, device_of(&scenario)))
        return;
    snprintf(target, sizeof target, "%s/state/seeds/%05u", hunt->folder, hunt->seed_files);
    size_t len = pring_scenario_encode(&scenario, bytes, sizeof bytes);
    if (!pring_file_write(target, bytes, len))
        return;
    fprintf(list, "%s%s", hunt->seed_files ? "," : "", target);
    hunt->seed_files++;
}

/* afl-fuzz takes over all files of one folder: links to the seeds and to the corpus as it is now. Without
 * either, the byte that libFuzzer begins with as well. */
void pring_campaign_first_inputs(const struct pring_hunt *hunt, const char *path)
{
    static const char *const names[] = {"state/seeds", "corpus"};
    char from[PRING_PATH * 3], to[PRING_PATH * 3];
    uint32_t count = 0;
    pring_folder_make(path);
    for (int i = 0; i < 2; i++) {
        snprintf(from, sizeof from, "%s/%s", hunt->folder, names[i]);
        DIR *dir = opendir(from);
        for (struct dirent *entry; dir && (entry = readdir(dir));) {
            if (entry->d_name[0] == '.')
                continue;
            snprintf(from, sizeof from, "%s/%s/%s", hunt->folder, names[i], entry->d_name);
            snprintf(to, sizeof to, "%s/%d-%s", path, i, entry->d_name);
            count += link(from, to) == 0;
        }
        if (dir)
            closedir(dir);
    }
    snprintf(to, sizeof to, "%s/none", path);
    if (count == 0)
        pring_file_write(to, "\n", 1);
}

/* corpus/seeds and corpus/regressions of the tree, in the order of their names. */
static void add_seeds(struct pring_hunt *hunt)
{
    char *folders[] = {PRING_SOURCE_DIR "/corpus/regressions", PRING_SOURCE_DIR "/corpus/seeds", NULL};
    char path[PRING_PATH * 2];
    snprintf(path, sizeof path, "%s/state/seeds.list", hunt->folder);
    FILE *list = fopen(path, "we");
    FTS *tree =
        list && hunt->request->has_seeds ? fts_open(folders, FTS_PHYSICAL | FTS_NOCHDIR, by_name) : NULL;
    for (FTSENT *entry; tree && (entry = fts_read(tree));) {
        size_t len = strlen(entry->fts_name);
        if (entry->fts_info == FTS_F && len > 4 && strcmp(entry->fts_name + len - 4, ".scn") == 0)
            add_seed(hunt, entry->fts_path, list);
    }
    if (tree)
        fts_close(tree);
    if (list)
        fclose(list);
}

static bool read_comment(const char *text, const char *name, char *out, size_t size_bytes)
{
    const char *at = strstr(text, name);
    if (!at)
        return false;
    at += strlen(name);
    snprintf(out, size_bytes, "%.*s", (int)strcspn(at, "\n"), at);
    return true;
}

static bool is_known_file(const struct pring_hunt *hunt, const char *key)
{
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        if (strcmp(hunt->finding[i].key, key) == 0)
            return true;
    return false;
}

/* One file of findings/, to be tried again, for the driver may have changed; or one of unfinished/, which
 * goes on from where the earlier campaign was killed. */
static void take_finding(struct pring_hunt *hunt, const char *path, bool is_left)
{
    struct pring_finding *finding = &hunt->finding[hunt->finding_count];
    size_t len = 0;
    char *text = hunt->finding_count < PRING_FINDINGS_MAX ? pring_file_read(path, &len) : NULL;
    if (text && read_comment(text, "# key: ", finding->key, sizeof finding->key)) {
        if (is_left && is_known_file(hunt, finding->key)) {
            unlink(path); /* killed after the last step */
        } else {
            snprintf(is_left ? finding->staged : finding->file, PRING_PATH, "%s", path);
            finding->state = is_left ? PRING_FINDING_NEW : PRING_FINDING_OLD;
            finding->is_left = is_left;
            finding->known = pring_known_reason(hunt->request->known, finding->key);
            hunt->finding_count++;
        }
    }
    free(text);
}

static void take_findings(struct pring_hunt *hunt, const char *name, bool is_left)
{
    char folder[PRING_PATH * 2], path[PRING_PATH];
    snprintf(folder, sizeof folder, "%s/%s", hunt->folder, name);
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        size_t len = strlen(entries[i]->d_name);
        snprintf(path, sizeof path, "%.500s/%.400s", folder, entries[i]->d_name);
        if (len > 4 && strcmp(entries[i]->d_name + len - 4, ".scn") == 0)
            take_finding(hunt, path, is_left);
        free(entries[i]);
    }
    free(entries);
}

static uint64_t number_in(const char *text, const char *name)
{
    const char *at = text ? strstr(text, name) : NULL;
    return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

/* `on_boards`: runs of a campaign that was killed, if the last one was; the file is some seconds older. */
static void read_state(struct pring_hunt *hunt, uint64_t on_boards)
{
    char path[PRING_PATH * 2];
    size_t len = 0;
    snprintf(path, sizeof path, "%s/state.json", hunt->folder);
    char *text = pring_file_read(path, &len);
    hunt->runs_before = number_in(text, "\"runs\": ");
    if (!text || number_in(text, "\"under_way\": "))
        hunt->runs_before = number_in(text, "\"runs_before\": ") + on_boards;
    free(text);
}

static bool save(const struct pring_hunt *hunt, bool is_under_way)
{
    char path[PRING_PATH * 2], text[PRING_PATH * 2];
    snprintf(path, sizeof path, "%s/state.json", hunt->folder);
    int len =
        snprintf(text, sizeof text,
                 "{\"driver\": \"%s\", \"backend\": \"%s\", \"runs\": %" PRIu64 ", \"runs_before\": %" PRIu64
                 ", \"under_way\": %d, \"findings\": %u}\n",
                 hunt->request->driver->label, hunt->request->backend, hunt->runs_before + hunt->tally.runs,
                 hunt->runs_before, is_under_way, pring_tally_open(hunt));
    return pring_file_write(path, text, (size_t)len);
}

bool pring_campaign_has_room(const struct pring_hunt *hunt)
{
    enum { ROOM_MIN = 1 << 20 };
    struct statvfs info;
    return statvfs(hunt->folder, &info) < 0 || info.f_bavail * info.f_frsize >= ROOM_MIN;
}

int pring_campaign_open(struct pring_hunt *hunt)
{
    uint64_t on_boards = 0;
    int code = take_lock(hunt);
    if (code != PRING_CLEAN)
        return code;
    if (hunt->request->is_fresh) {
        static const char *const names[] = {"state", "corpus", "findings", "unfinished", "state.json"};
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            remove_folder(hunt, names[i]);
    }
    code = make_folders(hunt);
    if (code != PRING_CLEAN)
        return code;
    /* Not a step further without room: what only the boards know would be lost with state/. */
    if (!pring_campaign_has_room(hunt) || !pring_unfinished_rescue(hunt, &on_boards))
        return pring_fail(PRING_SETUP, "%s: no room left on the device", hunt->folder);
    read_state(hunt, on_boards);
    remove_folder(hunt, "state");
    code = make_folders(hunt);
    if (code != PRING_CLEAN)
        return code;
    look_at_corpus(hunt);
    take_findings(hunt, "findings", false);
    take_findings(hunt, "unfinished", true);
    add_seeds(hunt);
    save(hunt, true);
    return PRING_CLEAN;
}

bool pring_campaign_save(const struct pring_hunt *hunt)
{
    return save(hunt, true);
}

void pring_campaign_close(struct pring_hunt *hunt)
{
    save(hunt, false);
    close(hunt->lock);
}

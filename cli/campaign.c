/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of a campaign:
 *   corpus/      inputs that reach something, as bytes, named by their SHA-1 (the engine's)
 *   findings/    small scenarios as text, with the key and the command in comments; gone/: they do not come
 * any more aside/       what was in corpus/ and is none of ours work/        boards, logs, scenarios on their
 * way; of no use afterwards state.json   what was done so far;  lock  held by the campaign that runs
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
#include <unistd.h>

#include <pring/scenario.h>

#include "hunt.h"
#include "option.h"
#include "process.h"
#include "scenario_file.h"

static int make_folders(const struct pring_hunt *hunt)
{
    static const char *const names[] = {"corpus",     "findings",     "work",
                                        "work/seeds", "work/staging", "work/artifacts"};
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
static void set_aside(struct pring_hunt *hunt)
{
    char folder[PRING_PATH * 2], from[PRING_PATH * 3], to[PRING_PATH * 3];
    snprintf(folder, sizeof folder, "%s/corpus", hunt->folder);
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        struct stat info;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(from, sizeof from, "%s/%s", folder, entry->d_name);
        bool is_file = lstat(from, &info) == 0 && S_ISREG(info.st_mode);
        if (is_file && is_engine_name(entry->d_name)) {
            hunt->corpus_files++;
            continue;
        }
        snprintf(to, sizeof to, "%s/aside", hunt->folder);
        pring_folder_make(to);
        snprintf(to, sizeof to, "%s/aside/%s", hunt->folder, entry->d_name);
        hunt->set_aside += rename(from, to) == 0;
    }
    if (dir)
        closedir(dir);
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
    snprintf(target, sizeof target, "%s/work/seeds/%05u", hunt->folder, hunt->seed_files);
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
    static const char *const names[] = {"work/seeds", "corpus"};
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
    snprintf(path, sizeof path, "%s/work/seeds.list", hunt->folder);
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

/* Findings of earlier campaigns are tried again: the driver may have changed. */
static void take_old_findings(struct pring_hunt *hunt)
{
    char folder[PRING_PATH * 2];
    snprintf(folder, sizeof folder, "%s/findings", hunt->folder);
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        size_t len = strlen(entries[i]->d_name), size = 0;
        struct pring_finding *finding = &hunt->finding[hunt->finding_count];
        if (len > 4 && strcmp(entries[i]->d_name + len - 4, ".scn") == 0 &&
            hunt->finding_count < PRING_FINDINGS_MAX) {
            snprintf(finding->file, sizeof finding->file, "%.500s/%.400s", folder, entries[i]->d_name);
            char *text = pring_file_read(finding->file, &size);
            if (text && read_comment(text, "# key: ", finding->key, sizeof finding->key)) {
                finding->state = PRING_FINDING_OLD;
                hunt->finding_count++;
            }
            free(text);
        }
        free(entries[i]);
    }
    free(entries);
}

static void read_state(struct pring_hunt *hunt)
{
    char path[PRING_PATH * 2];
    size_t len = 0;
    snprintf(path, sizeof path, "%s/state.json", hunt->folder);
    char *text = pring_file_read(path, &len);
    const char *runs = text ? strstr(text, "\"runs\": ") : NULL;
    if (runs)
        hunt->runs_before = strtoull(runs + 8, NULL, 10);
    free(text);
}

int pring_campaign_open(struct pring_hunt *hunt)
{
    int code = take_lock(hunt);
    if (code != PRING_CLEAN)
        return code;
    remove_folder(hunt, "work");
    if (hunt->request->is_fresh) {
        remove_folder(hunt, "corpus");
        remove_folder(hunt, "findings");
        remove_folder(hunt, "state.json");
    }
    code = make_folders(hunt);
    if (code != PRING_CLEAN)
        return code;
    set_aside(hunt);
    read_state(hunt);
    take_old_findings(hunt);
    add_seeds(hunt);
    return PRING_CLEAN;
}

void pring_campaign_save(const struct pring_hunt *hunt)
{
    char path[PRING_PATH * 2], text[PRING_PATH * 2];
    snprintf(path, sizeof path, "%s/state.json", hunt->folder);
    int len = snprintf(text, sizeof text,
                       "{\"driver\": \"%s\", \"backend\": \"%s\", \"runs\": %" PRIu64 ", \"findings\": %u}\n",
                       hunt->request->driver->label, hunt->request->backend,
                       hunt->runs_before + hunt->tally.runs, pring_tally_open(hunt));
    pring_file_write(path, text, (size_t)len);
}

void pring_campaign_close(struct pring_hunt *hunt)
{
    pring_campaign_save(hunt);
    close(hunt->lock);
}

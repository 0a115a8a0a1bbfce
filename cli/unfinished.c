/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings on their way: from the board of the worker that met one to FOLDER/unfinished/, where it stays
 * until it is confirmed and small. So a campaign may be killed or run out of room at any instant: what no
 * file has yet is on a board, boards have their room from the start, and the next campaign begins with both.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hunt.h"
#include "option.h"
#include "process.h"

static void name_of(const struct pring_hunt *hunt, const char *key, char *path, size_t size_bytes)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *at = key; *at; at++)
        hash = (hash ^ (uint8_t)*at) * 0x100000001b3u;
    snprintf(path, size_bytes, "%.900s/unfinished/%016" PRIx64 ".scn", hunt->folder, hash);
}

bool pring_unfinished_keep(const struct pring_hunt *hunt, const struct pring_board_finding *met, char *path,
                           size_t size_bytes)
{
    static struct pring_scenario scenario;
    static char text[1 << 18], whole[(1 << 18) + PRING_BOARD_KEY + 16];
    name_of(hunt, met->key, path, size_bytes);
    if (access(path, F_OK) == 0)
        return true;
    if (met->input_bytes == 0 || met->input_bytes > sizeof met->input)
        return false;
    pring_scenario_decode(&scenario, met->input, met->input_bytes);
    pring_scenario_print(&scenario, text, sizeof text);
    size_t head = strcspn(text, "\n"); /* the line with the format's version comes first */
    int len = snprintf(whole, sizeof whole, "%.*s\n# key: %s%s", (int)head, text, met->key, text + head);
    return len > 0 && pring_file_write(path, whole, (size_t)len);
}

void pring_unfinished_drop(const struct pring_finding *finding)
{
    if (finding->staged[0])
        unlink(finding->staged);
}

/* A board that the last campaign left. NULL: none, or of another version. */
static struct pring_board *left_board(const struct pring_hunt *hunt, int index)
{
    char path[PRING_PATH * 2];
    struct stat info;
    snprintf(path, sizeof path, "%s/state/%d.board", hunt->folder, index);
    if (stat(path, &info) < 0 || info.st_size != (off_t)sizeof(struct pring_board))
        return NULL;
    return pring_board_open(path);
}

bool pring_unfinished_rescue(const struct pring_hunt *hunt, uint64_t *runs)
{
    char path[PRING_PATH];
    bool is_safe = true;
    *runs = 0;
    for (int i = 0; i < PRING_JOBS_MAX; i++) {
        struct pring_board *board = left_board(hunt, i);
        if (!board)
            continue;
        *runs += board->runs;
        for (uint32_t k = 0; k < board->finding_count && k < PRING_BOARD_FINDINGS; k++)
            if (!board->finding[k].is_kept)
                is_safe &= pring_unfinished_keep(hunt, &board->finding[k], path, sizeof path);
        pring_board_close(board);
    }
    return is_safe;
}

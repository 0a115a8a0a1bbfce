/* SPDX-License-Identifier: Apache-2.0 */
/* `pring show`: a scenario in its other spelling. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pring/scenario.h>

#include "option.h"
#include "process.h"
#include "scenario_file.h"

static const char *bytes_path;

static const struct pring_option options[] = {
    {"Out", "bytes", "FILE", "as bytes, for an engine, into FILE; - is stdout", "text", PRING_TEXT,
     &bytes_path, 0, 0},
    {NULL, NULL, NULL, NULL, NULL, PRING_FLAG, NULL, 0, 0},
};

int pring_scenario_file_load(const char *path, struct pring_scenario *scenario)
{
    size_t len = 0;
    char *data = pring_file_read(path, &len);
    if (!data)
        return pring_fail(PRING_USAGE, "%s: %s", path, strerror(errno));
    struct pring_parse_error error;
    size_t path_len = strlen(path);
    bool is_text =
        (path_len > 4 && strcmp(path + path_len - 4, ".scn") == 0) || pring_scenario_is_text(data, len);
    int code = PRING_CLEAN;
    if (!is_text)
        pring_scenario_decode(scenario, (const uint8_t *)data, len);
    else if (!pring_scenario_parse(scenario, NULL, data, len, &error)) {
        fprintf(stderr, "%s:%u: %s\n", path, error.line, error.message);
        code = PRING_USAGE;
    }
    free(data);
    return code;
}

static int show_bytes(const struct pring_scenario *scenario)
{
    static uint8_t bytes[PRING_SCENARIO_BYTES_MAX];
    size_t len = pring_scenario_encode(scenario, bytes, sizeof bytes);
    bool is_written = strcmp(bytes_path, "-") == 0 ? fwrite(bytes, 1, len, stdout) == len
                                                   : pring_file_write(bytes_path, bytes, len);
    return is_written ? PRING_CLEAN : pring_fail(PRING_SETUP, "%s: %s", bytes_path, strerror(errno));
}

static int run(int operand_count, char **operands)
{
    static struct pring_scenario scenario;
    static char text[1 << 18];
    if (operand_count != 1)
        return pring_fail(PRING_USAGE, "show takes one FILE");
    int code = pring_scenario_file_load(operands[0], &scenario);
    if (code != PRING_CLEAN)
        return code;
    if (bytes_path)
        return show_bytes(&scenario);
    pring_scenario_print(&scenario, text, sizeof text);
    fputs(text, stdout);
    return PRING_CLEAN;
}

const struct pring_command pring_command_show = {
    .name = "show",
    .summary = "a scenario as text or bytes",
    .operands = "FILE",
    .overview = "a scenario as text, or --bytes OUT",
    .options = options,
    .more = NULL,
    .run = run,
};

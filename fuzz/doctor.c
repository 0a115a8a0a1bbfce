/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/args.h"
#include "fuzz/modes.h"
#include "fuzz/target.h"

struct doctor_file *doctor_files;
uint32_t doctor_file_count;

static bool drives(uint32_t device_type)
{
    const uint16_t *type = pring_arg_island()->dut->device_types;
    for (; type && *type; type++)
        if (*type == device_type)
            return true;
    return false;
}

/* "honest<tab>PATH" and so on. Scenarios for devices that this driver does not drive are left out. */
static bool load(char *line)
{
    static const char *const kinds[] = {"honest", "wait", "seed", "odd"};
    struct doctor_file *file = &doctor_files[doctor_file_count];
    struct pring_expect expect;
    char *path = strchr(line, '\t');
    if (!path)
        return false;
    if (doctor_file_count == DOCTOR_FILES) {
        fprintf(stderr, "pring: internal: more than %d scenarios to examine a driver with\n", DOCTOR_FILES);
        return false;
    }
    *path++ = '\0';
    for (int i = 0; i < 4; i++)
        if (strcmp(line, kinds[i]) == 0)
            file->kind = (enum doctor_kind)i;
    if (!pring_scenario_load(path, &file->scenario, &expect))
        return false;
    if (!drives(doctor_device(&file->scenario)))
        return true;
    file->path = strdup(path);
    doctor_file_count++;
    return true;
}

static bool load_list(const char *path)
{
    char line[4096];
    bool is_good = true;
    FILE *list = fopen(path, "re");
    doctor_files = calloc(DOCTOR_FILES, sizeof doctor_files[0]);
    if (!list || !doctor_files) {
        fprintf(stderr, "pring: internal: %s: %s\n", path, strerror(errno));
        return false;
    }
    while (is_good && fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = '\0';
        is_good = load(line);
    }
    fclose(list);
    return is_good;
}

/* The first run with a device measures what the driver keeps for good, by a run of its own: nobody should
 * listen to that one. */
static void warm_up(void)
{
    static struct pring_scenario scenario;
    static struct pring_result result;
    const uint16_t *type = pring_arg_island()->dut->device_types;
    for (; type && *type; type++) {
        const struct pring_run_request request = {
            .island = pring_arg_island(), .backend = pring_bench_backend_at(0), .scenario = &scenario};
        pring_scenario_honest(&scenario, *type);
        pring_bench_run(&request, &result);
    }
}

int pring_mode_doctor(void)
{
    const struct pring_backend *backend;
    if (!load_list(pring_arg("list", "")))
        return 3;
    warm_up();
    for (uint32_t i = 0; (backend = pring_bench_backend_at(i)); i++)
        printf("backend\t%s\n", backend->name);
    int code = doctor_honest();
    doctor_features();
    doctor_sizes();
    doctor_waits();
    doctor_series();
    doctor_reads();
    return code;
}

#include "option.h"
#include <stddef.h>
static const struct pring_option options[] = {{NULL, NULL, NULL, NULL, NULL, PRING_FLAG, NULL, 0, 0}};
static int run(int n, char **o)
{
    (void)n;
    (void)o;
    return 3;
}
const struct pring_command pring_command_bench = {.name = "bench",
                                                  .summary = "x",
                                                  .overview = "what a run costs, as ratios",
                                                  .options = options,
                                                  .run = run};

/* SPDX-License-Identifier: Apache-2.0 */
#include <pring/oracle.h>

#define PRING_ORACLE(ident) extern const struct pring_oracle pring_oracle_##ident;
#define PRING_ORACLE_RESERVED(ident, oracle_name, oracle_help)                                               \
    static const struct pring_oracle pring_oracle_##ident = {.name = oracle_name, .help = oracle_help};
#include "oracles.def"
#undef PRING_ORACLE
#undef PRING_ORACLE_RESERVED

#define PRING_ORACLE(ident)                                    &pring_oracle_##ident,
#define PRING_ORACLE_RESERVED(ident, oracle_name, oracle_help) &pring_oracle_##ident,
const struct pring_oracle *const pring_oracles[] = {
#include "oracles.def"
};
const uint32_t pring_oracle_count = sizeof(pring_oracles) / sizeof(pring_oracles[0]);

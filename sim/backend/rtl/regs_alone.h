/* SPDX-License-Identifier: Apache-2.0 */
/* The register block as a design of its own: what a register access costs at least, for `pring bench`. */
#ifndef PRING_RTL_REGS_ALONE_H
#define PRING_RTL_REGS_ALONE_H

#include <cstdint>

namespace pring_rtl
{

/* See pring_rtl_regs_idle in <pring/rtl_bench.h>. */
uint64_t regs_alone(uint64_t cycles);

} // namespace pring_rtl

#endif

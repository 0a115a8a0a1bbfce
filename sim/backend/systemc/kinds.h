/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of devices that were linked in, sorted by name. */
#ifndef PRING_SC_KINDS_H
#define PRING_SC_KINDS_H

#include <pring/tlm_device.h>

namespace pring_sc
{

device_kind *kinds();

} // namespace pring_sc

#endif

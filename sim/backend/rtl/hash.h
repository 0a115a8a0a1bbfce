/* SPDX-License-Identifier: Apache-2.0 */
/* State hashes of the RTL backend. Not for secrets. */
#ifndef PRING_RTL_HASH_H
#define PRING_RTL_HASH_H

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace pring_rtl
{

inline uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 31)) * UINT64_C(0x9fb21c651e98df25);
    x = (x ^ (x >> 35)) * UINT64_C(0x9fb21c651e98df25);
    return x ^ (x >> 28);
}

inline uint64_t mix_in(uint64_t h, uint64_t value)
{
    return mix(h + UINT64_C(0x9e3779b97f4a7c15) + value) ^ (h << 5);
}

inline uint64_t hash_bytes(uint64_t h, const void *data, size_t len_bytes)
{
    const char *p = static_cast<const char *>(data);

    for (; len_bytes >= 8; p += 8, len_bytes -= 8) {
        uint64_t word;
        std::memcpy(&word, p, 8);
        h = mix_in(h, word);
    }
    for (; len_bytes > 0; p++, len_bytes--)
        h = mix_in(h, uint8_t(*p));
    return h;
}

} // namespace pring_rtl

#endif

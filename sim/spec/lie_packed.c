/* SPDX-License-Identifier: Apache-2.0 */
/* Packed rings [2.8]: which writes of a device break a requirement. Both sides write the same descriptors, so
 * it depends on whose one is. */
#include <pring/lie.h>

enum { FLAG_WRITE = 0x0002, FLAG_AVAIL = 0x0080, FLAG_USED = 0x8000 };
enum { EVENT_FLAGS_MASK = 3, EVENT_AT = 2 };

const char *pring_lie_packed_flags(uint16_t honest, uint16_t shown)
{
    const uint16_t whose = FLAG_AVAIL | FLAG_USED;

    if (((honest ^ shown) & FLAG_WRITE) && !((honest ^ shown) & whose))
        return "ST-PWRITE-DEV-01";
    if ((shown & whose) == (~honest & whose))
        return "ST-WRAP-DEV-02"; /* used, of another lap */
    return NULL;                 /* it does not look used: late. Other bits mean nothing here */
}

/* Published, and not found by the driver yet? */
static bool is_shown(const struct pring_observed_queue *q, uint32_t place)
{
    uint32_t shown = q->pub_place + q->size - q->used_place, ahead = place + q->size - q->used_place;

    if (q->published == q->covered)
        return false;
    shown = shown > q->size ? shown - q->size : shown; /* equal: all of them */
    return (ahead >= q->size ? ahead - q->size : ahead) < shown;
}

const char *pring_lie_packed_place(const struct pring_observer *o, unsigned queue, enum pring_field field,
                                   uint32_t place, uint16_t after)
{
    const struct pring_observed_queue *q = &o->queue[queue];

    if (!pring_place_is_lent(q, place))
        return "PACKED-DESC-DEV-03";
    if (is_shown(q, place))
        return "PACKED-DESC-DEV-04";
    if (q->gate != q->avail_idx)
        return "PACKED-DESC-DEV-03"; /* it was not told of the newest */
    if (field != PRING_F_PACKED_FLAGS || !(after & FLAG_AVAIL) != !(after & FLAG_USED))
        return NULL; /* the device's to write as it likes, in any order (PACKED-DEV-03) */
    return "ST-PCHAIN-DEV-01";
}

const char *pring_lie_event(const struct pring_observer *o, enum pring_field field, uint16_t honest,
                            uint16_t shown)
{
    if (honest == shown || field == PRING_F_EVENT_OFF_WRAP)
        return NULL;
    if (shown & ~(uint32_t)EVENT_FLAGS_MASK)
        return "ST-PEVT-DEV-03";
    if (shown == EVENT_FLAGS_MASK || (shown == EVENT_AT && !(o->features_written >> 29 & 1)))
        return "ST-PEVT-DEV-01";
    return NULL;
}

const char *pring_lie_event_write(void)
{
    return "ST-PEVT-DRV-04"; /* its counterpart has no id: the driver area is the device's to read only */
}

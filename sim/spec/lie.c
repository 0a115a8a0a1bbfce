/* SPDX-License-Identifier: Apache-2.0 */
#include <pring/lie.h>
#include <pring/scenario.h>

#define BIT(n) (1ull << (n))

enum { FEATURES_OK = 8, NEEDS_RESET = 0x40 };
enum { EVENT_IDX = 29, VERSION_1 = 32, IN_ORDER = 35, RING_RESET = 40 };
enum { QUEUE_SIZE_LIMIT = 32768 };
enum { IRQ_BIT_USED = 1, IRQ_BIT_CONFIG = 2 };

/* ---- features ---- */

/* A feature and the features of which it needs one; all needs of a feature have a line of their own. */
struct need {
    uint32_t device_type;
    uint8_t feature;
    uint64_t one_of;
};

static const struct need needs[] = {
    {PRING_DEVICE_BLK, 11, BIT(9)}, /* CONFIG_WCE: FLUSH. BLK-INIT-DEV-02 */
    {PRING_DEVICE_NET, 7, BIT(1)},
    {PRING_DEVICE_NET, 8, BIT(1)},
    {PRING_DEVICE_NET, 9, BIT(7) | BIT(8)},
    {PRING_DEVICE_NET, 10, BIT(1)},
    {PRING_DEVICE_NET, 11, BIT(0)},
    {PRING_DEVICE_NET, 12, BIT(0)},
    {PRING_DEVICE_NET, 13, BIT(11) | BIT(12)},
    {PRING_DEVICE_NET, 14, BIT(0)},
    {PRING_DEVICE_NET, 18, BIT(17)},
    {PRING_DEVICE_NET, 19, BIT(17)},
    {PRING_DEVICE_NET, 21, BIT(17)},
    {PRING_DEVICE_NET, 22, BIT(17)},
    {PRING_DEVICE_NET, 23, BIT(17)},
    {PRING_DEVICE_NET, 51, BIT(17)},
    {PRING_DEVICE_NET, 51, BIT(57) | BIT(60)},
    {PRING_DEVICE_NET, 52, BIT(17)},
    {PRING_DEVICE_NET, 53, BIT(17)},
    {PRING_DEVICE_NET, 54, BIT(1)},
    {PRING_DEVICE_NET, 55, BIT(1)},
    {PRING_DEVICE_NET, 56, BIT(0)},
    {PRING_DEVICE_NET, 60, BIT(17)},
    {PRING_DEVICE_NET, 61, BIT(11) | BIT(12)},
};

uint64_t pring_features_unmet(uint32_t device_type, uint64_t features)
{
    uint64_t unmet = 0;

    for (unsigned i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
        const struct need *need = &needs[i];
        if (need->device_type == device_type && (features & BIT(need->feature)) && !(features & need->one_of))
            unmet |= BIT(need->feature);
    }
    return unmet;
}

/* Not in it: 30 (unused), 37 (PCI only), 41 to 49 (reserved). 24, 27 and a type's legacy bits are defined,
 * whoever uses them; 39 is worth accepting wherever it is offered (RFEAT-DRV-11). */
static const uint64_t features_generic = BIT(24) | BIT(27) | BIT(28) | BIT(29) | BIT(32) | BIT(33) | BIT(34) |
                                         BIT(35) | BIT(36) | BIT(38) | BIT(39) | BIT(40);

uint64_t pring_features_known(uint32_t device_type)
{
    switch (device_type) {
    case PRING_DEVICE_NET:
        /* 0-23 but 4; 50-63 but 50 and 58; 41 and 42 were this type's in legacy devices */
        return features_generic | 0xffffefull | BIT(41) | BIT(42) | (0xfffull << 52 & ~BIT(58)) | BIT(51);
    case PRING_DEVICE_BLK:
        return features_generic | 0x3fef7ull; /* 0-17 but 3 and 8 */
    case PRING_DEVICE_CONSOLE:
        return features_generic | 7;
    default:
        return features_generic;
    }
}

/* ---- registers ---- */

static const char *lie_features(const struct pring_observer *o, uint64_t honest, uint64_t shown)
{
    unsigned shift = o->device_features_sel * 32;
    uint64_t whole;

    if (shown & ~honest)
        return "FEAT-DEV-04"; /* what stands behind the registers does not support it */
    if (o->device_features_sel > 1)
        return NULL;
    whole = (o->setup.features & ~(0xffffffffull << shift)) | shown << shift;
    if (!(whole & BIT(VERSION_1)))
        return "RFEAT-DEV-01";
    return pring_features_unmet(o->setup.device_type, whole) ? "FEAT-DEV-01" : NULL;
}

static const char *lie_queue_size_max(const struct pring_observer *o, uint64_t honest, uint64_t shown)
{
    if (o->queue_sel >= o->setup.queue_count)
        return "ST-MMIO-DEV-05";
    if ((shown & (shown - 1)) || shown > QUEUE_SIZE_LIMIT)
        return "ST-SPLIT-DEV-01";
    /* A queue of that size will not become ready. */
    return shown > honest ? "ST-MMIO-DEV-06" : NULL;
}

static const char *lie_queue_ready(const struct pring_observer *o, uint64_t shown)
{
    return shown != 0 && !o->driver_ok ? "MMIO-DEV-06" : "ST-MMIO-DEV-06";
}

/* Without RING_RESET nothing says what the register holds. */
static const char *lie_queue_reset(const struct pring_observer *o, uint64_t shown)
{
    const struct pring_observed_queue *q = &o->queue[o->queue_sel % PRING_QUEUES_MAX];

    if (!(o->features_written & BIT(RING_RESET)) || o->queue_sel >= o->setup.queue_count)
        return NULL;
    if (q->reset_pending)
        return shown == 1 ? NULL : "MMIO-DEV-13"; /* it is slow */
    return q->ready ? "MMIO-DEV-10" : "MMIO-DEV-09";
}

static const char *lie_interrupt_status(uint64_t honest, uint64_t shown)
{
    return shown & ~honest ? "MMIO-DEV-04" : "MMIO-DEV-03";
}

static const char *lie_status(const struct pring_observer *o, uint64_t honest, uint64_t shown)
{
    uint64_t changed = honest ^ shown;

    if (o->reset_pending)
        return NULL; /* the reset is slow */
    if (changed & ~(uint64_t)(FEATURES_OK | NEEDS_RESET))
        return "ST-MMIO-DEV-07";
    if (changed & shown & FEATURES_OK)
        return "FEAT-DEV-03";
    if (changed & shown & NEEDS_RESET)
        return pring_lie_needs_reset(o, false);
    if (changed & honest & NEEDS_RESET)
        return "ST-MMIO-DEV-07";
    return NULL; /* FEATURES_OK refused: accepting each subset is only a SHOULD (FEAT-DEV-02) */
}

static const char *lie_config_other(const struct pring_observer *o, uint32_t offset, unsigned width)
{
    uint32_t first = offset - 0x100, last = first + width - 1;

    if (o->setup.device_type != PRING_DEVICE_BLK)
        return NULL;
    /* unused0 and unused1 */
    return (first <= 33 && last >= 33) || (first <= 59 && last >= 57) ? "BLK-INIT-DEV-04" : NULL;
}

const char *pring_lie_reg_read(const struct pring_observer *o, enum pring_field field, uint32_t offset,
                               unsigned width, uint64_t honest, uint64_t shown)
{
    if (honest == shown)
        return NULL;
    switch (field) {
    case PRING_F_REG_MAGIC_VALUE:
        return "MMIO-DEV-01";
    case PRING_F_REG_VERSION:
        return "MMIO-DEV-02";
    case PRING_F_REG_DEVICE_FEATURES:
        return lie_features(o, honest, shown);
    case PRING_F_REG_QUEUE_SIZE_MAX:
        return lie_queue_size_max(o, honest, shown);
    case PRING_F_REG_QUEUE_READY:
        return lie_queue_ready(o, shown);
    case PRING_F_REG_QUEUE_RESET:
        return lie_queue_reset(o, shown);
    case PRING_F_REG_INTERRUPT_STATUS:
        return lie_interrupt_status(honest, shown);
    case PRING_F_REG_STATUS:
        return lie_status(o, honest, shown);
    case PRING_F_REG_SHM_LEN_LOW:
    case PRING_F_REG_SHM_LEN_HIGH:
    case PRING_F_REG_SHM_BASE_LOW:
    case PRING_F_REG_SHM_BASE_HIGH:
        return "ST-MMIO-DEV-11";
    case PRING_F_REG_CONFIG_GENERATION:
        return "ST-MMIO-DEV-12";
    case PRING_F_CONFIG_OTHER:
        return lie_config_other(o, offset, width);
    case PRING_F_CONFIG_MAX_VIRTQUEUE_PAIRS:
        return shown == 0 || shown > 0x8000 ? "NET-CFG-DEV-01" : shown > honest ? "ST-NETQ-DEV-01" : NULL;
    case PRING_F_CONFIG_MTU:
        return shown < 68 ? "NET-CFG-DEV-02" : "NET-CFG-DEV-04";
    case PRING_F_CONFIG_DUPLEX:
        return shown > 1 && shown != 0xff ? "NET-CFG-DEV-12" : NULL;
    case PRING_F_CONFIG_MAX_NR_PORTS:
        return shown == 0 || shown > honest ? "ST-CONQ-DEV-01" : NULL;
    default: /* identity, vendor, gaps, write-only registers, configuration: nothing says what they hold */
        return NULL;
    }
}

const char *pring_lie_config(bool since_reset, uint64_t before, uint64_t shown, bool generation_moved)
{
    return since_reset && before != shown && !generation_moved ? "MMIO-DEV-07" : NULL;
}

const char *pring_lie_reset_never(void)
{
    return "RESET-DEV-01";
}

const char *pring_lie_queue_reset_never(void)
{
    return "MMIO-DEV-13";
}

const char *pring_lie_needs_reset(const struct pring_observer *o, bool notified)
{
    if (o->driver_ok && !notified)
        return "STATUS-DEV-04";
    return "STATUS-DEV-03"; /* it stands for an error, and there was none */
}

/* ---- the used ring ---- */

const char *pring_lie_used_id(const struct pring_observer *o, unsigned queue, uint32_t id, uint32_t made_id)
{
    /* Even if that chain is lent: it is not the one that was used. */
    return id != made_id ? pring_lie_used_again(o, queue) : NULL;
}

const char *pring_lie_used_len(const struct pring_observer *o, unsigned queue, uint32_t len,
                               uint32_t made_len)
{
    if (len > made_len)
        return o->queue[queue].packed ? "ST-PWRITE-DEV-01" : "SPLIT-USED-DEV-02";
    if (len == 0 && made_len != 0 && o->setup.device_type == PRING_DEVICE_RNG)
        return "RNG-DEV-01";
    return NULL; /* reporting less than was written is legal (SPLIT-USED-DEV-03) */
}

const char *pring_lie_used_again(const struct pring_observer *o, unsigned queue)
{
    return o->queue[queue].packed ? "ST-PCHAIN-DEV-01" : "ST-SPLIT-DEV-03";
}

const char *pring_lie_used_idx(const struct pring_observer *o, unsigned queue, uint16_t honest,
                               uint16_t shown)
{
    uint16_t behind = (uint16_t)(honest - shown);
    uint16_t ahead = (uint16_t)(shown - honest);

    if (behind <= (uint16_t)(honest - o->queue[queue].used_idx_seen))
        return NULL; /* late, but not back */
    return ahead < 0x8000 ? "SPLIT-USED-DEV-01" : "ST-SPLIT-DEV-02";
}

const char *pring_lie_used_slot(const struct pring_observer *o, unsigned queue, uint32_t slot)
{
    const struct pring_observed_queue *q = &o->queue[queue];
    uint32_t shown = (uint16_t)(q->published - q->covered);
    uint32_t free = q->lent_count > shown ? q->lent_count - shown : 0;
    uint32_t ahead = (slot - q->published) & (q->size - 1);

    /* A slot that comes next is the device's to scribble on until its index is published. */
    return ahead < free ? NULL : "SPLIT-USED-DEV-01";
}

const char *pring_lie_used_flags(const struct pring_observer *o, uint16_t honest, uint16_t shown)
{
    if (honest == shown)
        return NULL;
    if (o->features_written & BIT(EVENT_IDX))
        return shown != 0 ? "SPLIT-ASUP-DEV-03" : NULL;
    return shown > 1 ? "SPLIT-ASUP-DEV-01" : NULL;
}

const char *pring_lie_avail_event(const struct pring_observer *o, uint16_t honest, uint16_t shown)
{
    (void)o, (void)honest, (void)shown;
    return NULL; /* a device may put notifications off (SPLIT-ASUP-DEV-04), without EVENT_IDX it is no field
                  */
}

const char *pring_lie_order(const struct pring_observer *o)
{
    return o->features_written & BIT(IN_ORDER) ? "RFEAT-DEV-05" : NULL;
}

/* ---- memory ---- */

const char *pring_lie_desc_write(void)
{
    return "SPLIT-DESC-DEV-03";
}

const char *pring_lie_avail_write(void)
{
    return "SPLIT-DESC-DEV-01"; /* no id of its own; it is readable for the device only [2.7.6] */
}

static bool is_writable(const struct pring_observed_queue *q, const struct pring_chain *chain, uint64_t addr,
                        uint64_t len_bytes)
{
    uint32_t at = chain->head;

    for (uint32_t n = 0; n < chain->count && at < PRING_SEGMENTS_MAX; n++) {
        const struct pring_segment *s = &q->segment[at];
        if ((s->flags & PRING_DESC_WRITE) && addr >= s->addr && addr - s->addr <= s->len_bytes &&
            len_bytes <= s->len_bytes - (addr - s->addr))
            return true;
        at = s->next;
    }
    return false;
}

const char *pring_lie_payload(const struct pring_observer *o, const struct pring_chain *chain, uint64_t addr,
                              uint64_t len_bytes)
{
    if (chain == NULL || chain->state == PRING_CHAIN_FREE)
        return "SPLIT-DESC-DEV-01";
    if (!is_writable(&o->queue[chain->queue], chain, addr, len_bytes))
        return "SPLIT-DESC-DEV-01";
    return chain->state == PRING_CHAIN_SHOWN ? "SPLIT-USED-DEV-02" : NULL;
}

const char *pring_lie_data(const struct pring_observer *o, const struct pring_chain *chain, uint64_t at,
                           uint8_t honest, uint8_t shown)
{
    if (honest == shown || o->setup.device_type != PRING_DEVICE_BLK)
        return NULL; /* random bytes are as good as others */
    if (at + 1 != chain->writable_bytes)
        return "data";
    return shown == 1 || shown == 2 ? NULL : "data"; /* a request may always fail [5.2.6] */
}

/* ---- interrupts ---- */

const char *pring_lie_irq(const struct pring_observer *o, unsigned bits)
{
    if (bits == 0)
        return "ST-MMIO-DEV-09";
    if (o->driver_ok)
        return NULL; /* spurious: drivers have to cope (SPLIT-USUP-DRV-05) */
    return bits & PRING_IRQ_QUEUE ? "STATUS-DEV-02" : "RESET-DEV-02";
}

const char *pring_lie_mute(const struct pring_observer *o, unsigned bits)
{
    if (bits & IRQ_BIT_USED)
        return o->features_written & BIT(EVENT_IDX) ? "SPLIT-USUP-DEV-05" : "SPLIT-USUP-DEV-03";
    if (bits & IRQ_BIT_CONFIG)
        return o->status_made & NEEDS_RESET ? "STATUS-DEV-04" : "ST-CFG-DEV-01";
    return NULL;
}

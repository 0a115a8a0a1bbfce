/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration space [2.5.1, 3.1.1, 4.2.2.2]: when a field may be touched, how wide, and that what was read
 * in pieces belongs together. */
#include "oracle/spec_monitors.h"

enum { CAPACITY_LOW, CAPACITY_HIGH };

static void forget(struct spec_config *s)
{
    s->status = s->half_read = 0;
    s->torn = s->mixed = false;
    s->selected = 0;
    memset(s->read_at, 0, sizeof(s->read_at));
}

/* ---- one access ---- */

struct owner { /* the feature that a field belongs to; fields without one are always there */
    uint8_t field, feature;
};
static const struct owner owners[] = {
    {PRING_F_CONFIG_SIZE_MAX, 1},
    {PRING_F_CONFIG_SEG_MAX, 2},
    {PRING_F_CONFIG_CYLINDERS, 4},
    {PRING_F_CONFIG_HEADS, 4},
    {PRING_F_CONFIG_SECTORS, 4},
    {PRING_F_CONFIG_BLK_SIZE, 6},
    {PRING_F_CONFIG_PHYSICAL_BLOCK_EXP, 10},
    {PRING_F_CONFIG_ALIGNMENT_OFFSET, 10},
    {PRING_F_CONFIG_MIN_IO_SIZE, 10},
    {PRING_F_CONFIG_OPT_IO_SIZE, 10},
    {PRING_F_CONFIG_WRITEBACK, 11},
    {PRING_F_CONFIG_NUM_QUEUES, 12},
    {PRING_F_CONFIG_MAX_DISCARD_SECTORS, 13},
    {PRING_F_CONFIG_MAX_DISCARD_SEG, 13},
    {PRING_F_CONFIG_DISCARD_SECTOR_ALIGNMENT, 13},
    {PRING_F_CONFIG_MAX_WRITE_ZEROES_SECTORS, 14},
    {PRING_F_CONFIG_MAX_WRITE_ZEROES_SEG, 14},
    {PRING_F_CONFIG_WRITE_ZEROES_MAY_UNMAP, 14},
    {PRING_F_CONFIG_MAC, 5},
    {PRING_F_CONFIG_NET_STATUS, 16},
    {PRING_F_CONFIG_MTU, 3},
    {PRING_F_CONFIG_SPEED, 63},
    {PRING_F_CONFIG_DUPLEX, 63},
    {PRING_F_CONFIG_COLS, 0},
    {PRING_F_CONFIG_ROWS, 0},
    {PRING_F_CONFIG_MAX_NR_PORTS, 1},
    {PRING_F_CONFIG_EMERG_WR, 2},
};

/* Any of them will do. */
static uint64_t features_of_field(unsigned field)
{
    for (unsigned i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
        if (owners[i].field == field)
            return SPEC_BIT(owners[i].feature);
    }
    return field == PRING_F_CONFIG_MAX_VIRTQUEUE_PAIRS ? SPEC_BIT(22) | SPEC_BIT(60) : 0; /* MQ or RSS */
}

static uint64_t features_of(const struct pring_event *event, const struct pring_judge *judge)
{
    bool blk = pring_judge_observer(judge)->setup.device_type == PRING_DEVICE_BLK;
    uint64_t features = features_of_field(event->field);

    if (features)
        return features;
    if (!blk || event->field != PRING_F_CONFIG_OTHER)
        return 0;
    if (event->addr >= SPEC_CONFIG + 60 && event->addr < SPEC_CONFIG + 72)
        return SPEC_BIT(16); /* SECURE_ERASE */
    return event->addr >= SPEC_CONFIG + 72 && event->addr < SPEC_CONFIG + 96 ? SPEC_BIT(17) : 0; /* ZONED */
}

/* MMIO-DRV-05, -06, -07 */
static void judge_width(const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_field_info *field = &pring_field_info[event->field];
    const char *rule = "MMIO-DRV-07";
    uint32_t want = 4;

    if (event->field == PRING_F_CONFIG_OTHER)
        return;
    if (field->bits == 8 || field->bits == 48) { /* an address of six bytes */
        rule = "MMIO-DRV-05";
        want = 1;
    } else if (field->bits == 16) {
        rule = "MMIO-DRV-06";
        want = 2;
    }
    if (event->len_bytes != want || event->addr % want)
        spec_accuse(judge, rule, event, "%s is accessed by %u bytes at 0x%llx.", field->name,
                    event->len_bytes, (unsigned long long)event->addr);
}

/* ---- what was read in pieces ---- */

static void capacity_half(struct spec_config *s, unsigned half)
{
    s->half_read |= (uint8_t)(1u << half);
    s->half_changes[half] = s->changes;
    if (s->half_read == 3)
        s->torn = s->half_changes[0] != s->half_changes[1];
}

/* A field that changed since it was read is out of date; with one that was read after that change it makes a
 * mix. */
static bool is_mixed(const struct spec_config *s)
{
    for (unsigned old = 0; old < SPEC_CONFIG_FIELDS; old++) {
        if (!s->read_at[old] || s->read_at[old] > s->changed_at[old])
            continue;
        for (unsigned other = 0; other < SPEC_CONFIG_FIELDS; other++) {
            if (other != old && s->read_at[other] > s->changed_at[old])
                return true;
        }
    }
    return false;
}

/* A driver may look at a field to find out whether it wants its feature. If it does not, it makes no use of
 * it.
 */
static void forget_declined(struct spec_config *s, uint64_t accepted)
{
    for (unsigned i = 0; i < SPEC_CONFIG_FIELDS; i++) {
        uint64_t features = features_of_field(SPEC_CONFIG_FIRST + i);

        if (features && !(features & accepted))
            s->read_at[i] = 0;
    }
}

static void config_read(struct spec_config *s, const struct pring_event *event)
{
    if (event->field < SPEC_CONFIG_FIRST || event->field >= SPEC_CONFIG_FIRST + SPEC_CONFIG_FIELDS)
        return;
    s->read_at[event->field - SPEC_CONFIG_FIRST] = (uint8_t)(s->changes + 1);
    s->mixed = s->changes && is_mixed(s);
    if (event->field == PRING_F_CONFIG_CAPACITY && event->len_bytes == 4)
        capacity_half(s, event->addr == SPEC_CONFIG ? CAPACITY_LOW : CAPACITY_HIGH);
}

void spec_config_changed(struct spec_config *s, unsigned field)
{
    if (s->changes < 254)
        s->changes++;
    if (field >= SPEC_CONFIG_FIRST && field < SPEC_CONFIG_FIRST + SPEC_CONFIG_FIELDS)
        s->changed_at[field - SPEC_CONFIG_FIRST] = s->changes;
}

void spec_config_fault(struct spec_config *s, const struct pring_event *event)
{
    uint8_t subject = spec_fault_subject(event);

    if (subject == PRING_F_REG_CONFIG_GENERATION)
        s->generation_lied = true;
    else if (event->fault->action == PRING_FAULT_CHANGE)
        spec_config_changed(s, subject);
}

/* CFG-DRV-01, -02: the values are in use now. */
void spec_config_use(struct spec_config *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (s->torn && !s->generation_lied) /* a driver can only go by the generation that it is shown */
        spec_accuse(judge, "CFG-DRV-01", event,
                    "The two halves of the capacity were read before and after a change.");
    s->torn = false;
}

static void judge_start(struct spec_config *s, const struct pring_event *event, struct pring_judge *judge)
{
    spec_config_use(s, event, judge);
    if (s->mixed && !s->generation_lied)
        spec_accuse(judge, "CFG-DRV-02", event,
                    "Fields were read before and after a change, and are used together.");
    s->mixed = false;
}

/* ---- dispatch ---- */

void spec_config_begin(struct spec_config *s)
{
    s->features = 0;
}

void spec_config_access(struct spec_config *s, const struct pring_event *event, struct pring_judge *judge)
{
    uint64_t needs = features_of(event, judge);

    judge_width(event, judge);
    if (needs && !(s->features & needs))
        spec_accuse(judge, "CFG-DRV-04", event, "%s is accessed, and its feature was not seen offered.",
                    pring_field_info[event->field].name);
    if (event->kind == PRING_EV_REG_READ)
        config_read(s, event);
    else if (!(s->status & SPEC_FEATURES_OK) && event->field != PRING_F_CONFIG_EMERG_WR)
        spec_accuse(judge, "INIT-DRV-06", event, "%s is written before FEATURES_OK.",
                    pring_field_info[event->field].name);
}

void spec_config_register(struct spec_config *s, const struct pring_event *event, struct pring_judge *judge)
{
    bool write = event->kind == PRING_EV_REG_WRITE;

    switch (event->field) {
    case PRING_F_REG_DEVICE_FEATURES_SEL:
        if (write)
            s->selected = (uint32_t)event->made;
        return;
    case PRING_F_REG_DEVICE_FEATURES:
        if (!write && s->selected < 2)
            s->features |= event->seen << (32 * s->selected);
        return;
    case PRING_F_REG_CONFIG_GENERATION: /* reading it is the driver's way to find out, and no duty by itself
                                         */
        return;
    default: /* Status */
        if (!write)
            return;
        if (event->made == 0)
            forget(s);
        else if ((event->made & SPEC_DRIVER_OK) && !(s->status & SPEC_DRIVER_OK))
            judge_start(s, event, judge);
        else if ((event->made & SPEC_FEATURES_OK) && !(s->status & SPEC_FEATURES_OK))
            forget_declined(s, pring_judge_observer(judge)->features_written);
        s->status |= (uint8_t)event->made;
        return;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What a probe does before it knows that there is a device for it [4.2.2.2, 4.2.3.1.1]: reads of MagicValue,
 * Version, DeviceID, and VendorID; a reset (Status 0) is taken for part of step one. What was shown last
 * counts. */
#include "oracle/spec_monitors.h"

enum { HAS_MAGIC = 1, HAS_VERSION = 2, HAS_ID = 4 };

static bool is_wrong(const struct spec_identify *s, uint8_t what)
{
    if (!(s->has & what))
        return false;
    switch (what) {
    case HAS_MAGIC:
        return s->magic != SPEC_MAGIC;
    case HAS_VERSION:
        return s->version != SPEC_VERSION;
    default:
        return s->id == 0;
    }
}

static void note_read(struct spec_identify *s, const struct pring_event *event)
{
    switch (event->field) {
    case PRING_F_REG_MAGIC_VALUE:
        s->has |= HAS_MAGIC;
        s->magic = (uint32_t)event->seen;
        return;
    case PRING_F_REG_VERSION:
        s->has |= HAS_VERSION;
        s->version = (uint32_t)event->seen;
        return;
    case PRING_F_REG_DEVICE_ID:
        s->has |= HAS_ID;
        s->id = (uint32_t)event->seen;
        return;
    default:
        return;
    }
}

static bool is_identification(const struct pring_event *event)
{
    if (event->kind != PRING_EV_REG_READ)
        return false;
    return event->field == PRING_F_REG_MAGIC_VALUE || event->field == PRING_F_REG_VERSION ||
           event->field == PRING_F_REG_DEVICE_ID || event->field == PRING_F_REG_VENDOR_ID;
}

/* A reset, or the word that the driver gives up: no use is made of the device. */
static bool is_goodbye(const struct pring_event *event)
{
    return spec_is_status_write(event) && (event->made == 0 || (event->made & SPEC_FAILED));
}

/* MMIO-INIT-DRV-03 if the device is taken on, -04 for any other access */
static void judge_empty_slot(const struct pring_event *event, struct pring_judge *judge)
{
    if (spec_is_status_write(event) && !is_goodbye(event))
        spec_accuse(judge, "MMIO-INIT-DRV-03", event, "Initialisation goes on after DeviceID was 0.");
    else
        spec_accuse(judge, "MMIO-INIT-DRV-04", event, "%s is accessed after DeviceID was 0.",
                    pring_field_info[event->field].name);
}

/* An access beyond identification. */
static void judge_access(struct spec_identify *s, const struct pring_event *event, struct pring_judge *judge)
{
    const char *name = pring_field_info[event->field].name;

    s->told = true;
    if (is_wrong(s, HAS_MAGIC) && !is_goodbye(event))
        spec_accuse(judge, "MMIO-DRV-08", event, "%s is accessed after MagicValue was 0x%x.", name, s->magic);
    else if (is_wrong(s, HAS_VERSION) && !is_goodbye(event))
        spec_accuse(judge, "MMIO-DRV-10", event, "%s is accessed after Version was %u.", name, s->version);
    else if (is_wrong(s, HAS_ID))
        judge_empty_slot(event, judge);
    else if (spec_is_reset_write(event) || is_goodbye(event))
        s->told = false;
    else if (!(s->has & HAS_MAGIC) || !(s->has & HAS_VERSION))
        spec_accuse(judge, "MMIO-INIT-DRV-01", event,
                    "%s is accessed before MagicValue and Version were read.", name);
    else if (!(s->has & HAS_ID))
        spec_accuse(judge, "MMIO-INIT-DRV-02", event, "%s is accessed before DeviceID was read.", name);
}

static void judge_order(struct spec_identify *s, const struct pring_event *event, struct pring_judge *judge)
{
    bool early = event->field == PRING_F_REG_DEVICE_ID && !(s->has & HAS_ID) &&
                 (s->has & (HAS_MAGIC | HAS_VERSION)) != (HAS_MAGIC | HAS_VERSION);

    if (!is_identification(event)) {
        judge_access(s, event, judge);
    } else {
        if (early && !s->told) {
            s->told = true;
            spec_accuse(judge, "MMIO-INIT-DRV-01", event, "DeviceID is read before MagicValue and Version.");
        }
        note_read(s, event);
    }
}

/* The device is to be ignored, and it was bound. MMIO-DRV-08, -10, -12 */
static void judge_bound(const struct spec_identify *s, const struct pring_event *event,
                        struct pring_judge *judge)
{
    if (is_wrong(s, HAS_MAGIC))
        spec_accuse(judge, "MMIO-DRV-08", event, "Probe succeeds after MagicValue was 0x%x.", s->magic);
    else if (is_wrong(s, HAS_VERSION))
        spec_accuse(judge, "MMIO-DRV-10", event, "Probe succeeds after Version was %u.", s->version);
    else if (is_wrong(s, HAS_ID))
        spec_accuse(judge, "MMIO-DRV-12", event, "Probe succeeds after DeviceID was 0.");
}

void spec_identify_begin(struct spec_identify *s)
{
    *s = (struct spec_identify){.probing = true};
}

void spec_identify_register(struct spec_identify *s, const struct pring_event *event,
                            struct pring_judge *judge)
{
    if (!s->probing || s->told)
        return;
    judge_order(s, event, judge);
    s->content = s->has == (HAS_MAGIC | HAS_VERSION | HAS_ID) && !is_wrong(s, HAS_MAGIC) &&
                 !is_wrong(s, HAS_VERSION) && !is_wrong(s, HAS_ID);
}

/* An empty slot is no error. What a driver writes to a log nobody sees here, but not that it gives up. */
void spec_identify_panic(struct spec_identify *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (s->probing && !s->told && is_wrong(s, HAS_ID) && !is_wrong(s, HAS_MAGIC) && !is_wrong(s, HAS_VERSION))
        spec_accuse(judge, "MMIO-DRV-13", event, "The driver gives up because DeviceID was 0.");
}

void spec_identify_end(struct spec_identify *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (s->probing && !s->told && (int64_t)event->seen >= 0)
        judge_bound(s, event, judge);
    s->probing = false;
}

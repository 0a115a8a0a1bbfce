/* SPDX-License-Identifier: Apache-2.0 */
/* Feature negotiation [2.2.1, 3.1.1, 4.2.2.2, 6.1]. What was offered is what the driver was shown in this
 * probe, all reads taken together: a device that answers twice differently has offered both. */
#include <pring/lie.h>

#include "oracle/spec_monitors.h"

static void forget(struct spec_features *s)
{
    s->status = 0;
    s->device_sel = s->driver_sel = s->wrote = s->frozen = s->gave_up_here = false;
    memset(s->accepted, 0, sizeof(s->accepted));
}

/* A word that the driver never looked at was offered as the set-up says. */
static uint32_t offered(const struct spec_features *s, const struct pring_judge *judge, uint32_t word)
{
    uint64_t honest = pring_judge_observer(judge)->setup.features;

    if (word >= SPEC_FEATURE_WORDS)
        return 0;
    if (s->words_read >> word & 1)
        return s->shown[word];
    return word < 2 ? (uint32_t)(honest >> (32 * word)) : 0;
}

static uint32_t known(const struct pring_judge *judge, uint32_t word)
{
    uint64_t all = pring_features_known(pring_judge_observer(judge)->setup.device_type);

    return word < 2 ? (uint32_t)(all >> (32 * word)) : 0;
}

/* FEAT-DRV-01, -05, INIT-DRV-08, MMIO-DRV-15 */
static void driver_features(struct spec_features *s, const struct pring_event *event,
                            struct pring_judge *judge)
{
    uint32_t word = s->driver_word, value = (uint32_t)event->made;
    uint32_t extra = value & ~offered(s, judge, word);

    s->wrote = true;
    if (!s->driver_sel)
        spec_accuse(judge, "MMIO-DRV-15", event, "DriverFeatures is written, and no word was selected.");
    if (extra)
        spec_accuse(judge, "FEAT-DRV-01", event, "Bits 0x%x of word %u are accepted and were not offered.",
                    extra, word);
    else if ((value & ~known(judge, word)) && !s->other_type)
        spec_accuse(judge, "FEAT-DRV-05", event, "Bits 0x%x of word %u are accepted and mean nothing here.",
                    value & ~known(judge, word), word);
    if (word >= SPEC_FEATURE_WORDS)
        return;
    if (s->frozen && (value & ~s->accepted[word]))
        spec_accuse(judge, "INIT-DRV-08", event, "Bits 0x%x of word %u are accepted after FEATURES_OK.",
                    value & ~s->accepted[word], word);
    s->accepted[word] = value;
}

/* MMIO-DRV-14 */
static void device_features(struct spec_features *s, const struct pring_event *event,
                            struct pring_judge *judge)
{
    if (!s->device_sel)
        spec_accuse(judge, "MMIO-DRV-14", event, "DeviceFeatures is read, and no word was selected.");
    s->gave_up_here = true;
    if (s->device_word >= SPEC_FEATURE_WORDS)
        return;
    if (!(s->words_read >> s->device_word & 1))
        s->shown[s->device_word] = 0;
    s->shown[s->device_word] |= (uint32_t)event->seen;
    s->words_read |= (uint8_t)(1u << s->device_word);
}

/* FEAT-DRV-02. Of a block device nothing is said about what its features require of a driver. */
static void judge_needs(const struct spec_features *s, const struct pring_event *event,
                        struct pring_judge *judge)
{
    uint64_t accepted = s->accepted[0] | (uint64_t)s->accepted[1] << 32, unmet;
    uint32_t type = pring_judge_observer(judge)->setup.device_type;

    if (type != PRING_DEVICE_NET || s->other_type)
        return;
    unmet = pring_features_unmet(type, accepted);
    if (unmet)
        spec_accuse(judge, "FEAT-DRV-02", event, "Features 0x%llx are accepted without what they require.",
                    (unsigned long long)unmet);
}

/* INIT-DRV-04, RFEAT-DRV-01 */
static void features_ok(struct spec_features *s, const struct pring_event *event, struct pring_judge *judge)
{
    s->frozen = true;
    judge_needs(s, event, judge);
    if (!s->words_read)
        spec_accuse(judge, "INIT-DRV-04", event, "FEATURES_OK is set, and DeviceFeatures was never read.");
    else if (!s->wrote)
        spec_accuse(judge, "INIT-DRV-04", event, "FEATURES_OK is set, and DriverFeatures was not written.");
    else if ((offered(s, judge, 1) & 1) && !(s->accepted[1] & 1))
        spec_accuse(judge, "RFEAT-DRV-01", event, "VERSION_1 is offered and not accepted.");
}

static void status_write(struct spec_features *s, const struct pring_event *event, struct pring_judge *judge)
{
    bool first = (event->made & SPEC_FEATURES_OK) && !(s->status & SPEC_FEATURES_OK);

    if (event->made == 0) {
        forget(s);
        return;
    }
    s->status |= (uint8_t)event->made;
    if (first)
        features_ok(s, event, judge);
}

static void status_read(struct spec_features *s, const struct pring_event *event)
{
    if (s->frozen && !(event->seen & SPEC_FEATURES_OK)) {
        s->frozen = false; /* refused: another set may be tried */
        s->status &= (uint8_t)~SPEC_FEATURES_OK;
    }
}

/* ---- a probe that ended right after it read the features ---- */

static uint64_t all_shown(const struct spec_features *s, const struct pring_judge *judge)
{
    return offered(s, judge, 0) | (uint64_t)offered(s, judge, 1) << 32;
}

/* Bits that no driver of this type can know; and everything that it could need is there. */
static bool only_unknown(const struct spec_features *s, const struct pring_judge *judge)
{
    struct pring_scenario plain = {.set_count = 1, .set[0].key = PRING_SET_DEVICE};
    struct pring_options options;
    struct pring_setup usual;
    uint64_t shown = all_shown(s, judge);
    uint32_t type = pring_judge_observer(judge)->setup.device_type;

    plain.set[0].value = type;
    pring_scenario_resolve(&plain, &usual, &options);
    if (usual.features & ~shown)
        return false;
    return (shown & ~pring_features_known(type)) || s->shown[2] || s->shown[3];
}

/* FEAT-DRV-07, -08: judged only where nothing but the features can be the reason. A driver that leaves by a
 * reset has stopped, too. */
static void probe_failed(struct spec_features *s, const struct pring_event *event, struct pring_judge *judge)
{
    uint64_t missing = pring_judge_observer(judge)->setup.features & ~all_shown(s, judge);

    if (!s->gave_up_here || !s->status || s->other_type || pring_judge_facts(judge)->shortages)
        return;
    if (missing && !(s->status & SPEC_FAILED))
        spec_accuse(judge, "FEAT-DRV-07", event,
                    "Probe gives up for want of a feature (0x%llx) without FAILED.",
                    (unsigned long long)missing);
    if (!missing && only_unknown(s, judge))
        spec_accuse(judge, "FEAT-DRV-08", event, "Probe fails at offered features that nobody knows.");
}

void spec_features_begin(struct spec_features *s, uint64_t entry)
{
    s->probing = entry == PRING_ENTRY_PROBE;
    s->gave_up_here = false;
    if (s->probing)
        s->words_read = 0;
}

void spec_features_end(struct spec_features *s, const struct pring_event *event, struct pring_judge *judge)
{
    if (s->probing && (int64_t)event->seen < 0)
        probe_failed(s, event, judge);
}

void spec_features_register(struct spec_features *s, const struct pring_event *event,
                            struct pring_judge *judge)
{
    bool write = event->kind == PRING_EV_REG_WRITE;

    switch (event->field) {
    case PRING_F_REG_DEVICE_FEATURES_SEL:
        s->device_word = (uint32_t)event->made;
        s->device_sel |= write;
        return;
    case PRING_F_REG_DRIVER_FEATURES_SEL:
        s->driver_word = (uint32_t)event->made;
        s->driver_sel |= write;
        return;
    case PRING_F_REG_DEVICE_FEATURES:
        if (!write)
            device_features(s, event, judge);
        return;
    case PRING_F_REG_DRIVER_FEATURES:
        s->gave_up_here = false;
        if (write)
            driver_features(s, event, judge);
        return;
    default: /* Status */
        if (write)
            status_write(s, event, judge);
        else
            status_read(s, event);
        return;
    }
}

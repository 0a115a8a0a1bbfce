/* SPDX-License-Identifier: Apache-2.0 */
/* Feature negotiation [2.2.1, 3.1.1, 4.2.2.2, 6.1]. What was offered is what the driver was shown in this
 * probe, all reads taken together: a device that answers twice differently has offered both. */
#include <pring/lie.h>

#include "oracle/spec_state.h"

enum { WORDS = 4 };

struct features_state {
    struct spec_gate gate;
    uint8_t words_read;          /* since the probe began: a restart may go on with what it knows */
    uint8_t status;              /* or-ed since reset */
    bool device_sel, driver_sel; /* selected since reset */
    bool wrote;                  /* DriverFeatures, since reset */
    bool frozen;                 /* FEATURES_OK was written, and not refused */
    bool probing;
    bool gave_up_here; /* reading features was the last step of this probe so far */
    uint32_t device_word, driver_word;
    uint32_t shown[WORDS], accepted[WORDS];
};

static void forget(struct features_state *s)
{
    s->status = 0;
    s->device_sel = s->driver_sel = s->wrote = s->frozen = s->gave_up_here = false;
    memset(s->accepted, 0, sizeof(s->accepted));
}

/* A word that the driver never looked at was offered as the set-up says. */
static uint32_t offered(const struct features_state *s, const struct pring_judge *judge, uint32_t word)
{
    uint64_t honest = pring_judge_observer(judge)->setup.features;

    if (word >= WORDS)
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
static void driver_features(struct features_state *s, const struct pring_event *event,
                            struct pring_judge *judge)
{
    uint32_t word = s->driver_word, value = (uint32_t)event->made;
    uint32_t extra = value & ~offered(s, judge, word);

    s->wrote = true;
    if (!s->driver_sel)
        pring_accuse(judge, "MMIO-DRV-15", event, "DriverFeatures is written, and no word was selected.");
    if (extra)
        pring_accuse(judge, "FEAT-DRV-01", event, "Bits 0x%x of word %u are accepted and were not offered.",
                     extra, word);
    else if ((value & ~known(judge, word)) && !s->gate.other_type)
        pring_accuse(judge, "FEAT-DRV-05", event, "Bits 0x%x of word %u are accepted and mean nothing here.",
                     value & ~known(judge, word), word);
    if (word >= WORDS)
        return;
    if (s->frozen && (value & ~s->accepted[word]))
        pring_accuse(judge, "INIT-DRV-08", event, "Bits 0x%x of word %u are accepted after FEATURES_OK.",
                     value & ~s->accepted[word], word);
    s->accepted[word] = value;
}

/* MMIO-DRV-14 */
static void device_features(struct features_state *s, const struct pring_event *event,
                            struct pring_judge *judge)
{
    if (!s->device_sel)
        pring_accuse(judge, "MMIO-DRV-14", event, "DeviceFeatures is read, and no word was selected.");
    s->gave_up_here = true;
    if (s->device_word >= WORDS)
        return;
    if (!(s->words_read >> s->device_word & 1))
        s->shown[s->device_word] = 0;
    s->shown[s->device_word] |= (uint32_t)event->seen;
    s->words_read |= (uint8_t)(1u << s->device_word);
}

/* INIT-DRV-04, RFEAT-DRV-01 */
static void features_ok(struct features_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    s->frozen = true;
    if (!s->words_read)
        pring_accuse(judge, "INIT-DRV-04", event, "FEATURES_OK is set, and DeviceFeatures was never read.");
    else if (!s->wrote)
        pring_accuse(judge, "INIT-DRV-04", event, "FEATURES_OK is set, and DriverFeatures was not written.");
    else if ((offered(s, judge, 1) & 1) && !(s->accepted[1] & 1))
        pring_accuse(judge, "RFEAT-DRV-01", event, "VERSION_1 is offered and not accepted.");
}

static void status_write(struct features_state *s, const struct pring_event *event, struct pring_judge *judge)
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

static void status_read(struct features_state *s, const struct pring_event *event)
{
    if (s->frozen && !(event->seen & SPEC_FEATURES_OK)) {
        s->frozen = false; /* refused: another set may be tried */
        s->status &= (uint8_t)~SPEC_FEATURES_OK;
    }
}

/* ---- a probe that ended right after it read the features ---- */

static uint64_t all_shown(const struct features_state *s, const struct pring_judge *judge)
{
    return offered(s, judge, 0) | (uint64_t)offered(s, judge, 1) << 32;
}

/* Bits that no driver of this type can know; and everything that it could need is there. */
static bool only_unknown(const struct features_state *s, const struct pring_judge *judge)
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
static void probe_failed(struct features_state *s, const struct pring_event *event, struct pring_judge *judge)
{
    uint64_t missing = pring_judge_observer(judge)->setup.features & ~all_shown(s, judge);

    if (!s->gave_up_here || !s->status || s->gate.other_type || pring_judge_facts(judge)->shortages)
        return;
    if (missing && !(s->status & SPEC_FAILED))
        pring_accuse(judge, "FEAT-DRV-07", event,
                     "Probe gives up for want of a feature (0x%llx) without FAILED.",
                     (unsigned long long)missing);
    if (!missing && only_unknown(s, judge))
        pring_accuse(judge, "FEAT-DRV-08", event, "Probe fails at offered features that nobody knows.");
}

static void register_event(struct features_state *s, const struct pring_event *event,
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
    case PRING_F_REG_STATUS:
        if (write)
            status_write(s, event, judge);
        else
            status_read(s, event);
        return;
    default:
        s->gave_up_here = false;
        return;
    }
}

static void features_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    struct features_state *s = state;

    switch (event->kind) {
    case PRING_EV_BEGIN:
        if (event->made == PRING_ENTRY_PROBE)
            s->words_read = 0;
        s->probing = event->made == PRING_ENTRY_PROBE;
        s->gave_up_here = false;
        return;
    case PRING_EV_END:
        if (s->probing && event->made == PRING_ENTRY_PROBE && (int64_t)event->seen < 0 &&
            !spec_is_silent(&s->gate, event, judge))
            probe_failed(s, event, judge);
        return;
    default:
        if (!spec_is_silent(&s->gate, event, judge) && event->len_bytes == 4)
            register_event(s, event, judge);
        return;
    }
}

const struct pring_oracle pring_oracle_spec_features = {
    .name = "spec",
    .kinds = SPEC_KIND(REG_READ) | SPEC_KIND(REG_WRITE) | SPEC_KIND(BEGIN) | SPEC_KIND(END),
    .state_bytes = sizeof(struct features_state),
    .event = features_event,
    .help = "the driver keeps the requirements of the specification: features",
};

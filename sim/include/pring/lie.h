/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lie or quirk? Decided when a fault fires: it is a lie exactly if the changed event breaks a requirement on
 * the device in the present state. Every function answers the id of that requirement, or a short word where
 * the specification has no id for it; NULL: legal, a quirk. They look at the observer as it stood before the
 * event and change nothing. Equal values are never a lie.
 *
 * Withholding is no lie: a device may take any time, so holding or dropping a completion, a kick or a
 * read-back breaks no requirement. The caller sets `withheld` for it, and the judge presumes nothing of that
 * queue.
 */
#ifndef PRING_LIE_H
#define PRING_LIE_H

#include <pring/observer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A register or configuration read: `shown` instead of `honest`. offset: in the register page (configuration
 * from 0x100), width in bytes. For Status while a reset is pending a non-zero value is a slow reset, a quirk.
 * Configuration fields are legal whatever they hold, but for reserved bytes; see pring_lie_config. */
const char *pring_lie_reg_read(const struct pring_observer *observer, enum pring_field field, uint32_t offset,
                               unsigned width, uint64_t honest, uint64_t shown);
/* A configuration field as compared with `before`, what the driver was shown last at this offset
 * (since_reset: it was shown at all). generation_moved: ConfigGeneration as shown differs from then.
 * MMIO-DEV-07 */
const char *pring_lie_config(bool since_reset, uint64_t before, uint64_t shown, bool generation_moved);
/* Status never reads 0 again after a reset, as opposed to late. RESET-DEV-01 */
const char *pring_lie_reset_never(void);
const char *pring_lie_queue_reset_never(void);
/* DEVICE_NEEDS_RESET out of the blue. notified: a configuration interrupt follows. Never a quirk: refusing is
 * the only right answer to it. */
const char *pring_lie_needs_reset(const struct pring_observer *observer, bool notified);

/* A completion published under `id`; the device made it as made_id. */
const char *pring_lie_used_id(const struct pring_observer *observer, unsigned queue, uint32_t id,
                              uint32_t made_id);
/* A completion published with `len`; the device made it with made_len. */
const char *pring_lie_used_len(const struct pring_observer *observer, unsigned queue, uint32_t len,
                               uint32_t made_len);
/* The same completion published a second time. */
const char *pring_lie_used_again(const struct pring_observer *observer, unsigned queue);
const char *pring_lie_order(const struct pring_observer *observer); /* one is shown before an older one */
/* used.idx: `honest` is what the proxy has published. */
const char *pring_lie_used_idx(const struct pring_observer *observer, unsigned queue, uint16_t honest,
                               uint16_t shown);
/* A used element rewritten in memory, `slot` below the queue's size. */
const char *pring_lie_used_slot(const struct pring_observer *observer, unsigned queue, uint32_t slot);
/* The flags of a used descriptor of a packed ring as they are published. Flags that do not look used withhold
 * it, which is the caller's to say. */
const char *pring_lie_packed_flags(uint16_t honest, uint16_t shown);
/* Any word of a packed descriptor rewritten in memory, `place` below the queue's size. */
const char *pring_lie_packed_place(const struct pring_observer *observer, unsigned queue,
                                   enum pring_field field, uint32_t place, uint16_t after);
/* The device's event suppression structure. DISABLE (1) is legal, and where the next notification is wanted
 * is the device's choice; withheld, as below. */
const char *pring_lie_event(const struct pring_observer *observer, enum pring_field field, uint16_t honest,
                            uint16_t shown);
const char *pring_lie_event_write(void); /* the driver's one */
/* NO_NOTIFY (1) is legal without EVENT_IDX, but a device that says so has to look by itself: if it does not,
 * withheld. */
const char *pring_lie_used_flags(const struct pring_observer *observer, uint16_t honest, uint16_t shown);
const char *pring_lie_avail_event(const struct pring_observer *observer, uint16_t honest, uint16_t shown);

/* Memory that is not the device's to write. */
const char *pring_lie_desc_write(void);
const char *pring_lie_avail_write(void);
/* Bytes written on behalf of a chain. NULL chain: on behalf of nothing. */
const char *pring_lie_payload(const struct pring_observer *observer, const struct pring_chain *chain,
                              uint64_t addr, uint64_t len_bytes);
/* Other contents of byte `at` of the chain's writable part, which the device may write. Block: data that was
 * not read from there is the word "data"; a status that turns failure into success, or is none of [5.2.6],
 * too. */
const char *pring_lie_data(const struct pring_observer *observer, const struct pring_chain *chain,
                           uint64_t at, uint8_t honest, uint8_t shown);

/* A field of a packet header, of a control message, or an answer to a command, other than the device wrote
 * it.
 */
const char *pring_lie_header(const struct pring_observer *observer, enum pring_field field, uint64_t honest,
                             uint64_t shown);

/* An interrupt that the device did not send: bits as enum pring_fault_irq. A spurious one after DRIVER_OK is
 * a quirk. */
const char *pring_lie_irq(const struct pring_observer *observer, unsigned bits);
/* A due interrupt that is not sent, or the line held down, bits as above: 1 used buffer, 2 configuration. */
const char *pring_lie_mute(const struct pring_observer *observer, unsigned bits);

/* What the feature rules are made of [2.2, 5.1.3, 5.2.3, 6], word 0 and 1; words beyond hold nothing for
 * these types. */
uint64_t pring_features_known(uint32_t device_type); /* defined for virtio-mmio and this type */
uint64_t pring_features_unmet(uint32_t device_type,
                              uint64_t features); /* of these, without what they require */

#ifdef __cplusplus
}
#endif
#endif

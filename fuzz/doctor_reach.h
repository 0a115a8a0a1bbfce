/* SPDX-License-Identifier: Apache-2.0 */
/* Occasions on which a driver shows whether it keeps a requirement: see doctor_reach.def. */
#ifndef PRING_FUZZ_DOCTOR_REACH_H
#define PRING_FUZZ_DOCTOR_REACH_H

#include <stdbool.h>
#include <stdint.h>

#include <pring/event.h>
#include <pring/requirement.h>

#define DOCTOR_BIT(occasion) (UINT64_C(1) << DOCTOR_##occasion)

enum doctor_occasion {
    DOCTOR_NEVER = 0,
    DOCTOR_REGISTER,     /* any register was touched */
    DOCTOR_NOBODY_THERE, /* DeviceID was shown as 0 */
    DOCTOR_MAGIC_WRONG,
    DOCTOR_VERSION_WRONG,
    DOCTOR_STATUS, /* a bit of Status was set */
    DOCTOR_FAILED, /* FAILED among them */
    DOCTOR_FEATURES_READ,
    DOCTOR_FEATURES_WRITTEN,
    DOCTOR_FEATURE_MISSING, /* VERSION_1 was not offered, and probe returned */
    DOCTOR_FEATURE_UNKNOWN, /* a bit was offered that means nothing */
    DOCTOR_FEATURES_OK,
    DOCTOR_FEATURES_REFUSED, /* and was shown clear after that */
    DOCTOR_DRIVER_OK,
    DOCTOR_CONFIG, /* a configuration field was read */
    DOCTOR_CONFIG_8,
    DOCTOR_CONFIG_16,
    DOCTOR_CONFIG_32,
    DOCTOR_CAPACITY_CHANGED, /* after its capacity was read */
    DOCTOR_FIELDS_CHANGED,   /* after two fields were read, before DRIVER_OK */
    DOCTOR_QUEUE_ABSENT,     /* QueueSizeMax was shown as 0 */
    DOCTOR_QUEUE_SIZE,
    DOCTOR_QUEUE_READY,
    DOCTOR_QUEUE_STOPPED, /* QueueReady = 0 */
    DOCTOR_LEND,
    DOCTOR_RNG_LEND,
    DOCTOR_RNG_DONE,
    DOCTOR_BLK_LEND,
    DOCTOR_BLK_FLUSH,
    DOCTOR_NOTIFY,
    DOCTOR_SHORT_ANSWER, /* fewer bytes reported than were lent to be written */
    DOCTOR_HANDLER,
    DOCTOR_CAUSE_SHOWN, /* InterruptStatus was not 0 */
    DOCTOR_CAUSE_UNDEFINED,
    DOCTOR_ACKNOWLEDGED,
    DOCTOR_BLK_ID,
    DOCTOR_BLK_DISCARD,
    DOCTOR_BLK_ZERO,
    DOCTOR_REMOVED,      /* after DRIVER_OK */
    DOCTOR_INDIRECT,     /* a chain with a table was lent */
    DOCTOR_QUEUE_RESET,  /* QueueReset = 1 */
    DOCTOR_NOTIFY_DATA,  /* with NOTIFICATION_DATA */
    DOCTOR_IN_ORDER,     /* a chain was lent with IN_ORDER, in a split ring */
    DOCTOR_PACKED,       /* a chain was lent in a packed ring */
    DOCTOR_PACKED_LIST,  /* one of several descriptors */
    DOCTOR_PACKED_TABLE, /* one with a table */
    /* doctor_reach_net.c */
    DOCTOR_NET_NEEDS, /* FEATURES_OK, after a feature was shown that requires another */
    DOCTOR_NET_LEND,
    DOCTOR_NET_RECEIVE_WHOLE,  /* a buffer for a whole packet of a known MTU */
    DOCTOR_NET_RECEIVE_MERGED, /* one for a part of it */
    DOCTOR_NET_SEND,
    DOCTOR_NET_SEND_MTU,    /* of a known MTU */
    DOCTOR_NET_SEND_NO_SUM, /* without CSUM */
    DOCTOR_NET_NO_MODES,    /* a receive mode was asked for, without CTRL_RX */
    DOCTOR_NET_NO_ADDRESS,  /* another address, or a table of them, likewise */
    DOCTOR_NET_NO_MORE,     /* a further receive mode, without CTRL_RX_EXTRA */
    DOCTOR_NET_TABLES,      /* tables of addresses, with CTRL_RX */
    DOCTOR_NET_PAIRS,       /* no queue pair, or more than there are */
    DOCTOR_NET_PAIR_EARLY,  /* a further pair before any was enabled */
    DOCTOR_NET_PAIR_LATE,   /* one beyond those that are */
    DOCTOR_CON_RECEIVE,
    DOCTOR_CON_SEND,
    DOCTOR_CON_REMOVED, /* with MULTIPORT, and after a request */
    DOCTOR_CON_ASKED,   /* CONSOLE_PORT was shown */
    DOCTOR_OCCASIONS
};
_Static_assert(DOCTOR_OCCASIONS <= 64, "occasions are bits of a word");

/* The occasions that this event brings, as a mask. */
uint64_t doctor_occasions(const struct pring_event *event);
void doctor_occasions_reset(void);
/* Those of network and console. */
uint64_t doctor_occasions_net(const struct pring_event *event);
void doctor_occasions_net_reset(void);
enum doctor_occasion doctor_occasion_of(enum pring_requirement requirement);

/* An oracle that judges a requirement under a name of its own; PRING_REQ_NONE: it judges none. */
enum pring_requirement doctor_requirement_of(const char *oracle, const char *rule);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Single register accesses [4.2.2.2, 4.2.3.1.1]: where, how wide, in which direction. */
#include "oracle/spec_monitors.h"

enum { R = 1, W = 2, GAP = 4, SHM = 8 };

static unsigned direction(unsigned field)
{
    switch (field) {
    case PRING_F_REG_MAGIC_VALUE:
    case PRING_F_REG_VERSION:
    case PRING_F_REG_DEVICE_ID:
    case PRING_F_REG_VENDOR_ID:
    case PRING_F_REG_DEVICE_FEATURES:
    case PRING_F_REG_QUEUE_SIZE_MAX:
    case PRING_F_REG_INTERRUPT_STATUS:
    case PRING_F_REG_CONFIG_GENERATION:
        return R;
    case PRING_F_REG_QUEUE_READY:
    case PRING_F_REG_STATUS:
    case PRING_F_REG_QUEUE_RESET:
        return R | W;
    case PRING_F_REG_SHM_SEL:
    case PRING_F_REG_SHM_LEN_LOW:
    case PRING_F_REG_SHM_LEN_HIGH:
    case PRING_F_REG_SHM_BASE_LOW:
    case PRING_F_REG_SHM_BASE_HIGH:
        return SHM;
    case PRING_F_REG_OTHER:
    case PRING_F_REG_GUEST_PAGE_SIZE:
    case PRING_F_REG_QUEUE_ALIGN:
    case PRING_F_REG_QUEUE_PFN:
        return GAP;
    default:
        return W;
    }
}

static uint32_t config_bytes(uint32_t device_type)
{
    switch (device_type) {
    case PRING_DEVICE_NET:
        return 28;
    case PRING_DEVICE_BLK:
        return 96;
    case PRING_DEVICE_CONSOLE:
        return 12;
    default:
        return 0;
    }
}

/* MMIO-DRV-01 */
static void judge_config(const struct pring_event *event, struct pring_judge *judge)
{
    uint32_t bytes = config_bytes(pring_judge_observer(judge)->setup.device_type);

    if (event->addr - SPEC_CONFIG + event->len_bytes > bytes)
        spec_accuse(judge, "MMIO-DRV-01", event, "0x%llx is beyond the configuration space of %u bytes.",
                    (unsigned long long)event->addr, bytes);
}

/* MMIO-DRV-01, -02, -03, -22, MMIO-INIT-DRV-05 */
static void judge_register(const struct pring_event *event, struct pring_judge *judge)
{
    bool write = event->kind == PRING_EV_REG_WRITE;
    unsigned may = direction(event->field);
    const char *name = pring_field_info[event->field].name;

    if (may & GAP)
        spec_accuse(judge, "MMIO-DRV-01", event, "There is no register at 0x%03llx.",
                    (unsigned long long)event->addr);
    else if (may & SHM)
        spec_accuse(judge, "MMIO-INIT-DRV-05", event, "%s is used, and no shared memory is expected here.",
                    name);
    else if (write && !(may & W))
        spec_accuse(judge, "MMIO-DRV-02", event, "%s is read-only, and is written.", name);
    else if (!write && !(may & R))
        spec_accuse(judge, "MMIO-DRV-03", event, "%s is write-only, and is read.", name);
    else if (event->field == PRING_F_REG_INTERRUPT_ACK && event->made > 3)
        spec_accuse(judge, "MMIO-DRV-22", event, "InterruptACK = 0x%llx sets undefined bits.",
                    (unsigned long long)event->made);
}

void spec_mmio_access(bool other_type, const struct pring_event *event, struct pring_judge *judge)
{
    if (event->addr >= SPEC_CONFIG) {
        if (!other_type)
            judge_config(event, judge);
    } else if (event->len_bytes != 4 || (event->addr & 3)) {
        spec_accuse(judge, "MMIO-DRV-04", event, "%s is accessed by %u bytes at 0x%03llx.",
                    pring_field_info[event->field].name, event->len_bytes, (unsigned long long)event->addr);
    } else {
        judge_register(event, judge);
    }
}

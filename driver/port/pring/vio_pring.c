/* SPDX-License-Identifier: Apache-2.0 */
/* Binds the reference driver to the bench. */
#include <pring/dut.h>
#include <vio/vio_device.h>
#include <vio/vio_queue_packed.h>

/* Patience ends when no request came back for so long; then the device is given up. */
enum { PORTS_MAX = 4, STEPS_MAX = 1000, STEP_NS = 1000, PATIENCE_NS = 50000000 };

static struct port {
    struct vio_device device;
    struct vio_platform platform;
    unsigned dev;
    int timer; /* negative: not running */
} ports[PORTS_MAX];

/* These only pass on. */
// clang-format off
static struct port *of(void *ctx) { return ctx; }
static uint32_t get(void *p, uint32_t at, uint32_t n) { return (uint32_t)pring_reg_read(of(p)->dev, at, n); }
static void set(void *p, uint32_t at, uint32_t n, uint32_t val) { pring_reg_write(of(p)->dev, at, n, val); }
static enum vio_status map(void *ctx, void *ptr, size_t len, enum vio_dir dir, uint64_t *bus) {
    return (void)ctx, pring_dma_map(ptr, len, (enum pring_dir)dir, bus) == 0 ? VIO_OK : VIO_NO_MEMORY; }
static void unmap(void *ctx, uint64_t bus, size_t len, enum vio_dir dir) {
    (void)ctx, pring_dma_sync(bus, len, 0), pring_dma_unmap(bus, len, (enum pring_dir)dir); }
static void barrier(void *ctx, enum vio_barrier kind) { (void)ctx, pring_barrier((enum pring_barrier)kind); }
static void step(void *ctx) { (void)ctx, pring_delay_ns(STEP_NS); }
static void on_done(void *ctx, void *owner, enum vio_status status, size_t done_bytes) {
    (void)ctx, pring_done(owner, -(int)status, done_bytes); }
static void report(struct port *port, enum vio_status status) {
    if (status != VIO_OK) pring_irq_disable(port->dev);
    if (status != VIO_OK && status != VIO_NOT_READY) pring_broken(port->dev); }
static void on_interrupt(void *arg) { report(arg, vio_device_interrupt(&of(arg)->device)); }
// clang-format on

static void on_time(void *arg)
{
    report(arg, vio_device_expire(&of(arg)->device));
    of(arg)->timer = vio_device_busy(&of(arg)->device) ? pring_timer_start(PATIENCE_NS, on_time, arg) : -1;
    if (of(arg)->timer < 0 && vio_device_busy(&of(arg)->device)) /* nobody would watch it */
        (void)vio_device_stop(&of(arg)->device, false), report(arg, VIO_TIMEOUT);
}

static int start(struct port *port)
{
    enum vio_init error;

    pring_irq_enable(port->dev);
    error = vio_device_start(&port->device).error;
    pring_irq_enable(port->dev); /* one that came too early has masked it */
    return -(int)error;
}

static void vio_remove(unsigned dev, int gone)
{
    pring_irq_disable(dev);
    (void)vio_device_stop(&ports[dev].device, gone);
    if (ports[dev].timer >= 0)
        pring_timer_stop(ports[dev].timer);
    pring_irq_unregister(dev);
    if (!vio_device_owns_memory(&ports[dev].device)) /* else it stays where it is, for ever */
        pring_dma_free(ports[dev].platform.coherent.ptr);
}

static int vio_probe(unsigned dev)
{
    struct vio_coherent memory = {.len_bytes = sizeof(struct vio_device_memory)};
    struct port *port = &ports[dev % PORTS_MAX];

    memory.ptr = pring_dma_alloc(memory.len_bytes, 16, &memory.bus);
    if (memory.ptr == NULL)
        return -VIO_NO_MEMORY;
    if (pring_irq_register(dev, on_interrupt, port) != 0)
        return pring_dma_free(memory.ptr), -VIO_NO_MEMORY;
    // clang-format off
    port->platform = (struct vio_platform){get, set, map, unmap, memory, barrier, step, STEPS_MAX, port}, port->dev = dev, port->timer = -1;
    (void)vio_device_init(&port->device, &port->platform, memory.ptr, on_done), (void)vio_packed_queue_allow(&port->device.queue);
    // clang-format on
    port->device.mmio.transport.features_refused = VIO_F_IN_ORDER | VIO_F_NOTIFICATION_DATA;
    return start(port) == 0 ? 0 : (vio_remove(dev, 0), -1);
}

// clang-format off
static int vio_reset(unsigned dev) {
    pring_irq_disable(dev);
    return vio_device_stop(&ports[dev].device, false) == VIO_OK ? start(&ports[dev]) : -VIO_TIMEOUT; }
static const uint8_t ops[] = {[PRING_READ] = 1 + VIO_OP_READ, [PRING_WRITE] = 1 + VIO_OP_WRITE, [PRING_ID] = 1 + VIO_OP_GET_ID,
    [PRING_FLUSH] = 1 + VIO_OP_FLUSH, [PRING_DISCARD] = 1 + VIO_OP_DISCARD, [PRING_ZERO] = 1 + VIO_OP_ZERO, [PRING_ENTROPY] = 1 + VIO_OP_ENTROPY};
// clang-format on

static int vio_submit(unsigned dev, struct pring_request *r)
{
    unsigned saved = pring_irq_save();
    enum vio_status status = VIO_UNSUPPORTED;

    if (ports[dev].timer < 0)
        ports[dev].timer = pring_timer_start(PATIENCE_NS, on_time, &ports[dev]);
    if (ports[dev].timer >= 0 && r->op <= PRING_ENTROPY && ops[r->op] != 0)
        status = vio_device_submit(&ports[dev].device, ops[r->op] - 1u, r->offset, r->data, r->len_bytes, r);
    pring_irq_restore(saved);
    return -(int)status;
}

/* What is lent cannot be called back. But it comes back: by itself, or because patience ends. */
static int vio_cancel(unsigned dev, struct pring_request *request)
{
    for (int turn = 0; turn < 300 && vio_device_holds(&ports[dev].device, request); turn++)
        (void)pring_wait(NULL, NULL, PATIENCE_NS / 100);
    return vio_device_holds(&ports[dev].device, request) ? -1 : 0;
}

static int vio_info(unsigned dev, struct pring_info *info)
{
    info->free_descriptors = vio_queue_free_descriptors(&ports[dev].device.queue);
    info->capacity_bytes = vio_device_capacity_bytes(&ports[dev].device);
    info->block_bytes = vio_device_block_bytes(&ports[dev].device);
    return 0;
}

// clang-format off
PRING_DUT(vio) = {
    .abi = PRING_ABI, .in_flight_max = 4, .probe = vio_probe, .remove = vio_remove, .submit = vio_submit,
    .cancel = vio_cancel, .reset = vio_reset, .info = vio_info,
    .device_types = (const uint16_t[]){VIO_BLK_DEVICE_TYPE, VIO_RNG_DEVICE_TYPE, 0},
    .traits = PRING_TRAIT_BOUNDED_WAITS | PRING_TRAIT_BOUNCE | PRING_TRAIT_BARRIERS_BY_API, .operations = 1u << PRING_DISCARD | 1u << PRING_ZERO,
};
// clang-format on

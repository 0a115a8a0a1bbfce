/* SPDX-License-Identifier: Apache-2.0 */
/* Binds the reference driver to the bench. */
#include <pring/dut.h>
#include <vio/vio_device.h>

/* Patience ends when no request came back for so long; then the device is given up. */
enum { PORTS_MAX = 2, STEPS_MAX = 1000, STEP_NS = 1000, PATIENCE_NS = 50000000 };

static struct port {
    struct vio_device device;
    struct vio_platform platform;
    void *buffers;
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
static void on_received(void *ctx, uint32_t unit, const void *data, size_t len_bytes) {
    pring_receive(of(ctx)->dev, unit, data, len_bytes); }
static void report(struct port *port, enum vio_status status) {
    if (status != VIO_OK) pring_irq_disable(port->dev);
    if (status != VIO_OK && status != VIO_NOT_READY) pring_broken(port->dev); }
static void on_interrupt(void *arg) { report(arg, vio_device_interrupt(&of(arg)->device)); }
static void on_time(void *arg) {
    report(arg, vio_device_expire(&of(arg)->device));
    of(arg)->timer = vio_device_busy(&of(arg)->device) ? pring_timer_start(PATIENCE_NS, on_time, arg) : -1;
    if (of(arg)->timer < 0 && vio_device_busy(&of(arg)->device)) /* nobody would watch it */
        (void)vio_device_stop(&of(arg)->device, false), report(arg, VIO_TIMEOUT); }
static int start(struct port *port) {
    enum vio_init error = (pring_irq_enable(port->dev), vio_device_start(&port->device).error);
    return pring_irq_enable(port->dev), -(int)error; } /* one that came too early has masked it */
static void let_go(struct port *port) {
    if (!vio_device_owns_memory(&port->device)) /* else it stays where it is, for ever */
        pring_dma_free(port->platform.coherent.ptr), pring_free(port->buffers); }
static void vio_remove(unsigned dev, int gone) {
    pring_irq_disable(dev), (void)vio_device_stop(&ports[dev].device, gone);
    if (ports[dev].timer >= 0) pring_timer_stop(ports[dev].timer);
    pring_irq_unregister(dev), let_go(&ports[dev]); }
static int vio_reset(unsigned dev) {
    pring_irq_disable(dev);
    return vio_device_stop(&ports[dev].device, false) == VIO_OK ? start(&ports[dev]) : -VIO_TIMEOUT; }

static const struct vio_device_kind *const kinds[] = {&vio_device_rng, &vio_device_blk, &vio_device_net, &vio_device_console, NULL};
static const struct vio_device_user user = {on_done, on_received};
// clang-format on

static int vio_probe(unsigned dev)
{
    struct port *port = &ports[dev % PORTS_MAX];
    struct vio_coherent *shared = &port->platform.coherent;
    const struct vio_device_kind *kind;

    port->dev = dev, port->timer = -1, port->buffers = NULL;
    port->platform = (struct vio_platform){get, set, map, unmap, {0}, barrier, step, STEPS_MAX, port};
    kind = vio_device_identify(&port->device, &port->platform, kinds, &user);
    if (kind == NULL)
        return -VIO_UNSUPPORTED;
    shared->ptr = pring_dma_alloc(shared->len_bytes = kind->shared_bytes, 16, &shared->bus);
    if (kind->buffers_bytes > 0)
        port->buffers = pring_malloc(kind->buffers_bytes, 16);
    if (vio_device_build(&port->device, shared->ptr, port->buffers) != VIO_OK ||
        pring_irq_register(dev, on_interrupt, port) != 0)
        return let_go(port), -VIO_NO_MEMORY;
    for (uint32_t i = 0; i < port->device.queue_count; i++)
        (void)vio_packed_queue_allow(&port->device.queues[i]);
    return start(port) == 0 ? 0 : (vio_remove(dev, 0), -1);
}

// clang-format off
static const uint8_t ops[] = {[PRING_READ] = VIO_OP_READ, [PRING_WRITE] = VIO_OP_WRITE, [PRING_ID] = VIO_OP_GET_ID,
    [PRING_FLUSH] = VIO_OP_FLUSH, [PRING_DISCARD] = VIO_OP_DISCARD, [PRING_ZERO] = VIO_OP_ZERO, [PRING_ENTROPY] = VIO_OP_ENTROPY,
    [PRING_SEND] = VIO_OP_SEND, [PRING_CONTROL] = VIO_OP_PROMISCUOUS /* and so on, as enum pring_command */};
// clang-format on

static int vio_submit(unsigned dev, struct pring_request *r)
{
    enum vio_op op = ops[r->op] + (r->op == PRING_CONTROL ? r->offset : 0);
    struct vio_request request = {op, r->offset, r->data, r->len_bytes, r->unit, r};
    unsigned saved = pring_irq_save();
    enum vio_status status = VIO_NO_MEMORY;

    if (ports[dev].timer < 0)
        ports[dev].timer = pring_timer_start(PATIENCE_NS, on_time, &ports[dev]);
    if (ports[dev].timer >= 0)
        status = vio_device_submit(&ports[dev].device, &request);
    pring_irq_restore(saved);
    return -(int)status;
}

// clang-format off
/* Without RING_RESET what is lent cannot be called back. But it comes back: by itself, or as patience ends. */
static int vio_cancel(unsigned dev, struct pring_request *request) {
    unsigned saved = pring_irq_save();
    report(&ports[dev], vio_device_cancel(&ports[dev].device, request)), pring_irq_restore(saved);
    for (int turn = 0; turn < 300 && vio_device_holds(&ports[dev].device, request); turn++)
        (void)pring_wait(NULL, NULL, PATIENCE_NS / 100);
    return vio_device_holds(&ports[dev].device, request) ? -1 : 0; }
static int vio_info(unsigned dev, struct pring_info *info) {
    struct vio_device_info known = vio_device_info(&ports[dev].device);
    return *info = (struct pring_info){known.capacity_bytes, known.block_bytes, known.mtu_bytes, known.free_descriptors}, 0; }
PRING_DUT(vio) = {
    .abi = PRING_ABI, .in_flight_max = 4, .probe = vio_probe, .remove = vio_remove, .submit = vio_submit,
    .cancel = vio_cancel, .reset = vio_reset, .info = vio_info,
    .device_types = (const uint16_t[]){VIO_BLK_DEVICE_TYPE, VIO_RNG_DEVICE_TYPE, VIO_NET_DEVICE_TYPE, VIO_CONSOLE_DEVICE_TYPE, 0},
    .traits = PRING_TRAIT_BOUNDED_WAITS | PRING_TRAIT_BOUNCE | PRING_TRAIT_BARRIERS_BY_API,
    .operations = 1u << PRING_DISCARD | 1u << PRING_ZERO | 1u << PRING_CONTROL,
};
// clang-format on

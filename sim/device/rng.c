/* SPDX-License-Identifier: Apache-2.0 */
#include "rng.h"

#include "bytes.h"

enum { ANSWER_BYTES_MAX = 64 };

static uint64_t next_word(struct pring_rng *rng)
{
    uint64_t s = rng->state;

    s ^= s << 13;
    s ^= s >> 7;
    s ^= s << 17;
    rng->state = s;
    return s;
}

/* A last partial word loses its other bytes, so that the stream moves by whole words. */
static int rng_serve(struct pring_engine *engine, struct pring_stream *stream)
{
    struct pring_rng *rng = (struct pring_rng *)engine;
    uint64_t room = stream->chain->writable_bytes;
    uint32_t count = room < ANSWER_BYTES_MAX ? (uint32_t)room : ANSWER_BYTES_MAX;
    uint8_t bytes[ANSWER_BYTES_MAX];

    for (uint32_t i = 0; i < count; i += 8)
        pring_put64(bytes + i, next_word(rng));
    return pring_stream_write(stream, bytes, count);
}

static const struct pring_device_ops rng_ops = {
    .device_type = PRING_DEVICE_RNG,
    .read_config = pring_engine_read_no_config,
    .write_config = pring_engine_write_no_config,
    .activate = pring_engine_activate,
    .reset = pring_engine_reset,
    .queue_event = pring_engine_queue_event,
    .kick = pring_engine_kick,
    .cow = pring_engine_no_cow,
};

void pring_rng_init(struct pring_rng *rng, const struct pring_setup *setup, struct pring_vq *queues,
                    struct pring_workspace *work)
{
    pring_engine_init(&rng->engine, setup, queues, work);
    rng->engine.dev.ops = &rng_ops;
    rng->engine.serve = rng_serve;
    rng->state = setup->seed != 0 ? setup->seed : 1; /* 0 would stay 0 for ever */
}

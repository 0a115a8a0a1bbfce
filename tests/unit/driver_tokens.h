/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device driver that only lends: two queues, some buffers on each, and for each buffer a token that counts
 * how often it came back, and as what. The device uses whatever it is given.
 */
#ifndef DRIVER_TOKENS_H
#define DRIVER_TOKENS_H

enum { TYPE = 4, SIZE = 16, QUEUES = 2, BUFFERS = 4 };
#include "driver_queues.h"

static struct token {
    uint8_t bytes[8];
    unsigned good, cancelled, timed_out;
} tokens[QUEUES][BUFFERS];

static inline void token_is_back(struct token *token, enum vio_status status)
{
    token->good += status == VIO_OK;
    token->cancelled += status == VIO_CANCELLED;
    token->timed_out += status == VIO_TIMEOUT;
}

static inline void assert_tokens(unsigned number, unsigned good, unsigned cancelled, unsigned timed_out)
{
    for (unsigned i = 0; i < BUFFERS; i++) {
        assert_int_equal(tokens[number][i].good, good);
        assert_int_equal(tokens[number][i].cancelled, cancelled);
        assert_int_equal(tokens[number][i].timed_out, timed_out);
    }
}

static inline enum vio_status lend(unsigned number, unsigned i)
{
    const struct vio_buffer buffer = {tokens[number][i].bytes, sizeof tokens[number][i].bytes, true};

    return vio_queue_provide(&queue[number], &buffer, 1, &tokens[number][i]);
}

static inline void lend_to(unsigned number)
{
    for (unsigned i = 0; i < BUFFERS; i++)
        assert_int_equal(lend(number, i), VIO_OK);
}

static inline void lend_all(void)
{
    for (unsigned number = 0; number < QUEUES; number++)
        lend_to(number);
}

static inline bool negotiate(struct vio_driver *driver, uint64_t offered, uint64_t *accepted)
{
    (void)driver;
    (void)offered;
    *accepted = 0;
    return true;
}

static const struct vio_driver_ops driver_ops = {.device_type = TYPE, .negotiate_features = negotiate};
static struct vio_driver driver = {&driver_ops};

static inline enum vio_init start(void)
{
    return transport->ops->initialize(transport, &driver, queues, QUEUES).error;
}

static inline void serve(unsigned number, struct honest_queue *rings)
{
    struct honest_chain chain;

    (void)number;
    while (honest_take(rings, &chain))
        honest_use(rings, &chain, 1);
}

/* A device that offers this, started, with all buffers lent; the tokens are told to `client`. */
static inline void tokens_setup(uint64_t offered, struct vio_queue_client *client)
{
    machine_init(TYPE, offered);
    memset(tokens, 0, sizeof tokens);
    queues_init(true);
    for (unsigned i = 0; i < QUEUES; i++)
        assert_int_equal(vio_queue_set_client(&queue[i], client), VIO_OK);
    machine.serve = serve;
    assert_int_equal(start(), VIO_INIT_OK);
    lend_all();
}

#endif

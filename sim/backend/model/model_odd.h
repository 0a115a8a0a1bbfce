/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Odd manners of the model, for tests of the bench itself. Each is a device that the standard allows, or,
 * poisoned, one that it forbids.
 */
#ifndef PRING_MODEL_ODD_H
#define PRING_MODEL_ODD_H

#include <pring/backend.h>

/* Publishes the used elements of a batch in reverse order. Payload effects stay in the order of availability.
 */
extern const struct pring_backend pring_backend_model_reverse;
/* Looks at all ready queues after every register access, and every now and then interrupts for no reason. */
extern const struct pring_backend pring_backend_model_polling;

/* With IN_ORDER writes one used element, or used descriptor, for several chains, where it may. */
extern const struct pring_backend pring_backend_model_batch;

/* Every used.len is one too high from now on: the device monitor must notice. Survives power_on. */
void pring_model_poison(void *self, bool on);
/* Gives back what open took. Runs need it not: they keep a backend until the process ends. */
void pring_model_close(void *self);

#endif

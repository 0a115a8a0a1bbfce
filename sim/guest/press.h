/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forced in front of every source of a pressed driver (-include). It includes nothing and defines no type, so
 * that it can stand before any foreign header. Fences are invisible to the compiler's hooks: here they become
 * guest calls.
 */
#ifndef PRING_PRESS_H
#define PRING_PRESS_H

#ifndef __ASSEMBLER__
#ifdef __cplusplus
extern "C" {
#endif
void pring_fence(int order); /* order: as of __atomic_thread_fence */
#ifdef __cplusplus
}
#endif

#define __sync_synchronize()             pring_fence(5)
#define __atomic_thread_fence(order)     pring_fence(order)
#define __c11_atomic_thread_fence(order) pring_fence(order)
#define PRING_PRESSED                    1
#endif
#endif

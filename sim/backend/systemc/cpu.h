/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A driver thread: one SC_THREAD that runs what it is given and reaches the bus through its initiator socket.
 * The body may switch stacks of its own (the guest machine does), and may be abandoned there: the thread goes
 * on where it called the body.
 *
 * Loosely timed: local time runs ahead of the kernel by up to a quantum. An access that has no answer after
 * ANSWER_CYCLES_MAX cycles is given up, also when the target never comes back from a `wait`: the thread is
 * thrown out of it.
 */
#ifndef PRING_SC_CPU_H
#define PRING_SC_CPU_H

#include <tlm_utils/simple_initiator_socket.h>

#include "backend/systemc/bus.h"

namespace pring_sc
{

class cpu : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(cpu);
    tlm_utils::simple_initiator_socket<cpu> bus;

    explicit cpu(const sc_core::sc_module_name &name);

    /* From outside the kernel: the thread runs body(arg) as soon as time goes on. */
    void begin(void (*body)(void *), void *arg);
    bool is_done() const { return !is_running_; }
    /* Is the caller this thread, or a stack that it has switched to? */
    bool is_inside() const { return is_inside_; }

    /* One aligned register access at a bus address; cycles: how long it took. The payload's bytes are
     * `value`'s. Inside only. */
    pring_bus_error read(uint64_t addr, uint32_t &value, uint32_t &cycles);
    pring_bus_error write(uint64_t addr, uint32_t value, uint8_t strb, uint32_t &cycles);
    /* Any access, from and to memory. Adds to local time. Inside only. */
    pring_bus_error access(tlm::tlm_generic_payload &access);
    /* Time that passes without an access. Inside only. */
    void pass(uint64_t cycles);
    /* Lets the others catch up, and run until `event` or for so many cycles more. */
    void wait_for(const sc_core::sc_event &event, uint64_t cycles);
    uint32_t debug(uint64_t addr, void *bytes, uint32_t len_bytes, bool is_write);

    /* For whoever keeps the kernel going. */
    bool has_open_access() const { return is_open_; }
    sc_core::sc_time access_started() const { return started_; }
    void give_up(); /* from a process: throws the thread out of its open access */

  private:
    struct no_answer;

    void thread();
    void sync();
    void resumed();
    pring_bus_error run_access(uint32_t &cycles);

    void (*body_)(void *);
    void *arg_;
    bool is_running_, is_inside_, is_open_;
    sc_core::sc_event go_;
    sc_core::sc_process_handle handle_;
    sc_core::sc_time ahead_; /* of the kernel's time */
    sc_core::sc_time started_;
    uint64_t deltas_; /* the kernel's, when it last gave control to this thread */
    tlm::tlm_generic_payload payload_;
    uint32_t data_;
    uint8_t enables_[4];
};

} // namespace pring_sc

#endif

// SPDX-License-Identifier: Apache-2.0
#include "backend/systemc/cpu.h"

#include <exception>

namespace pring_sc
{

enum { STACK_BYTES = 1 << 20 };

/* Copied where it is thrown, on the stack that stood in `wait`: the last moment to tell the sanitizer of it,
 * which clears the stack up to the catcher. The kernel has told it of the thread's own stack. */
struct cpu::no_answer {
    no_answer() = default;
    no_answer(const no_answer &) { pring_machine_resumed(); }
};

cpu::cpu(const sc_core::sc_module_name &name)
    : sc_module(name), bus("bus"), body_(nullptr), arg_(nullptr), is_running_(false), is_inside_(false),
      is_open_(false), deltas_(0), data_(0), enables_()
{
    SC_THREAD(thread);
    handle_ = sc_core::sc_get_current_process_handle();
    set_stack_size(STACK_BYTES);
    payload_.set_data_ptr(reinterpret_cast<unsigned char *>(&data_));
    payload_.set_data_length(sizeof data_);
    payload_.set_streaming_width(sizeof data_);
    payload_.set_byte_enable_length(sizeof enables_);
}

// ---- running ----

void cpu::begin(void (*body)(void *), void *arg)
{
    body_ = body;
    arg_ = arg;
    is_running_ = true;
    ahead_ = sc_core::SC_ZERO_TIME; // what the last one left over must not order this one's turns
    go_.notify(sc_core::SC_ZERO_TIME);
}

void cpu::thread()
{
    for (;;) {
        wait(go_);
        is_inside_ = true;
        deltas_ = sc_core::sc_delta_count();
        body_(arg_);
        is_inside_ = is_running_ = is_open_ = false; // also an access that was abandoned
        sc_core::sc_pause();
    }
}

// ---- time ----

/* Others that run meanwhile are not inside of this thread. */
void cpu::sync()
{
    sc_core::sc_time ahead = ahead_;

    ahead_ = sc_core::SC_ZERO_TIME;
    is_inside_ = false;
    wait(ahead);
    is_inside_ = true;
    resumed();
}

/* The kernel ran: the body may be on a stack of its own, of which the kernel knows nothing. */
void cpu::resumed()
{
    deltas_ = sc_core::sc_delta_count();
    pring_machine_resumed();
}

void cpu::pass(uint64_t cycles)
{
    ahead_ += cycles_to_time(cycles);
    if (ahead_.value() >= QUANTUM_CYCLES * CYCLE_PS)
        sync();
}

void cpu::wait_for(const sc_core::sc_event &event, uint64_t cycles)
{
    sync();
    if (cycles == 0)
        return;
    is_inside_ = false;
    wait(cycles_to_time(cycles), event);
    is_inside_ = true;
    resumed();
}

void cpu::give_up()
{
    handle_.throw_it(no_answer());
}

// ---- accesses ----

pring_bus_error cpu::access(tlm::tlm_generic_payload &access)
{
    sc_core::sc_time before = ahead_;

    access.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    started_ = sc_core::sc_time_stamp();
    is_open_ = true;
    try {
        bus->b_transport(access, ahead_);
    } catch (const no_answer &) {
        access.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        ahead_ = before + cycles_to_time(ANSWER_CYCLES_MAX);
    } catch (const std::exception &) { // a target's own trouble, sc_report included
        access.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    }
    is_open_ = false;
    if (deltas_ != sc_core::sc_delta_count()) // the target has waited
        resumed();
    if (sc_core::sc_time_stamp() - started_ + ahead_ > before + cycles_to_time(ANSWER_CYCLES_MAX))
        return PRING_BUS_NO_ANSWER;
    return bus_error(access.get_response_status());
}

pring_bus_error cpu::run_access(uint32_t &cycles)
{
    sc_core::sc_time before = sc_core::sc_time_stamp() + ahead_;
    pring_bus_error error = access(payload_);

    cycles = uint32_t(time_to_cycles(sc_core::sc_time_stamp() + ahead_ - before));
    if (error == PRING_BUS_NO_ANSWER) // however late it came
        cycles = ANSWER_CYCLES_MAX;
    if (ahead_.value() >= QUANTUM_CYCLES * CYCLE_PS)
        sync();
    return error;
}

pring_bus_error cpu::read(uint64_t addr, uint32_t &value, uint32_t &cycles)
{
    payload_.set_read();
    payload_.set_address(addr);
    payload_.set_byte_enable_ptr(nullptr);
    pring_bus_error error = run_access(cycles);
    value = data_;
    return error;
}

pring_bus_error cpu::write(uint64_t addr, uint32_t value, uint8_t strb, uint32_t &cycles)
{
    payload_.set_write();
    payload_.set_address(addr);
    payload_.set_byte_enable_ptr(strb == 15 ? nullptr : enables_);
    for (int i = 0; i < 4; i++)
        enables_[i] = strb >> i & 1 ? TLM_BYTE_ENABLED : TLM_BYTE_DISABLED;
    data_ = value;
    return run_access(cycles);
}

uint32_t cpu::debug(uint64_t addr, void *bytes, uint32_t len_bytes, bool is_write)
{
    tlm::tlm_generic_payload debug;

    debug.set_command(is_write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    debug.set_address(addr);
    debug.set_data_ptr(static_cast<unsigned char *>(bytes));
    debug.set_data_length(len_bytes);
    return bus->transport_dbg(debug);
}

} // namespace pring_sc

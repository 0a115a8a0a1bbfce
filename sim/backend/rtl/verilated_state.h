/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulator's own fields inside the root object. Their names belong to a Verilator version: each is
 * looked up by overload, so that another version compiles and only loses the trick.
 */
#ifndef PRING_RTL_VERILATED_STATE_H
#define PRING_RTL_VERILATED_STATE_H

#include <cstring>
#include <type_traits>
#include <utility>

namespace pring_rtl
{

/* Makes the next evaluation with clk_i = 1 a rising edge without an evaluation of the falling one; the same
 * for the engines' clock, where a design has one. */
template <class R> auto arm_engines_clock(R &r, int) -> decltype(void(r.__Vtrigrprev__TOP__clk_eng_i))
{
    r.__Vtrigrprev__TOP__clk_eng_i = 0;
}
template <class R> void arm_engines_clock(R &, long) {}
template <class R> auto arm_clock(R &r, int) -> decltype(void(r.__Vtrigrprev__TOP__clk_i))
{
    r.__Vtrigrprev__TOP__clk_i = 0;
    arm_engines_clock(r, 0);
}
template <class R> void arm_clock(R &, long) {}

template <class R, class = void> struct has_clock_history : std::false_type {
};
template <class R>
struct has_clock_history<R, decltype(void(std::declval<R &>().__Vtrigrprev__TOP__clk_i))> : std::true_type {
};

/* Zeroes a bookkeeping field in a copy of the root object. */
#define PRING_RTL_SCRUB(field)                                                                               \
    template <class R> auto scrub_##field(const R &r, char *copy, int)->decltype(void(r.field))              \
    {                                                                                                        \
        std::memset(copy + (reinterpret_cast<const char *>(&r.field) - reinterpret_cast<const char *>(&r)),  \
                    0, sizeof r.field);                                                                      \
    }                                                                                                        \
    template <class R> void scrub_##field(const R &, char *, long) {}
PRING_RTL_SCRUB(__Vtrigrprev__TOP__clk_i)
PRING_RTL_SCRUB(__Vtrigrprev__TOP__clk_eng_i)
PRING_RTL_SCRUB(clk_eng_i)
PRING_RTL_SCRUB(__VactContinue)
PRING_RTL_SCRUB(__VstlIterCount)
PRING_RTL_SCRUB(__VicoIterCount)
PRING_RTL_SCRUB(__VactIterCount)
PRING_RTL_SCRUB(__Vm_traceActivity)
PRING_RTL_SCRUB(__VstlTriggered)
PRING_RTL_SCRUB(__VicoTriggered)
PRING_RTL_SCRUB(__VactTriggered)
PRING_RTL_SCRUB(__VnbaTriggered)
#undef PRING_RTL_SCRUB

/* `copy` holds the bytes of `r`. */
template <class R> void scrub_bookkeeping(const R &r, char *copy)
{
    scrub___Vtrigrprev__TOP__clk_i(r, copy, 0);
    scrub___Vtrigrprev__TOP__clk_eng_i(r, copy, 0);
    scrub_clk_eng_i(r, copy, 0);
    scrub___VactContinue(r, copy, 0);
    scrub___VstlIterCount(r, copy, 0);
    scrub___VicoIterCount(r, copy, 0);
    scrub___VactIterCount(r, copy, 0);
    scrub___Vm_traceActivity(r, copy, 0);
    scrub___VstlTriggered(r, copy, 0);
    scrub___VicoTriggered(r, copy, 0);
    scrub___VactTriggered(r, copy, 0);
    scrub___VnbaTriggered(r, copy, 0);
}

/* After the root object was overwritten a trace cannot know what changed: everything did. */
template <class R> auto touch_trace(R &r, int) -> decltype(void(r.__Vm_traceActivity))
{
    std::memset(&r.__Vm_traceActivity, 1, sizeof r.__Vm_traceActivity);
}
template <class R> void touch_trace(R &, long) {}

} // namespace pring_rtl

#endif

// SPDX-License-Identifier: Apache-2.0
#include "backend/rtl/pin_record.h"

namespace pring_rtl
{

void pin_record::add(const Vvdev_top___024root &pins)
{
    pin_cycle c;

    if (cycles_.size() >= cycles_max)
        return;
    c.m_rdata = pins.m_rdata_i;
    c.st_rdata = pins.st_rdata_i;
    c.blk_capacity = pins.blk_capacity_i;
    c.s_wdata = pins.s_wdata_i;
    c.s_awaddr = pins.s_awaddr_i;
    c.s_araddr = pins.s_araddr_i;
    c.m_bid = pins.m_bid_i;
    c.m_rid = pins.m_rid_i;
    c.s_wstrb = pins.s_wstrb_i;
    c.m_bresp = pins.m_bresp_i & 3;
    c.m_rresp = pins.m_rresp_i & 3;
    c.rst_n = pins.rst_ni & 1;
    c.s_awvalid = pins.s_awvalid_i & 1;
    c.s_wvalid = pins.s_wvalid_i & 1;
    c.s_bready = pins.s_bready_i & 1;
    c.s_arvalid = pins.s_arvalid_i & 1;
    c.s_rready = pins.s_rready_i & 1;
    c.m_awready = pins.m_awready_i & 1;
    c.m_wready = pins.m_wready_i & 1;
    c.m_bvalid = pins.m_bvalid_i & 1;
    c.m_arready = pins.m_arready_i & 1;
    c.m_rvalid = pins.m_rvalid_i & 1;
    c.m_rlast = pins.m_rlast_i & 1;
    c.st_rvalid = pins.st_rvalid_i & 1;
    c.blk_resize = pins.blk_resize_i & 1;
    cycles_.push_back(c);
}

void pin_record::apply(const pin_cycle &c, Vvdev_top___024root &pins)
{
    pins.m_rdata_i = c.m_rdata;
    pins.st_rdata_i = c.st_rdata;
    pins.blk_capacity_i = c.blk_capacity;
    pins.s_wdata_i = c.s_wdata;
    pins.s_awaddr_i = c.s_awaddr;
    pins.s_araddr_i = c.s_araddr;
    pins.m_bid_i = c.m_bid;
    pins.m_rid_i = c.m_rid;
    pins.s_wstrb_i = c.s_wstrb;
    pins.m_bresp_i = c.m_bresp;
    pins.m_rresp_i = c.m_rresp;
    pins.rst_ni = c.rst_n;
    pins.s_awvalid_i = c.s_awvalid;
    pins.s_wvalid_i = c.s_wvalid;
    pins.s_bready_i = c.s_bready;
    pins.s_arvalid_i = c.s_arvalid;
    pins.s_rready_i = c.s_rready;
    pins.m_awready_i = c.m_awready;
    pins.m_wready_i = c.m_wready;
    pins.m_bvalid_i = c.m_bvalid;
    pins.m_arready_i = c.m_arready;
    pins.m_rvalid_i = c.m_rvalid;
    pins.m_rlast_i = c.m_rlast;
    pins.st_rvalid_i = c.st_rvalid;
    pins.blk_resize_i = c.blk_resize;
}

} // namespace pring_rtl

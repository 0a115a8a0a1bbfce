# SPDX-License-Identifier: Apache-2.0
# Tests of the hardware device: each file is a program; without the device they are left out.
file(GLOB rtl_units RELATIVE ${CMAKE_CURRENT_LIST_DIR} CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/rtl_*.c)
list(APPEND PRING_UNIT_DONE ${rtl_units})
if(TARGET pring_rtl)
  foreach(unit IN LISTS rtl_units)
    string(REGEX REPLACE "\\.c$" "" name ${unit})
    pring_add_unit(${name} SOURCES unit/${unit} LIBS pring_rtl)
  endforeach()
endif()

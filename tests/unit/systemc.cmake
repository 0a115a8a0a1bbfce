# SPDX-License-Identifier: Apache-2.0
# Tests of the SystemC platform; without it they are left out.
file(GLOB systemc_units RELATIVE ${CMAKE_CURRENT_LIST_DIR} CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/systemc_*.c)
list(APPEND PRING_UNIT_DONE ${systemc_units})
if(TARGET pring_systemc)
  pring_add_unit(systemc_platform SOURCES unit/systemc_platform.cpp unit/systemc_driver.c LIBS unit.driver_core pring_systemc)
  target_link_options(unit.systemc_platform PRIVATE -fsanitize=address,undefined) # of the core, in every build
  set(devices ${CMAKE_CURRENT_LIST_DIR}/../devices)
  pring_add_unit(systemc_registers SOURCES unit/systemc_registers.c ${devices}/example.cpp LIBS pring_systemc)
  if(TARGET vio.island AND NOT PRING_PLAIN)
    pring_add_unit(systemc_runs SOURCES unit/systemc_runs.c ${devices}/example.cpp ISLANDS vio straight LIBS pring_systemc)
    pring_add_unit(systemc_odd SOURCES unit/systemc_odd.c ${devices}/odd.cpp ISLANDS vio LIBS pring_systemc)
  endif()
endif()

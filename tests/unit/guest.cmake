# SPDX-License-Identifier: Apache-2.0
# Tests of the guest machine: a driver of their own, twice, and a wire of their own.
set(guest_folder ${CMAKE_CURRENT_LIST_DIR})
list(APPEND PRING_UNIT_DONE guest_driver.c guest_wire.c guest_bad.c guest_bench.c)
if(NOT PRING_PLAIN)
  pring_add_driver(guest_a NO_PROGRAM SOURCES unit/guest_driver.c DEFINES NAME=guest_a VARIANT=1000 REG_BASE=0)
  pring_add_driver(guest_b NO_PROGRAM SOURCES unit/guest_driver.c DEFINES NAME=guest_b VARIANT=2000 REG_BASE=0x0a000000
                   FLAGS -fno-builtin -fdata-sections -fcommon)
  pring_add_mutant(guest_c guest_a unit/guest_c.patch)
endif()
foreach(unit guest_hooks guest_waits guest_ends guest_memory)
  list(APPEND PRING_UNIT_DONE ${unit}.c)
  if(NOT PRING_PLAIN)
    pring_add_unit(${unit} SOURCES unit/${unit}.c unit/guest_wire.c ISLANDS guest_a guest_b guest_c)
  endif()
endforeach()

if(NOT PRING_PLAIN)
  # What a hook costs. Not a test: times differ.
  pring_add_driver(guest_loops NO_PROGRAM SOURCES unit/guest_loops.c)
  add_executable(guest_bench EXCLUDE_FROM_ALL unit/guest_bench.c unit/guest_wire.c)
  target_include_directories(guest_bench PRIVATE ${PROJECT_SOURCE_DIR}/sim/include)
  target_link_libraries(guest_bench PRIVATE pring_flags_plain)
  pring_link_islands(guest_bench ISLANDS guest_loops)

  # A driver that needs what is not in the guest API: the build says which symbol.
  pring_add_driver(guest_bad NO_PROGRAM SOURCES unit/guest_bad.c)
  add_test(NAME unit.guest_undefined
           COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target guest_bad.island)
  set_tests_properties(unit.guest_undefined PROPERTIES RUN_SERIAL TRUE
                       PASS_REGULAR_EXPRESSION "guest_bad needs symbols[^:]*:[ \n]*printf")
  pring_add_driver(guest_tls NO_PROGRAM SOURCES unit/guest_bad.c DEFINES WITH_TLS NAME=guest_tls)
  add_test(NAME unit.guest_thread_local
           COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target guest_tls.island)
  set_tests_properties(unit.guest_thread_local PROPERTIES RUN_SERIAL TRUE
                       PASS_REGULAR_EXPRESSION "guest_tls has thread-local data")
endif()
list(APPEND PRING_UNIT_DONE guest_loops.c)

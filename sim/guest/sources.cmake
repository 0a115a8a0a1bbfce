# SPDX-License-Identifier: Apache-2.0
list(APPEND PRING_SIM_SOURCES
  ${CMAKE_CURRENT_LIST_DIR}/calls.c
  ${CMAKE_CURRENT_LIST_DIR}/coro.c
  ${CMAKE_CURRENT_LIST_DIR}/heap.c
  ${CMAKE_CURRENT_LIST_DIR}/hooks.c
  ${CMAKE_CURRENT_LIST_DIR}/islands.c
  ${CMAKE_CURRENT_LIST_DIR}/line.c
  ${CMAKE_CURRENT_LIST_DIR}/machine.c
  ${CMAKE_CURRENT_LIST_DIR}/map.c
  ${CMAKE_CURRENT_LIST_DIR}/memfn.c
  ${CMAKE_CURRENT_LIST_DIR}/reports.c
  ${CMAKE_CURRENT_LIST_DIR}/signals.c
  ${CMAKE_CURRENT_LIST_DIR}/spin.c
  ${CMAKE_CURRENT_LIST_DIR}/wait.c)

# The hooks are the hot path: no frames there.
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/hooks.c PROPERTIES COMPILE_OPTIONS -fomit-frame-pointer)

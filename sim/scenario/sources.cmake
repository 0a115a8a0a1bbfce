# SPDX-License-Identifier: Apache-2.0
list(APPEND PRING_SIM_SOURCES
  ${CMAKE_CURRENT_LIST_DIR}/bytes.c
  ${CMAKE_CURRENT_LIST_DIR}/canon.c
  ${CMAKE_CURRENT_LIST_DIR}/canon_fault.c
  ${CMAKE_CURRENT_LIST_DIR}/draw.c
  ${CMAKE_CURRENT_LIST_DIR}/draw_fault.c
  ${CMAKE_CURRENT_LIST_DIR}/draw_ring.c
  ${CMAKE_CURRENT_LIST_DIR}/mutate.c
  ${CMAKE_CURRENT_LIST_DIR}/resolve.c
  ${CMAKE_CURRENT_LIST_DIR}/text.c
  ${CMAKE_CURRENT_LIST_DIR}/text_fault.c
  ${CMAKE_CURRENT_LIST_DIR}/text_parse.c
  ${CMAKE_CURRENT_LIST_DIR}/text_print.c
  ${CMAKE_CURRENT_LIST_DIR}/words.c)

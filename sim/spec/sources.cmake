# SPDX-License-Identifier: Apache-2.0
list(APPEND PRING_SIM_SOURCES
  ${CMAKE_CURRENT_LIST_DIR}/feature.c
  ${CMAKE_CURRENT_LIST_DIR}/field.c
  ${CMAKE_CURRENT_LIST_DIR}/lie.c
  ${CMAKE_CURRENT_LIST_DIR}/requirement.c
  ${CMAKE_CURRENT_LIST_DIR}/lie_header.c
  ${CMAKE_CURRENT_LIST_DIR}/lie_packed.c
  ${CMAKE_CURRENT_LIST_DIR}/role.c
  ${CMAKE_CURRENT_LIST_DIR}/verdict.c)

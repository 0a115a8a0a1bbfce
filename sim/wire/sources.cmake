# SPDX-License-Identifier: Apache-2.0
list(APPEND PRING_SIM_SOURCES
  ${CMAKE_CURRENT_LIST_DIR}/memory.c)

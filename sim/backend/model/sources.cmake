# SPDX-License-Identifier: Apache-2.0
list(APPEND PRING_SIM_SOURCES
  ${CMAKE_CURRENT_LIST_DIR}/bus.c
  ${CMAKE_CURRENT_LIST_DIR}/model.c
  ${CMAKE_CURRENT_LIST_DIR}/regs.c
  ${CMAKE_CURRENT_LIST_DIR}/snapshot.c)

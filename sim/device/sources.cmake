# SPDX-License-Identifier: Apache-2.0
list(APPEND PRING_SIM_SOURCES
  ${CMAKE_CURRENT_LIST_DIR}/blk.c
  ${CMAKE_CURRENT_LIST_DIR}/blk_config.c
  ${CMAKE_CURRENT_LIST_DIR}/blk_discard.c
  ${CMAKE_CURRENT_LIST_DIR}/blk_request.c
  ${CMAKE_CURRENT_LIST_DIR}/chain.c
  ${CMAKE_CURRENT_LIST_DIR}/console.c
  ${CMAKE_CURRENT_LIST_DIR}/console_control.c
  ${CMAKE_CURRENT_LIST_DIR}/cow.c
  ${CMAKE_CURRENT_LIST_DIR}/deliver.c
  ${CMAKE_CURRENT_LIST_DIR}/device.c
  ${CMAKE_CURRENT_LIST_DIR}/engine.c
  ${CMAKE_CURRENT_LIST_DIR}/net.c
  ${CMAKE_CURRENT_LIST_DIR}/net_control.c
  ${CMAKE_CURRENT_LIST_DIR}/net_packet.c
  ${CMAKE_CURRENT_LIST_DIR}/packed.c
  ${CMAKE_CURRENT_LIST_DIR}/packed_walk.c
  ${CMAKE_CURRENT_LIST_DIR}/ring.c
  ${CMAKE_CURRENT_LIST_DIR}/rng.c
  ${CMAKE_CURRENT_LIST_DIR}/split.c
  ${CMAKE_CURRENT_LIST_DIR}/split_walk.c)

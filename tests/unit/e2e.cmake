# SPDX-License-Identifier: Apache-2.0
# End-to-end tests: real drivers on every backend of the build.
if(TARGET vio.island AND NOT PRING_PLAIN)
  pring_add_unit(e2e_seeds SOURCES unit/e2e_seeds.c ISLANDS vio straight teaching)
  pring_add_unit(e2e_sample SOURCES unit/e2e_sample.c ISLANDS vio)
  pring_add_unit(e2e_proxy SOURCES unit/e2e_proxy.c ISLANDS vio straight)
  pring_add_unit(e2e_poison SOURCES unit/e2e_poison.c ISLANDS straight)
  pring_add_unit(e2e_wait SOURCES unit/e2e_wait.c ISLANDS mini_poll mini_spin)
endif()
file(GLOB e2e_files RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/unit ${CMAKE_CURRENT_SOURCE_DIR}/unit/e2e_*.c)
list(APPEND PRING_UNIT_DONE ${e2e_files})

# SPDX-License-Identifier: Apache-2.0
# Each oracle is a file of its own: a new one needs its line in oracles.def and nothing here.
file(GLOB pring_oracle_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.c)
list(APPEND PRING_SIM_SOURCES ${pring_oracle_files})

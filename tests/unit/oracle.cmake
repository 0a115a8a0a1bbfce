# SPDX-License-Identifier: Apache-2.0
# The judge alone: oracle_bench.h stands in for wire, guest and run, so nothing else of them may be linked in.
file(GLOB oracle_files RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/unit CONFIGURE_DEPENDS
     ${CMAKE_CURRENT_SOURCE_DIR}/unit/oracle_*.c)
foreach(file IN LISTS oracle_files)
  string(REGEX REPLACE "\\.c$" "" name ${file})
  pring_add_unit(${name} SOURCES unit/${file})
endforeach()
list(APPEND PRING_UNIT_DONE ${oracle_files})

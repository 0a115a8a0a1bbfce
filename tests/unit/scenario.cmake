# SPDX-License-Identifier: Apache-2.0
# The laws are a program of their own: it takes a count, and its source is a fuzz target too.
list(APPEND PRING_UNIT_DONE scenario_laws.c)
add_executable(unit.scenario_laws ${CMAKE_CURRENT_LIST_DIR}/scenario_laws.c)
target_include_directories(unit.scenario_laws PRIVATE ${PROJECT_SOURCE_DIR}/sim ${PROJECT_SOURCE_DIR}/sim/include)
target_link_libraries(unit.scenario_laws PRIVATE pring_flags_plain pring_flags_warn)
pring_link_islands(unit.scenario_laws)
add_test(NAME unit.scenario_laws COMMAND unit.scenario_laws 200000)

# SPDX-License-Identifier: Apache-2.0
# Tests of the reference driver's core against a fake platform: no bench. The core is built here as its README promises:
# freestanding, without a warning.
file(GLOB driver_units RELATIVE ${CMAKE_CURRENT_LIST_DIR} CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/driver_*.c)
list(APPEND PRING_UNIT_DONE ${driver_units})
file(GLOB driver_core CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/driver/src/*.c)
add_library(unit.driver_core OBJECT EXCLUDE_FROM_ALL ${driver_core})
target_include_directories(unit.driver_core PUBLIC ${PROJECT_SOURCE_DIR}/driver/include)
target_compile_options(unit.driver_core PRIVATE -std=c11 -ffreestanding -Wall -Wextra -Wconversion -Wshadow -Werror
                                                -fsanitize=address,undefined)
foreach(unit IN LISTS driver_units)
  string(REGEX REPLACE "\\.c$" "" name ${unit})
  add_executable(unit.${name} unit/${unit})
  target_compile_options(unit.${name} PRIVATE -fsanitize=address,undefined)
  target_link_options(unit.${name} PRIVATE -fsanitize=address,undefined)
  target_link_libraries(unit.${name} PRIVATE unit.driver_core pring_flags_warn PkgConfig::CMOCKA)
  add_test(NAME unit.${name} COMMAND unit.${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endforeach()

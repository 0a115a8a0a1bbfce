# SPDX-License-Identifier: Apache-2.0
# What the owner of a SystemC device calls:
#
#   pring_add_tlm_device(NAME SOURCES file.cpp ... [INCLUDES dir ...])
#
# compiles the sources, which say PRING_TLM_DEVICE(NAME, ...) (<pring/tlm_device.h>), into every NAME.fuzz: the backend
# `systemc-NAME`. The calling folder may be the one that --driver names. Without SystemC nothing happens.
include_guard(GLOBAL)

function(pring_add_tlm_device name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;INCLUDES")
  if(NOT name MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
    message(FATAL_ERROR "pring_add_tlm_device: '${name}' is no C identifier")
  endif()
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "pring_add_tlm_device(${name} SOURCES file.cpp ... [INCLUDES ..])"
                        " does not know: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT TARGET pring_systemc)
    message(STATUS "pring: no device ${name} (there is no SystemC platform)")
    return()
  endif()
  add_library(${name}.device OBJECT ${arg_SOURCES})
  target_include_directories(${name}.device PRIVATE ${arg_INCLUDES})
  target_compile_options(${name}.device PRIVATE -O2 -g -fno-pie)
  # Of pring_systemc the headers only; the program has the library.
  target_include_directories(${name}.device PRIVATE ${PROJECT_SOURCE_DIR}/sim/include ${SYSTEMC_INCLUDE_DIRS})
  target_compile_features(${name}.device PRIVATE cxx_std_17)
  if(TARGET pring_fuzz)
    target_link_libraries(pring_fuzz INTERFACE $<TARGET_OBJECTS:${name}.device>)
  endif()
endfunction()

# SPDX-License-Identifier: Apache-2.0
# Included before project(). The driver under test needs clang (load and store hooks); the rest takes what is there.
# Whatever the user names (CMAKE_C_COMPILER, CC, a toolchain file) is taken as it is.

if(NOT CMAKE_C_COMPILER AND NOT DEFINED ENV{CC} AND NOT CMAKE_TOOLCHAIN_FILE AND NOT PRING_PLAIN)
  # 14 is the version that everything was measured with.
  find_program(PRING_CLANG NAMES clang-14 clang-15 clang-16 clang-17 clang-18 clang-19 clang)
  mark_as_advanced(PRING_CLANG)
  if(NOT PRING_CLANG)
    message(FATAL_ERROR "clang 14 or later is needed: apt-get install clang\n"
                        "(-DPRING_PLAIN=ON builds what does without it)")
  endif()
  set(CMAKE_C_COMPILER ${PRING_CLANG})
endif()
if(NOT CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX} AND NOT CMAKE_TOOLCHAIN_FILE)
  find_program(PRING_GXX NAMES g++ c++)
  mark_as_advanced(PRING_GXX)
  if(PRING_GXX)
    set(CMAKE_CXX_COMPILER ${PRING_GXX})
  endif()
endif()
if(NOT DEFINED CMAKE_C_COMPILER_LAUNCHER)
  find_program(PRING_CCACHE ccache)
  mark_as_advanced(PRING_CCACHE)
  if(PRING_CCACHE)
    set(CMAKE_C_COMPILER_LAUNCHER ${PRING_CCACHE} CACHE STRING "")
    set(CMAKE_CXX_COMPILER_LAUNCHER ${PRING_CCACHE} CACHE STRING "")
  endif()
endif()

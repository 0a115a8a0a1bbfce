# SPDX-License-Identifier: Apache-2.0
# Flags live on INTERFACE targets only; nothing is global.
#   pring_flags_press   a driver under test: hooks, coverage, sanitizers
#   pring_flags_plain   bench code, and drivers compiled without any of that
#   pring_flags_warn    warnings for our own code
#   pring_link_press    how a program with islands (or with the guest machine) is linked
include(CheckCCompilerFlag)

if(NOT PRING_PLAIN AND NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "${CMAKE_C_COMPILER} is no clang; drivers are pressed through clang's load and store hooks.\n"
                      "Leave CMAKE_C_COMPILER unset, or use the preset `plain`.")
endif()

add_library(pring_flags_warn INTERFACE)
target_compile_options(pring_flags_warn INTERFACE
  $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes>
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow>)
if(PRING_LINT)
  target_compile_options(pring_flags_warn INTERFACE -Werror)
endif()

# Non-PIE throughout: an island's data must have low addresses, for drivers with 32-bit or identity DMA.
add_library(pring_flags_plain INTERFACE)
target_compile_options(pring_flags_plain INTERFACE -g -fno-pie)
if(PRING_SELF)
  target_compile_options(pring_flags_plain INTERFACE -O1 -fno-omit-frame-pointer -fsanitize=address,undefined
                                                     -fno-sanitize-recover=undefined)
  target_compile_options(pring_flags_plain INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize=vptr>) # C links, without its run-time
  target_compile_definitions(pring_flags_plain INTERFACE PRING_SELF=1)
else()
  target_compile_options(pring_flags_plain INTERFACE -O3 -fomit-frame-pointer -falign-functions=64)
  if(PRING_MARCH)
    target_compile_options(pring_flags_plain INTERFACE -march=${PRING_MARCH})
  endif()
endif()

# A check of UBSan that can go on would be two edges more for the coverage counters, four times as many as the driver has
# itself; a run ends there anyway. No trace-cmp: a quarter of a run's time, two thirds of it for UBSan's own comparisons,
# and the mutator knows the interesting values without it.
# No vectorizer and no -march: accesses wider than 16 bytes have no hook. No fake stacks: addresses must repeat.
add_library(pring_flags_press INTERFACE)
target_compile_options(pring_flags_press INTERFACE
  -O1 -g -fno-pie -fno-omit-frame-pointer -fno-vectorize -fno-slp-vectorize -fdata-sections -ftrivial-auto-var-init=pattern
  -fsanitize=address,undefined -fsanitize-recover=address -fno-sanitize-recover=undefined
  -fno-sanitize=vptr,function
  -fsanitize-coverage=inline-8bit-counters,pc-table,trace-loads,trace-stores
  "SHELL:-include ${CMAKE_CURRENT_LIST_DIR}/../sim/guest/press.h")
if(NOT PRING_PLAIN)
  set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY) # the flags are the compiler's, not the linker's
  check_c_compiler_flag("-fsanitize=address -fsanitize-address-use-after-return=never" PRING_HAS_NO_FAKE_STACK)
  if(PRING_HAS_NO_FAKE_STACK)
    target_compile_options(pring_flags_press INTERFACE -fsanitize-address-use-after-return=never)
  endif()
  # Where the compiler knows this flag it is needed: without it islands register each other's globals again.
  check_c_compiler_flag("-fsanitize=address -fno-sanitize-address-globals-dead-stripping" PRING_HAS_NO_DEAD_STRIPPING)
  if(PRING_HAS_NO_DEAD_STRIPPING)
    target_compile_options(pring_flags_press INTERFACE -fno-sanitize-address-globals-dead-stripping)
  endif()
endif()

# clang links: its run-time libraries have to match the driver's instrumentation. Verilated objects bring libstdc++.
add_library(pring_link_press INTERFACE)
target_link_options(pring_link_press INTERFACE -no-pie)
if(NOT PRING_PLAIN)
  target_link_options(pring_link_press INTERFACE -fsanitize=address,undefined)
  target_link_libraries(pring_link_press INTERFACE stdc++ m atomic)
endif()

# AFL++: its run-time, for the link, and afl-fuzz, which `pring` starts.
if(NOT PRING_PLAIN)
  find_program(PRING_AFL_FUZZ afl-fuzz)
  find_file(PRING_AFL_RUNTIME afl-compiler-rt.o PATHS /usr/local /usr PATH_SUFFIXES lib/afl NO_DEFAULT_PATH)
  mark_as_advanced(PRING_AFL_FUZZ PRING_AFL_RUNTIME)
  if(PRING_AFL_FUZZ AND PRING_AFL_RUNTIME)
    option(PRING_WITH_AFL "Build for AFL++ too" ON)
  else()
    set(PRING_WITH_AFL OFF)
  endif()
  if(NOT PRING_WITH_AFL)
    message(STATUS "pring: no AFL++ engine (PRING_WITH_AFL is off, or afl++ is missing)")
  endif()
endif()

# libFuzzer's engine without its main.
set(PRING_FUZZER_ARCHIVE "")
if(NOT PRING_PLAIN)
  foreach(name libclang_rt.fuzzer_no_main-${CMAKE_SYSTEM_PROCESSOR}.a libclang_rt.fuzzer_no_main.a)
    execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=${name}
                    OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(IS_ABSOLUTE "${path}" AND EXISTS "${path}")
      set(PRING_FUZZER_ARCHIVE ${path})
      break()
    endif()
    execute_process(COMMAND ${CMAKE_C_COMPILER} -print-runtime-dir
                    OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(EXISTS "${folder}/${name}")
      set(PRING_FUZZER_ARCHIVE ${folder}/${name})
      break()
    endif()
  endforeach()
  if(NOT PRING_FUZZER_ARCHIVE)
    message(STATUS "pring: no libFuzzer run-time beside ${CMAKE_C_COMPILER}: install libclang-rt-*-dev")
  endif()
endif()

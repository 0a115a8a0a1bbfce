# SPDX-License-Identifier: Apache-2.0
cmake_minimum_required(VERSION 3.22)
# cmake -DNAME= -DDUT= -DISLAND=file -DNM= -DOBJDUMP= -DTOP=dir -P PringCheckIsland.cmake
# A driver may need the guest API, sanitizers and the compiler's own helpers, nothing else: whatever it needs besides
# would come from the bench's C library, behind the hooks' back. And the bench can only put back data that it knows of.

set(allowed "")
foreach(header sim/include/pring/guest.h sim/include/pring/dut.h sim/guest/press.h)
  file(STRINGS ${TOP}/${header} lines REGEX "pring_[a-z0-9_]+\\(")
  string(REGEX MATCHALL "pring_[a-z0-9_]+\\(" names "${lines}")
  list(APPEND allowed ${names})
endforeach()
list(TRANSFORM allowed REPLACE "\\($" "")
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/island.syms hooks)
list(TRANSFORM hooks REPLACE "^[^ ]+ " "")
list(APPEND allowed ${hooks})
set(helpers "^(__llvm_profile_|__(asan|ubsan|sanitizer|sancov|start|stop)_|___asan_|__(u?(div|mod|divmod)|mul|ash[lr]|lshr|neg|cmp|ucmp|popcount|clz|ctz|ffs|parity|bswap|fix|float)[a-z]*[sdt][ift][23456]?$|_GLOBAL_OFFSET_TABLE_$|__stack_chk_fail$)")

execute_process(COMMAND ${NM} --undefined-only --format=posix ${ISLAND} OUTPUT_VARIABLE output RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "driver ${NAME}: ${NM} failed on ${ISLAND}")
endif()
string(REGEX MATCHALL "[^\n]+" lines "${output}")
set(strange "")
foreach(line IN LISTS lines)
  string(REGEX REPLACE " .*$" "" symbol "${line}")
  if(NOT symbol IN_LIST allowed AND NOT symbol MATCHES "${helpers}")
    list(APPEND strange ${symbol})
  endif()
endforeach()
if(strange)
  list(JOIN strange "\n  " strange)
  message(FATAL_ERROR "driver ${NAME} needs symbols that are not in the guest API:\n  ${strange}\n"
                      "Define them in the driver or its glue (see sim/include/pring/guest.h).")
endif()

execute_process(COMMAND ${NM} --defined-only --extern-only --format=posix ${ISLAND} OUTPUT_VARIABLE output)
if(NOT output MATCHES "(^|\n)pring_dut_${NAME} ")
  message(FATAL_ERROR "driver ${NAME} has no PRING_DUT(${DUT}) = { ... };")
endif()

execute_process(COMMAND ${OBJDUMP} -h -w ${ISLAND} OUTPUT_VARIABLE output)
string(REGEX MATCHALL "[^\n]+" lines "${output}")
foreach(line IN LISTS lines)
  # " 4 name  size vma lma offset align  CONTENTS, ALLOC, LOAD, DATA"
  if(line MATCHES "READONLY" OR NOT line MATCHES "^ *[0-9]+ ([^ ]+) +([0-9a-f]+) .*ALLOC")
    continue()
  endif()
  set(section ${CMAKE_MATCH_1})
  set(bytes ${CMAKE_MATCH_2})
  if(bytes MATCHES "^0+$" OR section MATCHES
     "^(pring_(data|bss|meta)_${NAME}|__sancov_[a-z]+|__llvm_prf_[a-z]+|asan_globals|\\.(init_array|fini_array|preinit_array|ctors|dtors|data\\.rel\\.ro).*)$")
    continue()
  endif()
  if(line MATCHES "THREAD_LOCAL" OR section MATCHES "^\\.t(data|bss)")
    message(FATAL_ERROR "driver ${NAME} has thread-local data (section ${section}): the bench cannot put it back between runs")
  endif()
  message(FATAL_ERROR "driver ${NAME} has writable data in section ${section}: the bench cannot put it back between runs")
endforeach()

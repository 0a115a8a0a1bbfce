# SPDX-License-Identifier: Apache-2.0
# An island is one driver as one object file: its only global symbol is pring_dut_NAME, and its writable data lies in the
# sections pring_data_NAME and pring_bss_NAME, so that the bench can put them back between runs and so that drivers with
# equal names inside live in one program. Its text lies in pring_text_NAME, so that reports can be told apart.
include_guard(GLOBAL)

set(PRING_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})
find_program(PRING_LD NAMES ld.bfd ld)
find_program(PRING_OBJCOPY NAMES objcopy)
find_program(PRING_NM NAMES nm)
find_program(PRING_OBJDUMP NAMES objdump)
mark_as_advanced(PRING_LD PRING_OBJCOPY PRING_NM PRING_OBJDUMP)

function(pring_absolute out)
  set(result "")
  foreach(path IN LISTS ARGN)
    get_filename_component(full ${path} ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
    list(APPEND result ${full})
  endforeach()
  set(${out} ${result} PARENT_SCOPE)
endfunction()

function(pring_driver_flags target includes defines flags)
  target_include_directories(${target} PRIVATE ${includes} ${PROJECT_SOURCE_DIR}/sim/include)
  target_compile_definitions(${target} PRIVATE ${defines})
  if(PRING_PLAIN)
    target_link_libraries(${target} PRIVATE pring_flags_plain)
  else()
    target_link_libraries(${target} PRIVATE pring_flags_press)
  endif()
  # CMake puts the language standard last; a driver's own -std must win.
  set_property(TARGET ${target} PROPERTY C_STANDARD)
  target_compile_options(${target} PRIVATE -std=gnu11 "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/="
                         $<$<NOT:$<BOOL:${PRING_PLAIN}>>:-ffile-compilation-dir=.> ${flags})
endfunction()

# NAME.o from `objects` (a list, generator expressions welcome), which define pring_dut_DUT; target NAME.island.
function(pring_make_island name dut objects depends)
  set(script ${CMAKE_CURRENT_BINARY_DIR}/${name}.ld)
  # .data.rel.ro is written by nobody after the start, nor is what the sanitizers describe (variables without names):
  # most of a driver's .data, and it need not be put back. .data.* catches -fdata-sections, COMMON catches -fcommon.
  file(CONFIGURE OUTPUT ${script} CONTENT [[
SECTIONS {
  .data.rel.ro : { *(.data.rel.ro .data.rel.ro.*) }
  pring_meta_@name@ : { *(.data..L__unnamed_*) }
  pring_data_@name@ : { *(.data .data.* .init.data) }
  pring_bss_@name@ : { *(.bss .bss.* COMMON) }
  pring_text_@name@ : { *(.text .text.* .init.text .exit.text) }
}
]] @ONLY)
  set(whole ${CMAKE_CURRENT_BINARY_DIR}/${name}.whole.o)
  set(island ${CMAKE_CURRENT_BINARY_DIR}/${name}.o)
  add_custom_command(OUTPUT ${island}
    COMMAND ${PRING_LD} -r -d --force-group-allocation -T ${script} ${objects} -o ${whole}
    COMMAND ${PRING_OBJCOPY} --redefine-sym pring_dut_${dut}=pring_dut_${name}
            --redefine-syms=${PRING_CMAKE_DIR}/island.syms ${whole}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DDUT=${dut} -DISLAND=${whole} -DNM=${PRING_NM} -DOBJDUMP=${PRING_OBJDUMP}
            -DTOP=${PROJECT_SOURCE_DIR}
            -P ${PRING_CMAKE_DIR}/PringCheckIsland.cmake
    COMMAND ${PRING_OBJCOPY} --keep-global-symbol=pring_dut_${name} ${whole} ${island}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${whole}
    DEPENDS ${depends} ${objects} ${script} ${PRING_CMAKE_DIR}/PringCheckIsland.cmake
            ${PRING_CMAKE_DIR}/island.syms
    COMMENT "Making the island ${name}" COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(${name}.island DEPENDS ${island})
  set_target_properties(${name}.island PROPERTIES PRING_OBJECT ${island})
endfunction()

# Islands, their list, the bench and the sanitizers' run-time into an executable.
function(pring_link_islands target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "ISLANDS")
  set(declarations "")
  set(entries "")
  set(objects "")
  foreach(island IN LISTS arg_ISLANDS)
    if(NOT TARGET ${island}.island)
      message(FATAL_ERROR "${target}: there is no driver '${island}'")
    endif()
    get_target_property(object ${island}.island PRING_OBJECT)
    list(APPEND objects ${object})
    add_dependencies(${target} ${island}.island)
    string(APPEND declarations "ISLAND(${island})\n")
    string(APPEND entries "    ENTRY(${island}),\n")
  endforeach()
  list(LENGTH arg_ISLANDS count)
  set(list ${CMAKE_CURRENT_BINARY_DIR}/${target}.islands.c)
  configure_file(${PRING_CMAKE_DIR}/islands.c.in ${list} @ONLY)
  target_sources(${target} PRIVATE ${list})
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${objects})
  target_link_libraries(${target} PRIVATE ${objects} pring_sim pring_link_press)
  target_compile_options(${target} PRIVATE -fno-pie)
  if(NOT PRING_PLAIN)
    set_target_properties(${target} PROPERTIES LINKER_LANGUAGE C)
  endif()
endfunction()

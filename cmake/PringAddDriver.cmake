# SPDX-License-Identifier: Apache-2.0
# What a driver's owner calls:
#
#   pring_add_driver(NAME SOURCES file.c ... [INCLUDES dir ...] [DEFINES X=1 ...] [FLAGS -fflag ...] [ROOT dir])
#
# compiles the sources once, makes the island NAME of them (cmake/PringIsland.cmake) and the program NAME.fuzz, which
# hunts and replays, and NAME.afl, which hunts by AFL++ (NO_PROGRAM: the island only). The sources define PRING_DUT(NAME). Paths are relative to the calling CMakeLists.txt. FLAGS come
# last and win. ROOT: the folder that the driver lives in, for patches and for paths in reports (default: the caller's).
#
#   pring_add_mutant(NAME BASE PATCH)         the island NAME: BASE with `patch -p1 < PATCH`, and NAME.fuzz
#   pring_add_zoo(NAME ISLANDS a b ...)       one program with many islands
#   pring_link_islands(TARGET ISLANDS a b ...) islands, bench and run-time into an executable of yours
#
# Patches name files from ROOT or from the top of this tree, and change files only. Mutants and zoos are built on request.
include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/PringIsland.cmake)

function(pring_add_driver name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "NO_PROGRAM" "ROOT" "SOURCES;INCLUDES;DEFINES;FLAGS")
  if(NOT name MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
    message(FATAL_ERROR "pring_add_driver: '${name}' is no C identifier")
  endif()
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "pring_add_driver(${name} SOURCES file.c ... [INCLUDES ..] [DEFINES ..] [FLAGS ..] [ROOT ..])"
                        " does not know: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  set(root ${CMAKE_CURRENT_SOURCE_DIR})
  if(arg_ROOT)
    get_filename_component(root ${arg_ROOT} REALPATH BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  pring_absolute(sources ${arg_SOURCES})
  pring_absolute(includes ${arg_INCLUDES})

  add_library(${name}.objects OBJECT EXCLUDE_FROM_ALL ${sources})
  pring_driver_flags(${name}.objects "${includes}" "${arg_DEFINES}" "${arg_FLAGS}")
  # What mutants need to know.
  set_target_properties(${name}.objects PROPERTIES
    PRING_SOURCES "${sources}" PRING_INCLUDES "${includes}" PRING_DEFINES "${arg_DEFINES}"
    PRING_FLAGS "${arg_FLAGS}" PRING_ROOT "${root}")
  if(PRING_PLAIN)
    add_custom_target(${name}.island DEPENDS $<TARGET_OBJECTS:${name}.objects>)
    return()
  endif()
  pring_make_island(${name} ${name} "$<TARGET_OBJECTS:${name}.objects>" "${name}.objects")
  if(NOT arg_NO_PROGRAM)
    pring_add_program(${name} ISLANDS ${name})
    pring_add_cover(${name} "${sources}" "${includes}" "${arg_DEFINES}" "${arg_FLAGS}")
  endif()
endfunction()

# NAME_cover.fuzz, for `pring coverage`: the driver compiled once more, so that its lines are counted.
function(pring_add_cover name sources includes defines flags)
  if(NOT TARGET pring_fuzz OR NOT PRING_FUZZER_ARCHIVE)
    return()
  endif()
  set(cover ${name}_cover)
  add_library(${cover}.objects OBJECT EXCLUDE_FROM_ALL ${sources})
  set_target_properties(${cover}.objects PROPERTIES EXPORT_COMPILE_COMMANDS OFF)
  pring_driver_flags(${cover}.objects "${includes}" "${defines}" "${flags}")
  target_compile_options(${cover}.objects PRIVATE -fprofile-instr-generate -fcoverage-mapping)
  pring_make_island(${cover} ${name} "$<TARGET_OBJECTS:${cover}.objects>" "${cover}.objects")
  add_executable(${cover}.fuzz EXCLUDE_FROM_ALL)
  target_link_libraries(${cover}.fuzz PRIVATE pring_fuzz)
  pring_link_islands(${cover}.fuzz ISLANDS ${cover})
  target_link_libraries(${cover}.fuzz PRIVATE ${PRING_FUZZER_ARCHIVE})
  target_link_options(${cover}.fuzz PRIVATE -fprofile-instr-generate)
endfunction()

function(pring_add_mutant name base patch)
  if(PRING_PLAIN)
    return()
  endif()
  if(NOT TARGET ${base}.objects)
    message(FATAL_ERROR "pring_add_mutant(${name}): there is no driver '${base}'")
  endif()
  get_filename_component(patch ${patch} REALPATH BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${patch})
  foreach(key SOURCES INCLUDES DEFINES FLAGS ROOT)
    get_target_property(base_${key} ${base}.objects PRING_${key})
    if(NOT base_${key})
      set(base_${key} "")
    endif()
  endforeach()

  # Which files change, and seen from where?
  file(STRINGS ${patch} lines REGEX "^\\+\\+\\+ ")
  set(changed "")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^\\+\\+\\+ [^/]*/([^\t]*).*$" "\\1" file "${line}")
    list(APPEND changed ${file})
  endforeach()
  list(GET changed 0 first)
  if(EXISTS ${base_ROOT}/${first})
    set(top ${base_ROOT})
  elseif(EXISTS ${PROJECT_SOURCE_DIR}/${first})
    set(top ${PROJECT_SOURCE_DIR})
  else()
    message(FATAL_ERROR "${patch}: there is no ${first} in ${base_ROOT} or ${PROJECT_SOURCE_DIR}")
  endif()
  set(scratch ${CMAKE_CURRENT_BINARY_DIR}/${name}.src)

  # A changed header may touch every source; else only the changed sources are compiled again.
  set(files ${changed})
  set(again "")
  set(includes ${base_INCLUDES})
  set(objects "$<TARGET_OBJECTS:${base}.objects>")
  if("${changed}" MATCHES "\\.c(;|$)" AND NOT "${changed}" MATCHES "\\.h(;|$)")
    foreach(file IN LISTS changed)
      list(APPEND again ${scratch}/${file})
      get_filename_component(object ${file} NAME)
      string(REPLACE "." "\\." object "${object}")
      set(objects "$<FILTER:${objects},EXCLUDE,/${object}\\.o$>")
    endforeach()
  else()
    file(GLOB_RECURSE files RELATIVE ${top} ${base_ROOT}/*.c ${base_ROOT}/*.h)
    foreach(source IN LISTS base_SOURCES)
      file(RELATIVE_PATH file ${top} ${source})
      list(APPEND again ${scratch}/${file})
    endforeach()
    file(RELATIVE_PATH from ${top} ${base_ROOT})
    string(REPLACE "${base_ROOT}" "${scratch}/${from}" includes "${base_INCLUDES}")
    set(objects "")
  endif()
  list(TRANSFORM files PREPEND ${scratch}/ OUTPUT_VARIABLE copies)
  list(TRANSFORM files PREPEND ${top}/ OUTPUT_VARIABLE originals)
  add_custom_command(OUTPUT ${copies}
    COMMAND ${CMAKE_COMMAND} "-DTOP=${top}" "-DSCRATCH=${scratch}" "-DPATCH=${patch}" "-DFILES=${files}"
            -P ${PRING_CMAKE_DIR}/PringPatch.cmake
    DEPENDS ${patch} ${originals} ${PRING_CMAKE_DIR}/PringPatch.cmake
    COMMENT "Patching ${base} into ${name}" VERBATIM)

  add_library(${name}.objects OBJECT EXCLUDE_FROM_ALL ${again})
  set_target_properties(${name}.objects PROPERTIES EXPORT_COMPILE_COMMANDS OFF) # the copies are not there yet
  pring_driver_flags(${name}.objects "${includes}" "${base_DEFINES}" "${base_FLAGS}")
  target_compile_options(${name}.objects PRIVATE "-ffile-prefix-map=${scratch}/=")
  foreach(file IN LISTS changed) # #include "x.h" beside the original
    get_filename_component(folder ${top}/${file} DIRECTORY)
    target_compile_options(${name}.objects PRIVATE "SHELL:-iquote ${folder}")
  endforeach()
  pring_make_island(${name} ${base} "$<TARGET_OBJECTS:${name}.objects>;${objects}"
                    "${name}.objects;${base}.objects")
  pring_add_program(${name} EXCLUDE_FROM_ALL ISLANDS ${name})
endfunction()

function(pring_add_zoo name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "ISLANDS")
  if(NOT PRING_PLAIN)
    pring_add_program(${name} EXCLUDE_FROM_ALL OUTPUT ${name} ISLANDS ${arg_ISLANDS})
  endif()
endfunction()

# NAME.fuzz (or OUTPUT): islands, bench and libFuzzer; main comes from pring_fuzz. And on request NAME.afl: the same
# objects, but AFL++; NAME.lines.fuzz and NAME.lines.afl: with the device that tells which of its lines ran.
function(pring_add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "EXCLUDE_FROM_ALL" "OUTPUT" "ISLANDS")
  if(NOT TARGET pring_fuzz OR NOT PRING_FUZZER_ARCHIVE)
    return()
  endif()
  set(program ${name}.fuzz)
  if(arg_OUTPUT)
    set(program ${arg_OUTPUT})
  endif()
  set(exclude "")
  if(arg_EXCLUDE_FROM_ALL)
    set(exclude EXCLUDE_FROM_ALL)
  endif()
  pring_add_engines(${program} "${exclude}" ${name} "" "${arg_OUTPUT}" "${arg_ISLANDS}")
  if(TARGET pring_rtl_lines AND NOT arg_OUTPUT)
    pring_add_engines(${name}.lines.fuzz EXCLUDE_FROM_ALL ${name}.lines "$<TARGET_OBJECTS:pring_rtl_lines>" ""
                      "${arg_ISLANDS}")
  endif()
endfunction()

# PROGRAM with libFuzzer and, unless it is a zoo, NAME.afl; `more`: objects.
function(pring_add_engines program exclude name more is_zoo islands)
  add_executable(${program} ${exclude} ${more})
  target_link_libraries(${program} PRIVATE pring_fuzz)
  pring_link_islands(${program} ISLANDS ${islands})
  target_link_libraries(${program} PRIVATE ${PRING_FUZZER_ARCHIVE})
  if(PRING_WITH_AFL AND NOT is_zoo)
    add_executable(${name}.afl EXCLUDE_FROM_ALL $<TARGET_OBJECTS:pring_afl> ${PRING_AFL_RUNTIME} ${more})
    set_source_files_properties(${PRING_AFL_RUNTIME} PROPERTIES EXTERNAL_OBJECT ON)
    target_link_libraries(${name}.afl PRIVATE pring_fuzz rt)
    pring_link_islands(${name}.afl ISLANDS ${islands})
    add_dependencies(${name}.afl pring_mutator)
  endif()
endfunction()

# SPDX-License-Identifier: Apache-2.0
cmake_minimum_required(VERSION 3.22)
# cmake -DTOP=dir -DSCRATCH=dir -DFILES=list -DPATCH=file -P PringPatch.cmake: copies FILES of TOP, patches the copies.
file(REMOVE_RECURSE ${SCRATCH})
foreach(file IN LISTS FILES)
  configure_file(${TOP}/${file} ${SCRATCH}/${file} COPYONLY)
endforeach()
find_program(PATCH_PROGRAM patch REQUIRED)
execute_process(COMMAND ${PATCH_PROGRAM} -p1 -s --no-backup-if-mismatch -d ${SCRATCH} -i ${PATCH}
                RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(failed)
  file(REMOVE_RECURSE ${SCRATCH})
  message(FATAL_ERROR "${PATCH} does not apply to ${TOP}:\n${output}")
endif()
foreach(file IN LISTS FILES) # else the copies look older than the patch
  file(TOUCH_NOCREATE ${SCRATCH}/${file})
endforeach()

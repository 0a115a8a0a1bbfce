# SPDX-License-Identifier: Apache-2.0
# pring_label_tests(), called at the end of a folder's CMakeLists.txt, gives each of its tests the labels by which
# `pring test --label` chooses: quick (seconds, before each commit), full (what CI runs), nightly (hours are fine; not in
# full). A folder that does not call it is run in full, too.
include_guard(GLOBAL)

function(pring_label_tests)
  get_property(tests DIRECTORY PROPERTY TESTS)
  foreach(test IN LISTS tests)
    if(test MATCHES "^nightly\\.")
      set(labels nightly)
    elseif(test MATCHES "^(unit|style|differential)\\.|^rtl\\.lint$|^cli\\.(usage|show|launcher|vacuous|junit)$")
      set(labels quick full)
    else()
      set(labels full)
    endif()
    set_tests_properties(${test} PROPERTIES LABELS "${labels}")
  endforeach()
endfunction()

# add_module(NAME [LINKS targets...]): a static library from the .cpp files of the current folder.
# Its tests stand in tests/unit/<same path>/ and are added by add_unit_tests().
function(add_module name)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC settings ${ARG_LINKS})
endfunction()

# add_step(NAME [LINKS targets...]): the executable of steps/NAME. All but main.cpp goes into the
# library NAME_step, so that tests link the step itself.
function(add_step name)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${name}/main.cpp)
  add_library(${name}_step STATIC ${sources})
  target_link_libraries(${name}_step PUBLIC settings cli ${ARG_LINKS})
  target_include_directories(${name}_step PUBLIC ${PROJECT_SOURCE_DIR}/steps)
  add_executable(${name} ${CMAKE_CURRENT_SOURCE_DIR}/${name}/main.cpp)
  target_link_libraries(${name} PRIVATE ${name}_step)
endfunction()

# add_unit_tests(FOLDER [LINKS targets...] [LABEL unit|contract] [LOCK name]): one Catch2 binary per
# folder of tests, every test case a ctest entry; those with one LOCK never run side by side. A test that cannot run here prints a line `skipped: reason`
# and returns; it is then counted and named as skipped.
include(Catch)
function(add_unit_tests folder)
  cmake_parse_arguments(ARG "" "LABEL;LOCK" "LINKS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  string(REPLACE "/" "_" target ${ARG_LABEL}_${folder}_test)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE catch_main ${ARG_LINKS})
  catch_discover_tests(${target} TEST_PREFIX "${folder}: " PROPERTIES LABELS ${ARG_LABEL}
                       RESOURCE_LOCK "${ARG_LOCK}"
                       SKIP_REGULAR_EXPRESSION "skipped: "
                       FAIL_REGULAR_EXPRESSION "No tests ran" DISCOVERY_MODE PRE_TEST)
endfunction()

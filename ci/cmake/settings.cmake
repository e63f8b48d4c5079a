# Standard, warnings, sanitizers and linker, as one interface target that every module links.
set(SANITIZERS "" CACHE STRING "comma-separated list for -fsanitize, empty for none")

add_library(settings INTERFACE)
target_compile_features(settings INTERFACE cxx_std_20)
target_compile_options(settings INTERFACE -Wall -Wextra -Wpedantic -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 sees overlapping copies inside std::string when it optimises (its bug 105651)
  target_compile_options(settings INTERFACE -Wno-restrict)
endif()
target_compile_definitions(settings INTERFACE TOOL_VERSION="${PROJECT_VERSION}")
target_include_directories(settings INTERFACE ${PROJECT_SOURCE_DIR}/steps/lib ${PROJECT_SOURCE_DIR})
set(CMAKE_CXX_EXTENSIONS OFF)

find_program(MOLD mold)
if(MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_link_options(settings INTERFACE -fuse-ld=mold)
endif()
target_link_options(settings INTERFACE -Wl,--as-needed -Wl,--gc-sections -Wl,-O1)
target_compile_options(settings INTERFACE -ffunction-sections -fdata-sections)

if(SANITIZERS)
  target_compile_options(settings INTERFACE -fsanitize=${SANITIZERS} -fno-omit-frame-pointer
                                            -fno-sanitize-recover=all)
  target_link_options(settings INTERFACE -fsanitize=${SANITIZERS})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 sees uninitialised values inside <regex> and <optional> once sanitizers are on
    target_compile_options(settings INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()

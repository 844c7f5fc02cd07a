# SPDX-License-Identifier: Apache-2.0
# The standard, warnings and sanitizers of every target of ours.
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
# Release without NDEBUG: asserts stay.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

add_library(mantissa_build INTERFACE)
target_compile_features(mantissa_build INTERFACE cxx_std_20)
target_include_directories(mantissa_build INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(mantissa_build INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual)
if(MANTISSA_WERROR)
    target_compile_options(mantissa_build INTERFACE -Werror)
endif()
if(MANTISSA_SANITIZE STREQUAL "address")
    target_compile_options(mantissa_build INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    target_link_options(mantissa_build INTERFACE -fsanitize=address,undefined)
elseif(MANTISSA_SANITIZE STREQUAL "thread")
    target_compile_options(mantissa_build INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
    target_link_options(mantissa_build INTERFACE -fsanitize=thread)
endif()
find_program(CCACHE ccache)
if(CCACHE)
    # it keeps nothing that reads a precompiled header unless told that their times may differ
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime" "${CCACHE}")
endif()

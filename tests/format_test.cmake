# SPDX-License-Identifier: Apache-2.0
# Every source has the layout that .clang-format gives it. Run with -D SOURCE_DIR=… -D CLANG_FORMAT=…
file(GLOB_RECURSE sources RELATIVE "${SOURCE_DIR}" "${SOURCE_DIR}/app/*.cpp" "${SOURCE_DIR}/app/*.h" "${SOURCE_DIR}/core/*.cpp"
    "${SOURCE_DIR}/core/*.h" "${SOURCE_DIR}/core/*.cu" "${SOURCE_DIR}/ui/*.cpp" "${SOURCE_DIR}/ui/*.h" "${SOURCE_DIR}/tests/*.cpp" "${SOURCE_DIR}/tests/*.h")
list(LENGTH sources count)
execute_process(COMMAND "${CLANG_FORMAT}" --dry-run --Werror ${sources} WORKING_DIRECTORY "${SOURCE_DIR}"
    RESULT_VARIABLE result ERROR_VARIABLE problems)
if(NOT result EQUAL 0)
    string(SUBSTRING "${problems}" 0 4000 problems)
    message(FATAL_ERROR "run clang-format-14 -i over these:\n${problems}")
endif()
message(STATUS "${count} sources have the layout of .clang-format")

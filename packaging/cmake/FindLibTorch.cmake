# SPDX-License-Identifier: Apache-2.0
# LibTorch from an unpacked torch wheel: targets LibTorch::torch_cpu, LibTorch::c10, LibTorch::gomp.
# Not find_package(Torch): that one wants a CUDA toolkit even for CPU code.
# Looks at LIBTORCH (CMake or environment), then .deps/torch/torch, the folder that packaging/setup fills.
set(_libtorch_hints "${LIBTORCH}" "$ENV{LIBTORCH}" "${CMAKE_SOURCE_DIR}/.deps/torch/torch")
find_path(LibTorch_INCLUDE_DIR ATen/ATen.h HINTS ${_libtorch_hints} PATH_SUFFIXES include NO_DEFAULT_PATH)
find_library(LibTorch_LIBRARY torch_cpu HINTS ${_libtorch_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)
find_library(LibTorch_C10_LIBRARY c10 HINTS ${_libtorch_hints} PATH_SUFFIXES lib NO_DEFAULT_PATH)
# a wheel says its version in version.py, a zip in build-version
set(LibTorch_VERSION "")
get_filename_component(_libtorch_root "${LibTorch_LIBRARY}/../.." ABSOLUTE)
foreach(file IN ITEMS version.py build-version)
    if(EXISTS "${_libtorch_root}/${file}" AND NOT LibTorch_VERSION)
        file(STRINGS "${_libtorch_root}/${file}" LibTorch_VERSION REGEX "[0-9]+\\.[0-9]+\\.[0-9]+" LIMIT_COUNT 1)
        string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" LibTorch_VERSION "${LibTorch_VERSION}")
    endif()
endforeach()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
    REQUIRED_VARS LibTorch_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
    VERSION_VAR LibTorch_VERSION HANDLE_VERSION_RANGE
    REASON_FAILURE_MESSAGE "run packaging/setup, which fetches it into .deps, or give its folder with -DLIBTORCH=…/site-packages/torch")
if(LibTorch_FOUND AND NOT TARGET LibTorch::torch_cpu)
    get_filename_component(LibTorch_LIB_DIR "${LibTorch_LIBRARY}" DIRECTORY)
    foreach(name IN ITEMS c10 torch_cpu)
        add_library(LibTorch::${name} SHARED IMPORTED)
        set_target_properties(LibTorch::${name} PROPERTIES
            IMPORTED_LOCATION "${LibTorch_LIB_DIR}/lib${name}.so"
            INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${LibTorch_INCLUDE_DIR};${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
        target_include_directories(LibTorch::${name} SYSTEM INTERFACE
            "${LibTorch_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
    endforeach()
    set_property(TARGET LibTorch::torch_cpu PROPERTY INTERFACE_LINK_LIBRARIES LibTorch::c10)
    add_library(LibTorch::gomp SHARED IMPORTED)
    set_target_properties(LibTorch::gomp PROPERTIES IMPORTED_LOCATION "${LibTorch_LIB_DIR}/libgomp.so.1")
    # libtorch_cpu's own needs (cudart, cupti) are found by its RPATH at run time, not by our linker
    target_link_options(LibTorch::torch_cpu INTERFACE "LINKER:--allow-shlib-undefined"
        "LINKER:-rpath-link,${LibTorch_LIB_DIR}")
endif()

# SPDX-License-Identifier: Apache-2.0
# `cpack` in a build folder makes a Debian package (DEB) and an archive for any Linux (TZST); packaging/package does
# all of it. Neither holds a library of LibTorch's or NVIDIA's.
set(CPACK_PACKAGE_NAME mantissa)
set(CPACK_PACKAGE_VENDOR "The Mantissa authors")
set(CPACK_PACKAGE_CONTACT "The Mantissa authors <maintainers@mantissa.invalid>") # no address is known that stays
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "trains models with a number format for each phase")
set(CPACK_PACKAGE_DESCRIPTION "Mantissa lets number formats and places for memory be chosen for each phase of
training, casts weights between FP32, BF16 and FP16 without losing a bit while
it trains, shows memory, phases and quality as they are measured, compares a
run with an FP32 baseline on the same data, and writes a report.
.
LibTorch is not in this package: the program uses one that is installed, or
downloads it for a user who asks for it (mantissa-cli fetch-libtorch).")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_GENERATOR "DEB;TZST")
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_FILE_NAME "mantissa-${PROJECT_VERSION}-linux-x86_64")
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};mantissa;program;/")
# what an archive has besides is decided when its kind is known
set(CPACK_PROJECT_CONFIG_FILE "${CMAKE_SOURCE_DIR}/packaging/cmake/package_kinds.cmake")
set(CPACK_BUILD_FOLDER "${CMAKE_BINARY_DIR}")

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# curl and unzip do the work of fetch-libtorch; the others are the data of the samples
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "curl, unzip | python3, bible-kjv, bible-kjv-text")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "dataset-fashion-mnist, qt6-wayland") # without the latter, by XWayland
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_POST_BUILD_SCRIPTS "${CMAKE_SOURCE_DIR}/packaging/cmake/plain_debian.cmake")
if(MANTISSA_TORCH)
    # dpkg-shlibdeps wants to see every library, also those that no package of Debian's has and that it then leaves out
    get_filename_component(_libtorch_libraries "${LibTorch_LIBRARY}" DIRECTORY)
    file(GLOB _nvidia_libraries LIST_DIRECTORIES true "${_libtorch_libraries}/../../nvidia/*/lib")
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${_libtorch_libraries}" ${_nvidia_libraries})
endif()
install(CODE "set(MANTISSA_VERSION ${PROJECT_VERSION})\nset(MANTISSA_RELEASE_DATE ${MANTISSA_RELEASE_DATE})" COMPONENT debian EXCLUDE_FROM_ALL)
install(SCRIPT "${CMAKE_SOURCE_DIR}/packaging/cmake/debian_changelog.cmake" COMPONENT debian EXCLUDE_FROM_ALL)
if(MANTISSA_UI)
    install(CODE "set(QT_PLUGINS \"${QT6_INSTALL_PREFIX}/${QT6_INSTALL_PLUGINS}\")"
        COMPONENT portable EXCLUDE_FROM_ALL)
endif()
install(SCRIPT "${CMAKE_SOURCE_DIR}/packaging/cmake/bundle.cmake" COMPONENT portable EXCLUDE_FROM_ALL)
include(CPack)

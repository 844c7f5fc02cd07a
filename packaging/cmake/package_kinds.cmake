# SPDX-License-Identifier: Apache-2.0
# Read by cpack once for each kind of package.
if(CPACK_GENERATOR STREQUAL "DEB")
    set(CPACK_PACKAGING_INSTALL_PREFIX "/usr")
    list(APPEND CPACK_INSTALL_CMAKE_PROJECTS "${CPACK_BUILD_FOLDER};mantissa;debian;/")
else()
    list(APPEND CPACK_INSTALL_CMAKE_PROJECTS "${CPACK_BUILD_FOLDER};mantissa;portable;/")
endif()

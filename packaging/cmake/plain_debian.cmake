# SPDX-License-Identifier: Apache-2.0
# Run by cpack after it has made a package. It writes scripts that call ldconfig for any library below /usr/lib; ours are found
# by their folder, and a script is what would keep a removed package among dpkg's records. So the package goes without.
cmake_minimum_required(VERSION 3.25)
foreach(package IN LISTS CPACK_PACKAGE_FILES)
    if(package MATCHES "\\.deb$")
        set(unpacked "${package}.unpacked")
        file(REMOVE_RECURSE "${unpacked}")
        execute_process(COMMAND dpkg-deb --raw-extract "${package}" "${unpacked}" COMMAND_ERROR_IS_FATAL ANY)
        file(REMOVE "${unpacked}/DEBIAN/postinst" "${unpacked}/DEBIAN/postrm")
        execute_process(COMMAND dpkg-deb --root-owner-group -Zxz --build "${unpacked}" "${package}" OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
        file(REMOVE_RECURSE "${unpacked}")
    endif()
endforeach()

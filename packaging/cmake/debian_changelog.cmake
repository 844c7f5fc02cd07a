# SPDX-License-Identifier: Apache-2.0
# The changes as Debian wants them: one entry of its own form that points to the file beside it. And it wants what man reads packed.
cmake_minimum_required(VERSION 3.25)
set(folder "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/share/doc/mantissa")
execute_process(COMMAND date -u -R -d "${MANTISSA_RELEASE_DATE} 12:00 UTC" OUTPUT_VARIABLE day OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY)
file(WRITE "${folder}/changelog" "mantissa (${MANTISSA_VERSION}) unstable; urgency=medium

  * See CHANGELOG.md in this folder.

 -- The Mantissa authors <maintainers@mantissa.invalid>  ${day}
")
file(GLOB pages "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/share/man/man1/mantissa*.1")
execute_process(COMMAND gzip -9 -n -f "${folder}/changelog" ${pages} COMMAND_ERROR_IS_FATAL ANY)

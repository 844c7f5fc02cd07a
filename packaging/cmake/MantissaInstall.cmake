# SPDX-License-Identifier: Apache-2.0
# What `cmake --install build --prefix P` puts where. Programs find their files from where they are themselves
# (core/base/installation), so the layout below P is fixed and P may be moved afterwards.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME program)

# The day of a release stands in the file of changes, beside its number; until then it is the day of its last change
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/CHANGELOG.md")
file(STRINGS "${CMAKE_SOURCE_DIR}/CHANGELOG.md" release_line REGEX "^## ${PROJECT_VERSION} " LIMIT_COUNT 1)
if(NOT release_line MATCHES "^## [0-9.]+ \\(([0-9]+-[0-9]+-[0-9]+)(, unreleased)?\\)$")
    message(FATAL_ERROR "CHANGELOG.md has no line '## ${PROJECT_VERSION} (YYYY-MM-DD)' or '(YYYY-MM-DD, unreleased)' for this version")
endif()
set(MANTISSA_RELEASE_DATE "${CMAKE_MATCH_1}")

# The archive for any Linux brings Qt and others in lib/mantissa (packaging/cmake/bundle.cmake). DT_RPATH, as DT_RUNPATH
# would not serve what those libraries need in turn. Elsewhere the folder holds no library that is searched by name.
foreach(target IN ITEMS mantissa mantissa-cli)
    if(TARGET ${target})
        set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/mantissa")
        target_link_options(${target} PRIVATE LINKER:--disable-new-dtags)
        install(TARGETS ${target} RUNTIME DESTINATION bin)
    endif()
endforeach()
# LibTorch is wherever the user has it, so these name no folder: app/engine_loader maps it before them.
foreach(target IN ITEMS mantissa_torch mantissa_card mantissa_cuda)
    if(TARGET ${target})
        set_target_properties(${target} PROPERTIES INSTALL_RPATH "")
        install(TARGETS ${target} LIBRARY DESTINATION lib/mantissa)
    endif()
endforeach()

# The folder of LibTorch as the third of its places (core/files/libtorch_folder): that of the build in its tree; in an
# installation only if whoever builds names one that stays.
set(MANTISSA_LIBTORCH "" CACHE PATH "A LibTorch folder of this system that an installed program may use (empty: none)")
if(MANTISSA_TORCH)
    get_filename_component(_libtorch_of_build "${LibTorch_LIBRARY}/../.." ABSOLUTE)
    file(WRITE "${CMAKE_BINARY_DIR}/bin/libtorch-folder.txt" "${_libtorch_of_build}\n")
    if(MANTISSA_LIBTORCH)
        file(WRITE "${CMAKE_BINARY_DIR}/installed/libtorch-folder.txt" "${MANTISSA_LIBTORCH}\n")
        install(FILES "${CMAKE_BINARY_DIR}/installed/libtorch-folder.txt" DESTINATION lib/mantissa)
    endif()
endif()

# Data of the programs; the tree of the build has them at the same place.
foreach(list IN ITEMS wheels-cpu.txt wheels-cuda.txt)
    configure_file("${CMAKE_SOURCE_DIR}/packaging/${list}" "${CMAKE_BINARY_DIR}/share/mantissa/${list}" COPYONLY)
    install(FILES "${CMAKE_SOURCE_DIR}/packaging/${list}" DESTINATION share/mantissa)
endforeach()
install(DIRECTORY "${CMAKE_SOURCE_DIR}/resources/examples" DESTINATION share/mantissa)

# What the command line says of itself (app/CMakeLists.txt). Debian's zsh looks for packages' completions in a folder of its own.
foreach(file IN ITEMS man/man1/mantissa-cli.1 bash-completion/completions/mantissa-cli zsh/site-functions/_mantissa-cli fish/vendor_completions.d/mantissa-cli.fish)
    get_filename_component(folder "share/${file}" DIRECTORY)
    install(FILES "${CMAKE_BINARY_DIR}/share/${file}" DESTINATION "${folder}")
endforeach()
install(FILES "${CMAKE_BINARY_DIR}/share/zsh/site-functions/_mantissa-cli" DESTINATION share/zsh/vendor-completions)

# Documents keep their folders, and with them their links.
install(FILES "${CMAKE_SOURCE_DIR}/README.md" "${CMAKE_SOURCE_DIR}/CHANGELOG.md" DESTINATION share/doc/mantissa)
install(DIRECTORY "${CMAKE_SOURCE_DIR}/docs" DESTINATION share/doc/mantissa)
install(DIRECTORY "${CMAKE_SOURCE_DIR}/LICENSES" DESTINATION share/doc/mantissa)
install(FILES "${CMAKE_SOURCE_DIR}/packaging/debian/copyright" DESTINATION share/doc/mantissa)

add_custom_target(uninstall COMMENT "Removing what was installed" VERBATIM
    COMMAND "${CMAKE_COMMAND}" "-DMANIFEST=${CMAKE_BINARY_DIR}/install_manifest.txt" -P "${CMAKE_SOURCE_DIR}/packaging/cmake/uninstall.cmake")

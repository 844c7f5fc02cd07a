# SPDX-License-Identifier: Apache-2.0
# What a desktop knows the window by: entry, description, icons and types of files, each named by MANTISSA_APP_ID, which
# ui/ also tells Wayland.
set(desktop_folder "${CMAKE_SOURCE_DIR}/packaging/desktop")
set(desktop_built "${CMAKE_BINARY_DIR}/desktop")
configure_file("${desktop_folder}/mantissa.desktop.in" "${desktop_built}/${MANTISSA_APP_ID}.desktop" @ONLY)
configure_file("${desktop_folder}/mantissa.metainfo.xml.in" "${desktop_built}/${MANTISSA_APP_ID}.metainfo.xml" @ONLY)
configure_file("${desktop_folder}/mantissa.mime.xml" "${desktop_built}/${MANTISSA_APP_ID}.xml" COPYONLY)
install(FILES "${desktop_built}/${MANTISSA_APP_ID}.desktop" DESTINATION share/applications)
install(FILES "${desktop_built}/${MANTISSA_APP_ID}.metainfo.xml" DESTINATION share/metainfo)
install(FILES "${desktop_built}/${MANTISSA_APP_ID}.xml" DESTINATION share/mime/packages)

configure_file("${desktop_folder}/mantissa.1.in" "${CMAKE_BINARY_DIR}/share/man/man1/mantissa.1" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/share/man/man1/mantissa.1" DESTINATION share/man/man1)

add_executable(render_icon "${desktop_folder}/render_icon.cpp")
target_link_libraries(render_icon PRIVATE mantissa_build Qt6::Svg)
set(icons "")
# mantissa_icon(svg folder name size…): the drawing itself and pictures of it
function(mantissa_icon svg folder name)
    install(FILES "${svg}" DESTINATION "share/icons/hicolor/scalable/${folder}" RENAME "${name}.svg")
    foreach(size IN LISTS ARGN)
        set(png "${desktop_built}/${size}/${name}.png")
        add_custom_command(OUTPUT "${png}" COMMAND render_icon "${svg}" "${png}" ${size} DEPENDS render_icon "${svg}" VERBATIM)
        file(MAKE_DIRECTORY "${desktop_built}/${size}")
        list(APPEND icons "${png}")
        install(FILES "${png}" DESTINATION "share/icons/hicolor/${size}x${size}/${folder}")
    endforeach()
    set(icons "${icons}" PARENT_SCOPE)
endfunction()
mantissa_icon("${CMAKE_SOURCE_DIR}/resources/icons/mantissa.svg" apps "${MANTISSA_APP_ID}" 16 24 32 48 64 128 256 512)
mantissa_icon("${desktop_folder}/application-x-mantissa.svg" mimetypes application-x-mantissa 16 32 48 64 128 256)
add_custom_target(mantissa_icons ALL DEPENDS ${icons})

# SPDX-License-Identifier: Apache-2.0
# For the archive: copies the libraries that the installed programs need into lib/mantissa, with Qt's plugins and words, and
# the licence of each. Run by cpack after the programs are in CMAKE_INSTALL_PREFIX; QT_PLUGINS is empty without a window.
#
# What every Linux desktop has and what must be its own stays out: the C and C++ libraries, graphics drivers and what talks
# to the display, fonts, D-Bus (AppImage's list of what not to bundle, shortened to what is met here). So does LibTorch. GNU's
# OpenMP library comes along, since libb2 of Qt's needs it.
cmake_minimum_required(VERSION 3.25)
set(root "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}")
set(own "^libmantissa_")
set(system "^ld-linux" "^lib(c|m|dl|rt|pthread|util|resolv|stdc\\+\\+|gcc_s)\\.so" "^lib(GL|GLX|EGL|GLdispatch|drm|gbm)\\.so"
    "^lib(X11|X11-xcb|xcb|Xau|Xdmcp|Xext)\\.so" "^libwayland-" "^lib(fontconfig|freetype|expat|z|uuid)\\.so"
    "^lib(dbus-1|systemd|udev|cap|gcrypt|gpg-error|lzma|lz4|bsd|md)\\.so")
set(torch "^lib(torch|c10|cudart|cupti|cublas|cudnn)")

set(programs "")
foreach(name IN ITEMS mantissa mantissa-cli)
    if(EXISTS "${root}/bin/${name}")
        list(APPEND programs "${root}/bin/${name}")
    endif()
endforeach()
file(GLOB libraries "${root}/lib/mantissa/libmantissa_*.so")
set(plugins "")
if(QT_PLUGINS)
    foreach(plugin IN ITEMS platforms/libqxcb.so platforms/libqoffscreen.so platforms/libqwayland-generic.so imageformats/libqsvg.so iconengines/libqsvgicon.so
            xcbglintegrations/libqxcb-glx-integration.so xcbglintegrations/libqxcb-egl-integration.so
            platforminputcontexts/libcomposeplatforminputcontextplugin.so platforminputcontexts/libibusplatforminputcontextplugin.so)
        if(EXISTS "${QT_PLUGINS}/${plugin}")
            get_filename_component(kind "${plugin}" DIRECTORY)
            file(COPY "${QT_PLUGINS}/${plugin}" DESTINATION "${root}/lib/mantissa/plugins/${kind}")
            list(APPEND plugins "${QT_PLUGINS}/${plugin}")
        endif()
    endforeach()
    file(WRITE "${root}/bin/qt.conf" "[Paths]\nPrefix = ..\nPlugins = lib/mantissa/plugins\n")
endif()

file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${programs} LIBRARIES ${libraries} ${plugins}
    PRE_EXCLUDE_REGEXES ${system} ${torch} ${own}
    RESOLVED_DEPENDENCIES_VAR found UNRESOLVED_DEPENDENCIES_VAR missing)
if(missing)
    message(FATAL_ERROR "these libraries are not here and an archive without them would not run: ${missing}")
endif()
set(packages "")
foreach(library IN LISTS found)
    file(COPY "${library}" DESTINATION "${root}/lib/mantissa" FOLLOW_SYMLINK_CHAIN)
endforeach()
foreach(library IN LISTS found plugins)
    file(REAL_PATH "${library}" real)
    execute_process(COMMAND dpkg-query -S "${real}" OUTPUT_VARIABLE owner ERROR_QUIET)
    if(NOT owner) # dpkg knows the name before /lib became /usr/lib
        string(REGEX REPLACE "^/usr" "" real "${real}")
        execute_process(COMMAND dpkg-query -S "${real}" OUTPUT_VARIABLE owner ERROR_QUIET)
    endif()
    string(REGEX MATCH "^[^:, ]+" owner "${owner}")
    list(APPEND packages "${owner}")
endforeach()
list(REMOVE_DUPLICATES packages)
list(SORT packages)
set(versions "Libraries in lib/mantissa that come from Debian, as package and version; their sources are at\nhttps://snapshot.debian.org under these. The licence of each is in the file of its name.\n\n")
foreach(package IN LISTS packages)
    execute_process(COMMAND dpkg-query -W -f "\${Package} \${Version} (source \${source:Package} \${source:Version})\n" "${package}"
        OUTPUT_VARIABLE line COMMAND_ERROR_IS_FATAL ANY)
    string(APPEND versions "${line}")
    configure_file("/usr/share/doc/${package}/copyright" "${root}/share/doc/mantissa/bundled/${package}.txt" COPYONLY)
endforeach()
file(WRITE "${root}/share/doc/mantissa/bundled/README.txt" "${versions}")

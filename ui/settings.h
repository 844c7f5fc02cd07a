// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the window remembers between starts: one INI file of the user's.

#include <QSettings>

namespace mantissa::ui {

/// Whether events reach the desktop; they do unless it says false.
inline const QString notesKey = QStringLiteral("desktopNotes");

/// "system", or the name of a language that there are texts in; read before the window is made.
inline const QString languageKey = QStringLiteral("language");

class WindowSettings : public QSettings {
public:
    WindowSettings()
        : QSettings(
            QSettings::IniFormat, QSettings::UserScope, QStringLiteral("mantissa"), QStringLiteral("window"))
    {
    }
};

/// Where the window keeps runs, chosen in it; empty: nobody chose.
const QString runsFolderKey = QStringLiteral("runs/folder");

} // namespace mantissa::ui

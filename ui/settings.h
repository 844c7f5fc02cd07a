// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the window remembers between starts: one INI file of the user's.

#include <QSettings>

namespace mantissa::ui {

/// Whether events reach the desktop; they do unless it says false.
inline const QString notesKey = QStringLiteral("desktopNotes");

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

/// Where a kind of file was chosen last; empty at first.
inline QString lastFolder(const QString& kind)
{
    return WindowSettings().value(QStringLiteral("folders/") + kind).toString();
}
inline void keepFolder(const QString& kind, const QString& folder)
{
    WindowSettings().setValue(QStringLiteral("folders/") + kind, folder);
}

} // namespace mantissa::ui

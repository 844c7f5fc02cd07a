// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the window remembers between starts: one INI file of the user's.

#include <QSettings>

namespace mantissa::ui {

class WindowSettings : public QSettings {
public:
    WindowSettings()
        : QSettings(
            QSettings::IniFormat, QSettings::UserScope, QStringLiteral("mantissa"), QStringLiteral("window"))
    {
    }
};

} // namespace mantissa::ui

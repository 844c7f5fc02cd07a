// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Colours, fonts and icons of the window, by name. One colour for each class, phase and format, as in
// reports.

#include "core/memory/memory_class.h"
#include "core/precision/phase.h"
#include "core/precision/precision.h"

#include <QColor>
#include <QIcon>
#include <QString>

namespace mantissa::ui {

enum class ThemeChoice { System, Dark, Light };

struct Theme {
    bool isDark = true;
    QColor window{};
    QColor panel{};
    QColor plot{};
    QColor grid{};
    QColor text{};
    QColor muted{};
    QColor accent{};
    QColor good{};
    QColor bad{};

    QColor of(MemoryClass memoryClass) const;
    QColor of(Phase phase) const;
    QColor of(Precision precision) const;
    /// Lines of compared runs, in order.
    QColor series(std::size_t i) const;
    QColor baseline() const;
    /// Ink that can be read on a colour.
    static QColor inkOn(const QColor& background);
    /// Opaque mixture: translucent fills are slow.
    static QColor mixed(const QColor& a, const QColor& b, double shareOfB);
};

/// The theme in force. GUI thread.
const Theme& theme();
/// As it was chosen: System stays System.
ThemeChoice themeChoice();
/// Sets palette, style sheet and font of the application.
void applyTheme(ThemeChoice choice);
/// Loads the embedded fonts; once, after the application was made.
void loadFonts();
/// A one-colour icon of resources/icons in the theme's text colour.
QIcon icon(const QString& name);
QFont figureFont();
QFont smallFont();

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Tool tips stand beside what they explain and cover nothing of it: below a field, a button, a tab or a cell.
// What is tall, such as a plot, has its tip where the pointer is.

#include <QObject>

namespace mantissa::ui {

/// A property, true: the widget (and its viewport) says what its tips are itself.
inline constexpr const char* ownTips = "ownTips";

class QuietTips : public QObject {
    Q_OBJECT
public:
    using QObject::QObject; ///< to be installed as the application's event filter

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace mantissa::ui

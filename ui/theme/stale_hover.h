// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// While a menu is open it has the pointer, and nothing tells the button below that the pointer went
// elsewhere: it would look hovered until the pointer came again. This tells it when the menu closes.

#include <QObject>

namespace mantissa::ui {

class StaleHover : public QObject {
    Q_OBJECT
public:
    using QObject::QObject; ///< to be installed as the application's event filter

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    static void end();
};

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/stale_hover.h"

#include <QApplication>
#include <QCursor>
#include <QEvent>
#include <QTimer>
#include <QWidget>

namespace mantissa::ui {

bool StaleHover::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Hide && watched->isWidgetType()
        && static_cast<QWidget*>(watched)->isWindow())
        QTimer::singleShot(0, qApp, &StaleHover::end); // once Qt has told whom it tells
    return false;
}

void StaleHover::end()
{
    for (QWidget* widget : QApplication::allWidgets()) {
        if (!widget->underMouse() || widget->rect().contains(widget->mapFromGlobal(QCursor::pos())))
            continue;
        widget->setAttribute(Qt::WA_UnderMouse, false);
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(widget, &leave);
        widget->update();
    }
}

} // namespace mantissa::ui

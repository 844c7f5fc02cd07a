// SPDX-License-Identifier: GPL-3.0-or-later
// What wheel, mouse and keys do in a plot; what it draws is in plot_view.cpp.

#include "ui/plot/plot_view.h"
#include "ui/plot/view_range.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace mantissa::ui {

namespace {

constexpr qint64 wheelPause = 600; ///< milliseconds after which a turn is a zoom of its own
constexpr double keyZoom = 0.7;

} // namespace

void PlotView::wheelEvent(QWheelEvent* event)
{
    const QPoint turned = event->angleDelta();
    if (!m_wheel.isValid() || m_wheel.elapsed() > wheelPause)
        m_range->beginGesture();
    m_wheel.start();
    const int sideways = turned.x() != 0         ? turned.x()
        : event->modifiers() & Qt::ShiftModifier ? turned.y()
                                                 : 0;
    if (sideways != 0)
        m_range->pan(tickAt(0) - tickAt(sideways / 2.0));
    else
        m_range->zoom(std::pow(0.999, turned.y()), tickAt(event->position().x()));
    event->accept();
}

void PlotView::mousePressEvent(QMouseEvent* event)
{
    m_dragX = event->position().x();
    m_dragMoved = false;
}

void PlotView::mouseReleaseEvent(QMouseEvent*) { m_dragX = -1; }

void PlotView::mouseDoubleClickEvent(QMouseEvent*)
{
    m_range->beginGesture();
    m_range->showAll();
}

void PlotView::leaveEvent(QEvent*)
{
    m_range->setCursor(-1);
    showTip();
}

void PlotView::mouseMoveEvent(QMouseEvent* event)
{
    const double x = event->position().x();
    if (m_dragX >= 0 && (event->buttons() & Qt::LeftButton)) {
        if (!std::exchange(m_dragMoved, true))
            m_range->beginGesture();
        m_range->pan(tickAt(m_dragX) - tickAt(x));
        m_dragX = x;
    }
    m_keyCursor = false;
    m_range->setCursor(static_cast<std::int64_t>(std::floor(tickAt(x))));
}

void PlotView::moveCursor(int direction)
{
    const TickColumns shown = columns();
    const std::int64_t cursor = m_range->cursor();
    const auto first = static_cast<std::int64_t>(std::floor(m_range->from()));
    const auto last = static_cast<std::int64_t>(std::ceil(m_range->to())) - 1;
    m_keyCursor = true;
    if (cursor < first || cursor > last)
        m_range->setCursor(direction > 0 ? first : last);
    else
        m_range->setCursor(std::clamp(
            direction > 0 ? shown.bucketAt(cursor).end : shown.bucketAt(cursor).begin - 1, first, last));
}

void PlotView::keyPressEvent(QKeyEvent* event)
{
    const double width = m_range->to() - m_range->from();
    const double around = m_range->cursor() >= 0 ? static_cast<double>(m_range->cursor()) + 0.5
                                                 : (m_range->from() + m_range->to()) / 2;
    const auto modifiers = event->modifiers() & (Qt::ControlModifier | Qt::AltModifier);
    const bool isArrow = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right;
    const int direction = event->key() == Qt::Key_Left ? -1 : 1;
    if (isArrow && modifiers == Qt::AltModifier) {
        direction < 0 ? m_range->back() : m_range->forward();
    } else if (isArrow && modifiers == Qt::ControlModifier) {
        m_range->beginGesture();
        m_range->pan(direction * width / 4);
    } else if (isArrow) {
        moveCursor(direction);
    } else if (event->key() == Qt::Key_Plus || event->key() == Qt::Key_Equal
        || event->key() == Qt::Key_Minus) {
        m_range->beginGesture();
        m_range->zoom(event->key() == Qt::Key_Minus ? 1 / keyZoom : keyZoom, around);
    } else if (event->key() == Qt::Key_End) {
        m_range->setFollow(true);
    } else if (event->key() == Qt::Key_Home) {
        m_range->beginGesture();
        m_range->showAll();
    } else if (event->key() == Qt::Key_Escape && m_range->cursor() >= 0) {
        m_range->setCursor(-1);
    } else {
        event->ignore(); // the window's
    }
}

void PlotView::focusInEvent(QFocusEvent*) { viewport()->update(); }

void PlotView::focusOutEvent(QFocusEvent*)
{
    m_keyCursor = false;
    showTip();
}

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/setup_rail.h"

#include "ui/theme/theme.h"

#include <QPainter>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int railWidth = 26;

} // namespace

SetupRail::SetupRail(QWidget* parent)
    : QAbstractButton(parent)
{
    setObjectName(u"setupRail"_s);
    setText(tr("Set-up"));
    setToolTip(tr("Shows the set-up of the next run, and folds it away"));
    setCheckable(true);
    setFixedWidth(railWidth);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
}

QSize SetupRail::sizeHint() const { return {railWidth, 120}; }

void SetupRail::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool isHot = hasFocus() || underMouse();
    painter.setPen(isHot ? theme().accent : theme().grid);
    painter.setBrush(theme().panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.setPen(isHot ? theme().text : theme().muted);
    painter.rotate(-90); // read from below, as on the spine of a book
    painter.drawText(QRect(-height(), 0, height() - 12, width()), Qt::AlignRight | Qt::AlignVCenter,
        text() % (isChecked() ? u"  ‹"_s : u"  ›"_s));
}

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/marks_item.h"

#include "ui/plot/mark_pixels.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace mantissa::ui {

namespace {

constexpr double reach = 4; // pixels from the middle of a mark

void drawTriangle(QPainter& painter, const QPointF& tip, double towards)
{
    const QPointF corners[]
        = {tip, tip + QPointF(-reach, towards * 2 * reach), tip + QPointF(reach, towards * 2 * reach)};
    painter.drawPolygon(corners, 3);
}

} // namespace

void MarksItem::draw(QPainter& painter) const
{
    if (!m_run)
        return;
    const Frame& f = frame();
    const TickColumns columns{f.from, f.to, static_cast<int>(f.area.width())};
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().bad);
    for (const int pixel : markPixels(m_run->skippedTicks(), columns))
        drawTriangle(painter, {f.area.left() + pixel + 0.5, f.area.bottom() - 2 * reach}, 1);
    std::vector<std::int64_t> warnings;
    for (const Notice& notice : m_run->notices())
        if (notice.severity != Severity::Info)
            warnings.push_back(notice.tick);
    for (const SettingChanged& change : m_run->settingChanges())
        if (change.tick > 0)
            warnings.push_back(change.tick);
    std::sort(warnings.begin(), warnings.end()); // those of a resume come again
    painter.setBrush(theme().series(1));
    for (const int pixel : markPixels(warnings, columns))
        drawTriangle(painter, {f.area.left() + pixel + 0.5, f.area.top() + 2 * reach}, -1);
    painter.setPen(QPen(theme().bad, 2));
    double named = -1e9; // x of the last word
    for (const int pixel : markPixels(m_run->nonFiniteTicks(), columns)) {
        const QPointF at(f.area.left() + pixel + 0.5, f.area.top() + 5 * reach);
        painter.drawLine(at + QPointF(-reach, -reach), at + QPointF(reach, reach));
        painter.drawLine(at + QPointF(-reach, reach), at + QPointF(reach, -reach));
        if (at.x() - named > 40) {
            painter.setFont(smallFont());
            painter.drawText(at + QPointF(reach + 3, reach), QObject::tr("NaN"));
            named = at.x();
        }
    }
}

} // namespace mantissa::ui

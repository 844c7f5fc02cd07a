// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/phase_legend.h"

#include "core/output/titles.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QPainter>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int keyRowHeight = 16;
constexpr int keySquare = 9;
constexpr int keyGap = 4; ///< between a square and its word
constexpr int keySpacing = 10;
constexpr int betweenKinds = 20;

} // namespace

PhaseLegend::PhaseLegend(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"phaseLegend"_s);
    setFont(smallFont());
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    QStringList names;
    for (const auto& entries : {phases(), formats()})
        for (const Entry& entry : entries)
            names << entry.title;
    setAccessibleName(tr("Colours of phases and formats"));
    setAccessibleDescription(names.join(u", "_s));
}

std::vector<PhaseLegend::Entry> PhaseLegend::phases()
{
    std::vector<Entry> entries;
    for (const Phase phase : allPhases)
        entries.push_back({text(titleOf(phase)), theme().of(phase)});
    return entries;
}

std::vector<PhaseLegend::Entry> PhaseLegend::formats()
{
    std::vector<Entry> entries;
    for (const Precision precision : allPrecisions)
        entries.push_back({text(titleOf(precision)), theme().of(precision)});
    return entries;
}

int PhaseLegend::widthOf(const std::vector<Entry>& entries) const
{
    int width = -keySpacing;
    for (const Entry& entry : entries)
        width += keySquare + keyGap + fontMetrics().horizontalAdvance(entry.title) + keySpacing;
    return width;
}

QSize PhaseLegend::sizeHint() const
{
    return {widthOf(phases()) + betweenKinds + widthOf(formats()) + 1, 2 * keyRowHeight};
}

QSize PhaseLegend::minimumSizeHint() const
{
    return {std::max(widthOf(phases()), widthOf(formats())) + 1, 2 * keyRowHeight};
}

int PhaseLegend::draw(QPainter& painter, const std::vector<Entry>& entries, int x, int y) const
{
    for (const Entry& entry : entries) {
        painter.fillRect(x, y + (keyRowHeight - keySquare) / 2, keySquare, keySquare, entry.colour);
        x += keySquare + keyGap;
        const int width = fontMetrics().horizontalAdvance(entry.title);
        painter.setPen(theme().muted);
        painter.drawText(QRect(x, y, width + 1, keyRowHeight), Qt::AlignLeft | Qt::AlignVCenter, entry.title);
        x += width + keySpacing;
    }
    return x;
}

void PhaseLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const bool isOneRow = sizeHint().width() <= width();
    const int top = height() / 2 - (isOneRow ? keyRowHeight / 2 : keyRowHeight);
    const int x = draw(painter, phases(), 0, top);
    if (isOneRow)
        draw(painter, formats(), x - keySpacing + betweenKinds, top);
    else
        draw(painter, formats(), 0, top + keyRowHeight);
}

} // namespace mantissa::ui

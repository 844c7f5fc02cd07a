// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/plan_delegate.h"

#include "ui/models/precision_table_model.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

void PlanDelegate::paint(
    QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF cell = QRectF(option.rect).adjusted(2.5, 3.5, -2.5, -3.5);
    const QVariant format = index.data(PrecisionTableModel::FormatRole);
    const bool isReduced = format.isValid() && format.toInt() != static_cast<int>(Precision::Fp32);
    const QColor colour = isReduced ? theme().of(static_cast<Precision>(format.toInt())) : theme().muted;
    const bool isPending = index.data(PrecisionTableModel::PendingRole).toBool();
    const bool editable = index.flags().testFlag(Qt::ItemIsEditable);
    QPen border(isPending ? theme().accent
            : editable    ? Theme::mixed(theme().panel, colour, 0.6)
                          : theme().grid,
        1, isPending ? Qt::DashLine : Qt::SolidLine);
    if (option.state.testFlag(QStyle::State_Selected))
        border = QPen(theme().accent, option.state.testFlag(QStyle::State_HasFocus) ? 1.8 : 1.1,
            isPending ? Qt::DashLine : Qt::SolidLine);
    painter->setPen(border);
    painter->setBrush(Theme::mixed(theme().panel, colour, isReduced ? 0.25 : 0.10));
    painter->drawRoundedRect(cell, 6, 6);
    QFont font = option.font;
    font.setPixelSize(11);
    font.setWeight(QFont::DemiBold);
    painter->setFont(font);
    const QColor ink
        = isReduced ? Theme::mixed(theme().text, colour, theme().isDark ? 0.35 : 0.2) : theme().text;
    painter->setPen(editable ? ink : theme().muted);
    QString label = index.data().toString();
    if (index.data(PrecisionTableModel::ChoiceRole).toString() == u"auto")
        label += u"*"_s; // chosen by auto
    if (index.data(PrecisionTableModel::EmulatedRole).toBool())
        label += u"†"_s;
    label = isPending ? label % u" …"_s : label;
    constexpr int leastPixels = 8;
    while (font.pixelSize() > leastPixels && QFontMetricsF(font).horizontalAdvance(label) > cell.width() - 2)
        font.setPixelSize(font.pixelSize() - 1); // "Recompute" is longer than a cell
    painter->setFont(font);
    painter->drawText(cell, Qt::AlignCenter,
        painter->fontMetrics().elidedText(label, Qt::ElideRight, static_cast<int>(cell.width()) - 2));
    painter->restore();
}

} // namespace mantissa::ui

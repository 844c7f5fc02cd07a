// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/quiet_tips.h"

#include <QAbstractItemView>
#include <QHeaderView>
#include <QHelpEvent>
#include <QTabBar>
#include <QToolTip>

#include <optional>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int tallPixels = 64; ///< taller than a field or a button
constexpr int lineCharacters = 60; ///< longer ones are broken

struct TipPlace {
    QString words{};
    QRect explained{}; ///< in the widget
};

std::optional<TipPlace> headerTip(const QHeaderView* header, const QPoint& at)
{
    const int section = header->logicalIndexAt(at);
    if (section < 0)
        return std::nullopt;
    const QString words
        = header->model()->headerData(section, header->orientation(), Qt::ToolTipRole).toString();
    const int start = header->sectionViewportPosition(section);
    const int size = header->sectionSize(section);
    const QRect all = header->viewport()->rect();
    return TipPlace{words,
        header->orientation() == Qt::Horizontal ? QRect(start, 0, size, all.height())
                                                : QRect(0, start, all.width(), size)};
}

/// Nothing where the widget has its own way with tips.
std::optional<TipPlace> tipOf(const QWidget* widget, const QPoint& at)
{
    if (widget->property(ownTips).toBool()
        || (widget->parentWidget() && widget->parentWidget()->property(ownTips).toBool()))
        return std::nullopt;
    if (const auto* header = qobject_cast<const QHeaderView*>(widget->parentWidget());
        header && header->viewport() == widget)
        return headerTip(header, at);
    if (const auto* view = qobject_cast<const QAbstractItemView*>(widget->parentWidget());
        view && view->viewport() == widget) {
        const QModelIndex index = view->indexAt(at);
        if (index.isValid())
            return TipPlace{index.data(Qt::ToolTipRole).toString(), view->visualRect(index)};
    }
    if (const auto* tabs = qobject_cast<const QTabBar*>(widget); tabs && tabs->tabAt(at) >= 0)
        return TipPlace{tabs->tabToolTip(tabs->tabAt(at)), tabs->tabRect(tabs->tabAt(at))};
    if (!widget->toolTip().isEmpty())
        return TipPlace{widget->toolTip(), widget->rect()};
    return std::nullopt;
}

QString broken(const QString& words)
{
    if (Qt::mightBeRichText(words) || words.size() <= lineCharacters)
        return words;
    return u"<p style=\"margin: 0\">"_s % words.toHtmlEscaped().replace(u'\n', u"<br>"_s) % u"</p>"_s;
}

} // namespace

bool QuietTips::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::ToolTip || !watched->isWidgetType())
        return false;
    auto* widget = static_cast<QWidget*>(watched);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto tip = tipOf(widget, help->pos());
    if (!tip || tip->words.isEmpty() || tip->explained.height() > tallPixels)
        return false;
    constexpr QPoint qtsOwnShift{2, 16}; // QToolTip moves what it is told away from a pointer
    const QPoint below
        = widget->mapToGlobal(QPoint(std::max(tip->explained.left(), 0), tip->explained.bottom() + 3));
    QToolTip::showText(below - qtsOwnShift, broken(tip->words), widget, tip->explained);
    return true;
}

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/preset_views.h"

#include "ui/models/precision_table_model.h"
#include "ui/models/preset_difference_model.h"
#include "ui/models/preset_list_model.h"
#include "ui/pages/plan_delegate.h"
#include "ui/pages/plan_table.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QHeaderView>
#include <QPainter>
#include <QTableView>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int listRowHeight = 32;
constexpr int planWidth = 640;

} // namespace

void PresetDelegate::paint(
    QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    painter->save();
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    if (chosen)
        painter->fillRect(option.rect, theme().grid);
    if (chosen && option.state.testFlag(QStyle::State_HasFocus))
        painter->fillRect(
            QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()), theme().accent);
    const QRect inside = option.rect.adjusted(10, 0, -10, 0);
    const QString origin = index.data(PresetListModel::originRole).toString();
    painter->setFont(smallFont());
    painter->setPen(theme().muted);
    painter->drawText(inside, Qt::AlignRight | Qt::AlignVCenter, origin);
    const int used = painter->fontMetrics().horizontalAdvance(origin) + 12;
    painter->setFont(option.font);
    painter->setPen(theme().text);
    painter->drawText(inside, Qt::AlignLeft | Qt::AlignVCenter,
        painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, inside.width() - used));
    painter->restore();
}

QSize PresetDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {200, listRowHeight};
}

QTableView* makePlanView(PrecisionTableModel* model, QWidget* parent)
{
    auto* view = new QTableView(parent);
    view->setObjectName(u"presetTable"_s);
    view->setModel(model);
    view->setItemDelegate(new PlanDelegate(view));
    view->setShowGrid(false);
    view->setFrameShape(QFrame::NoFrame);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setSelectionMode(QAbstractItemView::NoSelection);
    view->setFocusPolicy(Qt::NoFocus);
    view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    view->verticalHeader()->setDefaultSectionSize(planRowHeight);
    view->verticalHeader()->setFixedWidth(72);
    view->setFixedHeight(planHeaderHeight + 4 * planRowHeight + 2);
    view->setMaximumWidth(planWidth);
    return view;
}

QTableView* makeDifferenceView(PresetDifferenceModel* model, QWidget* parent)
{
    auto* view = new QTableView(parent);
    view->setObjectName(u"differences"_s);
    view->setModel(model);
    view->setFrameShape(QFrame::NoFrame);
    view->setShowGrid(false);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setTabKeyNavigation(false);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(24);
    view->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    view->horizontalHeader()->setHighlightSections(false);
    view->setTextElideMode(Qt::ElideLeft); // keys differ at their ends
    return view;
}

QString choicesText(const PresetChoices& choices)
{
    const QStringList lines{QObject::tr("master %1").arg(text(nameOf(choices.master))),
        QObject::tr("moments %1").arg(text(nameOf(choices.moments))),
        QObject::tr("fit %1").arg(text(nameOf(choices.fit))),
        QObject::tr("execution %1").arg(text(nameOf(choices.execution))),
        choices.releaseGradients ? QObject::tr("gradients released block by block")
                                 : QObject::tr("gradients kept until the update"),
        choices.lossChunk > 0 ? QObject::tr("loss %1 rows at a time").arg(countText(choices.lossChunk))
                              : QObject::tr("loss in one piece")};
    return lines.join(u"  ·  "_s);
}

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_filter.h"

#include "ui/models/run_list_model.h"

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

RunFilter::RunFilter(RunListModel* runs, QObject* parent)
    : QSortFilterProxyModel(parent)
    , m_runs(runs)
{
    setSourceModel(runs);
    setSortRole(RunListModel::sortRole);
}

void RunFilter::showArchived(bool shown)
{
    m_showsArchived = shown;
    invalidateFilter();
}

void RunFilter::setWords(const QString& words)
{
    m_words = words.split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

/// What is not known (a dash) comes last in either order.
bool RunFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const bool isLeftKnown = left.data(sortRole()).isValid();
    const bool isRightKnown = right.data(sortRole()).isValid();
    if (isLeftKnown != isRightKnown)
        return (sortOrder() == Qt::AscendingOrder) == isLeftKnown;
    return isLeftKnown && QSortFilterProxyModel::lessThan(left, right);
}

bool RunFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    if (m_runs->isArchived(row) && !m_showsArchived)
        return false;
    const QString text = m_runs->index(row, 0, parent).data(RunListModel::searchRole).toString();
    return std::all_of(m_words.begin(), m_words.end(),
        [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

} // namespace mantissa::ui

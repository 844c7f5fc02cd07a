// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_filter.h"

#include "ui/models/run_list_model.h"
#include "ui/theme/format.h"

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

RunFilter::RunFilter(RunListModel* runs, QObject* parent)
    : QSortFilterProxyModel(parent)
    , m_runs(runs)
{
    m_order.setLocale(QLocale::English); // the C locale knows no numbers
    m_order.setNumericMode(true);
    m_order.setCaseSensitivity(Qt::CaseInsensitive);
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

void RunFilter::setChoice(const Choice& choice)
{
    m_choice = choice;
    invalidateFilter();
}

int RunFilter::shownRuns() const
{
    int runs = 0;
    for (int row = 0; row < rowCount(); ++row)
        runs += m_runs->isExperiment(mapToSource(index(row, 0))) ? rowCount(index(row, 0)) : 1;
    return runs;
}

/// What is not known (a dash) comes last in either order.
bool RunFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const QVariant a = left.data(sortRole());
    const QVariant b = right.data(sortRole());
    if (a.isValid() != b.isValid())
        return (sortOrder() == Qt::AscendingOrder) == a.isValid();
    if (!a.isValid())
        return false;
    if (a.userType() == QMetaType::QString && b.userType() == QMetaType::QString)
        return m_order.compare(a.toString(), b.toString()) < 0;
    return QSortFilterProxyModel::lessThan(left, right);
}

bool RunFilter::accepts(const QModelIndex& index) const
{
    const RunListing& run = m_runs->at(index);
    const auto fits
        = [](const QString& wanted, const QString& is) { return wanted.isEmpty() || wanted == is; };
    if (!fits(m_choice.state, text(nameOf(run.state))) || !fits(m_choice.preset, text(run.preset))
        || !fits(m_choice.model, text(run.config.model.kind)))
        return false;
    QString words = index.data(RunListModel::searchRole).toString();
    if (index.parent().isValid()) // whoever looks for the experiment means its runs too
        words += u'\n' % index.parent().data(RunListModel::searchRole).toString();
    return std::ranges::all_of(
        m_words, [&](const QString& word) { return words.contains(word, Qt::CaseInsensitive); });
}

bool RunFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const QModelIndex index = m_runs->index(row, 0, parent);
    if (m_runs->isArchived(index) && !m_showsArchived)
        return false;
    if (!m_runs->isExperiment(index))
        return accepts(index);
    for (int inside = 0; inside < m_runs->rowCount(index); ++inside)
        if (filterAcceptsRow(inside, index))
            return true;
    return m_choice == Choice{} && accepts(index); // one that has no runs yet
}

} // namespace mantissa::ui

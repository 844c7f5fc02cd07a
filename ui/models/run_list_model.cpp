// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_list_model.h"

#include "ui/theme/format.h"

#include <cmath>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

void RunListModel::setRuns(std::vector<RunListing> runs)
{
    beginResetModel();
    m_runs = std::move(runs);
    endResetModel();
}

int RunListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_runs.size()); }
int RunListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant RunListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const RunListing& run = at(index.row());
    if (role == Qt::TextAlignmentRole && index.column() >= Steps)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role == sortRole)
        switch (index.column()) {
        case Steps:
            return static_cast<qlonglong>(run.steps);
        case EvalLoss:
            return run.evalLoss;
        case Peak:
            return static_cast<qlonglong>(run.peakDeviceBytes);
        case Throughput:
            return run.tokensPerSecond;
        default:
            return data(index, Qt::DisplayRole);
        }
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name:
        return text(run.name);
    case State:
        return run.state == RunState::Interrupted && run.steps > 0 ? tr("interrupted at step %1").arg(countText(run.steps)) : text(nameOf(run.state));
    case Preset:
        return text(run.preset);
    case Steps:
        return QString(countText(run.steps) % u" / "_s % countText(run.maxSteps));
    case EvalLoss:
        return std::isnan(run.evalLoss) ? u"–"_s : QString::number(run.evalLoss, 'f', 4);
    case Peak:
        return run.peakDeviceBytes > 0 ? bytesText(static_cast<double>(run.peakDeviceBytes)) : u"–"_s;
    default:
        return run.tokensPerSecond > 0 ? countText(static_cast<std::int64_t>(run.tokensPerSecond)) : u"–"_s;
    }
}

QVariant RunListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((section >= Steps ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    return QStringList{tr("Run"), tr("State"), tr("Preset"), tr("Steps"), tr("Eval loss"), tr("Peak memory"), tr("Tokens/s")}.value(section);
}

} // namespace mantissa::ui

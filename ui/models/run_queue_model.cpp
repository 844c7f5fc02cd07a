// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_queue_model.h"

#include "core/base/file.h"
#include "ui/theme/format.h"

#include <algorithm>

namespace mantissa::ui {

void RunQueueModel::add(QueuedRun run)
{
    beginInsertRows({}, rowCount(), rowCount());
    m_runs.push_back(std::move(run));
    endInsertRows();
}

void RunQueueModel::remove(int row)
{
    beginRemoveRows({}, row, row);
    m_runs.erase(m_runs.begin() + row);
    endRemoveRows();
}

bool RunQueueModel::move(int row, int direction)
{
    const int other = row + direction;
    if (row < 0 || row >= rowCount() || other < 0 || other >= rowCount())
        return false;
    beginMoveRows({}, row, row, {}, direction > 0 ? other + 1 : other);
    std::swap(m_runs[static_cast<std::size_t>(row)], m_runs[static_cast<std::size_t>(other)]);
    endMoveRows();
    return true;
}

QueuedRun RunQueueModel::takeFirst()
{
    QueuedRun run = m_runs.front();
    remove(0);
    return run;
}

bool RunQueueModel::holdsBaseline() const
{
    return std::any_of(
        m_runs.begin(), m_runs.end(), [](const QueuedRun& run) { return run.returnTo.has_value(); });
}

bool RunQueueModel::holds(const std::filesystem::path& folder) const
{
    return std::any_of(
        m_runs.begin(), m_runs.end(), [&](const QueuedRun& run) { return run.folder == folder; });
}

bool RunQueueModel::needs(const std::filesystem::path& folder) const
{
    const auto place = placeOf(folder);
    return std::any_of(m_runs.begin(), m_runs.end(), [&](const QueuedRun& run) {
        return run.folder && (placeOf(*run.folder) == place || placeOf(*run.folder).parent_path() == place);
    });
}

int RunQueueModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

QVariant RunQueueModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const QueuedRun& run = at(index.row());
    const QString what
        = tr("%1 · %2 · %3 steps · seed %4")
              .arg(text(run.config.name), text(run.config.preset), countText(run.config.training.maxSteps))
              .arg(run.config.training.seed);
    if (run.goesOn)
        return tr("%1 · goes on with %2").arg(what, text(run.folder->filename().string()));
    if (run.folder)
        return tr("%1 · of the experiment %2").arg(what, text(run.folder->parent_path().filename().string()));
    return run.returnTo ? tr("%1 · baseline of %2").arg(what, text(run.returnTo->filename().string())) : what;
}

} // namespace mantissa::ui

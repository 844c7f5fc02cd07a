// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_list_model.h"

#include "core/record/device_choice.h"
#include "ui/theme/format.h"

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

/// "a, b ,a" as a, b.
std::vector<std::string> tagsFrom(const QString& text)
{
    std::vector<std::string> tags;
    for (const QString& word : text.split(u','))
        if (const auto tag = word.simplified().toStdString();
            !tag.empty() && std::ranges::find(tags, tag) == tags.end())
            tags.push_back(tag);
    return tags;
}

QString shownTags(const RunLabels& labels)
{
    QStringList tags;
    for (const std::string& tag : labels.tags)
        tags << text(tag);
    return tags.join(u", "_s);
}

} // namespace

void RunListModel::setRuns(std::vector<RunListing> runs)
{
    beginResetModel();
    m_runs = std::move(runs);
    m_labels.clear();
    for (const RunListing& run : m_runs)
        m_labels.push_back(readRunLabels(run.folder));
    endResetModel();
}

void RunListModel::refreshRunning()
{
    for (int row = 0; row < rowCount(); ++row) {
        RunListing& run = m_runs[static_cast<std::size_t>(row)];
        if (run.state != RunState::Running)
            continue;
        run = listRun(run.folder);
        Q_EMIT dataChanged(index(row, State), index(row, ColumnCount - 1));
    }
}

QString RunListModel::titleAt(int row) const
{
    const std::string& title = m_labels[static_cast<std::size_t>(row)].title;
    return text(title.empty() ? at(row).name : title);
}

QString RunListModel::searchTextAt(int row) const
{
    const RunListing& run = at(row);
    const RunLabels& labels = m_labels[static_cast<std::size_t>(row)];
    return QStringList{titleAt(row), text(run.name), shownTags(labels), text(labels.note),
        text(run.config.model.kind), text(run.config.model.name), text(run.config.data.source),
        text(run.preset), index(row, State).data().toString()}
        .join(u'\n');
}

int RunListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}
int RunListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant RunListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const RunListing& run = at(index.row());
    const RunLabels& labels = m_labels[static_cast<std::size_t>(index.row())];
    if (role == searchRole)
        return searchTextAt(index.row());
    if (role == Qt::ToolTipRole)
        return index.column() == Name ? text(run.folder.string())
            : index.column() == Note  ? text(labels.note)
                                      : QString();
    if (role == Qt::TextAlignmentRole && index.column() >= Steps)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role == sortRole)
        switch (index.column()) {
        case Steps:
            return static_cast<qlonglong>(run.steps);
        case EvalLoss:
            return std::isnan(run.evalLoss) ? QVariant() : run.evalLoss;
        case Peak:
            return run.peakDeviceBytes > 0 ? static_cast<qlonglong>(run.peakDeviceBytes) : QVariant();
        case Throughput:
            return run.tokensPerSecond > 0 ? run.tokensPerSecond : QVariant();
        default:
            return data(index, Qt::DisplayRole);
        }
    if (role != Qt::DisplayRole && role != Qt::EditRole)
        return {};
    switch (index.column()) {
    case Name:
        return titleAt(index.row());
    case Tags:
        return shownTags(labels);
    case Note:
        return text(labels.note);
    case State: {
        const QString state = run.state == RunState::Interrupted && run.steps > 0
            ? tr("interrupted at step %1").arg(countText(run.steps))
            : text(nameOf(run.state));
        return labels.isArchived ? tr("%1, archived").arg(state) : state;
    }
    case Preset:
        return text(run.preset);
    case Steps:
        return run.steps > run.maxSteps ? countText(run.steps)
                                        : QString(countText(run.steps) % u" / "_s % countText(run.maxSteps));
    case EvalLoss:
        return std::isnan(run.evalLoss) ? u"–"_s : QString::number(run.evalLoss, 'f', 4);
    case Peak:
        return run.peakDeviceBytes > 0 ? bytesText(static_cast<double>(run.peakDeviceBytes)) : u"–"_s;
    default:
        return !hasRealSeconds(run.config) ? tr("simulated card")
            : run.tokensPerSecond > 0      ? countText(static_cast<std::int64_t>(run.tokensPerSecond))
                                           : u"–"_s;
    }
}

bool RunListModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || role != Qt::EditRole)
        return false;
    RunLabels labels = m_labels[static_cast<std::size_t>(index.row())];
    const QString given = value.toString().trimmed();
    if (index.column() == Name)
        labels.title = given == text(at(index.row()).name) ? std::string() : given.toStdString();
    else if (index.column() == Tags)
        labels.tags = tagsFrom(given);
    else if (index.column() == Note)
        labels.note = given.toStdString();
    else
        return false;
    return write(index.row(), labels);
}

bool RunListModel::setArchived(int row, bool archived)
{
    RunLabels labels = m_labels[static_cast<std::size_t>(row)];
    labels.isArchived = archived;
    return write(row, labels);
}

bool RunListModel::write(int row, const RunLabels& labels)
{
    RunLabels& now = m_labels[static_cast<std::size_t>(row)];
    if (labels == now)
        return true;
    if (const auto status = writeRunLabels(at(row).folder, labels); !status) {
        Q_EMIT failed(text(status.error().message));
        return false;
    }
    now = labels;
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    Q_EMIT labelsChanged();
    return true;
}

Qt::ItemFlags RunListModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && index.column() <= Note ? flags | Qt::ItemIsEditable : flags;
}

QVariant RunListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((section >= Steps ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    return QStringList{tr("Run"), tr("Tags"), tr("Note"), tr("State"), tr("Preset"), tr("Steps"),
        tr("Eval loss"), tr("Peak memory"), tr("Tokens/s")}
        .value(section);
}

} // namespace mantissa::ui

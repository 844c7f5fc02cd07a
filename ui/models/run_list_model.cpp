// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_list_model.h"

#include "core/evidence/experiment_folder.h"
#include "core/record/device_choice.h"
#include "ui/theme/format.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr quintptr ofNobody = 0; ///< the internal id of a row that stands in no experiment

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

/// Others are measured by it.
bool isBaseline(const RunListing& run)
{
    return run.isBaseline.value_or(false) && run.state == RunState::Completed;
}

QString shownTags(const RunLabels& labels)
{
    QStringList tags;
    for (const std::string& tag : labels.tags)
        tags << text(tag);
    return tags.join(u", "_s);
}

} // namespace

std::vector<ExperimentListing> listExperiments(const std::filesystem::path& runsFolder)
{
    std::vector<ExperimentListing> experiments;
    for (const auto& folder : experimentsIn(runsFolder)) {
        ExperimentListing listing{
            .folder = folder, .name = folder.filename().string(), .runs = listRuns(folder)};
        if (const auto stored = readExperiment(folder))
            listing.planned = static_cast<int>(runsOf(stored->plan).size());
        experiments.push_back(std::move(listing));
    }
    return experiments;
}

RunListModel::Row RunListModel::rowOf(RunListing run)
{
    const auto folder = run.folder;
    return {.run = std::move(run),
        .labels = readRunLabels(folder),
        .family = readRunFamily(folder),
        .qualityDelta = NAN};
}

RunListModel::Row RunListModel::rowOf(ExperimentListing experiment)
{
    Row row = rowOf(RunListing{.folder = experiment.folder, .name = experiment.name, .evalLoss = NAN});
    row.isExperiment = true;
    row.planned = std::max(experiment.planned, static_cast<int>(experiment.runs.size()));
    std::error_code error;
    const auto written = std::filesystem::last_write_time(experiment.folder / "experiment.json", error);
    if (!error) // before it has any run
        row.run.createdUnixSeconds
            = std::chrono::duration<double>(std::chrono::file_clock::to_sys(written).time_since_epoch())
                  .count();
    for (RunListing& run : experiment.runs) {
        if (row.runs.empty())
            row.run.createdUnixSeconds = run.createdUnixSeconds; // the newest
        row.runs.push_back(rowOf(std::move(run)));
    }
    findQuality(row.runs);
    return row;
}

/// By the losses at the end: those of both runs after equally many steps of the same training.
void RunListModel::findQuality(std::vector<Row>& rows)
{
    for (Row& row : rows)
        for (const Row& other : rows) { // the newest that fits
            const RunListing& run = row.run;
            const RunListing& baseline = other.run;
            if (!baseline.isBaseline.value_or(false) || baseline.state != RunState::Completed
                || &row == &other || run.state == RunState::Running || run.steps != baseline.steps
                || !(baseline.evalLoss > 0) || std::isinf(baseline.evalLoss)
                || isOtherData(run.data, baseline.data) || !isComparable(run.config, baseline.config))
                continue;
            row.qualityDelta = (run.evalLoss - baseline.evalLoss) / baseline.evalLoss * 100;
            break;
        }
}

void RunListModel::setRuns(std::vector<RunListing> runs, std::vector<ExperimentListing> experiments)
{
    beginResetModel();
    m_rows.clear();
    for (RunListing& run : runs)
        m_rows.push_back(rowOf(std::move(run)));
    findQuality(m_rows);
    for (ExperimentListing& experiment : experiments)
        m_rows.push_back(rowOf(std::move(experiment)));
    if (!experiments.empty())
        std::ranges::stable_sort(m_rows,
            [](const Row& a, const Row& b) { return a.run.createdUnixSeconds > b.run.createdUnixSeconds; });
    endResetModel();
}

void RunListModel::refreshRunning()
{
    for (const QModelIndex& index : everyRow()) {
        RunListing& run = rowAt(index).run;
        if (isExperiment(index) || run.state != RunState::Running)
            continue;
        run = listRun(run.folder);
        Q_EMIT dataChanged(index, index.siblingAtColumn(ColumnCount - 1));
        if (const QModelIndex experiment = index.parent(); experiment.isValid())
            Q_EMIT dataChanged(experiment, experiment.siblingAtColumn(ColumnCount - 1));
    }
}

const RunListModel::Row& RunListModel::rowAt(const QModelIndex& index) const
{
    const auto row = static_cast<std::size_t>(index.row());
    return index.internalId() == ofNobody ? m_rows[row] : m_rows[index.internalId() - 1].runs[row];
}

QModelIndexList RunListModel::everyRow() const
{
    QModelIndexList all;
    for (int row = 0; row < rowCount(); ++row) {
        all << index(row, 0);
        for (int inside = 0; inside < rowCount(all.back()); ++inside)
            all << index(inside, 0, index(row, 0));
    }
    return all;
}

QModelIndex RunListModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : ofNobody);
}

QModelIndex RunListModel::parent(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == ofNobody)
        return {};
    return createIndex(static_cast<int>(index.internalId()) - 1, 0, ofNobody);
}

int RunListModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_rows.size());
    return parent.column() > 0 ? 0 : static_cast<int>(rowAt(parent).runs.size());
}

int RunListModel::columnCount(const QModelIndex& /*parent*/) const { return ColumnCount; }

QString RunListModel::searchTextOf(const Row& row) const
{
    const RunListing& run = row.run;
    return QStringList{textOf(row, Name), text(run.name), shownTags(row.labels), text(row.labels.note),
        text(run.config.model.kind), text(run.config.model.name), text(run.config.data.source),
        text(run.preset), textOf(row, State), textOf(row, Family)}
        .join(u'\n');
}

QString RunListModel::stateOf(const Row& row) const
{
    const auto isEnded = [](const Row& inside) {
        return inside.run.state != RunState::Running && inside.run.state != RunState::Interrupted;
    };
    const QString state = row.isExperiment
        ? tr("%1 of %2 runs ended").arg(std::ranges::count_if(row.runs, isEnded)).arg(row.planned)
        : row.run.state == RunState::Interrupted && row.run.steps > 0
        ? tr("interrupted at step %1").arg(countText(row.run.steps))
        : text(nameOf(row.run.state));
    return row.labels.isArchived ? tr("%1, archived").arg(state) : state;
}

QString RunListModel::titleOfIdentity(const std::string& identity) const
{
    for (const QModelIndex& index : everyRow())
        if (!isExperiment(index) && runIdentity(at(index).folder) == identity)
            return textOf(rowAt(index), Name);
    return {};
}

QString RunListModel::familyOf(const Row& row) const
{
    QStringList words;
    if (row.family.isFork()) // the step first: names are long, and cut
        words << tr("fork at step %1 of %2").arg(countText(row.family.forkedAt), text(row.family.parentName));
    if (!row.family.continuedAt.empty()) {
        QStringList steps;
        for (const std::int64_t step : row.family.continuedAt)
            steps << countText(step);
        words << tr("continued at step %1").arg(steps.join(u", "_s));
    }
    return words.join(u"; "_s);
}

/// What stands for nothing is no value at all: such rows come last.
QVariant RunListModel::valueOf(const Row& row, int column) const
{
    const RunListing& run = row.run;
    const auto known = [](auto value) { return value > 0 ? QVariant(value) : QVariant(); };
    switch (column) {
    case State:
        return row.isExperiment ? -1 : static_cast<int>(run.state);
    case Created:
        return known(run.createdUnixSeconds);
    case Steps:
        return row.isExperiment ? QVariant() : static_cast<qlonglong>(run.steps);
    case EvalLoss:
        return std::isnan(run.evalLoss) ? QVariant() : run.evalLoss;
    case QualityDelta:
        return std::isnan(row.qualityDelta) ? QVariant() : row.qualityDelta;
    case Peak:
        return known(static_cast<qlonglong>(run.peakDeviceBytes));
    case Throughput:
        return known(run.tokensPerSecond);
    default: {
        const QString words = textOf(row, column);
        return words.isEmpty() ? QVariant() : words;
    }
    }
}

QString RunListModel::textOf(const Row& row, int column) const
{
    const RunListing& run = row.run;
    const auto number
        = [](double value) { return std::isnan(value) ? u"–"_s : QString::number(value, 'f', 4); };
    switch (column) {
    case Name:
        return text(row.labels.title.empty() ? run.name : row.labels.title);
    case Tags:
        return shownTags(row.labels);
    case Note:
        return text(row.labels.note);
    case State:
        return stateOf(row);
    case Family:
        return familyOf(row);
    case Created:
        return run.createdUnixSeconds > 0
            ? QDateTime::fromSecsSinceEpoch(static_cast<qint64>(run.createdUnixSeconds))
                  .toString(u"yyyy-MM-dd HH:mm"_s)
            : u"–"_s;
    default:
        break;
    }
    if (row.isExperiment)
        return column == Preset ? tr("experiment") : QString();
    switch (column) {
    case Preset:
        return text(run.preset);
    case Steps:
        return run.steps > run.maxSteps ? countText(run.steps)
                                        : QString(countText(run.steps) % u" / "_s % countText(run.maxSteps));
    case EvalLoss:
        return number(run.evalLoss);
    case QualityDelta:
        return isBaseline(run) ? tr("baseline") : percentText(row.qualityDelta);
    case Peak:
        return run.peakDeviceBytes > 0 ? bytesText(static_cast<double>(run.peakDeviceBytes)) : u"–"_s;
    default:
        return !hasRealSeconds(run.config) ? tr("simulated card")
            : run.tokensPerSecond > 0      ? countText(static_cast<std::int64_t>(run.tokensPerSecond))
                                           : u"–"_s;
    }
}

QVariant RunListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Row& row = rowAt(index);
    const int column = index.column();
    switch (role) {
    case searchRole:
        return searchTextOf(row);
    case sortRole:
        return valueOf(row, column);
    case Qt::DisplayRole:
    case Qt::EditRole:
        return textOf(row, column);
    case Qt::TextAlignmentRole:
        return column >= Steps && column <= Throughput
            ? QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter)
            : QVariant();
    case Qt::ToolTipRole:
        if (column == Family && row.family.isFork()) {
            const QString now = titleOfIdentity(row.family.parentIdentity);
            return QString(familyOf(row) % u'\n'
                % (now.isEmpty() ? tr("that run is not in this folder")
                                 : tr("that run is %1 here").arg(now)));
        }
        return column == Name  ? text(row.run.folder.string())
            : column == Family ? familyOf(row)
            : column == Note   ? text(row.labels.note)
                               : QString();
    default:
        return {};
    }
}

bool RunListModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || role != Qt::EditRole)
        return false;
    RunLabels labels = rowAt(index).labels;
    const QString given = value.toString().trimmed();
    if (index.column() == Name)
        labels.title = given == text(at(index).name) ? std::string() : given.toStdString();
    else if (index.column() == Tags)
        labels.tags = tagsFrom(given);
    else if (index.column() == Note)
        labels.note = given.toStdString();
    else
        return false;
    return write(index, labels);
}

bool RunListModel::setArchived(const QModelIndex& index, bool archived)
{
    RunLabels labels = rowAt(index).labels;
    labels.isArchived = archived;
    return write(index, labels);
}

bool RunListModel::write(const QModelIndex& index, const RunLabels& labels)
{
    RunLabels& now = rowAt(index).labels;
    if (labels == now)
        return true;
    if (const auto status = writeRunLabels(at(index).folder, labels); !status) {
        Q_EMIT failed(messageText(status.error().message));
        return false;
    }
    now = labels;
    Q_EMIT dataChanged(index.siblingAtColumn(0), index.siblingAtColumn(ColumnCount - 1));
    Q_EMIT labelsChanged();
    return true;
}

Qt::ItemFlags RunListModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractItemModel::flags(index);
    const bool isLabel = index.column() == Name || index.column() == Tags || index.column() == Note;
    return index.isValid() && isLabel ? flags | Qt::ItemIsEditable : flags;
}

QVariant RunListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            (section >= Steps && section <= Throughput ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == QualityDelta)
        return tr(
            "Evaluation loss at the end against the FP32 run of the same training, in percent; positive "
            "is worse");
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    return QStringList{tr("Run"), tr("State"), tr("Date"), tr("Preset"), tr("Steps"), tr("Eval loss"),
        tr("Quality delta"), tr("Peak memory"), tr("Tokens/s"), tr("From"), tr("Tags"), tr("Note")}
        .value(section);
}

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/event_list_model.h"

#include "core/output/titles.h"
#include "core/record/device_choice.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

void EventListModel::setRun(const Run* run)
{
    beginResetModel();
    m_run = run;
    m_rows.clear();
    m_taken = {};
    m_wanted = page;
    if (m_run)
        std::ranges::copy(collect(), std::back_inserter(m_rows));
    m_shown = static_cast<int>(std::min<std::size_t>(m_rows.size(), page));
    endResetModel();
}

std::size_t EventListModel::sizeOf(Source source) const
{
    switch (source) {
    case Source::Segments:
        return m_run->segments().size();
    case Source::Evaluations:
        return m_run->evaluations().size();
    case Source::Predictions:
        return m_run->predictions().size();
    case Source::Checkpoints:
        return m_run->checkpoints().size();
    case Source::Texts:
        return m_run->texts().all().size();
    case Source::Notices:
        return m_run->notices().size();
    }
    Q_UNREACHABLE();
}

std::int64_t EventListModel::tickOf(const Row& row) const
{
    switch (row.source) {
    case Source::Segments:
        return m_run->segments()[row.at].tick;
    case Source::Evaluations:
        return m_run->evaluations()[row.at].tick;
    case Source::Predictions:
        return m_run->predictions()[row.at].tick;
    case Source::Checkpoints:
        return m_run->checkpoints()[row.at].tick;
    case Source::Texts:
        return m_run->texts().all()[row.at].tick;
    case Source::Notices:
        return m_run->notices()[row.at].tick;
    }
    Q_UNREACHABLE();
}

std::vector<EventListModel::Row> EventListModel::collect()
{
    std::vector<Row> fresh;
    for (std::size_t source = 0; source < sourceCount; ++source)
        for (const std::size_t size = sizeOf(static_cast<Source>(source)); m_taken[source] < size;
             ++m_taken[source])
            fresh.push_back({static_cast<Source>(source), static_cast<std::uint32_t>(m_taken[source])});
    std::ranges::stable_sort(fresh, {}, [this](const Row& row) { return tickOf(row); });
    return fresh;
}

void EventListModel::showNewEvents()
{
    if (!m_run)
        return;
    for (std::size_t source = 0; source < sourceCount; ++source)
        if (m_taken[source] > sizeOf(static_cast<Source>(source))) { // a resume or a roll-back took rows back
            setRun(m_run);
            return;
        }
    const std::vector<Row> fresh = collect();
    if (fresh.empty())
        return;
    if (fresh.size() > static_cast<std::size_t>(page)) { // a run that is read from its folder
        beginResetModel();
        std::ranges::copy(fresh, std::back_inserter(m_rows));
        m_shown = static_cast<int>(std::min<std::size_t>(m_rows.size(), static_cast<std::size_t>(m_wanted)));
        endResetModel();
        return;
    }
    beginInsertRows({}, 0, static_cast<int>(fresh.size()) - 1);
    std::ranges::copy(fresh, std::back_inserter(m_rows));
    m_shown += static_cast<int>(fresh.size());
    endInsertRows();
    if (m_shown > m_wanted) { // the views keep something for each row
        beginRemoveRows({}, m_wanted, m_shown - 1);
        m_shown = m_wanted;
        endRemoveRows();
    }
}

void EventListModel::showOlder()
{
    if (!hasOlder())
        return;
    const int more
        = static_cast<int>(std::min<std::size_t>(page, m_rows.size() - static_cast<std::size_t>(m_shown)));
    beginInsertRows({}, m_shown, m_shown + more - 1);
    m_shown += more;
    m_wanted = std::max(m_wanted, m_shown);
    endInsertRows();
}

QString EventListModel::kindOf(const Row& row) const
{
    switch (row.source) {
    case Source::Segments:
        return tr("segment");
    case Source::Evaluations:
        return tr("evaluation");
    case Source::Predictions:
        return tr("predict");
    case Source::Checkpoints:
        return tr("checkpoint");
    case Source::Texts:
        return tr("text");
    case Source::Notices:
        return text(nameOf(m_run->notices()[row.at].severity));
    }
    Q_UNREACHABLE();
}

bool EventListModel::warns(const Row& row) const
{
    return (row.source == Source::Segments && m_run->segments()[row.at].start->castMismatches > 0)
        || (row.source == Source::Notices && m_run->notices()[row.at].severity != Severity::Info);
}

QString EventListModel::wordsOf(const Row& row) const
{
    switch (row.source) {
    case Source::Segments:
        return segmentWords(m_run->segments()[row.at]);
    case Source::Evaluations:
        return evaluationWords(m_run->evaluations()[row.at]);
    case Source::Predictions: {
        const PredictJudged& p = m_run->predictions()[row.at];
        return tr("read-out gains %1 ± %2 nats over %3 probes; confidence %4")
            .arg(p.meanGain, 0, 'f', 4)
            .arg(p.gainSpread, 0, 'f', 4)
            .arg(p.probes)
            .arg(p.confidence, 0, 'f', 2);
    }
    case Source::Checkpoints: {
        const CheckpointSaved& c = m_run->checkpoints()[row.at];
        return tr("%1, %2 in %3")
            .arg(text(c.folder), bytesText(static_cast<double>(c.bytes)), secondsText(c.seconds));
    }
    case Source::Texts: {
        const TextWritten& written = m_run->texts().all()[row.at];
        return QString(text(written.prompt) % u" → "_s % text(written.text)).simplified();
    }
    case Source::Notices:
        return text(m_run->notices()[row.at].text);
    }
    Q_UNREACHABLE();
}

QString EventListModel::segmentWords(const Segment& segment) const
{
    const Transition& s = *segment.start;
    QString what = tr("%1 in %2").arg(text(titleOf(s.phase)), text(titleOf(s.plan.compute)));
    if (!s.reason.empty())
        what += tr(": %1").arg(text(s.reason));
    if (s.casts > 0)
        what += tr(" · %1 tensors cast, %2 in %3, %4 mismatches")
                    .arg(countText(s.casts), bytesText(static_cast<double>(s.castBytes)),
                        hasRealSeconds(m_run->config()) ? secondsText(segment.castSeconds) : u"–"_s,
                        countText(s.castMismatches));
    if (s.moves > 0)
        what += tr(" · %1 tensors moved, %2")
                    .arg(countText(s.moves), bytesText(static_cast<double>(s.moveBytes)));
    return what;
}

QString EventListModel::evaluationWords(const Evaluated& e)
{
    const QString what = tr("loss %1").arg(e.loss, 0, 'f', 4);
    return std::isnan(e.accuracy) ? what : what + tr(", accuracy %1 %").arg(e.accuracy * 100, 0, 'f', 2);
}

int EventListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : m_shown; }
int EventListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EventListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Row& row = m_rows[m_rows.size() - 1 - static_cast<std::size_t>(index.row())];
    if (role == Qt::ForegroundRole && warns(row))
        return theme().bad;
    if (role == Qt::TextAlignmentRole && index.column() == AtTick)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && index.column() == What && row.source == Source::Predictions)
        return QString(wordsOf(row) % u"\n"_s
            % tr("By how much the average of the last weights had a lower loss than the weights themselves, "
                 "on "
                 "batches that Predict looked at; confidence: how sure it is that this is above 0, from 0 to "
                 "1."));
    if (role == Qt::ToolTipRole && index.column() == What)
        return wordsOf(row);
    if (role != Qt::DisplayRole)
        return {};
    return index.column() == AtTick ? countText(tickOf(row))
        : index.column() == Kind    ? kindOf(row)
                                    : wordsOf(row);
}

QVariant EventListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole && section > AtTick)
        return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && orientation == Qt::Horizontal && section == AtTick)
        return tr("A tick is a step, or a forward-only batch of Predict (a probe).");
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    return QStringList{tr("Tick"), tr("Kind"), tr("What happened")}.value(section);
}

} // namespace mantissa::ui

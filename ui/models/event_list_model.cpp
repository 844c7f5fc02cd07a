// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/event_list_model.h"

#include "core/output/chart_spec.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

void EventListModel::setRun(const Run* run)
{
    beginResetModel();
    m_run = run;
    m_rows.clear();
    m_segments = m_evaluations = m_predictions = m_checkpoints = m_notices = 0;
    if (m_run) {
        collect(m_rows);
        std::stable_sort(m_rows.begin(), m_rows.end(), [](const Row& a, const Row& b) { return a.tick < b.tick; });
    }
    endResetModel();
}

void EventListModel::collect(std::vector<Row>& rows)
{
    for (; m_segments < m_run->segments().size(); ++m_segments) {
        const SegmentStarted& s = m_run->segments()[m_segments].start;
        QString what = tr("%1 in %2").arg(text(titleOf(s.phase)), text(titleOf(s.plan.compute)));
        if (!s.reason.empty())
            what += tr(": %1").arg(text(s.reason));
        if (s.casts > 0)
            what += tr(" · %1 tensors cast, %2 in %3, %4 mismatches").arg(countText(s.casts), bytesText(static_cast<double>(s.castBytes)),
                secondsText(s.castSeconds), countText(s.castMismatches));
        if (s.moves > 0)
            what += tr(" · %1 tensors moved, %2").arg(countText(s.moves), bytesText(static_cast<double>(s.moveBytes)));
        rows.push_back({s.tick, tr("segment"), what, s.castMismatches > 0});
    }
    for (; m_evaluations < m_run->evaluations().size(); ++m_evaluations) {
        const Evaluated& e = m_run->evaluations()[m_evaluations];
        QString what = tr("loss %1").arg(e.loss, 0, 'f', 4);
        if (!std::isnan(e.accuracy))
            what += tr(", accuracy %1 %").arg(e.accuracy * 100, 0, 'f', 2);
        rows.push_back({e.tick, tr("evaluation"), what, false});
    }
    for (; m_predictions < m_run->predictions().size(); ++m_predictions) {
        const PredictJudged& p = m_run->predictions()[m_predictions];
        rows.push_back({p.tick, tr("predict"), tr("read-out gains %1 ± %2 nats over %3 probes; confidence %4").arg(p.meanGain, 0, 'f', 4)
                .arg(p.gainSpread, 0, 'f', 4).arg(p.probes).arg(p.confidence, 0, 'f', 2), false});
    }
    for (; m_checkpoints < m_run->checkpoints().size(); ++m_checkpoints) {
        const CheckpointSaved& c = m_run->checkpoints()[m_checkpoints];
        rows.push_back({c.tick, tr("checkpoint"), tr("%1, %2 in %3").arg(text(c.folder), bytesText(static_cast<double>(c.bytes)), secondsText(c.seconds)), false});
    }
    for (; m_notices < m_run->notices().size(); ++m_notices) {
        const Notice& n = m_run->notices()[m_notices];
        rows.push_back({n.tick, text(nameOf(n.severity)), text(n.text), n.severity != Severity::Info});
    }
}

void EventListModel::showNewEvents()
{
    if (!m_run)
        return;
    const bool shrank = m_segments > m_run->segments().size() || m_evaluations > m_run->evaluations().size()
        || m_predictions > m_run->predictions().size() || m_checkpoints > m_run->checkpoints().size();
    if (shrank) { // a resume took rows back
        setRun(m_run);
        return;
    }
    std::vector<Row> fresh;
    collect(fresh);
    if (fresh.empty())
        return;
    std::stable_sort(fresh.begin(), fresh.end(), [](const Row& a, const Row& b) { return a.tick < b.tick; });
    beginInsertRows({}, 0, static_cast<int>(fresh.size()) - 1);
    m_rows.insert(m_rows.end(), fresh.begin(), fresh.end());
    endInsertRows();
}

int EventListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
int EventListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant EventListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Row& row = m_rows[m_rows.size() - 1 - static_cast<std::size_t>(index.row())];
    if (role == Qt::ForegroundRole && row.warns)
        return theme().bad;
    if (role == Qt::TextAlignmentRole && index.column() == AtTick)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && index.column() == What)
        return row.what;
    if (role != Qt::DisplayRole)
        return {};
    return index.column() == AtTick ? countText(row.tick) : index.column() == Kind ? row.kind : row.what;
}

QVariant EventListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole && section > AtTick)
        return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    return QStringList{tr("Tick"), tr("Kind"), tr("What happened")}.value(section);
}

} // namespace mantissa::ui

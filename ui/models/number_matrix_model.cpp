// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/number_matrix_model.h"

#include "core/output/titles.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

QString titleOf(NumberStatistic statistic)
{
    switch (statistic) {
    case NumberStatistic::RoundingLoss:
        return QObject::tr("Rounding loss of weights");
    case NumberStatistic::Sqnr:
        return QObject::tr("SQNR of weights");
    case NumberStatistic::CancelledUpdates:
        return QObject::tr("Cancelled updates");
    case NumberStatistic::EffectiveDescent:
        return QObject::tr("Effective descent");
    case NumberStatistic::WeightUnderflow:
        return QObject::tr("Weights that become zero");
    case NumberStatistic::GradientUnderflow:
        return QObject::tr("Gradients that become zero");
    case NumberStatistic::GradientOverflow:
        return QObject::tr("Gradients that overflow");
    case NumberStatistic::UpdateRatio:
        return QObject::tr("Update / weight, median");
    }
    Q_UNREACHABLE();
}

QString tipOf(NumberStatistic statistic)
{
    switch (statistic) {
    case NumberStatistic::RoundingLoss:
        return QObject::tr("Root mean square of what rounding takes from the weights, in percent of their "
                           "own. The exact master keeps it; without one it is lost.");
    case NumberStatistic::Sqnr:
        return QObject::tr("Signal to rounding noise of the weights, in decibels: 20 dB is a tenth of the "
                           "weights, 40 dB a hundredth.");
    case NumberStatistic::CancelledUpdates:
        return QObject::tr("Share of the updates that would leave a rounded weight as it is. With the exact "
                           "master they add up; with a rounded one they are lost.");
    case NumberStatistic::EffectiveDescent:
        return QObject::tr(
            "How much of the intended update a rounded weight would take over: 1 is all of it.");
    case NumberStatistic::WeightUnderflow:
        return QObject::tr("Share of weights that are not zero and would be zero in this format.");
    case NumberStatistic::GradientUnderflow:
        return QObject::tr(
            "Share of gradients that are not zero and would be zero in this format, before the loss scale.");
    case NumberStatistic::GradientOverflow:
        return QObject::tr(
            "Share of gradients beyond the largest number of this format, before the loss scale.");
    case NumberStatistic::UpdateRatio:
        return QObject::tr("Median of |update| / |weight|. Where it is below half a unit in the last place "
                           "(0.2 % in BF16), a rounded weight hardly moves.");
    }
    Q_UNREACHABLE();
}

double valueOf(NumberStatistic statistic, const NumberGroup& group, Precision precision)
{
    const FormatStatistics& format = group.in(precision);
    switch (statistic) {
    case NumberStatistic::RoundingLoss:
        return std::isnan(format.sqnrDecibels) ? NAN : std::pow(10, -format.sqnrDecibels / 20);
    case NumberStatistic::Sqnr:
        return format.sqnrDecibels;
    case NumberStatistic::CancelledUpdates:
        return format.cancelled;
    case NumberStatistic::EffectiveDescent:
        return format.effectiveDescent;
    case NumberStatistic::WeightUnderflow:
        return format.weights.underflow;
    case NumberStatistic::GradientUnderflow:
        return format.gradients.underflow;
    case NumberStatistic::GradientOverflow:
        return format.gradients.overflow;
    case NumberStatistic::UpdateRatio:
        return group.updateRatioMedian;
    }
    Q_UNREACHABLE();
}

QString valueText(NumberStatistic statistic, double value)
{
    if (std::isnan(value))
        return u"–"_s;
    switch (statistic) {
    case NumberStatistic::Sqnr:
        return std::isinf(value) ? QObject::tr("exact") : QObject::tr("%1 dB").arg(value, 0, 'f', 1);
    case NumberStatistic::EffectiveDescent:
        return QString::number(value, 'f', 3);
    case NumberStatistic::UpdateRatio:
        return QString::number(value, 'e', 1);
    default:
        return value > 0 && value < 1e-4 ? QObject::tr("< 0.01 %") : percentText(100 * value, 2, false);
    }
}

double severityOf(NumberStatistic statistic, double value)
{
    if (std::isnan(value))
        return 0;
    switch (statistic) {
    case NumberStatistic::RoundingLoss:
        return std::clamp(value / 0.1, 0.0, 1.0);
    case NumberStatistic::Sqnr:
        return std::clamp((50 - value) / 40, 0.0, 1.0);
    case NumberStatistic::EffectiveDescent:
        return std::clamp(std::abs(1 - value), 0.0, 1.0);
    case NumberStatistic::GradientOverflow:
        return value > 0 ? 1 : 0; // one is enough for a skipped step
    case NumberStatistic::UpdateRatio:
        return 0; // neither good nor bad by itself
    default:
        return std::clamp(value, 0.0, 1.0);
    }
}

void NumberMatrixModel::show(const Run* run, std::size_t upTo, NumberStatistic statistic, Precision precision)
{
    QStringList groups;
    std::vector<Phase> phases;
    std::vector<std::int64_t> ticks;
    std::vector<std::vector<double>> values;
    if (run && upTo < run->numbers().size())
        for (const NumberGroup& group : run->numbers()[upTo].groups)
            groups << text(group.name);
    for (const Phase phase : allPhases) {
        if (groups.isEmpty())
            break;
        const auto isOfPhase = [&](const NumbersMeasured& measured) {
            const Segment* segment = run->segmentAt(measured.tick);
            return segment && segment->start->phase == phase;
        };
        const auto newest = std::find_if(
            std::make_reverse_iterator(run->numbers().begin() + static_cast<std::ptrdiff_t>(upTo) + 1),
            run->numbers().rend(), isOfPhase);
        if (newest == run->numbers().rend())
            continue;
        phases.push_back(phase);
        ticks.push_back(newest->tick);
        values.emplace_back(groups.size(), NAN);
        for (const NumberGroup& group : newest->groups)
            if (const auto row = groups.indexOf(text(group.name)); row >= 0)
                values.back()[static_cast<std::size_t>(row)] = valueOf(statistic, group, precision);
    }
    const bool isSame = groups == m_groups && phases == m_phases;
    if (!isSame)
        beginResetModel();
    m_groups = groups;
    m_phases = std::move(phases);
    m_ticks = std::move(ticks);
    m_values = std::move(values);
    m_statistic = statistic;
    if (!isSame)
        endResetModel();
    else if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int NumberMatrixModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_groups.size());
}
int NumberMatrixModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : 1 + static_cast<int>(m_phases.size());
}

double NumberMatrixModel::valueAt(const QModelIndex& index) const
{
    return m_values[static_cast<std::size_t>(index.column() - 1)][static_cast<std::size_t>(index.row())];
}

QVariant NumberMatrixModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    if (index.column() == 0)
        return role == Qt::DisplayRole ? QVariant(m_groups[index.row()]) : QVariant();
    const double value = valueAt(index);
    const QColor ground = Theme::mixed(theme().panel, theme().bad, 0.6 * severityOf(m_statistic, value));
    switch (role) {
    case Qt::DisplayRole:
        return valueText(m_statistic, value);
    case Qt::ToolTipRole:
        return tr("%1 in %2, measured at tick %3")
            .arg(m_groups[index.row()],
                text(mantissa::titleOf(m_phases[static_cast<std::size_t>(index.column() - 1)])),
                countText(m_ticks[static_cast<std::size_t>(index.column() - 1)]));
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    case Qt::BackgroundRole:
        return severityOf(m_statistic, value) > 0.02 ? QVariant(ground) : QVariant();
    case Qt::ForegroundRole:
        return severityOf(m_statistic, value) > 0.02 ? QVariant(Theme::inkOn(ground)) : QVariant();
    default:
        return {};
    }
}

QVariant NumberMatrixModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((section == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    return section == 0 ? tr("Group")
                        : text(mantissa::titleOf(m_phases[static_cast<std::size_t>(section - 1)]));
}

} // namespace mantissa::ui

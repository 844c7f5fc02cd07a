// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/comparison_model.h"

#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <cmath>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

/// A change against the baseline in percent, with its direction.
QString change(const std::optional<double>& ratio)
{
    return ratio ? percentText((*ratio - 1) * 100, 1) : u"–"_s;
}

QString deltaText(const ComparisonRow& row)
{
    if (row.isBaseline)
        return ComparisonModel::tr("baseline");
    if (!row.last)
        return u"–"_s;
    const QString delta = percentText(row.last->deltaPercent, 3);
    return row.last->overBatches
        ? delta % u" ± "_s % QString::number(row.last->overBatches->halfWidth, 'f', 3)
        : delta;
}

} // namespace

void ComparisonModel::setComparison(Comparison comparison)
{
    beginResetModel();
    m_comparison = std::move(comparison);
    endResetModel();
}

int ComparisonModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_comparison.rows.size());
}
int ComparisonModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ComparisonModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const ComparisonRow& row = m_comparison.rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::TextAlignmentRole && index.column() > Title)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ForegroundRole && !row.isBaseline) {
        const auto judged = [&](const std::optional<double>& ratio, bool lessIsGood) -> QVariant {
            if (!ratio || std::abs(*ratio - 1) < 0.005)
                return {};
            return (*ratio < 1) == lessIsGood ? theme().good : theme().bad;
        };
        if (index.column() == PeakRatio)
            return judged(row.peakRatio, true);
        if (index.column() == Speed)
            return judged(row.speedRatio, false);
        if (index.column() == Delta && row.last && std::isfinite(row.last->deltaPercent))
            return row.last->deltaPercent < claimedDeltaPercent ? theme().good : theme().bad;
    }
    if (role != Qt::DisplayRole)
        return {};
    if (row.isUnknown && index.column() > Title && !(row.isBaseline && index.column() == Delta))
        return u"–"_s;
    switch (index.column()) {
    case Title:
        return text(row.title);
    case Peak:
        return measuredBytesText(static_cast<double>(row.peakDeviceBytes));
    case PeakRatio:
        return row.isBaseline ? u"–"_s : change(row.peakRatio);
    case Mean:
        return measuredBytesText(row.meanDeviceBytes);
    case EvalLoss:
        return std::isnan(row.evalLoss) ? u"–"_s : QString::number(row.evalLoss, 'f', 4);
    case Delta:
        return deltaText(row);
    case Throughput:
        return row.tokensPerSecond > 0 ? countText(static_cast<std::int64_t>(row.tokensPerSecond)) : u"–"_s;
    case Speed:
        return row.isBaseline ? u"–"_s : change(row.speedRatio);
    case Casts:
        if (row.isForeign)
            return u"–"_s;
        return QString(countText(row.casts)
            % (row.castMismatches > 0 ? tr(" (%1 mismatches)").arg(row.castMismatches) : QString()));
    default:
        return row.isForeign ? u"–"_s : countText(row.skippedSteps);
    }
}

QVariant ComparisonModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole && section == Title)
        return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    return QStringList{tr("Run"), tr("Peak"), tr("vs baseline"), tr("Mean"), tr("Eval loss"),
        tr("Quality delta"), tr("Tokens/s"), tr("vs baseline"), tr("Casts"), tr("Skipped")}
        .value(section);
}

} // namespace mantissa::ui

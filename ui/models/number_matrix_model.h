// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One statistic of how numbers fare in a 16-bit format: a row for each group, a column for each phase, the
// newest measurement of that phase. The worse a cell, the redder, and the number is always there.

#include "core/record/run.h"

#include <QAbstractTableModel>

#include <vector>

namespace mantissa::ui {

/// In the order that the page offers them.
enum class NumberStatistic {
    RoundingLoss,
    Sqnr,
    CancelledUpdates,
    EffectiveDescent,
    WeightUnderflow,
    GradientUnderflow,
    GradientOverflow,
    UpdateRatio
};
inline constexpr std::array allNumberStatistics{NumberStatistic::RoundingLoss, NumberStatistic::Sqnr,
    NumberStatistic::CancelledUpdates, NumberStatistic::EffectiveDescent, NumberStatistic::WeightUnderflow,
    NumberStatistic::GradientUnderflow, NumberStatistic::GradientOverflow, NumberStatistic::UpdateRatio};

QString titleOf(NumberStatistic statistic);
/// What it means and where it becomes a trouble, a sentence.
QString tipOf(NumberStatistic statistic);
/// NaN where there is none.
double valueOf(NumberStatistic statistic, const NumberGroup& group, Precision precision);
QString valueText(NumberStatistic statistic, double value);
/// 0: harmless, 1: training in that format suffers from it.
double severityOf(NumberStatistic statistic, double value);

class NumberMatrixModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    /// Takes the newest measurement of each phase among run.numbers()[0] to [upTo].
    void show(const Run* run, std::size_t upTo, NumberStatistic statistic, Precision precision);
    QString groupAt(int row) const { return m_groups.value(row); }
    int rowOf(const QString& group) const { return static_cast<int>(m_groups.indexOf(group)); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    double valueAt(const QModelIndex& index) const;

    QStringList m_groups{};
    std::vector<Phase> m_phases{};
    std::vector<std::int64_t> m_ticks{}; ///< of each phase's measurement
    std::vector<std::vector<double>> m_values{}; ///< by phase, then group; NaN: none
    NumberStatistic m_statistic = NumberStatistic::RoundingLoss;
};

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The savings (core/memory: rungs) that make a set-up smaller, each with what it saves, what it costs in time
// and whether bits change. The exact ones that a budget needs are ticked already. Peaks are Estimates, times
// are measured here.

#include "core/memory/planner.h"
#include "core/record/device_limit.h"
#include "core/record/machine_needs.h"
#include "ui/theme/format.h"

#include <QAbstractTableModel>

namespace mantissa::ui {

class RungPrices;

class FitModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Title, Saves, Peak, Time, Bits, ColumnCount };

    /// The config has a budget. Nothing is measured before measure().
    FitModel(const RunConfig& config, RungPrices* prices, QObject* parent);

    /// Asks for the price of a step with each saving, and again whenever a tick changes; of those that this
    /// machine has no room for none is asked.
    void measure();
    bool isMeasured() const { return m_isMeasured; }

    /// With the ticked savings, from the first on.
    PresetChoices choices() const;
    std::int64_t peakDeviceBytes() const;
    std::int64_t budgetBytes() const { return *deviceLimit(m_config.memory); }
    bool fits() const { return peakDeviceBytes() <= budgetBytes(); }
    bool keepsBits() const;
    /// Why this machine has no room for a step with the ticked savings, Host's part counted; empty where it
    /// has.
    QString whyTooLargeHere() const { return messageText(whyNotHere(withChoices(choices()))); }
    /// It has room for one with some of the savings.
    bool canMeasure() const;
    /// Why the ticked savings cannot be together, or nothing.
    Status check() const;
    /// Seconds of a step with the ticked savings and without any, measured here; nothing while one of them is
    /// not known.
    std::optional<std::pair<double, double>> stepSeconds() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Line {
        Rung rung{};
        bool isTicked = false;
    };
    /// With the ticked savings before `row`, and those from it on as far as `withIt` says.
    PresetChoices climbedTo(int row, bool withIt) const;
    std::int64_t peakOf(const PresetChoices& choices) const;
    RunConfig withChoices(const PresetChoices& choices) const;
    void askForPrices();
    std::string whyNotHere(const RunConfig& config) const;
    QString priceText(const RunConfig& config) const;
    QString priceTip(const RunConfig& config) const;

    RunConfig m_config;
    RungPrices* m_prices;
    MachineRoom m_room; ///< when the model was made
    std::vector<Line> m_lines{};
    bool m_isMeasured = false;
};

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// "Fit into 8 GiB…": what makes a set-up smaller, the cheapest first, to tick. Accepted, it gives the choices
// to take over.

#include "core/precision/preset.h"
#include "core/record/run_config.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QTableView;

namespace mantissa::ui {

class FitModel;
class RungPrices;

class FitDialog : public QDialog {
    Q_OBJECT
public:
    /// The config has a budget.
    FitDialog(const RunConfig& config, RungPrices* prices, QWidget* parent);
    FitModel* model() const { return m_model; }

Q_SIGNALS:
    void chosen(const PresetChoices& choices, std::int64_t budgetBytes);

private:
    QTableView* rungTable();
    void showSum();
    FitModel* m_model;
    QLabel* m_sum;
    QPushButton* m_apply;
};

} // namespace mantissa::ui

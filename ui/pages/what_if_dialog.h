// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// "What if…": the open run's table and rhythm to edit, and beside them what the run would have needed so.

#include "core/evidence/what_if.h"

#include <QDialog>

#include <array>
#include <optional>

class QCheckBox;
class QLabel;
class QPushButton;

namespace mantissa::ui {

class NumberField;
class PrecisionTableModel;
class RunSession;
class WhatIfBars;

class WhatIfDialog : public QDialog {
    Q_OBJECT
public:
    /// The session outlives it; another run in it closes it.
    WhatIfDialog(RunSession* session, QWidget* parent);
    PrecisionTableModel* tableModel() const { return m_table; }
    /// What is shown; nothing while the edits cannot run.
    const std::optional<WhatIf>& result() const { return m_result; }

Q_SIGNALS:
    /// The run's config with the edits, for the set-up.
    void chosen(const RunConfig& config);

private:
    QWidget* choices();
    RunConfig changed() const;
    void showAnswer();

    RunSession* m_session;
    PrecisionTableModel* m_table;
    std::array<NumberField*, 3> m_rhythm{}; ///< Full, Predict, Correct
    QCheckBox* m_layerwise;
    QCheckBox* m_release;
    WhatIfBars* m_bars;
    QLabel* m_sum;
    QLabel* m_notes;
    QPushButton* m_use;
    RunConfig m_start{}; ///< what the fields say before anybody changes them
    std::optional<WhatIf> m_result{};
};

} // namespace mantissa::ui

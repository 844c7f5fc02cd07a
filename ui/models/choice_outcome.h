// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What one choice for a cell of the precision table would do to a set-up, before it is taken.

#include "core/record/run_config.h"

#include <QString>

#include <optional>

namespace mantissa::ui {

/// Peaks are Estimates, in bytes.
struct ChoiceOutcome {
    std::int64_t phaseBytes = 0; ///< at the phase's largest instant; 0: it does not run
    std::int64_t peakBytes = 0; ///< of the run
    QString cost{}; ///< a sentence; empty when nothing is paid for it
    QString refusal{}; ///< why the set-up cannot have it
    std::optional<Precision> compute{}; ///< what the phase would compute in
    bool isEmulated = false; ///< 16-bit numbers whose products this processor computes in FP32
};

/// `row` and `column` as in PrecisionTableModel, the choice by the name it has in files.
ChoiceOutcome outcomeOf(const RunConfig& config, int row, int column, const QString& choice);

} // namespace mantissa::ui

// SPDX-License-Identifier: Apache-2.0
#pragma once

// From a file of rows to rows that can be learned from: read, told apart by shape, written with a template,
// encoded, cut, split. What cannot be learned from is an error that names the row; what was cut is said.

#include "core/data/data_read.h"
#include "core/data/rows/row_set.h"
#include "core/data/rows/row_shape.h"
#include "core/data/templates/template_choice.h"

#include <functional>
#include <optional>
#include <string>

namespace mantissa {

struct RowChoices {
    std::optional<RowShape> shape{}; ///< unset: that of the first row
    std::string textField{usualTextField};
    std::string templateName = "auto"; ///< of rows that are talks
    std::int64_t context = 0; ///< most tokens of a row; 0: no limit
    RowCut cut = RowCut::Shared;
    TrainedParts parts{};
    bool leavesOutBadRows = false; ///< instead of refusing the file for them; how many is said
    double validationFraction = 0.1; ///< of the rows, where there is no file of their own
    std::string validationSource{}; ///< such a file; empty: none
    std::int64_t seed = 0; ///< that chooses the rows for evaluation
};

struct RowsRead {
    RowSet training{};
    RowSet evaluation{};
    RowShape shape = RowShape::Text;
    std::string templateName{}; ///< empty for texts
    DataRead read{}; ///< with remarks on what was cut and left out
};

/// A .jsonl, .json or .csv file. `isInterrupted` is asked between parts of the work; once it says yes, the
/// error is Interrupted.
Result<RowsRead> readRows(const std::string& source, const RowChoices& choices, const Tokenizer& tokenizer,
    const FolderTexts& folder, const std::function<bool()>& isInterrupted = {});

} // namespace mantissa

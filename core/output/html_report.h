// SPDX-License-Identifier: Apache-2.0
#pragma once

// One file that a colleague can open and believe: charts, tables, environment, and the command to repeat it.

#include "core/record/run.h"

#include <string>
#include <vector>

namespace mantissa {

struct ReportInput {
    const Run* run = nullptr;
    const Run* baseline = nullptr; ///< may be null
    std::vector<const Run*> others{}; ///< further runs to compare with
    std::string environmentJson{}; ///< text of environment.json, may be empty
    std::string digest{}; ///< of the final weights, may be empty
};

/// Self-contained HTML: inline CSS and SVG, strict content security policy, everything escaped, raw data at
/// the end.
std::string htmlReport(const ReportInput& input);
std::string markdownReport(const ReportInput& input);

} // namespace mantissa

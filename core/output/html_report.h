// SPDX-License-Identifier: Apache-2.0
#pragma once

// One file that a colleague can open and believe: charts, tables, environment, and the command to repeat it.

#include "core/base/json.h"
#include "core/record/run.h"

#include <memory>
#include <string>
#include <vector>

namespace mantissa {

struct ReportInput {
    const Run* run = nullptr;
    const Run* baseline = nullptr; ///< may be null
    std::vector<const Run*> others{}; ///< further runs to compare with
    std::shared_ptr<const Json> environment{}; ///< may be null
    std::string digest{}; ///< of the final weights, may be empty
};

/// What a run's folder says of the machine and the build; null where it says nothing.
std::shared_ptr<const Json> readEnvironment(const std::filesystem::path& runFolder);
/// Self-contained HTML: inline CSS and SVG, strict content security policy, everything escaped, raw data at
/// the end.
std::string htmlReport(const ReportInput& input);
std::string markdownReport(const ReportInput& input);

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tables of a report: what was measured, by phase, tick and event.

#include "core/output/report_facts.h"

#include <string>
#include <vector>

namespace mantissa {

/// In the order of a report, without those that would be empty.
std::vector<ReportTable> reportTables(const ReportInput& input);

} // namespace mantissa

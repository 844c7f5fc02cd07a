// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run's card said of itself, as rows of a report: least, median and most.

#include "core/output/report_facts.h"

namespace mantissa {

/// Without rows where the card was not read.
ReportTable cardTable(const Run& run);

} // namespace mantissa

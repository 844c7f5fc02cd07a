// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run's model wrote while it was trained, one text below the other.

#include "core/output/report_facts.h"

namespace mantissa {

/// Without rows where it wrote none.
ReportTable textsTable(const Run& run);

} // namespace mantissa

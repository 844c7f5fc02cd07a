// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The report of a run as a PDF, drawn without a window: what `mantissa --pdf` does, and `mantissa-cli report`
// through it.

#include "core/base/result.h"

#include <filesystem>

namespace mantissa {

/// `baseline`: empty, and it is looked for beside the run. Needs a QGuiApplication of any platform.
Status writePdfReport(const std::filesystem::path& run, const std::filesystem::path& baseline,
    const std::filesystem::path& file);

} // namespace mantissa

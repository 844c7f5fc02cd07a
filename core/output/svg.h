// SPDX-License-Identifier: Apache-2.0
#pragma once

// The charts of a run as SVG text: fixed decimals, no scripts, colours as CSS variables with a palette inside.

#include "core/evidence/quality_delta.h"
#include "core/record/run.h"

#include <string>
#include <vector>

namespace mantissa {

enum class ChartKind { Memory, Timeline, Quality, Loss };
std::string_view nameOf(ChartKind kind);

struct SvgSize {
    int width = 960;
    int height = 300;
};

/// Device memory by class over ticks, with the budget as a line.
std::string memorySvg(const Run& run, SvgSize size = {});
/// Phases and formats over ticks.
std::string timelineSvg(const Run& run, SvgSize size = {960, 96});
/// Quality delta over trained tokens; says so when there is no baseline.
std::string qualitySvg(const std::vector<QualityPoint>& points, SvgSize size = {});
/// Training loss (mean per pixel) and evaluation loss over ticks, of one or more runs.
std::string lossSvg(const std::vector<const Run*>& runs, SvgSize size = {});
/// Peak composition by phase, estimate above measurement, as bars.
std::string peakBarsSvg(const Run& run, SvgSize size = {960, 320});

/// A document of its own (with XML header) from any of the above.
std::string standaloneSvg(const std::string& svg);

} // namespace mantissa

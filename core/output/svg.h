// SPDX-License-Identifier: Apache-2.0
#pragma once

// The charts of a run as SVG text: fixed decimals, no scripts, colours as CSS classes with light and dark
// values inside.

#include "core/evidence/quality_delta.h"
#include "core/record/run.h"

#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

enum class ChartKind { Memory, Timeline, Quality, Loss };

struct SvgSize {
    int width = 960;
    int height = 300;
};

/// Device memory by class over ticks, the largest tick of each pixel, with the budget as a line.
std::string memorySvg(const Run& run, SvgSize size = {});
/// Phases and formats over ticks, casts and checkpoints as marks.
std::string timelineSvg(const Run& run, SvgSize size = {960, 110});
/// Quality delta over steps with the claimed band; says so when there is no baseline.
std::string qualitySvg(const std::vector<QualityPoint>& points, SvgSize size = {});
/// Training loss (mean per pixel) and evaluation loss over steps, of one or more runs.
std::string lossSvg(const std::vector<const Run*>& runs, SvgSize size = {});
/// Peak composition by phase: the measurement filled, the estimate as an outline below it.
std::string peakBarsSvg(const Run& run, SvgSize size = {960, 280});
/// Lead of each jump in steps, down to the lower end of its interval, beside what it cost.
std::string jumpSvg(const Run& run, SvgSize size = {960, 260});
/// One of the first four by kind. `baseline` may be null.
std::string chartSvg(ChartKind kind, const Run& run, const Run* baseline);

/// A document of its own from any of the above, in the light colours on white: every look is an attribute,
/// since viewers of files seldom know style sheets with variables.
std::string standaloneSvg(const std::string& svg);
/// The style that all of the above need, for a page that holds several.
std::string svgStyle();
/// Text safe inside HTML and SVG.
std::string escaped(std::string_view text);

} // namespace mantissa

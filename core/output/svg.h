// SPDX-License-Identifier: Apache-2.0
#pragma once

// Draws a chart as SVG text: fixed decimals, no scripts, colours as CSS classes with light and dark values
// inside.

#include "core/output/chart_spec.h"

#include <string>
#include <string_view>

namespace mantissa {

/// For a page that holds svgStyle().
std::string chartSvg(const ChartSpec& spec);
/// A document of its own from that, in the light colours on white: every look is an attribute, since viewers
/// of files seldom know style sheets with variables.
std::string standaloneSvg(const std::string& svg);
/// The style that all charts need, for a page that holds several.
std::string svgStyle();
/// Text safe inside HTML and SVG.
std::string escaped(std::string_view text);

} // namespace mantissa

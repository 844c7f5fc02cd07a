// SPDX-License-Identifier: Apache-2.0
// The looks of charts: a style sheet for pages, or the same as attributes for files that any viewer can draw.

#include "core/output/svg.h"

#include "core/output/palette.h"

#include <fmt/format.h>

#include <array>
#include <map>

namespace mantissa {

namespace {

constexpr std::array<std::string_view, 4> seriesNames{"series0", "series1", "series2", "series3"};
constexpr std::array<std::string_view, 5> linesOfRuns{"series0", "series1", "series2", "series3", "baseline"};

std::vector<std::pair<std::string_view, ColourPair>> palette()
{
    std::vector<std::pair<std::string_view, ColourPair>> colours;
    for (const MemoryClass memoryClass : allMemoryClasses)
        colours.emplace_back(nameOf(memoryClass), colourOf(memoryClass));
    for (const Phase phase : allPhases)
        colours.emplace_back(nameOf(phase), colourOf(phase));
    for (const Precision precision : allPrecisions)
        colours.emplace_back(nameOf(precision), colourOf(precision));
    colours.emplace_back("plot", ColourPair{"#ffffff", "#0f141b"});
    colours.emplace_back("ink", ColourPair{"#1b222c", "#e6eaf0"});
    colours.emplace_back("muted", ColourPair{"#5b6675", "#8b96a5"});
    colours.emplace_back("gridline", ColourPair{"#e6e9ee", "#222a35"});
    for (std::size_t i = 0; i < seriesNames.size(); ++i)
        colours.emplace_back(seriesNames[i], seriesColour(i));
    colours.emplace_back("baseline", baselineColour());
    colours.emplace_back("warning", ColourPair{"#c2410c", "#f0775a"});
    colours.emplace_back("band-ink", ColourPair{"#ffffff", "#0b0f14"});
    return colours;
}

/// What the style sheet says of each class, as attributes in the light colours.
const std::map<std::string, std::string, std::less<>>& attributesOfClasses()
{
    static const auto all = [] {
        std::map<std::string, std::string, std::less<>> attributes;
        std::map<std::string_view, std::string_view> light;
        for (const auto& [name, colour] : palette()) {
            light[name] = colour.light;
            attributes[fmt::format("f-{}", name)] = fmt::format("fill=\"{}\"", colour.light);
            attributes[std::string(name)] = fmt::format(
                "fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\"", colour.light); // lines of series
        }
        const auto words = [&](const char* name, int pixels, bool bold, const char* colour) {
            attributes[name] = fmt::format(
                "font-size=\"{}\" fill=\"{}\"{}", pixels, light[colour], bold ? " font-weight=\"600\"" : "");
        };
        words("title", 14, true, "ink");
        words("tick", 11, false, "muted");
        words("band", 11, true, "band-ink");
        words("warn", 11, false, "warning");
        words("arm", 12, false, "ink");
        const auto stroke = [&](const char* name, const char* colour, const char* more) {
            attributes[name] = fmt::format("fill=\"none\" stroke=\"{}\"{}", light[colour], more);
        };
        stroke("grid", "gridline", "");
        stroke("axis", "muted", " stroke-width=\"0.7\"");
        stroke("budget", "warning", " stroke-dasharray=\"6 4\"");
        stroke("whisker", "muted", "");
        stroke("front", "muted", " stroke-dasharray=\"4 3\"");
        for (const std::string_view series : linesOfRuns)
            attributes[fmt::format("b-{}", series)]
                = fmt::format("fill=\"{}\" fill-opacity=\"0.2\"", light[series]);
        stroke("outline", "muted", " stroke-dasharray=\"3 2\"");
        attributes["claim"] = fmt::format("fill=\"{}\" fill-opacity=\"0.12\"", light["predict"]);
        attributes["interval"] = fmt::format("fill=\"{}\" fill-opacity=\"0.3\"", light["series0"]);
        attributes["seed"] = fmt::format("fill=\"{}\" stroke=\"{}\"", light["series0"], light["plot"]);
        attributes["chart"] = "font-family=\"Inter, sans-serif\"";
        return attributes;
    }();
    return all;
}

} // namespace

std::string svgStyle()
{
    std::string light;
    std::string dark;
    for (const auto& [name, colour] : palette()) {
        light += fmt::format("--{}:{};", name, colour.light);
        dark += fmt::format("--{}:{};", name, colour.dark);
    }
    std::string style
        = fmt::format(":root{{{}}}@media(prefers-color-scheme:dark){{:root{{{}}}}}\n", light, dark);
    const auto fills
        = [&](std::string_view name) { style += fmt::format(".f-{0}{{fill:var(--{0})}}", name); };
    for (const MemoryClass memoryClass : allMemoryClasses)
        fills(nameOf(memoryClass));
    for (const Phase phase : allPhases)
        fills(nameOf(phase));
    for (const Precision precision : allPrecisions)
        fills(nameOf(precision));
    for (const std::string_view series : linesOfRuns)
        style += fmt::format(".f-{0}{{fill:var(--{0})}}.b-{0}{{fill:var(--{0});opacity:.2}}"
                             ".{0}{{stroke:var(--{0});stroke-width:1.6;fill:none}}",
            series);
    style
        += "svg.chart "
           "rect{shape-rendering:crispEdges}svg.chart{font-family:Inter,system-ui,sans-serif;background:var(-"
           "-plot)}.title{font-size:14px;font-weight:600;fill:var(--ink)}"
           ".tick{font-size:11px;fill:var(--muted)}.band{font-size:11px;font-weight:600;fill:var(--band-ink)}"
           ".grid{stroke:var(--gridline)}.axis{stroke:var(--muted);stroke-width:.7}.budget{stroke:var(--"
           "warning);stroke-dasharray:6 4}"
           ".warn{font-size:11px;fill:var(--warning)}.claim{fill:var(--predict);opacity:.12}.whisker{stroke:"
           "var(--muted)}"
           ".interval{fill:var(--series0);opacity:.3}.seed{fill:var(--series0);stroke:var(--plot)}.arm{font-"
           "size:12px;fill:var(--ink)}"
           ".front{fill:none;stroke:var(--muted);stroke-dasharray:4 "
           "3}.outline{fill:none;stroke:var(--muted);stroke-dasharray:3 2}\n";
    return style;
}

std::string standaloneSvg(const std::string& svg)
{
    constexpr std::string_view opening = "class=\"";
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    std::size_t at = 0;
    for (std::size_t found = svg.find(opening); found != std::string::npos; found = svg.find(opening, at)) {
        const std::size_t name = found + opening.size();
        const std::size_t end = svg.find('"', name);
        const auto attributes = attributesOfClasses().find(std::string_view(svg).substr(name, end - name));
        text += svg.substr(at, found - at);
        if (attributes != attributesOfClasses().end())
            text += attributes->second;
        at = end + 1;
    }
    text += svg.substr(at);
    const std::size_t inside = text.find(">\n", text.find("<svg")) + 2; // of the document
    return text.insert(inside, "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
}

} // namespace mantissa

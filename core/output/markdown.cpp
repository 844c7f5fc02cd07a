// SPDX-License-Identifier: Apache-2.0
#include "core/output/markdown.h"

#include "core/base/json.h"
#include "core/output/html_report.h"

#include <nlohmann/json.hpp>

namespace mantissa {

std::string markdownCell(const std::string& text)
{
    std::string safe;
    for (const char c : text)
        safe += c == '|' ? "\\|" : c == '<' ? "&lt;" : c == '\n' ? " " : std::string(1, c);
    return safe;
}

std::string markdownTable(const ReportTable& table)
{
    std::string text = "## " + table.title + "\n\n" + table.note + "\n\n|";
    std::string rule = "|";
    for (std::size_t i = 0; i < table.header.size(); ++i) {
        text += " " + markdownCell(table.header[i]) + " |";
        rule += i == 0 ? " --- |" : " ---: |";
    }
    text += "\n" + rule + "\n";
    for (const auto& row : table.rows) {
        text += "|";
        for (const std::string& value : row)
            text += " " + markdownCell(value) + " |";
        text += "\n";
    }
    return text + "\n";
}

std::string markdownReport(const ReportInput& input)
{
    const ReportFacts facts = factsOf(input);
    std::string text = "# " + markdownCell(facts.title) + "\n\n" + markdownCell(facts.outcome) + "\n\n";
    for (const auto& [label, value] : facts.figures)
        text += "- " + label + ": **" + markdownCell(value) + "**\n";
    text += "\n";
    for (const std::string& sentence : facts.verdict)
        text += markdownCell(sentence) + "\n\n";
    for (const ReportTable& table : facts.tables)
        text += markdownTable(table);
    text += "## Repeat it\n\n    " + facts.repeatCommand + "\n\n";
    if (!input.digest.empty())
        text += "SHA-256 of the final FP32 weights: `" + input.digest + "`\n\n";
    return text + "```json\n" + withoutTags(jsonText(toJson(input.run->config()))) + "\n```\n";
}

} // namespace mantissa

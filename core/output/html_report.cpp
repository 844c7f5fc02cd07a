// SPDX-License-Identifier: Apache-2.0
#include "core/output/html_report.h"

#include "core/output/html_page.h"
#include "core/output/report_facts.h"
#include "core/output/svg.h"
#include "core/record/run_summary.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

std::string chartsHtml(const ReportInput& input)
{
    std::vector<const Run*> runs{input.run};
    if (input.baseline)
        runs.push_back(input.baseline);
    runs.insert(runs.end(), input.others.begin(), input.others.end());
    const bool comparable = input.baseline && isComparable(input.run->config(), input.baseline->config());
    return cardHtml(memorySvg(*input.run)) + cardHtml(timelineSvg(*input.run))
        + cardHtml(peakBarsSvg(*input.run))
        + cardHtml(
            qualitySvg(comparable ? qualityDelta(*input.run, *input.baseline) : std::vector<QualityPoint>{}))
        + cardHtml(lossSvg(runs))
        + (input.run->jumpsMade().empty() ? std::string() : cardHtml(jumpSvg(*input.run)));
}

} // namespace

std::string htmlReport(const ReportInput& input)
{
    const ReportFacts facts = factsOf(input);
    const std::string device = input.run->started() ? input.run->started()->device : "";
    std::string html = figuresHtml(facts.figures);
    for (const std::string& sentence : facts.verdict)
        html += "<p>" + escaped(sentence) + "</p>\n";
    html += chartsHtml(input);
    for (const ReportTable& table : facts.tables)
        html += tableHtml(table);
    html += "<h2>Repeat it</h2>\n<pre>" + escaped(facts.repeatCommand) + "</pre>\n";
    if (!input.digest.empty())
        html += "<p>SHA-256 of the final FP32 weights (mantissa-cli digest): <code>" + escaped(input.digest)
            + "</code></p>\n";
    html += "<details open><summary>config.json</summary><pre>" + escaped(toJson(input.run->config()).dump(2))
        + "</pre></details>\n";
    if (!input.environmentJson.empty())
        html += "<details><summary>environment.json</summary><pre>" + escaped(input.environmentJson)
            + "</pre></details>\n";
    html += "<script type=\"application/json\" id=\"summary\">" + withoutTags(summaryOf(*input.run).dump())
        + "</script>\n";
    return htmlPage(facts.title, facts.outcome + " · " + device, html);
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/output/html_report.h"

#include "core/output/chart_registry.h"
#include "core/output/html_page.h"
#include "core/output/report_facts.h"
#include "core/output/svg.h"
#include "core/record/run_summary.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

std::shared_ptr<const Json> readEnvironment(const std::filesystem::path& runFolder)
{
    auto json = readJsonFile(runFolder / "environment.json");
    return json ? std::make_shared<const Json>(std::move(*json)) : nullptr;
}

std::string htmlReport(const ReportInput& input)
{
    const ReportFacts facts = factsOf(input);
    const std::string device = input.run->started() ? input.run->started()->device : "";
    std::string html = figuresHtml(facts.figures);
    for (const std::string& sentence : facts.verdict)
        html += "<p>" + escaped(sentence) + "</p>\n";
    for (const ChartSpec& chart : reportCharts(chartInput(*input.run, input.baseline, input.others)))
        html += cardHtml(chartSvg(chart));
    for (const ReportTable& table : facts.tables)
        html += tableHtml(table);
    html += commandHtml(facts.repeatCommand);
    if (!input.digest.empty())
        html += "<p>SHA-256 of the final FP32 weights (mantissa-cli digest): <code>" + escaped(input.digest)
            + "</code></p>\n";
    html += "<details open><summary>config.json</summary><pre>"
        + escaped(jsonText(toJson(input.run->config()))) + "</pre></details>\n";
    html += environmentHtml(input.environment.get());
    html += "<script type=\"application/json\" id=\"summary\">" + withoutTags(jsonLine(summaryOf(*input.run)))
        + "</script>\n";
    return htmlPage(facts.title, facts.outcome + " · " + device, html);
}

} // namespace mantissa

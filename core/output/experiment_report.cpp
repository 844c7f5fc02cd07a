// SPDX-License-Identifier: Apache-2.0
#include "core/output/experiment_report.h"

#include "core/base/units.h"
#include "core/output/chart_registry.h"
#include "core/output/html_page.h"
#include "core/output/html_report.h"
#include "core/output/markdown.h"
#include "core/output/svg.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

constexpr const char* none = "–";

std::string ratioText(const std::optional<double>& ratio)
{
    return ratio ? fmt::format("×{:.3f}", *ratio) : none;
}

std::string bytesText(std::int64_t bytes) { return bytes > 0 ? formatBytes(bytes) : none; }

std::string intervalText(const std::optional<DeltaInterval>& interval)
{
    return interval ? signedText(interval->low, 3) + " to " + percentText(interval->high) : none;
}

/// Each arm's verdict as a sentence, then the warnings.
std::vector<std::string> sentencesOf(const ExperimentResult& result)
{
    std::vector<std::string> sentences;
    for (const ArmResult& arm : result.arms)
        if (arm.verdict)
            sentences.push_back(
                fmt::format("{}: quality impact below {} % is {}: {}.", arm.name, claimedDeltaPercent,
                    *arm.verdict == Verdict::NotEnoughData ? "not decided" : verdictText(arm), arm.reason));
    for (const std::string& warning : result.warnings)
        sentences.push_back("Warning: " + warning + ".");
    return sentences;
}

std::string subtitleOf(const ExperimentResult& result)
{
    return fmt::format("{} of {} runs ended: {} arms × {} seeds · {}", result.endedRuns(),
        result.plannedRuns(), result.arms.size(), result.seeds.size(),
        result.device.empty() ? "no run yet" : result.device);
}

/// Of a measurement, where 0 means that nothing is known.
template <class Number> Json knownOrNull(Number value) { return value > 0 ? Json(value) : Json(); }

Json orNull(const std::optional<double>& value) { return value ? jsonNumber(*value) : Json(); }

Json seedJson(const SeedResult& seed)
{
    return {{"seed", seed.seed}, {"run", seed.folder},
        {"outcome", seed.outcome ? Json(nameOf(*seed.outcome)) : Json()}, {"message", seed.message},
        {"steps", seed.steps}, {"eval_loss", std::isnan(seed.evalLoss) ? Json() : jsonNumber(seed.evalLoss)},
        {"quality_delta_percent", orNull(seed.deltaPercent)},
        {"batch_standard_error_percent", orNull(seed.batchStandardError)},
        {"peak_device_bytes", knownOrNull(seed.peakDeviceBytes)}, {"peak_ratio", orNull(seed.peakRatio)},
        {"tokens_per_second", knownOrNull(seed.tokensPerSecond)}, {"speed_ratio", orNull(seed.speedRatio)}};
}

Json armJson(const ArmResult& arm)
{
    Json json = {{"name", arm.name}, {"baseline", arm.isBaseline},
        {"preset", toJson(arm.config)["precision"]["preset"]}};
    if (arm.verdict) {
        json["verdict"] = nameOf(*arm.verdict);
        json["reason"] = arm.reason;
    }
    json["quality_delta_percent"] = arm.delta
        ? Json{{"mean", arm.delta->mean}, {"low", arm.delta->low}, {"high", arm.delta->high},
            {"seeds", arm.delta->seeds}, {"method", nameOf(arm.delta->method)}}
        : Json();
    json["batch_standard_error_percent"] = orNull(arm.batchStandardError);
    json["peak_device_bytes"] = knownOrNull(arm.peakDeviceBytes);
    json["peak_ratio"] = orNull(arm.peakRatio);
    json["tokens_per_second"] = knownOrNull(arm.tokensPerSecond);
    json["speed_ratio"] = orNull(arm.speedRatio);
    json["runs"] = Json::array();
    for (const SeedResult& seed : arm.seeds)
        json["runs"].push_back(seedJson(seed));
    json["config"] = toJson(arm.config);
    return json;
}

} // namespace

std::string verdictText(const ArmResult& arm)
{
    if (!arm.verdict)
        return "baseline";
    std::string text(nameOf(*arm.verdict));
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

ReportTable armsTable(const ExperimentResult& result)
{
    const auto bySeeds = std::any_of(result.arms.begin(), result.arms.end(),
        [](const ArmResult& arm) { return arm.delta && arm.delta->method == IntervalMethod::Bootstrap; });
    ReportTable table{.title = "Arms",
        .note = fmt::format("Mean over seeds of the evaluation loss difference from the FP32 run of the same "
                            "seed, positive is worse; 95 % interval "
                            "over seeds ({}). The batch error is the paired standard error over evaluation "
                            "batches of one pair. "
                            "Below {} % is reached when the interval's upper end is below it.",
            bySeeds ? "bootstrap" : "paired t", claimedDeltaPercent),
        .header = {"Arm", "Pairs", "Quality delta", "95 % interval", "Batch error", "Peak", "of baseline",
            "Tokens/s", "of baseline", fmt::format("Below {} %", claimedDeltaPercent)}};
    for (const ArmResult& arm : result.arms) {
        const auto pairs = std::count_if(arm.seeds.begin(), arm.seeds.end(),
            [](const SeedResult& seed) { return seed.deltaPercent.has_value(); });
        table.rows.push_back(
            {arm.name, arm.isBaseline ? none : fmt::format("{} of {}", pairs, arm.seeds.size()),
                arm.delta ? percentText(arm.delta->mean) : none, intervalText(arm.delta),
                percentText(arm.batchStandardError, 3, false), bytesText(arm.peakDeviceBytes),
                ratioText(arm.peakRatio),
                arm.tokensPerSecond > 0 ? formatCount(std::llround(arm.tokensPerSecond)) : none,
                ratioText(arm.speedRatio), verdictText(arm)});
    }
    return table;
}

ReportTable seedsTable(const ExperimentResult& result)
{
    ReportTable table{.title = "Seeds",
        .note = "One pair of runs in each row: same start, same batches in the same order. The batch error "
                "is the paired standard error "
                "over the evaluation batches of this pair.",
        .header = {"Arm", "Seed", "Outcome", "Steps", "Evaluation loss", "Quality delta", "Batch error",
            "Peak", "of baseline", "Tokens/s", "of baseline"}};
    for (const ArmResult& arm : result.arms)
        for (const SeedResult& seed : arm.seeds)
            table.rows.push_back({arm.name, fmt::format("{}", seed.seed),
                seed.outcome ? std::string(nameOf(*seed.outcome)) : "not run", formatCount(seed.steps),
                std::isnan(seed.evalLoss) ? none : fmt::format("{:.5f}", seed.evalLoss),
                arm.isBaseline ? "baseline" : percentText(seed.deltaPercent),
                percentText(seed.batchStandardError, 3, false), bytesText(seed.peakDeviceBytes),
                ratioText(seed.peakRatio),
                seed.tokensPerSecond > 0 ? formatCount(std::llround(seed.tokensPerSecond)) : none,
                ratioText(seed.speedRatio)});
    return table;
}

/// What makes an arm the arm, so that the file says all that was tried.
ReportTable choicesTable(const ExperimentResult& result)
{
    ReportTable table{.title = "What the arms change",
        .note = "Keys in which an arm differs from the baseline; all else is equal.",
        .header = {"Arm", "Key", "Baseline", "Arm's"}};
    for (const ArmResult& arm : result.arms)
        for (const KeyDifference& difference : differencesOf(result.arms.front().config, arm.config))
            if (difference.key != "name")
                table.rows.push_back({arm.name, difference.key, difference.ofA, difference.ofB});
    return table;
}

ExperimentReportInput experimentReportInput(const ExperimentResult& result, const ExperimentPlan& plan,
    const std::string& repeatCommand, const std::filesystem::path& folder)
{
    return {.result = &result,
        .repeatCommand = repeatCommand,
        .environment = readEnvironment(folder / runsOf(plan).front().folder)};
}

Json experimentJson(const ExperimentReportInput& input)
{
    const ExperimentResult& result = *input.result;
    Json json = {{"format", 1}, {"name", result.name}, {"device", result.device},
        {"claim_percent", claimedDeltaPercent}, {"seeds", result.seeds},
        {"planned_runs", result.plannedRuns()}, {"ended_runs", result.endedRuns()},
        {"command", input.repeatCommand}, {"warnings", result.warnings}, {"arms", Json::array()}};
    for (const ArmResult& arm : result.arms)
        json["arms"].push_back(armJson(arm));
    return json;
}

std::string experimentMarkdown(const ExperimentReportInput& input)
{
    const ExperimentResult& result = *input.result;
    std::string text
        = "# Experiment " + markdownCell(result.name) + "\n\n" + markdownCell(subtitleOf(result)) + "\n\n";
    for (const std::string& sentence : sentencesOf(result))
        text += "- " + markdownCell(sentence) + "\n";
    text += "\n";
    for (const ReportTable& table : {armsTable(result), seedsTable(result), choicesTable(result)})
        text += markdownTable(table);
    text += "## Repeat it\n\n    " + input.repeatCommand + "\n\n";
    return text + "```json\n" + withoutTags(jsonText(toJson(result.arms.front().config))) + "\n```\n";
}

std::string experimentHtml(const ExperimentReportInput& input)
{
    const ExperimentResult& result = *input.result;
    std::vector<std::pair<std::string, std::string>> figures;
    for (const ArmResult& arm : result.arms)
        if (arm.verdict)
            figures.emplace_back(fmt::format("{}: {}", arm.name, verdictText(arm)),
                arm.delta ? percentText(arm.delta->mean) : none);
    std::string html = figuresHtml(figures);
    for (const std::string& sentence : sentencesOf(result))
        html += "<p>" + escaped(sentence) + "</p>\n";
    for (const ChartSpec& chart : reportCharts({.experiment = &result}))
        html += cardHtml(chartSvg(chart));
    for (const ReportTable& table : {armsTable(result), seedsTable(result), choicesTable(result)})
        html += tableHtml(table);
    html += commandHtml(input.repeatCommand);
    html += "<details><summary>config.json of the baseline</summary><pre>"
        + escaped(jsonText(toJson(result.arms.front().config))) + "</pre></details>\n";
    html += environmentHtml(input.environment.get());
    html += "<script type=\"application/json\" id=\"experiment\">"
        + withoutTags(jsonLine(experimentJson(input))) + "</script>\n";
    return htmlPage("Experiment " + result.name, subtitleOf(result), html);
}

Status writeExperiment(const ExperimentReportInput& input, const std::filesystem::path& folder)
{
    const std::pair<const char*, std::string> files[]
        = {{"experiment.json", jsonText(experimentJson(input)) + "\n"},
            {"experiment.md", experimentMarkdown(input)}, {"experiment.html", experimentHtml(input)}};
    for (const auto& [name, content] : files)
        TRY(writeFileAtomically(folder / name, content));
    return {};
}

} // namespace mantissa

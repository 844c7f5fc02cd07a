// SPDX-License-Identifier: Apache-2.0
#include "core/output/report_facts.h"

#include "core/base/units.h"
#include "core/output/report_tables.h"
#include "core/output/titles.h"
#include "core/record/best_evaluation.h"
#include "core/record/device_choice.h"
#include "core/record/jump_record.h"
#include "core/record/plans_that_ran.h"
#include "core/record/product_bound.h"
#include "core/record/run_labels.h"
#include "core/record/run_store.h"
#include "core/record/settings_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

std::string measuredBytes(double bytes) { return bytes > 0 ? formatMeasuredBytes(bytes) : "unknown"; }

std::string qualityFigure(const ReportInput& input, std::string& sentence)
{
    if (!input.baseline) {
        sentence = "No FP32 baseline was given, so nothing is said about quality. Train the same config with "
                   "--preset conservative.";
        return "no baseline";
    }
    if (const std::string why = whyNotComparable(*input.run, *input.baseline); !why.empty()) {
        sentence = fmt::format(
            "{} differs from this run in more than precision and memory, so it is no baseline for it: {}.",
            input.baseline->title(), why);
        return "not comparable";
    }
    if (const std::string why = whyNoBaseline(*input.baseline); !why.empty()) {
        sentence = fmt::format(
            "{} is no FP32 baseline ({}), so nothing is said about quality.", input.baseline->title(), why);
        return "no FP32 baseline";
    }
    const auto points = qualityDelta(*input.run, *input.baseline);
    if (points.empty()) {
        sentence = "The baseline has no evaluation at the same trained tokens: not enough data.";
        return "not enough data";
    }
    const QualityPoint& last = points.back();
    sentence = fmt::format(
        "At step {} the evaluation loss differs from the FP32 baseline {} by {} % (claim: below {} %). "
        "n = 1 pair of runs, no interval over seeds.",
        formatCount(last.step), input.baseline->title(), signedText(last.deltaPercent, 3),
        claimedDeltaPercent);
    if (last.overBatches)
        sentence
            += fmt::format(" Over the {} evaluation batches of this pair the 95 % interval is {} to {} %.",
                last.overBatches->n, signedText(last.overBatches->low(), 3),
                signedText(last.overBatches->high(), 3));
    if (const std::string rounding = otherRounding(*input.run, *input.baseline); !rounding.empty())
        sentence += " The two may also round sums differently: " + rounding + ".";
    return signedText(last.deltaPercent, 3) + " %";
}

std::string memorySentence(const ReportInput& input)
{
    const Run& run = *input.run;
    if (run.peakDeviceBytes() == 0)
        return "No step that could be read has measured memory, so peak and mean are unknown.";
    const Phase holder = peakPhase(run);
    const double width = timeAveragedWidth(run);
    std::string text = fmt::format("Three figures that are never mixed. Time-averaged weight width: {:.2f} "
                                   "of FP32 over this run's phases. "
                                   "Measured peak: {}, held by {}. Measured mean over ticks: {}.",
        width, formatBytes(run.peakDeviceBytes()), titleOf(holder),
        formatMeasuredBytes(run.meanDeviceBytes()));
    if (input.baseline && input.baseline->peakDeviceBytes() > 0
        && whyNoMemoryRatio(run, *input.baseline).empty()) {
        const double ratio = static_cast<double>(run.peakDeviceBytes())
            / static_cast<double>(input.baseline->peakDeviceBytes());
        text += fmt::format(" The baseline's measured peak is {}: this run needs {:.1f} % of it.",
            formatBytes(input.baseline->peakDeviceBytes()), 100 * ratio);
        if (ratio > 0.99)
            text += fmt::format(" The table leaves the peak where it was, because {} is {} and holds it.",
                titleOf(holder), titleOf(planAtPeak(run, holder).compute));
    }
    return text;
}

} // namespace

namespace {

/// Where the run was best, unless that is where it ended.
std::optional<std::string> bestSentence(const Run& run)
{
    const Evaluated* best = bestEvaluation(run);
    if (!best || best->step == run.evaluations().back().step)
        return std::nullopt;
    const auto kept = run.folder().empty() ? std::nullopt : bestCheckpoint(run);
    return fmt::format("The evaluation loss was lowest at step {}: {:.4f}{}.", formatCount(best->step),
        best->loss, kept && kept->step == best->step ? ", and the checkpoint of that step is kept" : "");
}

} // namespace

ReportFacts factsOf(const ReportInput& input)
{
    const Run& run = *input.run;
    ReportFacts facts{.title = run.title()};
    facts.outcome = run.ended()
        ? fmt::format("{} after {} steps{}{}", nameOf(run.ended()->outcome),
            run.steps() > run.config().training.maxSteps
                ? formatCount(run.steps())
                : formatCount(run.steps()) + " of " + formatCount(run.config().training.maxSteps),
            run.ended()->message.empty() ? "" : ": ", run.ended()->message)
        : fmt::format("{} at step {}", RunLock::isHeld(run.folder()) ? "still training," : "interrupted",
            formatCount(run.steps()));
    std::string quality;
    const std::string delta = qualityFigure(input, quality);
    const auto& evaluations = run.evaluations();
    facts.figures = {{"Peak memory (measured)", measuredBytes(static_cast<double>(run.peakDeviceBytes()))},
        {"Mean memory (measured)", measuredBytes(run.meanDeviceBytes())}, {"Quality delta", delta},
        {"Evaluation loss", evaluations.empty() ? "–" : fmt::format("{:.4f}", evaluations.back().loss)},
        {"Throughput (median step)",
            run.tokensPerSecond() > 0
                ? fmt::format("{} tokens/s", formatCount(static_cast<std::int64_t>(run.tokensPerSecond())))
                : hasRealSeconds(run.config()) ? "unknown"
                                               : "none: a simulated card"}};
    facts.verdict = {memorySentence(input), quality};
    if (const auto bound = run.folder().empty() ? std::nullopt : readProductBound(run.folder())) {
        facts.verdict.push_back(fmt::format("Measured afterwards by `check` ({}, {} threads): a step took "
                                            "{}, median of {}, and its matrix products "
                                            "alone, attention's included, each at the fastest measured for "
                                            "its shape, {}: {:.0f} % of what the "
                                            "products allow.",
            bound->device, bound->threads, formatSeconds(bound->stepSeconds), bound->steps,
            formatSeconds(bound->productSeconds), 100 * bound->share()));
    }
    if (const std::string why = whyNoSpeed(run.config()); !why.empty())
        facts.verdict.push_back(why);
    if (!run.segments().empty())
        facts.verdict.push_back(fmt::format(
            "{} tensors were cast between formats{}; {} of their elements changed.", formatCount(run.casts()),
            hasRealSeconds(run.config()) ? " in " + formatSeconds(run.castSeconds()) : "",
            run.castMismatches() == 0 ? "none" : formatCount(run.castMismatches())));
    if (const auto best = bestSentence(run))
        facts.verdict.push_back(*best);
    if (const auto uneven = unevenSteps(run))
        facts.verdict.push_back("The " + *uneven + ".");
    if (run.rollbacks() > 0 || run.skippedSteps() > 0)
        facts.verdict.push_back(fmt::format("{} roll-backs; {} updates were skipped because FP16 overflowed.",
            formatCount(run.rollbacks()), formatCount(run.skippedSteps())));
    const RunLabels labels = run.folder().empty() ? RunLabels{} : readRunLabels(run.folder());
    if (!labels.note.empty())
        facts.verdict.push_back("Noted by the user: " + labels.note);
    if (!labels.tags.empty())
        facts.verdict.push_back(fmt::format("Tags: {}", fmt::join(labels.tags, ", ")));
    facts.tables = reportTables(input);
    facts.repeatCommand = "mantissa-cli train config.json   # the config of this run: in its folder, and in "
                          "the HTML and Markdown reports";
    return facts;
}

std::string withoutTags(const std::string& json)
{
    std::string safe;
    for (const char c : json)
        safe += c == '<' ? "\\u003c" : std::string(1, c);
    return safe;
}

} // namespace mantissa

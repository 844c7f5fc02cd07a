// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/comparison.h"

#include "core/base/json.h"
#include "core/record/device_choice.h"
#include "core/record/plans_that_ran.h"
#include "core/record/settings_history.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace mantissa {

namespace {

std::optional<double> ratio(double value, double reference)
{
    return value > 0 && reference > 0 ? std::optional(value / reference) : std::nullopt; // 0: not known
}

/// What decides the bytes of a step beside precision and memory.
RunConfig shapeOf(const RunConfig& config)
{
    RunConfig shape;
    shape.model = config.model;
    shape.model.name = {};
    shape.model.folder = {}; // whatever the weights are, and wherever they lay
    shape.model.source = {}; // what it says of sizes stands in them
    shape.model.normEpsilon = RunConfig{}.model.normEpsilon;
    shape.model.rotaryBase = RunConfig{}.model.rotaryBase;
    shape.data.kind = config.data.kind;
    if (config.data.hasRows())
        shape.data.source = config.data.source; // a batch is as long as its longest row
    shape.training.batchSize = config.training.batchSize;
    return shape;
}

/// The first key in which the two differ, as a sentence's end; empty: none.
std::string firstDifference(const RunConfig& ofA, const RunConfig& ofB, const Run& a, const Run& b)
{
    std::string first;
    forEachDifference(ofA, ofB, [&](const std::string& key, const Json& x, const Json& y) {
        if (first.empty())
            first = fmt::format(
                "{} is {} in {} and {} in {}", key, jsonLine(x), a.title(), jsonLine(y), b.title());
    });
    return first;
}

std::string otherModel(const Run& a, const Run& b)
{
    RunConfig ofA, ofB;
    ofA.model = shapeOf(a.config()).model;
    ofB.model = shapeOf(b.config()).model;
    return firstDifference(ofA, ofB, a, b);
}

/// A card's name is that of its place; which machine it is in, the environment says.
std::string machineOf(const Run& run)
{
    const std::string device = run.started() ? run.started()->device : "";
    if (device.empty() || device.starts_with("cpu") || run.folder().empty())
        return device;
    const auto environment = readJsonFile(run.folder() / "environment.json");
    const Json cpu = environment && environment->is_object() ? environment->value("cpu", Json()) : Json();
    return cpu.is_string() ? device + " beside " + cpu.get<std::string>() : device;
}

/// The first says from which step on; the second is added where it is of another key.
std::string reasonOf(const std::string& why, const std::string& otherShape)
{
    const std::string key = otherShape.substr(0, otherShape.find(' '));
    return otherShape.empty() || why.find(key) != std::string::npos ? why : why + "; " + otherShape;
}

/// What the rows of a pair say of it, with the reason, each once.
void warnOfPair(Comparison& comparison, const Run& run, const Run& baseline)
{
    const bool bothRan = run.ticks() > 0 && baseline.ticks() > 0;
    ComparisonRow& row = comparison.rows.back();
    const std::string why = whyNotComparable(run, baseline);
    const std::string otherShape = whyNoMemoryRatio(run, baseline);
    const std::string noSpeed = whyNoSpeedRatio(run, baseline);
    const bool isOneReason = !otherModel(run, baseline).empty();
    if (run.isForeign() || baseline.isForeign()) {
        row.last.reset();
        comparison.warnings.push_back(why + ": its losses are shown, and no quality delta");
        return;
    }
    if (!why.empty()) {
        row.last.reset();
        const char* missing = !bothRan || otherShape.empty() ? "no quality delta is"
            : isOneReason ? "neither quality delta nor changes of memory and speed are"
                          : "neither quality delta nor changes of memory are";
        comparison.warnings.push_back(fmt::format(
            "{} and the baseline {} differ in more than precision and memory: {} shown for them ({})",
            run.title(), baseline.title(), missing, reasonOf(why, otherShape)));
    } else if (const std::string rounding = otherRounding(run, baseline); !rounding.empty()) {
        comparison.warnings.push_back(fmt::format("{} and the baseline {} may round sums differently: {}",
            run.title(), baseline.title(), rounding));
    } else if (!row.last && bothRan) {
        comparison.warnings.push_back(
            fmt::format("{} and the baseline {} have no evaluation at the same trained tokens", run.title(),
                baseline.title()));
    }
    if (bothRan && !noSpeed.empty() && !isOneReason)
        comparison.warnings.push_back(fmt::format("no change of speed is shown: {}", noSpeed));
}

ComparisonRow rowOf(const Run& run, const Run* baseline)
{
    ComparisonRow row{.title = run.title(),
        .isBaseline = &run == baseline,
        .steps = run.steps(),
        .isForeign = run.isForeign(),
        .isUnknown = run.ticks() == 0,
        .peakDeviceBytes = run.peakDeviceBytes(),
        .meanDeviceBytes = run.meanDeviceBytes(),
        .evalLoss = run.evaluations().empty() ? NAN : run.evaluations().back().loss,
        .tokensPerSecond = run.tokensPerSecond(),
        .casts = run.casts(),
        .castSeconds = run.castSeconds(),
        .castMismatches = run.castMismatches(),
        .skippedSteps = run.skippedSteps()};
    if (!baseline)
        return row;
    if (whyNoMemoryRatio(run, *baseline).empty()) {
        row.peakRatio = ratio(
            static_cast<double>(row.peakDeviceBytes), static_cast<double>(baseline->peakDeviceBytes()));
        row.meanRatio = ratio(row.meanDeviceBytes, baseline->meanDeviceBytes());
    }
    if (!unevenSteps(run) && !unevenSteps(*baseline) && whyNoSpeedRatio(run, *baseline).empty())
        row.speedRatio = ratio(row.tokensPerSecond, baseline->tokensPerSecond());
    if (const auto points = qualityDelta(run, *baseline); !points.empty())
        row.last = points.back();
    return row;
}

} // namespace

std::optional<std::string> unevenSteps(const Run& run)
{
    constexpr double mostSpread = 2;
    const double spread = run.stepTimeSpread();
    if (spread <= mostSpread)
        return std::nullopt;
    return fmt::format("steps took {:.1f} times their median on average, so other work had the processor and "
                       "the speed says little",
        spread);
}

std::string whyNoMemoryRatio(const Run& a, const Run& b)
{
    return firstDifference(shapeOf(a.config()), shapeOf(b.config()), a, b);
}

std::string whyNoSpeedRatio(const Run& a, const Run& b)
{
    if (std::string model = otherModel(a, b); !model.empty())
        return model;
    const std::string ofA = machineOf(a);
    const std::string ofB = machineOf(b);
    if (ofA.empty() || ofB.empty() || ofA == ofB)
        return {}; // a processor's name says how many threads were used
    return fmt::format("{} ran on {} and {} on {}", a.title(), ofA, b.title(), ofB);
}

Phase peakPhase(const Run& run)
{
    std::optional<Phase> holder;
    std::int64_t most = 0;
    for (const Phase phase : allPhases)
        if (const auto& peak = run.peakOf(phase);
            peak && (!holder || peak->memory.devicePeak.total() > most)) {
            holder = phase;
            most = peak->memory.devicePeak.total();
        }
    return holder.value_or(Phase::Full);
}

MemoryComposition peakComposition(const Run& run)
{
    const auto& peak = run.peakOf(peakPhase(run));
    return peak ? peak->memory.devicePeak : MemoryComposition{};
}

Comparison compareRuns(const std::vector<const Run*>& runs, std::optional<std::size_t> baseline)
{
    Comparison comparison;
    const Run* reference = baseline ? runs[*baseline] : nullptr;
    for (const Run* run : runs) {
        comparison.rows.push_back(rowOf(*run, reference));
        if (run->ticks() == 0)
            comparison.warnings.push_back(
                fmt::format("{} has no step that could be read: nothing was measured", run->title()));
        if (!reference || run == reference)
            continue;
        warnOfPair(comparison, *run, *reference);
    }
    for (const Run* run : runs) {
        if (run->isForeign()) // its seconds are those between two records
            continue;
        if (const auto uneven = unevenSteps(*run))
            comparison.warnings.push_back(fmt::format("{}: {}", run->title(), *uneven));
        if (const std::string why = whyNoSpeed(run->config()); !why.empty())
            comparison.warnings.push_back(fmt::format("{}: {}", run->title(), why));
    }
    if (const std::string why = reference && reference->ticks() > 0 ? whyNoBaseline(*reference) : "";
        !why.empty())
        comparison.warnings.push_back(fmt::format("{} is no FP32 baseline: {}", reference->title(), why));
    return comparison;
}

std::optional<std::size_t> guessBaseline(const std::vector<const Run*>& runs)
{
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (runs[i]->ticks() > 0 && whyNoBaseline(*runs[i]).empty())
            return i;
    return std::nullopt;
}

} // namespace mantissa

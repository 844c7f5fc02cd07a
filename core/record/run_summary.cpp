// SPDX-License-Identifier: Apache-2.0
#include "core/record/run_summary.h"

#include "core/record/best_evaluation.h"
#include "core/record/device_choice.h"
#include "core/record/environment.h"
#include "core/record/jump_record.h"
#include "core/record/plans_that_ran.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace mantissa {

Json toJson(const MemoryComposition& composition)
{
    Json classes = Json::object();
    for (const MemoryClass memoryClass : allMemoryClasses)
        classes[std::string(nameOf(memoryClass))] = composition.at(memoryClass);
    if (composition.other != 0)
        classes["other"] = composition.other;
    return {{"device_bytes", composition.total()}, {"by_class", classes}};
}

namespace {

/// All tiers of a phase or of a transition, live bytes and reserved ones apart.
Json ledgerOf(const MemoryReading& reading)
{
    Json json = toJson(reading.devicePeak);
    json["reserved_bytes"] = reading.deviceReservedPeak;
    const auto tier = [&](const std::string& name, const MemoryComposition& composition) {
        json[name + "_bytes"] = composition.total();
        json[name + "_by_class"] = toJson(composition)["by_class"];
    };
    tier("host", reading.hostPeak);
    json["host_reserved_bytes"] = reading.hostReservedPeak;
    tier("disk", reading.diskPeak);
    return json;
}

} // namespace

Json toJson(const Estimate& estimate)
{
    Json phases = Json::object();
    for (const Phase phase : allPhases)
        if (const auto& composition = estimate.byPhase[indexOf(phase)])
            phases[std::string(nameOf(phase))] = toJson(*composition);
    return phases;
}

Json summaryOf(const Run& run)
{
    Json peaks = Json::object();
    Json transitions = Json::object();
    std::int64_t disk = 0;
    for (const Phase phase : allPhases) {
        if (const auto& peak = run.peakOf(phase)) {
            peaks[std::string(nameOf(phase))] = ledgerOf(peak->memory);
            disk = std::max(disk, peak->memory.diskPeak.total());
        }
        if (const auto& peak = run.transitionPeakOf(phase))
            transitions[std::string(nameOf(phase))] = ledgerOf(peak->memory);
    }
    const bool evaluated = !run.evaluations().empty();
    const double loss = evaluated ? run.evaluations().back().loss : NAN;
    const double accuracy = evaluated ? run.evaluations().back().accuracy : NAN;
    const auto orNull = [](double value) { return std::isnan(value) ? Json() : jsonNumber(value); };
    const auto known
        = [](auto value) { return value > 0 ? Json(value) : Json(); }; // measurements are never 0
    const Series& scale = run.columns().lossScale;
    double lossScale = 1;
    for (std::int64_t tick = run.ticks(); tick-- > 0;)
        if (std::isfinite(scale.at(tick))) {
            lossScale = static_cast<double>(scale.at(tick));
            break;
        }
    const auto& budget = run.config().memory.budgetBytes;
    Json annealed;
    if (!run.annealed().empty()) {
        const AnnealedEstimated& e = run.annealed().back();
        annealed = {{"step", e.step}, {"loss", orNull(e.loss)}, {"gain", orNull(e.gain)},
            {"gain_low", orNull(e.gainLow)}, {"gain_high", orNull(e.gainHigh)}, {"lead", e.lead},
            {"window_steps", e.windowSteps}};
    }
    const JumpCosts jumps = jumpCostsOf(run);
    const Evaluated* best = bestEvaluation(run);
    return {{"outcome", run.ended() ? nameOf(run.ended()->outcome) : nameOf(Outcome::Interrupted)},
        {"message", run.ended() ? run.ended()->message : ""}, {"run_dir", run.folder().string()},
        {"steps", run.steps()}, {"parameters", run.started() ? Json(run.started()->parameters) : Json()},
        {"trained_tokens", run.started() || run.steps() == 0 ? Json(run.trainedTokens()) : Json()},
        {"final_loss", orNull(run.lastLoss())}, {"eval_loss", orNull(loss)},
        {"best_eval_loss", best ? Json(best->loss) : Json()}, {"best_step", best ? Json(best->step) : Json()},
        {"eval_accuracy", orNull(accuracy)}, {"tokens_per_second", known(run.tokensPerSecond())},
        {"step_time_spread", run.stepTimeSpread()}, {"seconds_are_real", hasRealSeconds(run.config())},
        {"ran_in_fp32", ranInFp32(run)}, {"is_baseline", whyNoBaseline(run).empty()},
        {"seconds", run.seconds()}, {"peak_device_bytes", known(run.peakDeviceBytes())},
        {"mean_device_bytes", known(run.meanDeviceBytes())}, {"peak_host_bytes", run.peakHostBytes()},
        {"peak_disk_bytes", disk}, {"peak_rss_bytes", peakResidentBytes()}, {"peak_by_phase", peaks},
        {"peak_by_transition", transitions}, {"estimate_by_phase", toJson(estimateOfWhatRan(run))},
        {"trial_by_phase", run.trial() ? toJson(run.trial()->peaks) : Json()}, {"casts", run.casts()},
        {"cast_seconds", run.castSeconds()}, {"cast_mismatches", run.castMismatches()},
        {"moves", run.moves()}, {"skipped_steps", run.skippedSteps()}, {"loss_scale", lossScale},
        {"rollbacks", run.rollbacks()}, {"annealed", annealed}, {"predict_seconds", run.predictSeconds()},
        {"jumps",
            {{"kept", jumps.kept}, {"taken_back", jumps.takenBack}, {"seconds", jumps.seconds},
                {"share_of_time", jumps.shareOfTime}}},
        {"data", run.started() ? toJson(run.started()->data) : Json()},
        {"device", run.started() ? run.started()->device : ""},
        {"budget_bytes", budget ? Json(*budget) : Json()}};
}

double secondsLeft(const Run& run)
{
    constexpr std::int64_t recent = 300;
    const std::int64_t from = std::max<std::int64_t>(0, run.ticks() - recent);
    const auto steps = run.columns().learningRate.over(from, run.ticks()).count;
    if (!run.started() || steps == 0 || run.ended() || !hasRealSeconds(run.config()))
        return NAN;
    const double perStep = run.columns().seconds.over(from, run.ticks()).sum / static_cast<double>(steps);
    return perStep * static_cast<double>(std::max<std::int64_t>(0, run.started()->lastStep - run.steps()));
}

} // namespace mantissa

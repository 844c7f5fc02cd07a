// SPDX-License-Identifier: Apache-2.0
#include "core/record/predict_events.h"

#include "core/record/event_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

std::string_view nameOf(JumpVerdict verdict)
{
    return verdict == JumpVerdict::Accepted ? "accepted" : "rejected";
}

Result<JumpVerdict> parseJumpVerdict(std::string_view name)
{
    for (const JumpVerdict verdict : {JumpVerdict::Accepted, JumpVerdict::Rejected})
        if (nameOf(verdict) == name)
            return verdict;
    return fail(fmt::format("'{}' is no verdict on a jump", name));
}

// One writer and one reader for each kind of event, side by side, so that a key cannot be written and not
// read.

Json write(const ProbeDone& e)
{
    return {{"event", "probe"}, {"tick", e.tick}, {"step", e.step}, {"loss", jsonNumber(e.loss)},
        {"readout_loss", jsonNumber(e.readoutLoss)}, {"candidates", e.candidates}, {"rows", e.rows},
        {"seconds", jsonNumber(e.seconds)}, {"memory", toJson(e.memory)}};
}
void read(const LineReader& r, ProbeDone& e)
{
    r("tick", e.tick), r("step", e.step), r("loss", e.loss), r("readout_loss", e.readoutLoss),
        r("candidates", e.candidates);
    r("rows", e.rows), r("seconds", e.seconds), r("memory", e.memory);
}

Json write(const PredictJudged& e)
{
    return {{"event", "predict_judged"}, {"tick", e.tick}, {"step", e.step}, {"probes", e.probes},
        {"mean_gain", jsonNumber(e.meanGain)}, {"gain_spread", jsonNumber(e.gainSpread)},
        {"confidence", jsonNumber(e.confidence)}, {"lead", jsonNumber(e.lead)}, {"retests", e.retests},
        {"window_steps", e.windowSteps}, {"seconds", jsonNumber(e.seconds)}};
}
void read(const LineReader& r, PredictJudged& e)
{
    r("tick", e.tick), r("step", e.step), r("probes", e.probes), r("mean_gain", e.meanGain),
        r("gain_spread", e.gainSpread);
    r("confidence", e.confidence), r("lead", e.lead), r("retests", e.retests),
        r("window_steps", e.windowSteps), r("seconds", e.seconds);
}

Json write(const AnnealedEstimated& e)
{
    return {{"event", "annealed"}, {"tick", e.tick}, {"step", e.step}, {"trained_tokens", e.trainedTokens},
        {"lead", jsonNumber(e.lead)}, {"window_steps", e.windowSteps}, {"loss", jsonNumber(e.loss)},
        {"weights_loss", jsonNumber(e.weightsLoss)}, {"gain", jsonNumber(e.gain)},
        {"gain_low", jsonNumber(e.gainLow)}, {"gain_high", jsonNumber(e.gainHigh)},
        {"batch_losses", jsonNumbers(e.batchLosses)}, {"seconds", jsonNumber(e.seconds)},
        {"memory", toJson(e.memory)}};
}
void read(const LineReader& r, AnnealedEstimated& e)
{
    r("tick", e.tick), r("step", e.step), r("trained_tokens", e.trainedTokens), r("lead", e.lead),
        r("window_steps", e.windowSteps);
    r("loss", e.loss), r("weights_loss", e.weightsLoss), r("gain", e.gain), r("gain_low", e.gainLow),
        r("gain_high", e.gainHigh);
    r("batch_losses", e.batchLosses), r("seconds", e.seconds), r("memory", e.memory);
}

Json write(const JumpMade& e)
{
    return {{"event", "jump_made"}, {"tick", e.tick}, {"step", e.step}, {"lead", jsonNumber(e.lead)},
        {"cosine", jsonNumber(e.cosine)}, {"share_of_weights", jsonNumber(e.shareOfWeights)},
        {"loss_before", jsonNumber(e.lossBefore)}, {"loss_after", jsonNumber(e.lossAfter)},
        {"correct_steps", e.correctSteps}, {"seconds", jsonNumber(e.seconds)}};
}
void read(const LineReader& r, JumpMade& e)
{
    r("tick", e.tick), r("step", e.step), r("lead", e.lead), r("cosine", e.cosine),
        r("share_of_weights", e.shareOfWeights);
    r("loss_before", e.lossBefore), r("loss_after", e.lossAfter), r("correct_steps", e.correctSteps),
        r("seconds", e.seconds);
}

Json write(const JumpJudged& e)
{
    return {{"event", "jump_judged"}, {"tick", e.tick}, {"step", e.step}, {"from_step", e.fromStep},
        {"verdict", nameOf(e.verdict)}, {"lead_steps", jsonNumber(e.leadSteps)},
        {"lead_low", jsonNumber(e.leadLow)}, {"cost_steps", jsonNumber(e.costSteps)},
        {"confidence", jsonNumber(e.confidence)}, {"to_step", e.toStep},
        {"trial_seconds", jsonNumber(e.trialSeconds)}, {"text", e.text}};
}
void read(const LineReader& r, JumpJudged& e)
{
    r("tick", e.tick), r("step", e.step), r("from_step", e.fromStep),
        r.named("verdict", e.verdict, parseJumpVerdict);
    r("lead_steps", e.leadSteps), r("lead_low", e.leadLow), r("cost_steps", e.costSteps),
        r("confidence", e.confidence);
    r("to_step", e.toStep), r("trial_seconds", e.trialSeconds), r("text", e.text);
}

} // namespace mantissa

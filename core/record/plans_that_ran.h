// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run's phases really used: a table may have been edited, a ladder climbed, a phase raised to FP32.

#include "core/memory/estimate.h"
#include "core/record/run.h"

namespace mantissa {

/// The config's choices with the table in force.
PresetChoices choicesInForce(const Run& run);
/// Whether every tick was computed in FP32, and will be where the run has not ended.
bool ranInFp32(const Run& run);
/// Empty for a run that others may be measured against: FP32 in every tick, FP32 moments, exact weights, all
/// along. Else what it is not.
std::string whyNoBaseline(const Run& run);
/// What may round sums differently in two runs that trained alike ("memory.loss_chunk is 0 and 64"); empty:
/// nothing.
std::string otherRounding(const Run& a, const Run& b);
/// Mean width of a weight in what the ticks computed in, as a share of FP32's; 1 before the first.
double timeAveragedWidth(const Run& run);
/// The plan in which the phase, which ran, reached its peak.
ResolvedPlan planAtPeak(const Run& run, Phase phase);
/// Choices that resolve to what each phase reached its peak in; execution and release are `own`'s.
PresetChoices choicesThatRan(const Run& run, const ResolvedPlan& own);
/// From shapes, of the plans that ran; of a phase that has not run, as the config has it.
Estimate estimateOfWhatRan(const Run& run);

} // namespace mantissa

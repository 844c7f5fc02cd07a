// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run's phases really used: a table may have been edited, a ladder climbed, a phase raised to FP32.

#include "core/memory/estimate.h"
#include "core/record/run.h"

namespace mantissa {

/// The config's choices with the table in force.
PresetChoices choicesInForce(const Run& run);
/// Whether every tick was computed in FP32, and will be where the run has not ended: what a baseline has to
/// be.
bool ranInFp32(const Run& run);
/// The plan in which the phase, which ran, reached its peak.
ResolvedPlan planAtPeak(const Run& run, Phase phase);
/// Choices that resolve to what each phase reached its peak in; execution and release are `own`'s.
PresetChoices choicesThatRan(const Run& run, const ResolvedPlan& own);
/// From shapes, of the plans that ran; of a phase that has not run, as the config has it.
Estimate estimateOfWhatRan(const Run& run);

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#pragma once

// One training that somebody waits for: a trainer thread, a progress line, Ctrl-C.

#include "core/record/run.h"
#include "core/training/trainer.h"

namespace mantissa {

/// Trains to the end with progress on stderr; `run` is what people see and gains the events. Ctrl-C asks for
/// an interrupt, a second one leaves at once. As Trainer::train otherwise.
Result<RunEnded> trainAttended(const TrainerSetup& setup, Run& run);

} // namespace mantissa

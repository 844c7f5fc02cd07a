// SPDX-License-Identifier: Apache-2.0
#pragma once

// What another process may ask of a trainer and what it is answered: one line of JSON each
// (docs/file-formats.md, "The door of a run").

#include "core/base/result.h"
#include "core/precision/table_edit.h"
#include "core/training/mailbox.h"

#include <string>
#include <string_view>

namespace mantissa {

/// Save: a checkpoint now. Numbers: the next step looks at every element. Edit: of the precision table.
enum class ControlAsk { State, Stop, Interrupt, Pause, GoOn, Save, Numbers, Edit };
std::string_view nameOf(ControlAsk ask);

struct ControlRequest {
    ControlAsk ask = ControlAsk::State;
    TableEdit edit{}; ///< of Edit
};

/// What the trainer does now, the request included.
struct ControlAnswer {
    TrainerState state = TrainerState::Training;
};

std::string lineOf(const ControlRequest& request);
/// An error names what of the line is not understood.
Result<ControlRequest> controlRequestFrom(std::string_view line);
std::string lineOf(const Result<ControlAnswer>& answer);
/// The error is the trainer's refusal, or that the line is none of its answers.
Result<ControlAnswer> controlAnswerFrom(std::string_view line);

} // namespace mantissa

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All that the set-up panel holds, as a value. Budget and device are as typed, because they need not be right
// yet.

#include "core/record/run_config.h"

#include <QString>

#include <string>
#include <vector>

namespace mantissa::ui {

struct SetupState {
    RunConfig config{};
    QString budget{};
    QString device = QStringLiteral("cpu");
    friend bool operator==(const SetupState&, const SetupState&) = default;
};

SetupState setupOf(const RunConfig& config);
/// The user called it so: no choice of model or data calls it otherwise.
bool hasOwnName(const RunConfig& config);
/// With other data; where text takes the place of images or the reverse, with a model that can learn from
/// them.
SetupState withData(SetupState state, DataKind kind, const std::string& source);
/// With a model that a Hugging Face folder holds: its sizes, its tokenizer, and a rate for weights that have
/// learned already. Errors: what is wrong with the folder.
Result<SetupState> withFolder(const SetupState& state, const std::string& folder);
/// With a new model of sizes in place of a folder's.
SetupState withSizes(SetupState state);
/// With "key=value" over what it holds, as --set writes them.
Result<SetupState> withSettings(const SetupState& state, const std::vector<std::string>& settings);
/// What it would train, or the first thing that is wrong with it.
Result<RunConfig> usableConfig(const SetupState& state);

} // namespace mantissa::ui

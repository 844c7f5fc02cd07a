// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All that the set-up panel holds, as a value. Budget, device and wrong numbers are as typed, because they
// need not be right yet.

#include "core/record/run_config.h"

#include <QString>

#include <map>
#include <string>
#include <vector>

namespace mantissa::ui {

class NumberField;

/// What stands in a number field that it does not take.
struct WrongNumber {
    QString field{}; ///< as the window names it
    QString typed{};
    QString reason{};
    friend bool operator==(const WrongNumber&, const WrongNumber&) = default;
};

struct SetupState {
    RunConfig config{};
    QString budget{};
    QString device = QStringLiteral("cpu");
    std::map<int, WrongNumber>
        wrong{}; ///< by the panel's number of the field; the config has the value before
    friend bool operator==(const SetupState&, const SetupState&) = default;
};

/// What a field says that has no value now.
WrongNumber wrongIn(const NumberField& field);
SetupState setupOf(const RunConfig& config);
/// The same, with budget and device in the words of `typed` where those say the same.
SetupState setupOf(const RunConfig& config, const SetupState& typed);
/// A size in the unit that says it exactly in the fewest digits: "12 MB", "2.6 GiB".
QString exactBytesText(std::int64_t bytes);
/// The user called it so: no choice of model or data calls it otherwise.
bool hasOwnName(const RunConfig& config);
/// With other data; where text takes the place of images or the reverse, with a model that can learn from
/// them.
SetupState withData(SetupState state, DataKind kind, const std::string& source);
/// With a model that a Hugging Face folder holds: its sizes, its tokenizer, and a rate for weights that have
/// learned already. Errors: what is wrong with the folder.
Result<SetupState> withFolder(const SetupState& state, const std::string& folder);
/// With the sizes of a known model, from random weights.
SetupState withKnownModel(SetupState state, const ModelConfig& model);
/// With a new model of sizes in place of a folder's; a known model's sizes stay and lose its name.
SetupState withSizes(SetupState state);
/// With "key=value" over what it holds, as --set writes them.
Result<SetupState> withSettings(const SetupState& state, const std::vector<std::string>& settings);
/// What it would train, or the first thing that is wrong with it.
Result<RunConfig> usableConfig(const SetupState& state);

} // namespace mantissa::ui

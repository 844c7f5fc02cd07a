// SPDX-License-Identifier: Apache-2.0
#pragma once

// A named file: a table and the memory choices that go with it.

#include "core/base/json.h"
#include "core/precision/precision_table.h"

#include <string>
#include <vector>

namespace mantissa {

/// How a weight keeps its exact value while compute is 16-bit.
enum class Master { Exact, Stochastic, Rounded };
enum class MomentsFormat { Fp32, Int8 };
/// Exact: with a budget set, climb those rungs by itself that leave every bit as it was.
enum class Fit { Exact, Off };

std::string_view nameOf(Master master);
std::string_view nameOf(MomentsFormat format);
std::string_view nameOf(Fit fit);
Result<Master> parseMaster(std::string_view name);
Result<MomentsFormat> parseMomentsFormat(std::string_view name);
Result<Fit> parseFit(std::string_view name);

/// Everything a preset owns, and nothing else.
struct PresetChoices {
    PrecisionTable table{};
    Master master = Master::Exact;
    MomentsFormat moments = MomentsFormat::Fp32;
    Fit fit = Fit::Exact;
    Execution execution = Execution::Whole;
    bool releaseGradients = false;
    std::int64_t lossChunk = 0; ///< rows of logits at once; 0: all
    /// The table's plan of a phase with these choices in it.
    ResolvedPlan resolve(Phase phase) const;
    friend bool operator==(const PresetChoices&, const PresetChoices&) = default;
};

struct Preset {
    std::string name; ///< as in files and on the command line
    std::string title; ///< one line for the window
    std::string description; ///< what it buys and what it costs
    PresetChoices choices{};
};

/// Read the keys that presets own from the sections of a preset or of a config; a config has more keys beside
/// them.
void readPrecisionKeys(ObjectReader& section, PresetChoices& choices);
void readMomentsKey(ObjectReader& optimizerSection, PresetChoices& choices);
void readMemoryKeys(ObjectReader& section, PresetChoices& choices);

/// Reads and checks a preset; `what` names it in messages.
Result<Preset> presetFromJson(const Json& json, const std::string& what);
Json toJson(const Preset& preset);

/// The keys of a config file that presets own, as they stand in it: {"precision":…, "optimizer":…,
/// "memory":…}.
Json choicesToJson(const PresetChoices& choices);
/// The table's part, {"enabled":…, "auto":…, "default":…, "phases":…}, and its reverse.
Json tableToJson(const PrecisionTable& table);
Result<PrecisionTable> tableFromJson(const Json& json);

/// The presets that ship with the program, in the order of rising savings.
const std::vector<Preset>& builtinPresets();
/// A shipped preset by name, or one from a file when `name` ends in .json.
Result<Preset> findPreset(const std::string& name);

} // namespace mantissa

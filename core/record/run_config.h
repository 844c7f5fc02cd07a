// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run is asked to do: a value, read strictly from layers of JSON.

#include "core/base/json.h"
#include "core/memory/estimate.h"
#include "core/model/model_config.h"
#include "core/precision/preset.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mantissa {

enum class DataKind { Text, Images };
/// Which tokens of a row of instruction data train.
enum class TrainOn { Answers, LastAnswer, All };
enum class OptimizerKind { AdamW };
enum class LearningRateSchedule { Constant, Linear, Cosine };
enum class PhaseSchedule { Hybrid, Fixed };
/// Reject: every jump is judged a failure. Naive (nothing is asked) and Random (a direction by chance) are
/// controls for experiments.
enum class JumpChoice { Off, On, Reject, Naive, Random };

std::string_view nameOf(DataKind kind);
std::string_view nameOf(TrainOn trainOn);
std::string_view nameOf(OptimizerKind kind);
std::string_view nameOf(LearningRateSchedule schedule);
std::string_view nameOf(PhaseSchedule schedule);
std::string_view nameOf(JumpChoice choice); ///< "false" and "true" are booleans in a config

struct DataConfig {
    DataKind kind = DataKind::Text;
    std::string source
        = "sample:kjv"; ///< "sample:NAME", or a file or folder; relative to the config's folder
    double validationFraction = 0.1; ///< text: the last part is for evaluation; rows: so many, by chance
    std::string tokenizer{}; ///< a tokenizer.json or its folder, or "bytes"; empty: bytes (a model's folder
                             ///< that has one names itself here)
    std::string format{}; ///< of rows (.jsonl, .json, .csv): "text", "alpaca", "prompt-completion",
                          ///< "sharegpt", "messages"; empty: by their fields
    std::string field{}; ///< of rows of text; empty: "text"
    std::string chatTemplate{}; ///< by name; empty: the one of the tokenizer's folder
    std::string validation{}; ///< a file of rows to evaluate on; empty: a part of the source
    TrainOn trainOn = TrainOn::Answers;
    friend bool operator==(const DataConfig&, const DataConfig&) = default;

    /// Rows, each with what trains in it, instead of one long text.
    bool hasRows() const;
};

/// What ends a run before its last step. Nothing of it: only the last step does.
struct EarlyStop {
    std::int64_t patience = 0; ///< evaluations in a row without a lower loss; 0: any number
    double minutes = 0; ///< that a process works on the run; 0: any time
    bool atSpike = false; ///< the loss leaves its course: back to the last good state, and no further
    friend bool operator==(const EarlyStop&, const EarlyStop&) = default;
};

struct TrainingConfig {
    std::int64_t maxSteps = 2000; ///< optimizer updates
    double epochs
        = 0; ///< over the samples to learn from, each once in each; they decide maxSteps once the
             ///< samples are counted. 0: maxSteps decides, and windows of a text are drawn by chance
    std::int64_t batchSize = 12;
    std::int64_t accumulation = 1;
    std::int64_t seed = 1337;
    std::int64_t evalInterval = 100; ///< steps; 0: only at the end
    std::int64_t evalBatches = 20; ///< 0: the whole evaluation set
    std::int64_t saveInterval = 500; ///< steps; 0: by time and at the end alone
    double saveMinutes = 10; ///< a checkpoint is never older than this; 0: by steps alone
    std::int64_t keepCheckpoints = 2;
    bool keepBest = false; ///< a checkpoint at each evaluation that is the best so far; the last such stays
    EarlyStop earlyStop{};
    std::int64_t threads = 0; ///< 0: all cores
    std::int64_t numbersInterval
        = 100; ///< steps between looks at how numbers fare in each format; 0: only on demand
    std::int64_t sampleInterval = 0; ///< steps between texts that the model writes; 0: none
    std::int64_t sampleTokens = 48; ///< of each
    std::string samplePrompt{}; ///< that they begin with; empty: a line end
    friend bool operator==(const TrainingConfig&, const TrainingConfig&) = default;
};

struct OptimizerConfig {
    OptimizerKind kind = OptimizerKind::AdamW;
    double learningRate = 1e-3;
    LearningRateSchedule schedule = LearningRateSchedule::Cosine;
    std::int64_t warmupSteps = 100;
    std::int64_t decaySteps = 0; ///< the step at which decay ends; 0: the last of the run
    double minLrRatio = 0.1;
    double beta1 = 0.9;
    double beta2 = 0.95;
    double weightDecay = 0.1;
    double epsilon = 1e-8;
    double maxGradNorm = 1.0; ///< 0: no clipping
    friend bool operator==(const OptimizerConfig&, const OptimizerConfig&) = default;
};

struct FixedSegment {
    Phase phase = Phase::Full;
    std::int64_t steps = 0; ///< ticks
    friend bool operator==(const FixedSegment&, const FixedSegment&) = default;
};

struct PhasesConfig {
    PhaseSchedule schedule = PhaseSchedule::Hybrid;
    std::int64_t warmupSteps = 100;
    std::int64_t fullSteps = 500; ///< with 6 probes between them Predict takes about 1 % of the wall clock
    std::int64_t maxPredictSteps = 6;
    std::int64_t correctSteps = 5;
    double confidenceThreshold = 0.85;
    double readoutBudget = 0.01; ///< share of the wall clock that Predict may have taken when an annealed
                                 ///< estimate is made in mid-run
    double divergenceThreshold = 3; ///< sigmas of the loss above its trend
    std::int64_t recoverySteps = 100; ///< in FP32 after a roll-back, past the step that went wrong
    JumpChoice jump = JumpChoice::Off;
    std::vector<FixedSegment> segments{}; ///< fixed schedule only
    friend bool operator==(const PhasesConfig&, const PhasesConfig&) = default;
};

struct MemoryConfig {
    std::string device = "cpu";
    std::optional<std::int64_t> budgetBytes{}; ///< of Device
    std::string scratch{}; ///< folder for states on Disk; empty: the run's own
    std::optional<std::int64_t>
        snapshotBytes{}; ///< Host memory for a copy to roll back to; 0: checkpoints only; unset: a small one
    std::int64_t snapshotInterval = 100; ///< steps
    bool trial = false; ///< measure two small steps of each phase before the run begins
    std::optional<double> maxCelsius{}; ///< of the card: above it the run pauses until it is cooler
    bool allowOvercommit = false; ///< begin even where the machine has less free than the run is to need
    friend bool operator==(const MemoryConfig&, const MemoryConfig&) = default;
};

struct RunConfig {
    std::string name = "run";
    ModelConfig model{};
    DataConfig data{};
    TrainingConfig training{};
    OptimizerConfig optimizer{};
    PhasesConfig phases{};
    std::string preset = "default"; ///< "custom" once keys that it owns were changed
    PresetChoices choices{};
    MemoryConfig memory{};
    friend bool operator==(const RunConfig&, const RunConfig&) = default;

    std::int64_t tokensPerStep() const;
    std::int64_t tokensPerSample() const; ///< of a sequence; 1 for an image
    /// What the estimate needs of it.
    EstimateInput estimateInput() const;
};

/// A config with the words that its reading gave rise to ("--preset replaced …").
struct LoadedConfig {
    RunConfig config{};
    std::vector<std::string> notices{};
};

/// What stands over a config file: `--preset` and `--set key=value`, in this order.
struct ConfigOverrides {
    std::optional<std::string> preset{};
    std::vector<std::string> settings{};
};

/// Merges, key by key: defaults < preset < file < overrides.preset < overrides.settings; then checks the
/// whole. Relative data sources are taken from `folder`.
Result<LoadedConfig> configFromJson(
    const Json& file, const ConfigOverrides& overrides, const std::filesystem::path& folder);
Result<LoadedConfig> loadConfig(const std::filesystem::path& file, const ConfigOverrides& overrides = {});
/// All keys, resolved; reading it back gives an equal config.
Json toJson(const RunConfig& config);
/// The same with another value of one dotted key; the rules between keys are not asked, since the next change
/// may be part of this one. Errors: no such key, or no such value.
Result<RunConfig> withSetting(const RunConfig& config, const std::string& key, const Json& value);
/// The rules between keys: heads divide width, segments where the schedule is fixed …
Status check(const RunConfig& config);

/// True when two runs differ in precision and memory only, so that one can be the other's baseline.
bool isComparable(const RunConfig& a, const RunConfig& b);
/// The FP32 run to compare `config` with: preset conservative, everything else equal.
RunConfig baselineOf(const RunConfig& config);

} // namespace mantissa

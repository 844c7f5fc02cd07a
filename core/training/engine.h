// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the trainer asks of an engine: steps of training, copies to roll back to, and averaged weights. Used
// by the trainer thread only. No LibTorch here, so a fake can stand in.

#include "core/record/run_config.h"
#include "core/record/run_event.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace mantissa {

/// A line of environment.json: a library's version, a setting, a count.
struct EnvironmentFact {
    std::string name{};
    std::variant<std::string, std::int64_t> value{};
};

/// What the engine found when it made the model and opened the data.
struct EngineFacts {
    std::string device{}; ///< name for people
    std::string
        cardUuid{}; ///< "GPU-…", as the driver writes it; empty: its number in memory.device says which
    std::int64_t parameters = 0;
    std::int64_t tokensPerStep = 0;
    std::vector<std::string> notices{}; ///< emulated formats and the like
    DataRead data{}; ///< what was read to learn from
    std::vector<EnvironmentFact> environment{}; ///< library versions, threads, CPU flags
};

struct SegmentReport {
    std::int64_t casts = 0;
    std::int64_t castBytes = 0;
    double castSeconds = 0;
    std::int64_t castMismatches = 0;
    std::int64_t escapes = 0;
    std::int64_t moves = 0;
    std::int64_t moveBytes = 0;
    double moveSeconds
        = 0; ///< until the phase could begin; moments that come back meanwhile are not waited for here
    MemoryReading memory{};
    std::vector<std::string> notices;
};

/// How closely a step looks at its numbers: not, at every 64th element, or at all of them.
enum class NumberLook { None, Sampled, Exact };

struct StepOrder {
    std::int64_t step = 0; ///< decides the batch and every random number
    double learningRate = 0;
    double lossScale = 1;
    bool collectReadout = false; ///< add the weights after this step to the window's mean
    bool beginsWindow = false; ///< a new window begins with it; the one there was becomes the one before
    NumberLook numbers = NumberLook::None;
};

/// Where the seconds of a step went, and what it read and wrote.
struct StepCosts {
    double matrixSeconds = 0; ///< products and attention; only in a run that profiles
    double attentionSeconds = 0;
    double updateSeconds = 0;
    double diskWaitSeconds = 0;
    double moveWaitSeconds = 0; ///< for moments that were still on their way back
    std::int64_t diskBytesRead = 0;
    std::int64_t diskBytesWritten = 0;
};

struct StepReport {
    double loss = 0;
    double gradNorm = 0;
    bool skipped = false; ///< inf or NaN in the gradients: nothing was changed
    double seconds = 0;
    StepCosts costs{};
    std::vector<NumberGroup> numbers{}; ///< what was asked for; empty when the step was skipped
    double numbersSeconds = 0; ///< what looking has cost
    MemoryReading memory{};
    std::vector<MemoryInstant> instants{}; ///< in a run that profiles
};

/// Forward only, on rows of the batch that an update will use.
struct ProbeOrder {
    std::int64_t step = 0; ///< that update
    std::int64_t rows = 0; ///< its first sequences or images; 0: all
    std::vector<double> leads{0}; ///< the read-outs A + lead (A - B) to try beside the last weights
};

struct ProbeReport {
    double loss = 0; ///< of the last weights
    std::vector<double> readoutLosses{}; ///< in the order of the leads; NaN while nothing was collected
    double seconds = 0;
    MemoryReading memory{};
    std::vector<MemoryInstant> instants{}; ///< in a run that profiles
};

/// w + lead (A - B), with no tensor moved by more than 5 % of its norm; or as far in a direction by chance.
struct JumpOrder {
    double lead = 1;
    std::int64_t step = 0; ///< decides what is by chance
    bool isRandom = false;
};

struct JumpReport {
    double shareOfWeights = 0; ///< |displacement| / |w|, largest of all tensors
};

/// A is the mean of the window, B that of the one before it.
struct ReadoutWindows {
    std::int64_t count = 0; ///< weights in A; 0: nothing was collected
    std::int64_t beforeCount = 0; ///< in B
};

struct EvaluationReport {
    double loss = 0;
    double accuracy = 0; ///< NaN without classes
    std::vector<double> batchLosses;
    double seconds = 0;
    MemoryReading memory{};
};

/// Trains: one plan at a time, one update at a time.
class Engine {
public:
    virtual ~Engine() = default;

    virtual EngineFacts facts() const = 0;
    /// Casts and moves what the plan asks for, tensor by tensor. Errors: OutOfMemory; then it can be asked
    /// for again, or for another plan.
    virtual Result<SegmentReport> enter(Phase phase, const ResolvedPlan& plan) = 0;
    virtual Result<StepReport> step(const StepOrder& order) = 0;
    /// After a step that failed: no weight was changed, it can be asked for again. An error Diverged tells
    /// the opposite: numbers were not finite after some weights had changed, so only a roll-back helps.
    virtual bool isStepUntouched() const { return true; }
    /// On the fixed evaluation batches, weights cast to `compute` and back. After OutOfMemory or Interrupted
    /// it can be asked for again.
    virtual Result<EvaluationReport> evaluate(Precision compute) = 0;
    /// Writes model.safetensors and moments.safetensors into an existing folder; returns their bytes.
    virtual Result<std::int64_t> save(const std::filesystem::path& folder) = 0;
    /// Takes the place of all state; a step that was left halfway is forgotten. After an error weights may be
    /// of two states.
    virtual Status load(const std::filesystem::path& folder) = 0;
    /// Whether the files of states on Disk outlive the engine; not by default. Under a plan that
    /// restsOnDisk() each update is committed there, so that a later process can go on without a checkpoint:
    /// it asks for the step in hand again, which then ends with the bits it would have had.
    virtual void keepStates(bool /*kept*/) { }
};

/// One copy on Host of all that training changes: weights, moments and read-out.
class Snapshots {
public:
    virtual ~Snapshots() = default;

    /// Host bytes that a copy takes.
    virtual std::int64_t bytes() const = 0;
    /// Takes the place of an earlier copy. Errors: Diverged when a number is not finite (there is no copy
    /// then).
    virtual Status keep() = 0;
    /// Puts it back, bit for bit, and forgets a step that was left halfway.
    virtual Status restore() = 0;
};

/// The averages of weights that steps have collected, and what the model makes of them.
class Readouts {
public:
    virtual ~Readouts() = default;

    virtual ReadoutWindows windows() const = 0;
    /// Of the displacement A - B and the one before it, over some of all elements; NaN without a third
    /// window.
    virtual double cosine() const = 0;
    /// The last weights and read-outs beside them. After OutOfMemory it can be asked for again.
    virtual Result<ProbeReport> probe(const ProbeOrder& order) = 0;
    /// On the fixed evaluation batches, in `compute`; at most one block of it is on Device.
    virtual Result<EvaluationReport> evaluate(double lead, Precision compute) = 0;
    /// Moves the weights, exactly in FP32; moments stay. Two windows are there. After an error some weights
    /// may have moved, so only Snapshots::restore() helps.
    virtual Result<JumpReport> jump(const JumpOrder& order) = 0;
    /// Forgets what was collected.
    virtual void reset() = 0;
};

struct TextOrder {
    std::string prompt{};
    std::int64_t tokens = 0; ///< to write after it, at most
    std::int64_t seed = 0;
    double temperature = 0.8; ///< 0: always the likeliest token
};

/// A model of text writes, with the weights and in the format of the plan in force. It changes no bit of what
/// is trained.
class TextWriter {
public:
    virtual ~TextWriter() = default;
    /// What it writes after the prompt. After OutOfMemory it can be asked for again.
    virtual Result<std::string> write(const TextOrder& order) = 0;
};

/// What an engine is made from.
struct EngineSetup {
    RunConfig config{};
    std::filesystem::path statesFile{}; ///< where states on Disk go, should any phase put them there
    std::string owner{}; ///< identity of the run, which that file and those beside it carry
    DataRead data{}; ///< what has been learned from so far: other data are refused; may be not known
    bool profiles = false; ///< count the seconds of matrix products
    bool goesOn = false; ///< statesFile holds the run's states: go on with them
    std::int64_t nextStep = 0; ///< then: the update that they wait for, or are in the midst of
    /// Samples that the updates before nextStep trained on, as batches may have been of another size.
    std::int64_t samplesBefore = 0;
    /// Asked between the pieces of long work: a part of a file read, a weight made or loaded, a batch
    /// evaluated. Once it says yes, that work ends with the error Interrupted; unset: never.
    std::function<bool()> isInterrupted{};
};

/// An engine and what belongs to it; the references live as long as it does.
struct EngineParts {
    std::unique_ptr<Engine> engine;
    Snapshots& snapshots;
    Readouts& readouts;
    TextWriter* writer = nullptr; ///< null for a model of images
};

/// Makes an engine. May take seconds (LibTorch is loaded at the first call); trainer thread.
using EngineFactory = std::function<Result<EngineParts>(const EngineSetup&)>;

} // namespace mantissa

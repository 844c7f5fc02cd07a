// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the trainer tells everybody: the only door by which facts reach a chart, a table or a report.
// Values; copied once and never changed afterwards. Seconds are durations, bytes are exact.

#include "core/data/data_read.h"
#include "core/memory/estimate.h"
#include "core/memory/memory_reading.h"
#include "core/precision/phase.h"
#include "core/precision/precision_table.h"
#include "core/record/card_record.h"
#include "core/record/divergence_finding.h"
#include "core/record/numbers_measured.h"
#include "core/record/predict_events.h"
#include "core/record/text_record.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mantissa {

enum class Outcome { Completed, Stopped, Interrupted, OutOfMemory, Diverged, Failed };
enum class Severity { Info, Warning, Critical };

std::string_view nameOf(Outcome outcome);
std::string_view nameOf(Severity severity);
Result<Outcome> parseOutcome(std::string_view name);
/// Of what ended with this error.
Outcome outcomeOf(ExitCode code);

/// A process begins to work on the run: the first time, or as a resume. Later events with a higher tick are
/// void.
struct RunStarted {
    double unixSeconds = 0;
    std::int64_t tick = 0; ///< the next row; rows at or after it are dropped by readers
    std::int64_t step = 0;
    std::int64_t parameters = 0;
    std::int64_t tokensPerStep = 0; ///< tokens, or images
    std::string device{}; ///< "cpu: AMD EPYC …, 2 threads"
    std::int64_t lastStep = 0; ///< max_steps, for progress
    DataRead data{}; ///< what it learns from; not known of an older run
};

/// What two small real steps of each phase gave before the run began.
struct TrialMeasured {
    std::int64_t tick = 0;
    Estimate peaks{}; ///< the same shape; measured and extrapolated, never from shapes
    double seconds = 0;
};

/// A new phase or plan begins; what was cast and moved for it is done.
struct SegmentStarted {
    std::int64_t tick = 0;
    std::int64_t step = 0;
    Phase phase = Phase::Warmup;
    ResolvedPlan plan{};
    std::string reason{}; ///< "warm-up is over", "table edited", …
    std::int64_t casts = 0; ///< tensors that changed format
    std::int64_t castBytes = 0; ///< read and written
    double castSeconds = 0;
    std::int64_t castMismatches = 0; ///< elements whose FP32 value changed; anything but 0 is a fault
    std::int64_t escapes = 0; ///< weights outside FP16's exact range, kept apart
    std::int64_t moves = 0; ///< tensors that changed tier
    std::int64_t moveBytes = 0;
    double moveSeconds = 0; ///< that training waited for them
    MemoryReading memory{}; ///< during the transition
};

/// One optimizer update.
struct StepDone {
    std::int64_t tick = 0;
    std::int64_t step = 0;
    double loss = 0;
    double gradNorm = 0;
    double learningRate = 0;
    double seconds = 0;
    double lossScale = 1;
    bool skipped = false; ///< the FP16 scaler saw inf or NaN: weights untouched
    MemoryReading memory{};
};

/// Loss on the fixed evaluation batches, in Full's compute format.
struct Evaluated {
    std::int64_t tick = 0;
    std::int64_t step = 0;
    std::int64_t trainedTokens = 0;
    double loss = 0;
    double accuracy = 0; ///< 0–1; NaN without classes
    std::vector<double> batchLosses{}; ///< for paired comparison
    double seconds = 0;
    MemoryReading memory{};
};

struct CheckpointSaved {
    std::int64_t tick = 0;
    std::int64_t step = 0;
    std::string folder{}; ///< relative to the run's
    std::int64_t bytes = 0;
    double seconds = 0;
};

/// The table in force changed by request; segments follow from it.
struct TableChanged {
    std::int64_t tick = 0;
    std::int64_t step = 0;
    PrecisionTable table{};
};

/// A setting has another value from here on: as asked for on resume, by an edit, or moved by a budget.
struct SettingChanged {
    std::int64_t tick = 0;
    std::int64_t step = 0;
    std::string key{}; ///< dotted, as in config.json
    std::string from{}; ///< JSON
    std::string to{}; ///< JSON
};

/// The divergence monitor found something, and this is what was done about it.
struct DivergenceAnswered {
    std::int64_t tick = 0;
    std::int64_t step = 0; ///< updates done when it was found
    DivergenceFinding finding{};
    DivergenceAnswer answer = DivergenceAnswer::Told;
    std::int64_t toStep = 0; ///< rolled back: updates done now; ticks go on
    std::int64_t fp32Until
        = 0; ///< rolled back: the phase computes in FP32 up to this step; 0: its format stays
    std::string text{}; ///< both, for people
};

/// Worth telling, not fatal.
struct Notice {
    std::int64_t tick = 0;
    Severity severity = Severity::Info;
    std::string text{};
};

struct RunEnded {
    std::int64_t tick = 0;
    std::int64_t step = 0;
    Outcome outcome = Outcome::Completed;
    std::string message{}; ///< why, when not completed, or not to its last step
    double seconds = 0; ///< of this process
};

using RunEvent = std::variant<RunStarted, TrialMeasured, SegmentStarted, StepDone, ProbeDone, PredictJudged,
    AnnealedEstimated, JumpMade, JumpJudged, NumbersMeasured, Evaluated, CheckpointSaved, TableChanged,
    SettingChanged, DivergenceAnswered, CardMeasured, TextWritten, Notice, RunEnded>;

/// One line of events.jsonl, without the newline.
std::string toLine(const RunEvent& event);
/// The reverse. Unknown keys are ignored; an unknown kind of event is an error the reader may skip.
Result<RunEvent> parseLine(std::string_view line);

} // namespace mantissa

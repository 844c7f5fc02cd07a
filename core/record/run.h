// SPDX-License-Identifier: Apache-2.0
#pragma once

// All that is known of one run, built from its events: columns over ticks, segments, evaluations, notices.
// One owner and one thread; a live run, an opened folder and the command line all come through apply().

#include "core/record/card_record.h"
#include "core/record/peak_history.h"
#include "core/record/run_config.h"
#include "core/record/run_event.h"
#include "core/record/series.h"
#include "core/record/token_count.h"

#include <array>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace mantissa {

/// How a segment began, but for when. Most segments of a long run begin as one before did, so they share it.
struct Transition {
    Phase phase = Phase::Warmup;
    ResolvedPlan plan{};
    std::string reason{};
    std::int64_t casts = 0;
    std::int64_t castBytes = 0;
    std::int64_t castMismatches = 0;
    std::int64_t escapes = 0;
    std::int64_t moves = 0;
    std::int64_t moveBytes = 0;
    MemoryReading memory{};
    friend bool operator==(const Transition&, const Transition&) = default;
};

struct Segment {
    std::int64_t tick = 0; ///< its first
    std::int64_t step = 0; ///< updates done when it began
    std::int64_t endTick = 0; ///< one past its last tick; grows while it lasts
    double castSeconds = 0;
    std::shared_ptr<const Transition> start{}; ///< never null
    std::int64_t ticks() const { return endTick - tick; }
};

/// Columns over ticks. Bytes are rounded to FP32 here; exact peaks are in Run::peakOf.
struct RunColumns {
    Series loss; ///< training loss of steps; NaN at probes
    Series readoutGain; ///< loss - readoutLoss of probes; NaN at steps
    Series gradNorm;
    Series learningRate;
    Series seconds;
    Series lossScale;
    Series deviceBytes; ///< peak of the tick
    Series reservedBytes;
    Series hostBytes;
    std::array<Series, allMemoryClasses.size()> classBytes; ///< composition at that peak
};

class Run {
public:
    Run() = default;
    Run(RunConfig config, std::filesystem::path folder);

    void apply(const RunEvent& event);

    /// Trained by another program, of which only losses, norms, rates and moments are known (foreign_run.h).
    bool isForeign() const { return m_isForeign; }
    void setForeign() { m_isForeign = true; }

    /// As the run goes on with it; of choices, as they were asked for: table() is what became of them.
    const RunConfig& config() const { return m_config; }
    /// As the run began.
    const RunConfig& firstConfig() const { return m_firstConfig; }
    /// Where it is kept; empty for one that is not.
    const std::filesystem::path& folder() const { return m_folder; }
    /// What the user calls it (labels.json, read here), else the folder's name; without a folder the
    /// config's.
    std::string title() const;
    const RunColumns& columns() const { return m_columns; }
    std::int64_t ticks() const { return m_columns.deviceBytes.size(); }
    std::int64_t steps() const { return m_steps; }
    /// Of the updates that stand: batches may have been of several sizes.
    std::int64_t trainedTokens() const { return m_tokens.at(m_steps); }
    const TokenCount& tokens() const { return m_tokens; }
    /// In the order in which they happened; settings_history.h makes configs of them.
    const std::vector<SettingChanged>& settingChanges() const { return m_settingChanges; }
    const std::deque<Segment>& segments() const { return m_segments; }
    /// The segment a tick belongs to; null before the first.
    const Segment* segmentAt(std::int64_t tick) const;
    /// How many segments begin at or before a tick: the last of them holds it.
    std::int64_t segmentsBegunBy(std::int64_t tick) const;
    const std::vector<Evaluated>& evaluations() const { return m_evaluations; }
    const std::deque<PredictJudged>& predictions() const { return m_predictions; }
    /// The read-out's evaluation losses: what training would show were its noise averaged away.
    const std::vector<AnnealedEstimated>& annealed() const { return m_annealed; }
    const std::vector<JumpMade>& jumpsMade() const { return m_jumpsMade; }
    const std::vector<JumpJudged>& jumps() const { return m_jumps; }
    /// How numbers fared in each format, oldest first; the last is always the newest. Of a long run some
    /// between are let go.
    const std::vector<NumbersMeasured>& numbers() const { return m_numbers; }
    const std::vector<CheckpointSaved>& checkpoints() const { return m_checkpoints; }
    /// What the divergence monitor found and what was done; each is among the notices too.
    const std::vector<DivergenceAnswered>& divergences() const { return m_divergences; }
    std::int64_t rollbacks() const;
    /// Temperature, power, clocks and load of the card it trained on; empty without a card, or its driver.
    const CardRecord& card() const { return m_card; }
    const TextRecord& texts() const { return m_texts; }
    const std::vector<Notice>& notices() const { return m_notices; }
    const std::optional<RunStarted>& started() const { return m_started; }
    /// What it has read to learn from; not known before it began, or of an older run.
    const DataRead& data() const;
    const std::optional<RunEnded>& ended() const { return m_ended; }
    /// The table in force: the config's until a TableChanged.
    const PrecisionTable& table() const { return m_table; }
    /// The table that was in force at a tick.
    const PrecisionTable& tableAt(std::int64_t tick) const;

    /// Nothing for a phase that did not run.
    const std::optional<PhasePeak>& peakOf(Phase phase) const { return m_peaks[indexOf(phase)].largest(); }
    /// The largest of the transitions into a phase: casts and moves; nothing when it was never entered.
    const std::optional<PhasePeak>& transitionPeakOf(Phase phase) const
    {
        return m_transitionPeaks[indexOf(phase)].largest();
    }
    /// What a trial before the start gave; nothing without one.
    const std::optional<TrialMeasured>& trial() const { return m_trial; }
    /// 0: not known, as of a run that never began or whose log is damaged.
    std::int64_t peakDeviceBytes() const;
    /// Mean over ticks of the tick's peak: what the seed's "savings" speak of.
    double meanDeviceBytes() const;
    std::int64_t peakHostBytes() const;
    /// Tokens of a step / median step seconds, without the first two steps; 0, "not known", with fewer than
    /// three, and on a simulated card, whose seconds are not real.
    double tokensPerSecond() const;
    /// By the mean of the last few hundred ticks' steps, as the time that is left: cheap enough for every
    /// frame.
    double recentTokensPerSecond() const;
    /// Median seconds of those steps, real or not; 0 before the third step.
    double recentStepSeconds() const;
    /// Mean step seconds / median ones. Near 1 on a machine that does nothing else; far above, its speeds say
    /// little.
    double stepTimeSpread() const;
    std::int64_t casts() const;
    double castSeconds() const;
    std::int64_t castMismatches() const;
    std::int64_t moves() const;
    std::int64_t skippedSteps() const { return static_cast<std::int64_t>(m_skippedTicks.size()); }
    /// Ticks whose update the FP16 scaler refused.
    const std::vector<std::int64_t>& skippedTicks() const { return m_skippedTicks; }
    /// Steps whose loss was NaN or infinite.
    const std::vector<std::int64_t>& nonFiniteTicks() const { return m_nonFiniteTicks; }
    /// NaN before the first step.
    double lastLoss() const { return m_lastLoss; }
    /// Wall seconds of ended processes, or the sum of ticks while one works.
    double seconds() const;
    /// Spent on what Predict does: its probes and annealed estimates. What collecting costs is part of the
    /// steps.
    double predictSeconds() const { return m_predictSeconds; }

private:
    struct StepSeconds {
        double median = 0;
        double mean = 0;
    };
    /// Of the steps from a tick on, without the first few, as they would be with the batch of the last; zeros
    /// without any.
    StepSeconds stepSecondsSince(std::int64_t tick, std::int64_t leaveOut) const;
    StepSeconds recentSteps() const;
    double tokensIn(double stepSeconds) const; ///< a second
    void stepped(const StepDone& event);
    void probed(const ProbeDone& event);
    void appendTick(const MemoryReading& memory, std::int64_t tick);
    /// A reading between two rows, in the phase that lasts.
    void includeBetweenRows(const MemoryReading& memory, std::int64_t tick);
    void truncate(const RunStarted& start);
    void begin(const SegmentStarted& event);
    void answered(const DivergenceAnswered& event);
    void judged(const JumpJudged& event);
    /// Steps beyond `step` were rolled back: what was said of them is void. Their rows stay.
    void rollBackTo(std::int64_t step);
    void keep(const NumbersMeasured& event);
    void take(const SettingChanged& event);

    RunConfig m_config{};
    std::filesystem::path m_folder{};
    RunConfig m_firstConfig{};
    PrecisionTable m_table{};
    std::vector<TableChanged> m_tableChanges{};
    std::vector<SettingChanged> m_settingChanges{};
    TokenCount m_tokens{};
    RunColumns m_columns{};
    std::vector<std::shared_ptr<const Transition>> m_transitions{}; ///< the latest different ones
    std::deque<Segment> m_segments{};
    std::vector<Evaluated> m_evaluations{};
    std::deque<PredictJudged> m_predictions{};
    std::vector<AnnealedEstimated> m_annealed{};
    std::vector<JumpMade> m_jumpsMade{};
    std::vector<JumpJudged> m_jumps{};
    std::vector<NumbersMeasured> m_numbers{};
    std::vector<CheckpointSaved> m_checkpoints{};
    std::vector<DivergenceAnswered> m_divergences{};
    CardRecord m_card{};
    TextRecord m_texts{};
    std::vector<Notice> m_notices{};
    std::array<PeakHistory, allPhases.size()> m_peaks{};
    std::array<PeakHistory, allPhases.size()> m_transitionPeaks{};
    std::optional<TrialMeasured> m_trial{};
    std::optional<RunStarted> m_started{};
    std::optional<RunEnded> m_ended{};
    bool m_isForeign = false;
    std::int64_t m_steps = 0;
    std::vector<std::int64_t> m_skippedTicks{};
    std::vector<std::int64_t> m_nonFiniteTicks{};
    double m_lastLoss = 0;
    double m_predictSeconds = 0;
    double m_endedSeconds = 0;
};

} // namespace mantissa

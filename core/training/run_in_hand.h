// SPDX-License-Identifier: Apache-2.0
#pragma once

// The run that is being trained: its config and folder, its engine, where it stands, and the door through
// which the trainer's parts tell what they do. Knows none of them. Trainer thread.

#include "core/base/seconds.h"
#include "core/record/event_channel.h"
#include "core/record/run.h"
#include "core/record/run_log.h"
#include "core/training/engine.h"
#include "core/training/saved_part.h"
#include "core/training/spans.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mantissa {

class RunInHand final : public SavedPart {
public:
    /// `channel` and `spans` outlive it; `notices` are told with the start. Without `spans` nobody asks where
    /// time goes.
    RunInHand(RunConfig config, std::filesystem::path folder, EventChannel& channel,
        std::vector<std::string> notices = {}, Spans* spans = nullptr);
    ~RunInHand() override;
    RunInHand(const RunInHand&) = delete;
    RunInHand& operator=(const RunInHand&) = delete;

    /// Reads what the folder has of the run (a fresh one unless `resume`) and opens its log.
    Status open(bool resume);
    bool isOpen() const { return m_isOpen; }
    /// Makes the engine; nothing is written yet, since it may refuse what it is to go on from.
    Status makeEngine(const EngineFactory& makeEngine, const EngineSetup& setup);

    /// With an engine, which has counted the samples: where epochs say how long the run is, its last step.
    /// True when that is another one than before.
    bool settleLength();

    /// A folder that was moved meanwhile is followed, with a notice. Fails when it was removed.
    Status followFolder();
    /// Appends to the log before it tells anybody.
    Status emit(RunEvent event);
    Status notice(Severity severity, std::string text);
    /// environment.json; RunStarted, and the trial that was measured before it.
    Status tellStart(const std::optional<TrialMeasured>& trial);
    /// SettingChanged for each key in which `now` differs from what the log says.
    Status tellSettings(const RunConfig& now);
    /// config.json as the run goes on with it.
    Status saveConfig(const RunConfig& now) const;
    /// Keeps it until tellWaitingNotices(): before RunStarted nothing is told.
    void noticeLater(std::string text) { m_waitingNotices.push_back(std::move(text)); }
    /// Those, then the engine's own.
    Status tellWaitingNotices();
    /// RunEnded and summary.json; what cannot be written fails the run.
    RunEnded end(Outcome outcome, const std::string& message);

    const RunConfig& config() const { return m_config; }
    const std::filesystem::path& folder() const { return m_folder; }
    const Run& run() const { return m_run; }
    Spans* spans() const { return m_spans; }
    /// What is known by now of where time went, for those who watch; nothing where nobody asks.
    Status keepShares() const;
    /// After open(): runIdentity().
    const std::string& identity() const { return m_identity; }

    std::int64_t tick() const { return m_tick; } ///< the next row
    std::int64_t step() const { return m_step; } ///< updates done
    std::int64_t maxSteps() const { return m_config.training.maxSteps; }
    double secondsHere() const { return secondsSince(m_start); } ///< that this process works on it
    void probeDone() { ++m_tick; }
    void stepDone(bool skipped) { ++m_tick, m_step += skipped ? 0 : 1; }

    bool hasEngine() const { return m_engine.has_value(); }
    /// Only with an engine.
    Engine& engine() const { return *m_engine->engine; }
    Snapshots& snapshots() const { return m_engine->snapshots; }
    Readouts& readouts() const { return m_engine->readouts; }
    TextWriter* writer() const { return m_engine->writer; }

    void savePosition(Json& position) const override;
    Status takePosition(const Json& position) override;
    void saveState(Json& state) const override;
    Status takeState(const Json& state) override;

private:
    RunConfig m_config;
    std::filesystem::path m_folder;
    std::string m_identity{};
    EventChannel& m_channel;
    Spans* m_spans;
    RunLog m_log{};
    Run m_run{};
    std::optional<EngineParts> m_engine{};
    std::int64_t m_tick = 0;
    std::int64_t m_step = 0;
    double m_startedUnix = 0; ///< when this process began, for people
    SteadyTime m_start = steadyNow(); ///< for how long it works
    int m_folderDescriptor = -1; ///< held open, so that it is found wherever it is moved to
    bool m_isOpen = false;
    std::vector<std::string> m_waitingNotices{};
};

} // namespace mantissa

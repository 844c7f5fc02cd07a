// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whole runs with the fake engine: configs that are over in a moment, and what is left of a run.

#include "core/record/run_store.h"
#include "core/training/trainer.h"
#include "tests/support/fake_engine.h"

#include <QTemporaryDir>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mantissa {

/// Warmup 5, Full 6, Predict 4, Correct 2.
inline RunConfig shortConfig(std::int64_t steps)
{
    RunConfig config;
    config.name = "short";
    config.training.maxSteps = steps;
    config.training.evalInterval = 10;
    config.training.saveInterval = 7;
    config.phases = {.warmupSteps = 5, .fullSteps = 6, .maxPredictSteps = 4, .correctSteps = 2};
    return config;
}

/// With windows of 20 steps: K is 16.
inline RunConfig jumpConfig(std::int64_t steps)
{
    RunConfig config = shortConfig(steps);
    config.training.evalInterval = 50;
    config.training.saveInterval = 0;
    config.training.numbersInterval = 0;
    config.memory.snapshotInterval = 1000000;
    config.phases = {.warmupSteps = 5,
        .fullSteps = 20,
        .maxPredictSteps = 4,
        .correctSteps = 2,
        .confidenceThreshold = 0,
        .jump = JumpChoice::On};
    return config;
}

/// All that training changes rests on Disk.
inline RunConfig diskConfig(std::int64_t steps)
{
    RunConfig config = shortConfig(steps);
    config.choices.execution = Execution::Layerwise;
    config.choices.releaseGradients = true;
    for (const Phase phase : allPhases)
        config.choices.table
            = config.choices.table.with(phase, {.weights = Tier::Disk, .moments = Tier::Disk});
    return config;
}

struct Finished {
    RunEnded ended{};
    Run run{};
    std::vector<RunEvent> events{};

    std::int64_t noticesWith(const std::string& words) const
    {
        return std::ranges::count_if(run.notices(),
            [&](const Notice& notice) { return notice.text.find(words) != std::string::npos; });
    }
};

inline Finished train(const RunConfig& config, const std::filesystem::path& folder, FakeEngineScript& script,
    bool resume = false, Mailbox* mailbox = nullptr, const CardSource& cards = {}, Spans* spans = nullptr)
{
    if (!resume) {
        const auto made = createRunFolderAt(folder, config);
        if (!made)
            qFatal("%s", made.error().message.c_str());
    }
    EventChannel channel;
    Mailbox own;
    Trainer trainer({.config = config, .folder = folder, .resume = resume, .cards = cards, .spans = spans},
        fakeFactory(script), channel, mailbox ? *mailbox : own);
    const auto ended = trainer.train();
    Finished finished;
    if (ended)
        finished.ended = *ended;
    else
        finished.ended = {.outcome = Outcome::Failed, .message = ended.error().message};
    finished.events = channel.drain();
    auto run = openRun(folder);
    if (!run)
        qFatal("%s", run.error().message.c_str());
    finished.run = std::move(*run);
    return finished;
}

inline std::string weightIn(const std::filesystem::path& folder)
{
    return *readFile(*newestCheckpoint(folder) / "fake.json");
}

/// A place for the runs of one test.
class RunFolders {
public:
    std::filesystem::path root() const { return m_dir.path().toStdString(); }

private:
    QTemporaryDir m_dir{};
};

} // namespace mantissa

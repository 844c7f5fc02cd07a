// SPDX-License-Identifier: Apache-2.0
#include "core/record/run_summary.h"
#include "core/training/trainer.h"
#include "tests/support/fake_engine.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <thread>

using namespace mantissa;

namespace {

RunConfig shortConfig(std::int64_t steps)
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
RunConfig jumpConfig(std::int64_t steps)
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
RunConfig diskConfig(std::int64_t steps)
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
};

Finished train(const RunConfig& config, const std::filesystem::path& folder, FakeEngineScript& script,
    bool resume = false, Mailbox* mailbox = nullptr)
{
    if (!resume) {
        const auto made = createRunFolderAt(folder, config);
        if (!made)
            qFatal("%s", made.error().message.c_str());
    }
    EventChannel channel;
    Mailbox own;
    Trainer trainer({config, folder, resume}, fakeFactory(script), channel, mailbox ? *mailbox : own);
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

bool sameOrBothNan(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }

std::string weightIn(const std::filesystem::path& folder)
{
    return *readFile(*newestCheckpoint(folder) / "fake.json");
}

} // namespace

class TrainerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = m_dir->path().toStdString();
    }

    void aRunGoesThroughItsPhasesAndEndsCompleted()
    {
        FakeEngineScript script;
        const Finished f = train(shortConfig(30), m_root / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QCOMPARE(f.run.steps(), 30);
        QCOMPARE(script.steps, 30);
        QVERIFY(script.probes > 0);
        QVERIFY(f.run.segments()[0].start->phase == Phase::Warmup);
        QVERIFY(f.run.segments()[2].start->phase == Phase::Predict);
        QVERIFY(f.run.segments()[3].start->phase == Phase::Correct);
        QVERIFY(f.run.casts() > 0);
        QCOMPARE(f.run.evaluations().front().step, 0);
        QCOMPARE(f.run.evaluations().back().step, 30);
    }

    /// Full with moments on Device, Predict with moments on Host.
    static RunConfig parkingConfig()
    {
        RunConfig config = shortConfig(60);
        config.phases.confidenceThreshold = 0;
        config.choices.table = config.choices.table.with(Phase::Predict, {.moments = Tier::Host});
        return config;
    }

    void movesThatDoNotPayAreLeftOutAfterOneBlockMeasuredThem()
    {
        FakeEngineScript script;
        script.moveSeconds = 1; // a probe takes a millisecond
        const Finished f = train(parkingConfig(), m_root / "a", script);
        QCOMPARE(script.moves, 2); // there and back, once
        std::vector<Tier> moments;
        for (const Segment& segment : f.run.segments())
            if (segment.start->phase == Phase::Predict)
                moments.push_back(segment.start->plan.moments);
        QVERIFY(moments.size() > 2);
        QVERIFY(moments[0] == Tier::Host && moments[1] == Tier::Device && moments.back() == Tier::Device);
        QVERIFY(f.run.segments()[2].start->plan.compute == Precision::Bf16
            && f.run.segments().back().ticks() > 0);
        const auto told = std::count_if(f.run.notices().begin(), f.run.notices().end(),
            [](const Notice& notice) { return notice.text.starts_with("Predict leaves optimizer state"); });
        QCOMPARE(told, 1);
    }
    void movesThatPayAreMadeEachTime()
    {
        FakeEngineScript script;
        script.moveSeconds = 1e-5;
        const Finished f = train(parkingConfig(), m_root / "a", script);
        for (const Segment& segment : f.run.segments())
            QVERIFY(segment.start->phase != Phase::Predict || segment.start->plan.moments == Tier::Host);
        QVERIFY(script.moves > 4);
    }
    void aTrialIsToldBeforeTheRunAndKeptWithIt()
    {
        FakeEngineScript script;
        RunConfig config = shortConfig(12);
        config.memory.trial = true;
        const Finished f = train(config, m_root / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QVERIFY(f.run.trial().has_value());
        QVERIFY(summaryOf(f.run).at("trial_by_phase").contains("full"));
        QVERIFY(!summaryOf(f.run).at("peak_by_transition").empty());
    }

    void theLogHoldsWhatTheChannelTold()
    {
        FakeEngineScript script;
        const Finished f = train(shortConfig(20), m_root / "a", script);
        Run told(shortConfig(20), m_root / "a");
        for (const RunEvent& event : f.events)
            told.apply(event);
        QCOMPARE(told.ticks(), f.run.ticks());
        QCOMPARE(told.peakDeviceBytes(), f.run.peakDeviceBytes());
        QCOMPARE(told.lastLoss(), f.run.lastLoss());
    }

    void probesAreNoSteps()
    {
        FakeEngineScript script;
        const Finished f = train(shortConfig(30), m_root / "a", script);
        QCOMPARE(f.run.ticks(), 30 + script.probes);
        QCOMPARE(f.run.trainedTokens(), 300);
    }

    void theEndOfARunHasAnAnnealedEstimateOfItsLastWindow()
    {
        FakeEngineScript script;
        RunConfig config = shortConfig(40);
        config.phases.maxPredictSteps = 8;
        config.phases.readoutBudget = 0;
        const Finished f = train(config, m_root / "a", script);
        QCOMPARE(f.run.annealed().size(), std::size_t{1}); // none in mid-run: the budget is nothing
        const AnnealedEstimated& last = f.run.annealed().back();
        QCOMPARE(last.step, 40);
        QCOMPARE(last.lead, 0.5); // the fake's best, found by the races before
        QVERIFY(std::abs(last.gain - 1) < 1e-9);
        QVERIFY(last.gainLow <= last.gain && last.gain <= last.gainHigh);
        QCOMPARE(last.weightsLoss, f.run.evaluations().back().loss);
        QVERIFY(last.windowSteps > 0);
        config.phases.readoutBudget = 1;
        FakeEngineScript often;
        const Finished g = train(config, m_root / "b", often);
        QVERIFY(g.run.annealed().size() > 2);
        QCOMPARE(weightIn(m_root / "a"), weightIn(m_root / "b"));
        for (const AnnealedEstimated& e : g.run.annealed())
            QVERIFY(g.run.segmentAt(e.tick)->start->phase != Phase::Predict);
    }

    void anInterruptionBeforeAnEstimateDoesNotForgetIt()
    {
        RunConfig config = shortConfig(14); // Predict once, after 11 steps
        config.phases.maxPredictSteps = 8;
        config.phases.readoutBudget = 1;
        Mailbox mailbox;
        FakeEngineScript script;
        script.inProbe = [&] {
            if (script.probes == 8)
                mailbox.requestStop(StopRequest::Interrupt);
        };
        const Finished cut = train(config, m_root / "a", script, false, &mailbox);
        QVERIFY(cut.ended.outcome == Outcome::Interrupted);
        QCOMPARE(cut.run.predictions().size(), std::size_t{1});
        QVERIFY(cut.run.annealed().empty());
        const Finished rest = train(config, m_root / "a", script, true);
        QVERIFY(rest.ended.outcome == Outcome::Completed);
        QCOMPARE(rest.run.annealed().front().step, 11);
    }
    void jumpsThatAreAllRejectedLeaveTheRunAsItWas()
    {
        FakeEngineScript plain;
        RunConfig config = jumpConfig(400);
        config.phases.jump = JumpChoice::Off;
        const Finished a = train(config, m_root / "plain", plain);
        config.phases.jump = JumpChoice::Reject;
        FakeEngineScript script;
        script.fallsByUpdates = plain.fallsByUpdates;
        const Finished b = train(config, m_root / "rejected", script);
        QVERIFY(b.ended.outcome == Outcome::Completed);
        QVERIFY(script.jumps >= 3);
        QCOMPARE(static_cast<std::int64_t>(b.run.jumps().size()), script.jumps);
        QCOMPARE(b.run.jumpsMade().size(), b.run.jumps().size());
        for (const JumpJudged& jump : b.run.jumps()) {
            QVERIFY(jump.verdict == JumpVerdict::Rejected);
            QCOMPARE(jump.toStep, jump.fromStep);
            QCOMPARE(jump.step, jump.fromStep + 16); // K
        }
        QCOMPARE(b.run.steps(), 400);
        QVERIFY(b.run.ticks() >= a.run.ticks() + 16 * script.jumps); // the time was spent
        QCOMPARE(weightIn(m_root / "rejected"), weightIn(m_root / "plain"));
        QCOMPARE(b.run.evaluations().back().loss, a.run.evaluations().back().loss);
        QCOMPARE(b.run.evaluations().size(), a.run.evaluations().size());
        // the phases that count are those of the plain run
        std::string phases[2];
        for (const auto& [run, text] : {std::pair{&a.run, &phases[0]}, std::pair{&b.run, &phases[1]}})
            for (const PredictJudged& judged : run->predictions())
                *text += std::to_string(judged.step) + " ";
        QCOMPARE(phases[1], phases[0]);
    }

    void aJumpThatLeadsIsKeptAndOneThatDoesNotIsTakenBack()
    {
        for (const double worth : {60.0, 0.0, -30.0}) {
            FakeEngineScript script;
            script.fallsByUpdates = true;
            script.jumpIsWorth = worth;
            script.stepSeconds = 1; // beside which what the test itself takes is nothing
            const auto folder = m_root / std::to_string(worth);
            const Finished f = train(jumpConfig(4000), folder, script);
            QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
            QCOMPARE(f.run.steps(), 4000);
            QVERIFY(!f.run.jumps().empty());
            const JumpJudged& first = f.run.jumps().front();
            QVERIFY(std::abs(first.leadSteps - worth) < 3);
            QVERIFY((first.verdict == JumpVerdict::Accepted) == (worth > 0));
            if (worth > 0) {
                QVERIFY(f.run.jumpsMade().back().lead == 2); // after two successes
                continue;
            }
            QVERIFY(script.jumps <= 2); // two failures close it
            QCOMPARE(f.run.jumpsMade().back().lead, script.jumps == 2 ? 0.5 : 1.0);
            double wasted = 0;
            for (const JumpJudged& jump : f.run.jumps())
                wasted += static_cast<double>(jump.step - jump.fromStep) + jump.costSteps;
            QVERIFY2(wasted <= 0.02 * 4000, qPrintable(QString::number(wasted)));
        }
    }

    void aTrialThatTakesLongerThanExpectedIsCutOffAtTwoPercent()
    {
        FakeEngineScript script;
        script.fallsByUpdates = true;
        script.jumpIsWorth = 60;
        script.stepSeconds = 1;
        std::int64_t steps = 0;
        script.beforeStep = [&](std::int64_t) {
            script.stepSeconds
                = script.jumps == 1 && ++steps <= 16 ? 30 : 1; // while the first jump is on trial
        };
        const Finished f = train(jumpConfig(4000), m_root / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        const JumpJudged& first = f.run.jumps().front();
        QVERIFY(first.verdict == JumpVerdict::Rejected);
        QVERIFY2(first.text.find("2 % of the run's time are spent") != std::string::npos, first.text.c_str());
        QVERIFY2(first.step < first.fromStep + 15, "before its check");
        double spent = 0;
        for (const JumpJudged& jump : f.run.jumps())
            spent += jump.verdict == JumpVerdict::Rejected ? jump.trialSeconds : jump.costSteps;
        QVERIFY2(spent <= 0.02 * f.run.columns().seconds.over(0, f.run.ticks()).sum + 30,
            qPrintable(QString::number(spent))); // and the one step that was under way
    }

    void aJumpIntoNonsenseIsTakenBackAtOnce()
    {
        FakeEngineScript script;
        script.fallsByUpdates = true;
        script.jumpIsNotFinite = true;
        const Finished f = train(jumpConfig(3000), m_root / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QVERIFY(!f.run.jumps().empty());
        QCOMPARE(f.run.jumps().front().step, f.run.jumps().front().fromStep);
        QCOMPARE(f.run.rollbacks(), 0); // it is no divergence
        QVERIFY(weightIn(m_root / "a").find("null") == std::string::npos);
    }

    void withoutADirectionOrALowRateNothingJumpsAndTheReasonIsToldOnce()
    {
        FakeEngineScript script;
        script.fallsByUpdates = true;
        script.cosine = 0.5;
        const Finished f = train(jumpConfig(3000), m_root / "a", script);
        QCOMPARE(script.jumps, 0);
        const auto told = std::count_if(f.run.notices().begin(), f.run.notices().end(),
            [](const Notice& n) { return n.text.find("cosine 0.50") != std::string::npos; });
        QVERIFY(told >= 1 && told <= 2);
    }

    void aRunStoppedInATrialKeepsTheWeightsBeforeTheJump()
    {
        FakeEngineScript plain;
        Mailbox mailbox;
        FakeEngineScript script;
        script.beforeStep = [&](std::int64_t step) {
            if (script.jumps == 2 && step % 3 == 0)
                mailbox.requestStop(StopRequest::Interrupt);
        };
        RunConfig config = jumpConfig(400);
        config.phases.jump = JumpChoice::Reject;
        const Finished cut = train(config, m_root / "cut", script, false, &mailbox);
        QVERIFY(cut.ended.outcome == Outcome::Interrupted);
        QVERIFY(cut.run.jumps().back().text.find("to stop") != std::string::npos);
        QCOMPARE(cut.run.steps(), cut.run.jumps().back().toStep);
        script.beforeStep = nullptr;
        QVERIFY(train(config, m_root / "cut", script, true).ended.outcome == Outcome::Completed);
        config.phases.jump = JumpChoice::Off;
        train(config, m_root / "plain", plain);
        QCOMPARE(weightIn(m_root / "cut"), weightIn(m_root / "plain"));
    }

    void numbersAreMeasuredAtTheIntervalAndAllOfThemOnDemand()
    {
        FakeEngineScript script;
        RunConfig config = shortConfig(30);
        config.training.numbersInterval = 10;
        Mailbox mailbox;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 14)
                mailbox.requestNumbers(); // seen by the next tick
        };
        const Finished f = train(config, m_root / "a", script, false, &mailbox);
        std::vector<std::pair<std::int64_t, bool>> measured;
        for (const NumbersMeasured& numbers : f.run.numbers())
            measured.emplace_back(numbers.step, numbers.isExact);
        QVERIFY((measured
            == std::vector<std::pair<std::int64_t, bool>>{{9, false}, {15, true}, {19, false}, {29, false}}));
        QCOMPARE(f.run.numbers()[1].groups.front().name, "all");
        config.training.numbersInterval = 0;
        FakeEngineScript silent;
        QVERIFY(train(config, m_root / "b", silent).run.numbers().empty());
    }

    void resumingGivesTheWeightOfTheUninterruptedRun()
    {
        FakeEngineScript whole;
        train(shortConfig(40), m_root / "whole", whole);
        for (const std::int64_t stopAt : {3, 9, 17, 25, 38}) {
            const auto folder = m_root / ("cut" + std::to_string(stopAt));
            Mailbox mailbox;
            FakeEngineScript script;
            script.beforeStep = [&](std::int64_t step) {
                if (step == stopAt)
                    mailbox.requestStop(StopRequest::Interrupt);
            };
            QVERIFY(train(shortConfig(40), folder, script, false, &mailbox).ended.outcome
                == Outcome::Interrupted);
            script.beforeStep = nullptr;
            const Finished rest = train(shortConfig(40), folder, script, true);
            QVERIFY(rest.ended.outcome == Outcome::Completed);
            QCOMPARE(rest.run.steps(), 40);
            QCOMPARE(weightIn(folder), weightIn(m_root / "whole"));
        }
    }

    void resumingGivesTheRowsOfTheUninterruptedRun()
    {
        FakeEngineScript whole;
        const Finished reference = train(shortConfig(40), m_root / "whole", whole);
        for (std::int64_t stopAt = 0; stopAt < 39; ++stopAt) {
            const auto folder = m_root / ("cut" + std::to_string(stopAt));
            Mailbox mailbox;
            FakeEngineScript script;
            script.beforeStep = [&](std::int64_t step) {
                if (step == stopAt)
                    mailbox.requestStop(StopRequest::Interrupt);
            };
            train(shortConfig(40), folder, script, false, &mailbox);
            script.beforeStep = nullptr;
            const Finished rest = train(shortConfig(40), folder, script, true);
            const Run& a = reference.run;
            const Run& b = rest.run;
            QCOMPARE(b.ticks(), a.ticks());
            for (std::int64_t tick = 0; tick < a.ticks(); ++tick) {
                QVERIFY(sameOrBothNan(b.columns().loss.at(tick), a.columns().loss.at(tick)));
                QVERIFY(sameOrBothNan(b.columns().learningRate.at(tick), a.columns().learningRate.at(tick)));
                QVERIFY(sameOrBothNan(b.columns().readoutGain.at(tick), a.columns().readoutGain.at(tick)));
                QVERIFY(b.segmentAt(tick)->start->phase == a.segmentAt(tick)->start->phase);
                QVERIFY(b.segmentAt(tick)->start->plan == a.segmentAt(tick)->start->plan);
            }
            QCOMPARE(b.predictions().size(), a.predictions().size());
            for (std::size_t i = 0; i < a.predictions().size(); ++i)
                QCOMPARE(b.predictions()[i].confidence, a.predictions()[i].confidence);
            QCOMPARE(b.evaluations().size(), a.evaluations().size());
            for (std::size_t i = 0; i < a.evaluations().size(); ++i) {
                QCOMPARE(b.evaluations()[i].step, a.evaluations()[i].step);
                QCOMPARE(b.evaluations()[i].loss, a.evaluations()[i].loss);
            }
        }
    }

    void eventsComeInAnOrderThatReadersCanRelyOn()
    {
        FakeEngineScript script;
        const Finished f = train(shortConfig(20), m_root / "a", script);
        QVERIFY(std::holds_alternative<RunStarted>(f.events.front()));
        QVERIFY(std::holds_alternative<RunEnded>(f.events.back()));
        std::int64_t tick = 0;
        bool inSegment = false;
        for (const RunEvent& event : f.events) {
            if (const auto* segment = std::get_if<SegmentStarted>(&event)) {
                QCOMPARE(segment->tick, tick);
                inSegment = true;
            } else if (const auto* step = std::get_if<StepDone>(&event)) {
                QVERIFY(inSegment);
                QCOMPARE(step->tick, tick++);
            } else if (const auto* probe = std::get_if<ProbeDone>(&event)) {
                QCOMPARE(probe->tick, tick++);
            } else if (const auto* evaluated = std::get_if<Evaluated>(&event)) {
                QVERIFY(inSegment); // its memory counts to a phase
                QCOMPARE(evaluated->tick, tick);
            }
        }
    }

    void anEditKeptInACheckpointHoldsAfterResuming()
    {
        const PrecisionTable edited = PrecisionTable{}.withDefault(Precision::Fp16).withAuto(false);
        for (const std::int64_t editAt : {3, 8}) { // before and after the checkpoint at step 7
            const auto folder = m_root / ("edit" + std::to_string(editAt));
            Mailbox mailbox;
            FakeEngineScript script;
            script.beforeStep = [&](std::int64_t step) {
                if (step == editAt)
                    mailbox.setTable(edited, PrecisionTable{});
            };
            train(shortConfig(12), folder, script, false, &mailbox);
            std::filesystem::remove_all(*newestCheckpoint(folder)); // as if killed after step 7
            script.beforeStep = nullptr;
            const Finished rest = train(shortConfig(12), folder, script, true);
            const bool kept = editAt == 3;
            QVERIFY(rest.run.table() == (kept ? edited : PrecisionTable{}));
            QVERIFY(rest.run.segmentAt(rest.run.ticks() - 1)->start->plan
                == rest.run.table().resolve(rest.run.segmentAt(rest.run.ticks() - 1)->start->phase));
        }
    }

    void pausingHoldsTheRunUntilItGoesOn()
    {
        Mailbox mailbox;
        FakeEngineScript script;
        std::jthread resumer;
        script.beforeStep = [&](std::int64_t step) {
            if (step != 4)
                return;
            mailbox.setPaused(true);
            resumer = std::jthread([&] { mailbox.setPaused(false); });
        };
        const Finished f = train(shortConfig(10), m_root / "a", script, false, &mailbox);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QCOMPARE(f.run.steps(), 10);
    }

    void aSnapshotIsACheckpointAtTheNextTick()
    {
        Mailbox mailbox;
        FakeEngineScript script;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 2)
                mailbox.requestSnapshot();
        };
        const Finished f = train(shortConfig(5), m_root / "a", script, false, &mailbox);
        QCOMPARE(f.run.checkpoints().front().step, 3);
    }

    void aBackendThatCannotStartIsToldToCallerAndLog()
    {
        QVERIFY(createRunFolderAt(m_root / "a", shortConfig(5)).has_value());
        EventChannel channel;
        Mailbox mailbox;
        Trainer trainer(
            {shortConfig(5), m_root / "a", false},
            [](const EngineSetup&) -> Result<EngineParts> {
                return fail("no such device; use cpu", ExitCode::Usage);
            },
            channel, mailbox);
        const auto ended = trainer.train();
        QVERIFY(!ended);
        QVERIFY(ended.error().code == ExitCode::Usage);
        const auto run = openRun(m_root / "a");
        QVERIFY(run && run->ended() && run->ended()->outcome == Outcome::Failed);
        QCOMPARE(run->ended()->message, ended.error().message);
    }

    void aCheckpointWithADamagedStateIsRefusedInWords()
    {
        FakeEngineScript script;
        for (const char* text : {"{", "[]", "{}", R"({"global_step": "x"})"}) {
            const auto folder = m_root / ("damaged" + std::to_string(script.steps));
            train(shortConfig(8), folder, script);
            QVERIFY(writeFileAtomically(*newestCheckpoint(folder) / "trainer_state.json", text));
            const Finished rest = train(shortConfig(12), folder, script, true);
            QVERIFY(rest.ended.outcome == Outcome::Failed);
            QVERIFY(!rest.ended.message.empty());
        }
    }

    void aRunThatDiedWithoutAWordGoesOnFromItsCheckpoint()
    {
        FakeEngineScript whole;
        const Finished reference = train(shortConfig(40), m_root / "whole", whole);
        // as after kill -9: checkpoints up to step 35 and a torn log, no end
        FakeEngineScript script;
        train(shortConfig(40), m_root / "cut", script);
        std::filesystem::remove_all(*newestCheckpoint(m_root / "cut"));
        std::filesystem::remove(m_root / "cut/summary.json");
        auto log = *readFile(m_root / "cut/events.jsonl");
        QVERIFY(writeFileAtomically(m_root / "cut/events.jsonl", log.substr(0, log.size() - 300)));
        const Finished rest = train(shortConfig(40), m_root / "cut", script, true);
        QCOMPARE(rest.run.ticks(), reference.run.ticks());
        QCOMPARE(weightIn(m_root / "cut"), weightIn(m_root / "whole"));
        QCOMPARE(rest.run.segments().size() >= reference.run.segments().size(), true);
    }

    void withStatesOnDiskNoCheckpointIsWrittenBeforeTheEnd()
    {
        FakeEngineScript script;
        std::int64_t checkpointsSeen = 0;
        script.afterCommit
            = [&](std::int64_t) { checkpointsSeen += newestCheckpoint(m_root / "a").has_value(); };
        const Finished f = train(diskConfig(30), m_root / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QCOMPARE(checkpointsSeen, 0);
        QVERIFY(newestCheckpoint(m_root / "a"));
        QVERIFY(!std::filesystem::exists(m_root / "a" / "states.json"));
        QVERIFY(!std::filesystem::exists(m_root / "a" / "states"));
    }

    void statesOnDiskAreGoneOnWithFromAnyMomentOfAKill()
    {
        FakeEngineScript script;
        const auto take = [&](std::int64_t step, const char* name) {
            if (step == 12) // as a killed process leaves it
                std::filesystem::copy(m_root / "a", m_root / name, std::filesystem::copy_options::recursive);
        };
        script.beforeStep = [&](std::int64_t step) { take(step, "before"); };
        script.afterCommit = [&](std::int64_t step) { take(step, "after"); };
        train(diskConfig(30), m_root / "a", script);
        for (const char* name : {"before", "after"}) {
            FakeEngineScript quiet;
            const Finished f = train(diskConfig(30), m_root / name, quiet, true);
            QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
            QCOMPARE(quiet.steps, 18);
            QCOMPARE(weightIn(m_root / name), weightIn(m_root / "a"));
            QCOMPARE(f.run.steps(), 30);
        }
    }

    void anInterruptedRunWithStatesOnDiskIsGoneOnWithAndAStopThereWaitsForTheStep()
    {
        FakeEngineScript script;
        train(diskConfig(30), m_root / "whole", script);
        Mailbox mailbox;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 12)
                mailbox.requestStop(StopRequest::Interrupt);
        };
        const Finished first = train(diskConfig(30), m_root / "a", script, false, &mailbox);
        QVERIFY(first.ended.outcome == Outcome::Interrupted);
        QVERIFY(!newestCheckpoint(m_root / "a"));
        FakeEngineScript quiet;
        Mailbox impatient;
        impatient.requestStop(StopRequest::Interrupt);
        train(diskConfig(30), m_root / "a", quiet, true, &impatient);
        QCOMPARE(quiet.steps, 1);
        const Finished last = train(diskConfig(30), m_root / "a", quiet, true);
        QVERIFY2(last.ended.outcome == Outcome::Completed, last.ended.message.c_str());
        QCOMPARE(weightIn(m_root / "a"), weightIn(m_root / "whole"));
    }

    void aTableThatTakesStatesOffDiskWritesACheckpointFirst()
    {
        FakeEngineScript script;
        Mailbox mailbox;
        bool wasThere = false;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 12)
                mailbox.setTable(diskConfig(30).choices.table.with(Phase::Full, {.weights = Tier::Host}),
                    diskConfig(30).choices.table);
            if (step == 13)
                wasThere = newestCheckpoint(m_root / "a").has_value()
                    && !std::filesystem::exists(m_root / "a" / "states.json");
        };
        train(diskConfig(30), m_root / "a", script, false, &mailbox);
        QVERIFY(wasThere);
    }

    void statesThatSomebodyRemovesBecomeACheckpoint()
    {
        FakeEngineScript script;
        train(diskConfig(30), m_root / "whole", script);
        const Finished f = [&] {
            FakeEngineScript removing;
            removing.afterCommit = [&](std::int64_t step) {
                if (step == 12)
                    std::filesystem::remove(m_root / "a" / "states");
            };
            return train(diskConfig(30), m_root / "a", removing);
        }();
        QVERIFY(f.ended.outcome == Outcome::Failed);
        QVERIFY2(QString::fromStdString(f.ended.message).contains("was removed while the run used it"),
            f.ended.message.c_str());
        QCOMPARE(f.ended.step, 13);
        const Finished rest = train(diskConfig(30), m_root / "a", script, true);
        QVERIFY2(rest.ended.outcome == Outcome::Completed, rest.ended.message.c_str());
        QCOMPARE(weightIn(m_root / "a"), weightIn(m_root / "whole"));
    }

    void statesThatAreGoneAreSaid()
    {
        FakeEngineScript script;
        Mailbox mailbox;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 12)
                mailbox.requestStop(StopRequest::Interrupt);
        };
        train(diskConfig(30), m_root / "a", script, false, &mailbox);
        std::filesystem::remove(m_root / "a" / "states");
        const Finished f = train(diskConfig(30), m_root / "a", script, true);
        QVERIFY(f.ended.outcome == Outcome::Failed);
        QVERIFY2(
            f.ended.message.find("which is gone; put it back, or remove states.json") != std::string::npos,
            f.ended.message.c_str());
    }

    void outOfMemoryIsTriedAgainThenTakesARungAndTheWeightsStayTheSame()
    {
        FakeEngineScript calm;
        train(shortConfig(30), m_root / "calm", calm);
        for (const std::int64_t refusals : {1, 2, 5}) {
            const auto folder = m_root / ("refused" + std::to_string(refusals));
            FakeEngineScript script;
            script.failStepOutOfMemory = 9;
            script.failingSteps = refusals;
            const Finished f = train(shortConfig(30), folder, script);
            QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
            QCOMPARE(weightIn(folder), weightIn(m_root / "calm"));
            std::int64_t rungs = 0;
            for (const Segment& segment : f.run.segments())
                rungs += segment.start->reason.starts_with("out of memory") ? 1 : 0;
            QCOMPARE(rungs, refusals / 2);
            QCOMPARE(f.run.table() == shortConfig(30).choices.table, refusals < 2);
        }
    }
    void withoutFitNoRungIsTaken()
    {
        FakeEngineScript script;
        script.failStepOutOfMemory = 9;
        script.failingSteps = 2;
        RunConfig config = shortConfig(30);
        config.choices.fit = Fit::Off;
        QVERIFY(train(config, m_root / "a", script).ended.outcome == Outcome::OutOfMemory);
    }
    void outOfMemoryOnEveryRungEndsWithACheckpointAndItsOwnOutcome()
    {
        FakeEngineScript script;
        script.failEnterOutOfMemory = 2;
        script.failingEnters = 1000;
        const Finished f = train(shortConfig(30), m_root / "a", script);
        QVERIFY(f.ended.outcome == Outcome::OutOfMemory);
        QVERIFY(newestCheckpoint(m_root / "a").has_value());
        QVERIFY(std::filesystem::exists(m_root / "a/summary.json"));
    }
    void aBudgetIsFittedBeforeTheFirstStepOrRefusedInWords()
    {
        FakeEngineScript script;
        RunConfig config = shortConfig(8);
        const std::int64_t needed = estimateMemory(config.estimateInput()).peakDeviceBytes();
        config.memory.budgetBytes = needed * 8 / 10;
        const Finished f = train(config, m_root / "fits", script);
        QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
        QVERIFY(f.run.segments().front().start->plan.activations == ActivationPolicy::Recompute);
        QVERIFY(f.run.notices().front().text.find("The same bits") != std::string::npos);
        config.memory.budgetBytes = 1000;
        const Finished refused = train(config, m_root / "refused", script);
        QVERIFY(refused.ended.message.find("smallest exact way") != std::string::npos);
    }

    void gradientsThatAreNotFiniteEndAnFp32RunWithItsWeightsWhole()
    {
        FakeEngineScript script;
        script.notFiniteAtStep = 12;
        const Finished f = train(shortConfig(30), m_root / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Diverged);
        QCOMPARE(f.run.steps(), 12);
        QVERIFY(f.ended.message.find("step 12") != std::string::npos);
        QVERIFY(f.run.divergences().back().answer == DivergenceAnswer::Stopped);
        QCOMPARE(f.run.rollbacks(), 2);
        QCOMPARE(readJsonFile(m_root / "a/summary.json")->at("rollbacks").get<int>(), 2);
        QVERIFY(std::filesystem::exists(m_root / "a/divergence.json"));
        QVERIFY(newestCheckpoint(m_root / "a").has_value());
    }

    void whatGoesWrongOnceIsRolledBackAndTheRunEndsInTheBitsOfACalmOne()
    {
        FakeEngineScript calm;
        const Finished reference = train(shortConfig(40), m_root / "calm", calm);
        for (const std::int64_t step :
            {0, 4, 7, 12, 16, 23, 39}) // in every phase, at a checkpoint, first and last
            for (const bool torn : {false, true})
                for (const std::int64_t interval : {5, 100}) {
                    const auto folder = m_root
                        / ("at" + std::to_string(step) + (torn ? "torn" : "") + std::to_string(interval));
                    RunConfig config = shortConfig(40);
                    config.memory.snapshotInterval = interval;
                    FakeEngineScript script;
                    (torn ? script.tornAtStep : script.notFiniteAtStep) = step;
                    script.notFiniteSteps = 1;
                    const Finished f = train(config, folder, script);
                    QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
                    QCOMPARE(f.run.rollbacks(), 1);
                    QCOMPARE(f.run.divergences().front().step, step);
                    QVERIFY(f.run.divergences().front().toStep > step - interval - 1
                        && f.run.divergences().front().toStep <= step);
                    QCOMPARE(weightIn(folder), weightIn(m_root / "calm"));
                    QCOMPARE(f.run.steps(), 40);
                    QCOMPARE(f.run.evaluations().size(), reference.run.evaluations().size());
                    for (std::size_t i = 0; i < f.run.evaluations().size(); ++i)
                        QCOMPARE(f.run.evaluations()[i].loss, reference.run.evaluations()[i].loss);
                }
    }
    void withoutASnapshotARollBackGoesToTheNewestCheckpointOrEndsInWords()
    {
        FakeEngineScript calm;
        train(shortConfig(30), m_root / "calm", calm);
        RunConfig config = shortConfig(30);
        config.memory.snapshotBytes = 0;
        FakeEngineScript script;
        script.tornAtStep = 17;
        const Finished f = train(config, m_root / "a", script);
        QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
        QCOMPARE(script.snapshots, 0);
        QCOMPARE(f.run.divergences().front().toStep, 14);
        QCOMPARE(weightIn(m_root / "a"), weightIn(m_root / "calm"));
        script.tornAtStep = 3;
        const Finished early = train(config, m_root / "b", script);
        QVERIFY(early.ended.outcome == Outcome::Diverged);
        QVERIFY(early.ended.message.find("neither a snapshot nor a checkpoint") != std::string::npos);
        QVERIFY(!newestCheckpoint(m_root / "b").has_value()); // torn weights are no checkpoint
    }
    void aLimitBelowOneSnapshotIsRefusedInWords()
    {
        RunConfig config = shortConfig(8);
        config.memory.snapshotBytes = 15;
        FakeEngineScript script;
        const Finished refused = train(config, m_root / "a", script);
        QVERIFY(refused.ended.message.find("memory.snapshots is 15 B") != std::string::npos);
        config.memory.snapshotBytes.reset();
        script.snapshotBytes = std::int64_t{1} << 40; // too large to be taken unasked
        const Finished f = train(config, m_root / "b", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QCOMPARE(script.snapshots, 0);
        QVERIFY(f.run.notices().front().text.find("memory.snapshots") != std::string::npos);
    }
    void aLossThatLeavesItsTrendIsRolledBackAndThePhaseGoesOnInFp32()
    {
        RunConfig config = shortConfig(200);
        config.phases
            = {.schedule = PhaseSchedule::Fixed, .recoverySteps = 20, .segments = {{Phase::Full, 200}}};
        config.choices.table = PrecisionTable{}.with(Phase::Full, {.compute = Precision::Bf16});
        config.memory.snapshotInterval = 10;
        FakeEngineScript script;
        script.losesItsWayAtStep = 120;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 135)
                script.losesItsWayAtStep = -1; // what went wrong is over
        };
        const Finished f = train(config, m_root / "a", script);
        QVERIFY2(f.ended.outcome == Outcome::Completed, f.ended.message.c_str());
        const DivergenceAnswered& answered = f.run.divergences().back();
        QVERIFY(answered.finding.signal == DivergenceSignal::Loss);
        QVERIFY(answered.answer == DivergenceAnswer::RolledBack);
        QVERIFY(answered.toStep <= 120 && answered.toStep >= 100);
        QCOMPARE(answered.fp32Until, answered.step + 20);
        const auto& segments = f.run.segments();
        QCOMPARE(segments.size(), std::size_t{3});
        QVERIFY(segments[1].start->plan.compute == Precision::Fp32);
        QCOMPARE(segments[1].ticks(), answered.fp32Until - answered.toStep);
        QVERIFY(segments[2].start->plan.compute == Precision::Bf16);
        QVERIFY(segments[2].start->reason.find("recovered") != std::string::npos);
    }
    void aProbeThatIsNotFiniteLeavesPredictForALongFullBlock()
    {
        FakeEngineScript script;
        script.isProbeFinite = false;
        const Finished f = train(shortConfig(20), m_root / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QVERIFY(f.run.divergences().front().answer == DivergenceAnswer::FullForced);
        QCOMPARE(f.run.segments()[2].ticks(), 1);
        QVERIFY(f.run.segments()[3].start->phase == Phase::Full);
        QVERIFY(f.run.notices().back().text.find("probe") != std::string::npos);
    }
    void aKillForgetsNeitherTheRollBackNorItsRaisedFormat()
    {
        RunConfig config = shortConfig(40);
        config.training.saveInterval = 0;
        config.choices.table = PrecisionTable{}.withDefault(Precision::Bf16).withAuto(false);
        FakeEngineScript script;
        script.notFiniteAtStep = 17;
        script.notFiniteSteps = 1;
        const Finished whole = train(config, m_root / "whole", script);
        Mailbox mailbox;
        script.notFiniteSteps = 1;
        script.beforeStep = [&](std::int64_t step) {
            if (step == 19)
                mailbox.requestStop(StopRequest::Interrupt);
        };
        train(config, m_root / "cut", script, false, &mailbox);
        std::filesystem::remove_all(
            *newestCheckpoint(m_root / "cut")); // as if killed: what is left is the roll-back's own
        script.beforeStep = nullptr;
        const Finished rest = train(config, m_root / "cut", script, true);
        QVERIFY2(rest.ended.outcome == Outcome::Completed, rest.ended.message.c_str());
        QCOMPARE(rest.run.rollbacks(), 1);
        QCOMPARE(rest.run.ticks(), whole.run.ticks());
        for (std::int64_t tick = 0; tick < whole.run.ticks(); ++tick)
            QVERIFY(rest.run.segmentAt(tick)->start->plan == whole.run.segmentAt(tick)->start->plan);
        QCOMPARE(weightIn(m_root / "cut"), weightIn(m_root / "whole"));
    }

    void anFp16OverflowSkipsTheUpdateHalvesTheScaleAndTriesTheStepAgain()
    {
        RunConfig config = shortConfig(6);
        config.phases = {.schedule = PhaseSchedule::Fixed, .segments = {{Phase::Full, 6}}};
        config.choices.table = PrecisionTable{}.with(Phase::Full, {.compute = Precision::Fp16});
        FakeEngineScript script;
        script.overflowsPerStep = 1;
        const Finished f = train(config, m_root / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QCOMPARE(f.run.skippedSteps(), 6);
        QCOMPARE(f.run.columns().lossScale.at(0), 65536.0F);
        QCOMPARE(f.run.columns().lossScale.at(1), 32768.0F);
    }

    void endlessOverflowsAreGivenUpAsDiverged()
    {
        RunConfig config = shortConfig(6);
        config.phases = {.schedule = PhaseSchedule::Fixed, .segments = {{Phase::Full, 6}}};
        config.choices.table = PrecisionTable{}.with(Phase::Full, {.compute = Precision::Fp16});
        FakeEngineScript script;
        script.overflowsPerStep = 1000;
        QVERIFY(train(config, m_root / "a", script).ended.outcome == Outcome::Diverged);
    }

    void aTableEditedInMidRunBeginsASegment()
    {
        Mailbox mailbox;
        FakeEngineScript script;
        const PrecisionTable edited = PrecisionTable{}.with(Phase::Warmup, {.compute = Precision::Bf16});
        script.beforeStep = [&](std::int64_t step) {
            if (step == 2)
                mailbox.setTable(edited, PrecisionTable{});
        };
        const Finished f = train(shortConfig(10), m_root / "a", script, false, &mailbox);
        QVERIFY(f.run.table() == edited);
        QCOMPARE(f.run.segments()[1].tick, 3);
        QCOMPARE(f.run.segments()[1].start->reason, std::string("table edited"));
        QVERIFY(f.run.segments()[1].start->plan.compute == Precision::Bf16);
        QVERIFY(std::ranges::any_of(f.run.notices(),
            [](const Notice& n) { return n.text == "table edited: precision.phases.warmup.compute=bf16"; }));
    }

    void aTableThatCannotRunIsRefusedWithAWord()
    {
        Mailbox mailbox;
        FakeEngineScript script;
        mailbox.setTable(
            PrecisionTable{}.with(Phase::Full, {.weights = Tier::Disk}), PrecisionTable{});
        const Finished f = train(shortConfig(10), m_root / "a", script, false, &mailbox);
        QVERIFY(f.ended.outcome == Outcome::Completed);
        QVERIFY(f.run.table() == PrecisionTable{});
        QVERIFY(!f.run.notices().empty() && f.run.notices().front().severity == Severity::Warning);
    }

    void stopEvaluatesOnceMoreAndInterruptDoesNot()
    {
        for (const StopRequest request : {StopRequest::Stop, StopRequest::Interrupt}) {
            Mailbox mailbox;
            FakeEngineScript script;
            script.beforeStep = [&](std::int64_t step) {
                if (step == 12)
                    mailbox.requestStop(request);
            };
            const auto folder = m_root / (request == StopRequest::Stop ? "stop" : "interrupt");
            const Finished f = train(shortConfig(30), folder, script, false, &mailbox);
            QCOMPARE(f.run.evaluations().back().step, request == StopRequest::Stop ? 13 : 10);
            QVERIFY(
                f.ended.outcome == (request == StopRequest::Stop ? Outcome::Stopped : Outcome::Interrupted));
        }
    }

    void aCheckpointThatFailsInMidRunIsToldAndAtTheEndFails()
    {
        FakeEngineScript script;
        script.failSave = true;
        const Finished f = train(shortConfig(10), m_root / "a", script);
        QVERIFY(f.ended.outcome == Outcome::Failed);
        QCOMPARE(f.run.steps(), 10);
        QVERIFY(f.run.notices().front().severity == Severity::Critical);
    }

    void aFolderThatAnotherWritesIsRefused()
    {
        QVERIFY(createRunFolderAt(m_root / "a", shortConfig(5)).has_value());
        const auto held = RunLock::take(m_root / "a");
        QVERIFY(held.has_value());
        FakeEngineScript script;
        EventChannel channel;
        Mailbox mailbox;
        Trainer trainer({shortConfig(5), m_root / "a", false}, fakeFactory(script), channel, mailbox);
        const auto ended = trainer.train();
        QVERIFY(!ended);
        QVERIFY(ended.error().message.find("another process") != std::string::npos);
    }

    void theSummaryHasThePromisedKeys()
    {
        FakeEngineScript script;
        const Finished f = train(shortConfig(30), m_root / "a", script);
        const auto summary = readJsonFile(m_root / "a/summary.json");
        QVERIFY(summary.has_value());
        for (const char* key : {"outcome", "run_dir", "steps", "trained_tokens", "final_loss", "eval_loss",
                 "eval_accuracy", "tokens_per_second", "seconds", "peak_device_bytes", "peak_host_bytes",
                 "peak_disk_bytes", "peak_rss_bytes", "peak_by_phase", "estimate_by_phase", "trial_by_phase",
                 "casts", "cast_seconds", "cast_mismatches", "moves", "skipped_steps", "loss_scale",
                 "rollbacks", "device", "budget_bytes"})
            QVERIFY2(summary->contains(key), key);
        std::int64_t sum = 0;
        for (const auto& [name, bytes] : (*summary)["peak_by_phase"]["full"]["by_class"].items())
            sum += bytes.get<std::int64_t>();
        QCOMPARE(sum, (*summary)["peak_by_phase"]["full"]["device_bytes"].get<std::int64_t>());
    }

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    std::filesystem::path m_root;
};

QTEST_APPLESS_MAIN(TrainerTest)
#include "trainer_test.moc"

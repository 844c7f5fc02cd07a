// SPDX-License-Identifier: Apache-2.0
#include "tests/support/training_run.h"

#include <QTest>

#include <ctime>
#include <sys/syscall.h>
#include <unistd.h>

using namespace mantissa;

namespace {

constexpr time_t hour = 3600;
std::atomic<time_t> setBack = 0; // seconds, more at each look
std::atomic<bool> isSetBack = false;

} // namespace

/// Stands before the library's: somebody sets the clock on the wall back by an hour whenever it is read.
extern "C" int clock_gettime(clockid_t clock, timespec* now) noexcept
{
    const int result = static_cast<int>(::syscall(SYS_clock_gettime, clock, now));
    if (clock == CLOCK_REALTIME && isSetBack)
        now->tv_sec -= setBack += hour;
    return result;
}

class ClockTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folders = std::make_unique<RunFolders>();
        setBack = 0;
        isSetBack = true;
    }
    void cleanup() { isSetBack = false; }

    void theClockIsReallySetBack()
    {
        const auto before = std::chrono::system_clock::now();
        QVERIFY(std::chrono::system_clock::now() < before - std::chrono::seconds(hour / 2));
    }
    void whatARunTakesIsNeverLessThanNothing()
    {
        FakeEngineScript script;
        RunConfig config = jumpConfig(400);
        config.training.saveInterval = 50;
        config.memory.trial = true;
        const auto folder = m_folders->root() / "run";
        const Finished first = train(config, folder, script);
        QVERIFY2(first.ended.outcome == Outcome::Completed, first.ended.message.c_str());
        config.training.maxSteps = 500;
        const Finished again = train(config, folder, script, /*resume*/ true);
        int durations = 0;
        for (const auto* finished : {&first, &again})
            for (const RunEvent& event : finished->events)
                for (const double seconds : secondsOf(event)) {
                    ++durations;
                    QVERIFY2(seconds >= 0 && seconds < hour / 2, toLine(event).c_str());
                }
        QVERIFY2(durations > 10, std::to_string(durations).c_str());
        QVERIFY(again.run.seconds() > 0 && again.run.seconds() < hour / 2);
    }
    void aJumpIsJudgedByTheTimeThatPassed()
    {
        FakeEngineScript script;
        script.fallsByUpdates = true;
        script.jumpIsWorth = 60;
        script.stepSeconds = 1; // beside which what the test itself takes is nothing
        const Finished f = train(jumpConfig(4000), m_folders->root() / "run", script);
        QVERIFY(!f.run.jumps().empty());
        for (const JumpJudged& jump : f.run.jumps()) {
            QVERIFY(jump.trialSeconds >= 0 && jump.trialSeconds < hour / 2);
            QVERIFY(jump.verdict == JumpVerdict::Accepted); // none was cut off as too dear
        }
    }
    void aRunOfBeforeThatSaysLessThanNothingTookWhatItsStepsTook()
    {
        Run run(shortConfig(3), {});
        run.apply(RunStarted{.tokensPerStep = 10, .lastStep = 3});
        for (std::int64_t step = 0; step < 3; ++step)
            run.apply(StepDone{.tick = step, .step = step, .seconds = 2});
        run.apply(RunEnded{.tick = 3, .step = 3, .seconds = -3599.127});
        QCOMPARE(run.seconds(), 6.0);
    }

private:
    static std::vector<double> secondsOf(const RunEvent& event)
    {
        if (const auto* e = std::get_if<RunEnded>(&event))
            return {e->seconds};
        if (const auto* e = std::get_if<TrialMeasured>(&event))
            return {e->seconds};
        if (const auto* e = std::get_if<CheckpointSaved>(&event))
            return {e->seconds};
        if (const auto* e = std::get_if<JumpMade>(&event))
            return {e->seconds};
        if (const auto* e = std::get_if<JumpJudged>(&event))
            return {e->trialSeconds};
        return {};
    }

    std::unique_ptr<RunFolders> m_folders{};
};

QTEST_APPLESS_MAIN(ClockTest)
#include "clock_test.moc"

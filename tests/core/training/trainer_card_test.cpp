// SPDX-License-Identifier: Apache-2.0
// Runs on a card that a fake driver tells of: readings in the log, a limit on temperature, and who else is
// there.

#include "tests/support/fake_cards.h"
#include "tests/support/training_run.h"

#include <QTest>

#include <thread>

using namespace mantissa;

namespace {

RunConfig cardConfig(std::int64_t steps)
{
    RunConfig config = shortConfig(steps);
    config.memory.device = "cuda:0";
    return config;
}

/// Lets a reading or more come in before each step.
void stepSlowly(FakeEngineScript& script)
{
    script.beforeStep = [](std::int64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(4)); };
}

/// Does `what` on another thread once the run stands still.
class Onlooker {
public:
    Onlooker(Mailbox& mailbox, std::function<void()> what)
        : m_thread([&mailbox, what = std::move(what)](const std::stop_token& stop) {
            while (!mailbox.isHeld() && !stop.stop_requested())
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            if (!stop.stop_requested())
                what();
        })
    {
    }

private:
    std::jthread m_thread;
};

} // namespace

class TrainerCardTest : public QObject {
    Q_OBJECT
private:
    RunFolders m_folders{};
    int m_count = 0;
    std::filesystem::path folder() { return m_folders.root() / std::to_string(++m_count); }
    static CardSource sourceOf(const FakeCards& cards)
    {
        return {.library = cards.library(), .interval = std::chrono::milliseconds(1)};
    }

private Q_SLOTS:
    void readingsAreKeptWithTheRun()
    {
        FakeCards cards;
        cards.add(0, "card", "GPU-aa");
        FakeEngineScript script;
        stepSlowly(script);
        const Finished run = train(cardConfig(10), folder(), script, false, nullptr, sourceOf(cards));
        QVERIFY(run.ended.outcome == Outcome::Completed);
        QVERIFY(!run.run.card().isEmpty());
        QCOMPARE(run.run.card().readings().front().reading.celsius, std::optional(61.0));
        QCOMPARE(run.run.card().columns().watts.over(0, run.run.ticks()).most, 215.5F);
    }
    void aRunOnTheCpuReadsNoCard()
    {
        FakeCards cards;
        cards.add(0, "card", "GPU-aa");
        FakeEngineScript script;
        stepSlowly(script);
        QVERIFY(
            train(shortConfig(5), folder(), script, false, nullptr, sourceOf(cards)).run.card().isEmpty());
    }
    void aCardThatCannotBeReadIsNotedOnce()
    {
        FakeEngineScript script;
        RunConfig config = cardConfig(5);
        config.memory.maxCelsius = 80;
        const Finished run
            = train(config, folder(), script, false, nullptr, {.library = "/nowhere/libnvidia-ml.so.1"});
        QVERIFY(run.ended.outcome == Outcome::Completed);
        QCOMPARE(run.noticesWith("no NVIDIA driver answers here"), 1);
        QCOMPARE(run.noticesWith("memory.max_temperature is not watched"), 1);
    }
    void aHotCardPausesTheRunUntilItIsCooler()
    {
        FakeCards cards;
        cards.add(0, "card", "GPU-aa");
        FakeEngineScript script;
        stepSlowly(script);
        const auto step = script.beforeStep;
        script.beforeStep = [&](std::int64_t at) {
            if (at == 3)
                cards.set("0.temperature", "84");
            step(at);
        };
        RunConfig config = cardConfig(12);
        config.memory.maxCelsius = 80;
        Mailbox mailbox;
        std::int64_t stepsWhenHeld = 0, stepsLater = 0;
        const Onlooker cooling(mailbox, [&] {
            stepsWhenHeld = script.steps;
            cards.set("0.temperature", "77"); // below the limit, and not yet by 5
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            stepsLater = script.steps;
            cards.set("0.temperature", "75");
        });
        const Finished run = train(config, folder(), script, false, &mailbox, sourceOf(cards));
        QVERIFY(run.ended.outcome == Outcome::Completed);
        QCOMPARE(stepsLater, stepsWhenHeld);
        QVERIFY(stepsWhenHeld < 12);
        QCOMPARE(
            run.noticesWith("paused: the card is at 84 °C, above memory.max_temperature (80 °C); it goes "
                            "on by itself at 75 °C"),
            1);
        QCOMPARE(run.noticesWith("the card has cooled to 75 °C"), 1);
        QCOMPARE(run.noticesWith("paused and gone on"), 1);
        QVERIFY(std::ranges::any_of(
            run.run.card().readings(), [](const CardMeasured& reading) { return reading.isHeld; }));
        QVERIFY(!run.run.card().isHeld());
    }
    void whoSaysGoOnStandsAboveTheLimit()
    {
        FakeCards cards;
        cards.add(0, "card", "GPU-aa");
        cards.set("0.temperature", "90");
        FakeEngineScript script;
        stepSlowly(script);
        RunConfig config = cardConfig(8);
        config.memory.maxCelsius = 80;
        Mailbox mailbox;
        const Onlooker user(mailbox, [&] { mailbox.setPaused(false); });
        const Finished run = train(config, folder(), script, false, &mailbox, sourceOf(cards));
        QVERIFY(run.ended.outcome == Outcome::Completed);
        QCOMPARE(run.noticesWith("paused: the card is at 90 °C"), 1); // not again while it stays hot
        QCOMPARE(run.noticesWith("gone on at 90 °C, as asked for"), 1);
    }
    void aStopEndsTheWait()
    {
        FakeCards cards;
        cards.add(0, "card", "GPU-aa");
        cards.set("0.temperature", "90");
        FakeEngineScript script;
        stepSlowly(script);
        RunConfig config = cardConfig(1000);
        config.memory.maxCelsius = 80;
        Mailbox mailbox;
        const Onlooker user(mailbox, [&] { mailbox.requestStop(StopRequest::Interrupt); });
        const Finished run = train(config, folder(), script, false, &mailbox, sourceOf(cards));
        QVERIFY(run.ended.outcome == Outcome::Interrupted);
        QVERIFY(!run.run.card().isHeld());
    }
    void othersThatTakeTheCardAreTold()
    {
        FakeCards cards;
        cards.add(0, "card", "GPU-aa");
        FakeEngineScript script;
        stepSlowly(script);
        const auto step = script.beforeStep;
        script.beforeStep = [&](std::int64_t at) {
            if (at == 3)
                cards.set("0.used", "5368709120");
            step(at);
        };
        const Finished run = train(cardConfig(12), folder(), script, false, nullptr, sourceOf(cards));
        QCOMPARE(run.noticesWith("others hold 4.00 GiB of its memory, 1.00 GiB before"), 1);
    }
    void aDriverThatHoldsMoreThanItsShareIsTold()
    {
        FakeCards cards;
        cards.add(0, "card", "GPU-aa");
        cards.forget("0.own"); // as in a container
        FakeEngineScript script;
        stepSlowly(script);
        const Finished run = train(cardConfig(12), folder(), script, false, nullptr, sourceOf(cards));
        QCOMPARE(run.noticesWith("the driver holds 2.00 GiB of the card beside the 16 B"), 1);
    }
};

QTEST_GUILESS_MAIN(TrainerCardTest)
#include "trainer_card_test.moc"

// SPDX-License-Identifier: Apache-2.0
// Spans, the shares they sum to, and the trace they become.

#include "core/output/profile_trace.h"
#include "core/training/spans.h"
#include "tests/support/training_run.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <chrono>
#include <map>

using namespace mantissa;

namespace {

/// Until the clock has gone on by so much, as nothing here may sleep.
void spend(double seconds)
{
    const SteadyTime start = steadyNow();
    while (secondsSince(start) < seconds) { }
}

/// One after the other, or one inside the other, on each row.
void checkNesting(const Json& events)
{
    std::map<int, std::vector<double>> open; // ends, by row
    double last = 0;
    constexpr double rounding = 2e-3; // microseconds
    for (const Json& event : events) {
        if (event["ph"] == "M")
            continue;
        QCOMPARE(event["ph"].get<std::string>(), std::string("X")); // an end of its own
        const auto begin = event["ts"].get<double>();
        const double end = begin + event["dur"].get<double>();
        QVERIFY(begin >= last);
        QVERIFY(end >= begin);
        last = begin;
        auto& ends = open[event["tid"].get<int>()];
        while (!ends.empty() && ends.back() <= begin + rounding)
            ends.pop_back();
        QVERIFY(ends.empty() || end <= ends.back() + rounding);
        ends.push_back(end);
    }
    QVERIFY(last > 0);
}

double sumOfShares(const TimeShares& shares)
{
    double sum = 0;
    for (const WorkKind kind : allWorkKinds)
        sum += shares.share(kind);
    return sum;
}

} // namespace

class SpansTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anInnerSpanTakesItsTimeFromTheOuterOne()
    {
        Spans spans;
        spans.begin();
        {
            const SpanScope forward(&spans, WorkKind::Forward, "forward");
            spend(0.01);
            const SpanScope disk(&spans, WorkKind::Disk, "wait");
            spend(0.03);
        }
        spend(0.005);
        { // what lies between spans is counted when the next one begins
            const SpanScope log(&spans, WorkKind::Log, "log");
        }
        const TimeShares shares = spans.shares();
        QVERIFY(shares.at(WorkKind::Forward) >= 0.01);
        QVERIFY(shares.at(WorkKind::Disk) >= 0.03);
        QVERIFY(shares.at(WorkKind::Other) >= 0.005);
        QVERIFY(shares.at(WorkKind::Backward) == 0);
        QVERIFY(std::abs(sumOfShares(shares) - 1) < 1e-9);
    }
    void whatIsSkippedCountsAsNothing()
    {
        Spans spans;
        spans.begin();
        spend(0.02);
        spans.skip();
        {
            const SpanScope scope(&spans, WorkKind::Update, "update");
        }
        QVERIFY(spans.shares().total() < 0.02);
    }
    void theFirstTicksOfEachPhaseAreKeptOnceItIsWarm()
    {
        Spans spans;
        spans.begin();
        for (std::int64_t tick = 0; tick < 100; ++tick) {
            spans.beginTick(tick < 60 ? Phase::Warmup : Phase::Full);
            const SpanScope scope(&spans, WorkKind::Other, "step", tick);
        }
        const auto kept = spans.kept();
        QCOMPARE(kept.size(), std::size_t{2} * Spans::ticksOfAPhase);
        QCOMPARE(kept.front().index, Spans::warmTicks);
        QCOMPARE(kept[Spans::ticksOfAPhase].index, std::int64_t{60});
        QCOMPARE(spans.shares().ticks, std::int64_t{100});
    }
    void otherThreadsAreInTheTraceAndNotInTheShares()
    {
        Spans spans;
        spans.begin();
        for (std::int64_t tick = 0; tick <= Spans::warmTicks; ++tick)
            spans.beginTick(Phase::Full);
        std::jthread([&] {
            spans.nameThread("disk reader");
            const SpanScope scope(&spans, WorkKind::Disk, "read", 4);
            spend(0.002);
        }).join();
        std::jthread([&] { const SpanScope scope(&spans, WorkKind::Backward, "backward"); }).join();
        const std::vector<std::string> threads{"trainer", "disk reader", "thread 3"};
        QVERIFY(spans.threads() == threads);
        QVERIFY(spans.shares().at(WorkKind::Disk) == 0);
        const Json trace = Json::parse(profileTrace(spans, "a run"));
        const Json& events = trace["traceEvents"];
        checkNesting(events);
        const auto read
            = std::ranges::find_if(events, [](const Json& event) { return event["name"] == "read 4"; });
        QVERIFY(read != events.end());
        QCOMPARE((*read)["cat"].get<std::string>(), std::string("disk"));
        QVERIFY((*read)["dur"].get<double>() >= 2000);
    }
    void aTraceStaysSmall()
    {
        Spans spans;
        spans.begin();
        for (std::int64_t tick = 0; tick <= Spans::warmTicks; ++tick)
            spans.beginTick(Phase::Full);
        for (std::size_t i = 0; i < Spans::mostSpans + 1000; ++i)
            const SpanScope scope(&spans, WorkKind::Forward, "forward", 123);
        QCOMPARE(spans.kept().size(), Spans::mostSpans);
        QVERIFY(profileTrace(spans, "a run").size() < 4'000'000);
    }
    void aTrainedRunKeepsItsSharesAndTheirSumIsOne()
    {
        const RunFolders folders;
        FakeEngineScript script;
        script.beforeStep = [](std::int64_t) { spend(0.0005); };
        const RunConfig config = shortConfig(60);
        const auto folder = folders.root() / "with";
        Spans spans;
        const Finished with = train(config, folder, script, false, nullptr, {}, &spans);
        QVERIFY2(with.ended.outcome == Outcome::Completed, with.ended.message.c_str());
        const auto shares = readTimeShares(folder);
        QVERIFY(shares);
        QCOMPARE(shares->ticks, with.run.ticks());
        QVERIFY(std::abs(sumOfShares(*shares) - 1) < 1e-9);
        for (const WorkKind kind : {WorkKind::Log, WorkKind::Evaluation, WorkKind::Disk, WorkKind::Other})
            QVERIFY2(shares->share(kind) > 0, std::string(nameOf(kind)).c_str());
        checkNesting(Json::parse(profileTrace(spans, "a run"))["traceEvents"]);

        FakeEngineScript plain;
        const Finished without = train(config, folders.root() / "without", plain);
        QVERIFY(!readTimeShares(folders.root() / "without"));
        QCOMPARE(weightIn(folder), weightIn(folders.root() / "without")); // it changes nothing
        QCOMPARE(with.events.size(), without.events.size());
    }
    void sharesAreReadAsTheyWereWritten()
    {
        const RunFolders folders;
        TimeShares shares{.ticks = 12};
        shares.at(WorkKind::Forward) = 1;
        shares.at(WorkKind::Update) = 3;
        QVERIFY(writeTimeShares(folders.root(), shares));
        const auto read = readTimeShares(folders.root());
        QVERIFY(read);
        QCOMPARE(read->ticks, std::int64_t{12});
        QCOMPARE(read->share(WorkKind::Update), 0.75);
        QCOMPARE(sentenceOf(*read), std::string("forward 25.0 %, update 75.0 %"));
        for (const char* damaged : {"", "{}", R"({"schema_version": 2})",
                 R"({"schema_version": 1, "ticks": 1, "seconds": "NaN", "shares": {}})"}) {
            QVERIFY(writeFileAtomically(timeSharesFile(folders.root()), damaged));
            QVERIFY(!readTimeShares(folders.root()));
        }
    }
};

QTEST_APPLESS_MAIN(SpansTest)
#include "spans_test.moc"

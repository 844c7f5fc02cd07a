// SPDX-License-Identifier: Apache-2.0
#include "core/output/run_trace.h"
#include "core/output/trace_writer.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <cmath>

using namespace mantissa;

namespace {

std::vector<RunEvent> tracedEvents()
{
    MemoryReading memory;
    memory.devicePeak.at(MemoryClass::Weights) = 4096;
    return {RunStarted{.unixSeconds = 1000},
        SegmentStarted{
            .phase = Phase::Warmup, .reason = "begin", .casts = 3, .castBytes = 30, .castSeconds = 0.5},
        StepDone{.loss = 3, .seconds = 0.25, .memory = memory},
        SegmentStarted{.tick = 1,
            .step = 1,
            .phase = Phase::Full,
            .plan = {.compute = Precision::Bf16},
            .moves = 2,
            .moveBytes = 20,
            .moveSeconds = 1},
        StepDone{.tick = 1, .step = 1, .loss = NAN, .seconds = 0.125, .skipped = true, .memory = memory},
        Evaluated{.tick = 2, .step = 2, .loss = 2, .seconds = 2},
        CheckpointSaved{.tick = 2, .step = 2, .seconds = 1}, Notice{.tick = 2, .text = "a word"}};
}

Json eventsOf(const std::string& text) { return Json::parse(text)["traceEvents"]; }

/// Those of a name.
std::vector<Json> named(const Json& events, const std::string& name)
{
    std::vector<Json> found;
    for (const Json& event : events)
        if (event["name"] == name)
            found.push_back(event);
    return found;
}

} // namespace

class RunTraceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void phasesHaveTheirFormatsAndLastAsLongAsTheirSteps()
    {
        const Json events = eventsOf(traceOf(tracedEvents(), "a run"));
        const auto warmup = named(events, "warmup fp32");
        QCOMPARE(warmup.size(), std::size_t{1});
        QCOMPARE(warmup[0]["ph"].get<std::string>(), std::string("X"));
        QCOMPARE(warmup[0]["ts"].get<double>(), 0.0);
        QCOMPARE(warmup[0]["dur"].get<double>(), 750000.0); // microseconds
        QCOMPARE(warmup[0]["args"]["loss"].get<double>(), 3.0);
        const auto full = named(events, "full bf16");
        QCOMPARE(full[0]["ts"].get<double>(), 750000.0);
        QCOMPARE(full[0]["dur"].get<double>(), 4125000.0); // the last ends with the log
        QCOMPARE(full[0]["args"]["loss"].get<std::string>(), std::string("NaN"));
    }
    void castsMovesStepsAndMemoryAreOnTheirTracks()
    {
        const Json events = eventsOf(traceOf(tracedEvents(), "a run"));
        QCOMPARE(named(events, "cast")[0]["dur"].get<double>(), 500000.0);
        QCOMPARE(named(events, "cast")[0]["args"]["bytes"].get<int>(), 30);
        QCOMPARE(named(events, "move")[0]["ts"].get<double>(), 750000.0);
        QCOMPARE(named(events, "step")[0]["ts"].get<double>(), 500000.0);
        QCOMPARE(named(events, "step (skipped)").size(), std::size_t{1});
        QCOMPARE(named(events, "evaluation")[0]["args"]["loss"].get<double>(), 2.0);
        QCOMPARE(named(events, "checkpoint").size(), std::size_t{1});
        QCOMPARE(named(events, "info")[0]["args"]["text"].get<std::string>(), std::string("a word"));
        QVERIFY(named(events, "step")[0]["tid"] != named(events, "cast")[0]["tid"]);
        const auto memory = named(events, "device bytes");
        QCOMPARE(memory[1]["ph"].get<std::string>(), std::string("C"));
        QCOMPARE(memory[1]["ts"].get<double>(), 750000.0); // known when the step was done
        QCOMPARE(memory[1]["args"]["weights"].get<double>(), 4096.0);
        QCOMPARE(named(events, "process_name")[0]["args"]["name"].get<std::string>(), std::string("a run"));
    }
    void timesAreOrdered()
    {
        double last = 0;
        for (const Json& event : eventsOf(traceOf(tracedEvents(), "a run")))
            if (event["ph"] != "M") {
                QVERIFY(event["ts"].get<double>() >= last);
                last = event["ts"].get<double>();
            }
        QVERIFY(last > 0);
    }
    void stepsDoNotOverlapHoweverLateTheClock()
    {
        std::vector<RunEvent> events{RunStarted{.unixSeconds = 1795621702.25}};
        for (std::int64_t step = 0; step < 200; ++step)
            events.push_back(StepDone{.tick = step, .step = step, .seconds = 1.0 / 7});
        double end = 0;
        for (const Json& step : named(eventsOf(traceOf(events, "a run")), "step")) {
            QVERIFY(step["ts"].get<double>() >= end - 2e-3); // lie apart to the nanosecond
            end = step["ts"].get<double>() + step["dur"].get<double>();
        }
        QVERIFY(end > 28e6);
    }
    void aResumeLeavesAGapAndEndsThePhase()
    {
        auto events = tracedEvents();
        events.push_back(RunStarted{.unixSeconds = 1060, .tick = 2, .step = 2});
        events.push_back(SegmentStarted{.tick = 2, .step = 2, .phase = Phase::Correct});
        events.push_back(StepDone{.tick = 2, .step = 2, .loss = 1, .seconds = 1});
        const Json trace = eventsOf(traceOf(events, "a run"));
        QCOMPARE(named(trace, "correct fp32")[0]["ts"].get<double>(), 60e6);
        QCOMPARE(named(trace, "correct fp32")[0]["dur"].get<double>(), 1e6);
        const Json full = named(trace, "full bf16")[0];
        QVERIFY(full["ts"].get<double>() + full["dur"].get<double>() <= 60e6);
    }
    void anEmptyLogIsATraceOfNothing()
    {
        for (const Json& event : eventsOf(traceOf({}, "a run")))
            QCOMPARE(event["ph"].get<std::string>(), std::string("M"));
        QVERIFY(!runTrace("/nowhere"));
    }
    void spansThatTouchDoNotOverlap()
    {
        TraceWriter writer("t");
        const int track = writer.track("a");
        double at = 0.1;
        for (int i = 0; i < 1000; ++i) {
            constexpr double seconds = 1.0 / 3;
            writer.addSpan(track, "s", at, seconds, Json::object());
            at += seconds;
        }
        double end = 0;
        for (const Json& span : named(eventsOf(writer.text()), "s")) {
            QVERIFY(span["ts"].get<double>() >= end - 1e-4);
            end = span["ts"].get<double>() + span["dur"].get<double>();
        }
    }
    void outerSpansComeBeforeInnerOnes()
    {
        TraceWriter writer("t");
        const int track = writer.track("a");
        writer.addSpan(track, "inner", 1, 1, Json::object());
        writer.addSpan(track, "outer", 1, 5, Json::object());
        writer.addCounter("c", 1, {{"x", NAN}}); // nothing to draw
        const Json events = eventsOf(writer.text());
        QCOMPARE(events.back()["name"].get<std::string>(), std::string("inner"));
        QVERIFY(named(events, "c").empty());
    }
};

QTEST_APPLESS_MAIN(RunTraceTest)
#include "run_trace_test.moc"

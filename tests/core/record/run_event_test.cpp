// SPDX-License-Identifier: Apache-2.0
#include "core/record/run_event.h"

#include <QTest>

#include <cmath>

using namespace mantissa;

namespace {

MemoryReading reading()
{
    MemoryReading memory;
    memory.devicePeak.at(MemoryClass::Weights) = (std::int64_t{1} << 53) + 1; // more than a double holds
    memory.devicePeak.at(MemoryClass::Data) = 7;
    memory.devicePeak.other = 5;
    memory.deviceReservedPeak = 99;
    memory.hostPeak.at(MemoryClass::Moments) = 3;
    memory.diskPeak.at(MemoryClass::Weights) = 2;
    return memory;
}

NumbersMeasured numbers()
{
    NumberGroup group{.name = "blocks.3.mlp",
        .tensors = 4,
        .elements = 131712,
        .weights = {"bf16", Tier::Device, 263424},
        .moments = {"int8, fp32", Tier::Host, 264001},
        .sampled = 2058,
        .updateRatioMedian = 1e-3,
        .updateRatioP99 = NAN,
        .zeroUpdates = 3};
    group.bf16 = {{0, 0.25, 0.125}, {1, 0, 0.5}, 0.62, 0.93, 56.25};
    group.fp16 = {{0.5, 0, 0}, {0, 0.75, 0}, 0.1, NAN, INFINITY};
    group.weightExponents.front() = 1;
    group.weightExponents.back() = 2;
    group.gradientExponents[17] = 9; // updates: none
    return {11, 10, true, 0.5, {group, NumberGroup{.name = "embedding"}}};
}

/// One of each kind, with values that are easily lost.
std::vector<RunEvent> oneOfEach()
{
    return {RunStarted{1.5e9, 3, 2, 834304, 768, "cpu: \"x\"", 300},
        TrialMeasured{3,
            {.byPhase = {MemoryComposition{.other = 7}, std::nullopt, reading().devicePeak, std::nullopt}},
            0.5},
        SegmentStarted{3, 2, Phase::Predict,
            {Precision::Bf16, Precision::Fp32, ActivationPolicy::Keep, Tier::Device, Tier::Host, Tier::Host},
            "first", 52, 6674432, 0.001, 0, 4, 2, 128, 0.25, reading()},
        StepDone{4, 3, NAN, INFINITY, 1e-3, 0.25, 65536, true, reading()},
        ProbeDone{5, 3, 2.5, -INFINITY, 6, 2, 0.1, reading()},
        PredictJudged{6, 3, 15, 0.01, 0.002, 0.97, -0.5, 9, 64, 0.75},
        AnnealedEstimated{6, 3, 2304, 0.25, 64, 2.0, 2.1, 0.1, 0.05, 0.15, {1.5, 2.5}, 0.5, reading()},
        JumpMade{6, 3, 2, 0.75, 0.01, 2.5, 2.25, 32, 0.125},
        JumpJudged{6, 35, 3, JumpVerdict::Accepted, 40.5, 31, 12, 0.97, 35, 0.25, "kept"}, numbers(),
        Evaluated{7, 4, 3072, 2.25, NAN, {2.0, 2.5}, 0.5, reading()},
        CheckpointSaved{8, 4, "checkpoints/step-00000004", 1234, 0.2},
        TableChanged{
            8, 4, PrecisionTable{}.with(Phase::Full, {.compute = Precision::Fp16, .moments = Tier::Host})},
        DivergenceAnswered{8, 4, {DivergenceLevel::Critical, DivergenceSignal::GradientNorm, INFINITY, 100},
            DivergenceAnswer::RolledBack, 2, 104, "back"},
        CardMeasured{8,
            {.celsius = 61,
                .watts = 215.5,
                .limitWatts = 700,
                .megahertz = 1980,
                .memoryMegahertz = 2619,
                .loadPercent = 97,
                .totalBytes = std::int64_t{80} << 30,
                .usedBytes = 12,
                .othersBytes = 0},
            true},
        CardMeasured{8}, TextWritten{8, 4, "once", "upon\na time", 0.5},
        Notice{8, Severity::Critical, "line\nbreak and <tag>"},
        RunEnded{9, 4, Outcome::OutOfMemory, "why", 12.5}};
}

} // namespace

class RunEventTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyKindSurvivesItsLine()
    {
        for (const RunEvent& event : oneOfEach()) {
            const std::string line = toLine(event);
            QVERIFY(line.find('\n') == std::string::npos);
            const auto again = parseLine(line);
            QVERIFY2(again.has_value(), line.c_str());
            QCOMPARE(again->index(), event.index());
            QCOMPARE(toLine(*again), line); // the line holds every field, so equal lines are equal events
        }
    }
    void numbersThatAreNotFiniteComeBackAsSuch()
    {
        const auto event = parseLine(toLine(StepDone{.loss = NAN, .gradNorm = -INFINITY}));
        QVERIFY(std::isnan(std::get<StepDone>(*event).loss));
        QCOMPARE(std::get<StepDone>(*event).gradNorm, -INFINITY);
    }
    void bytesStayExactBeyondWhatADoubleHolds()
    {
        const auto event = parseLine(toLine(StepDone{.memory = reading()}));
        QVERIFY(std::get<StepDone>(*event).memory == reading());
    }
    void linesOfAnEarlierVersionAreStillUnderstood()
    {
        // a golden line: if this fails, old runs no longer open
        const auto event = parseLine(
            R"({"event":"step","tick":0,"step":0,"loss":5.5,"grad_norm":3.5,"lr":1e-05,"seconds":0.07,"loss_scale":1.0,)"
            R"("skipped":false,"memory":{"device":{"weights":3337216,"moments":6674432},"reserved":52000000},"new_key":1})");
        QVERIFY(event.has_value());
        QCOMPARE(std::get<StepDone>(*event).memory.devicePeak.total(), 3337216 + 6674432);
    }
    void nonsenseIsRefused()
    {
        for (const char* line : {"", "{", "[]", "3", "{}", R"({"event": 3})", R"({"event":"dance"})"})
            QVERIFY2(!parseLine(line), line);
    }
    void oddTypesLeaveTheDefault()
    {
        const auto event = parseLine(R"({"event":"step","tick":"x","loss":[],"memory":7})");
        QVERIFY(event.has_value());
        QCOMPARE(std::get<StepDone>(*event).tick, 0);
    }
};

QTEST_APPLESS_MAIN(RunEventTest)
#include "run_event_test.moc"

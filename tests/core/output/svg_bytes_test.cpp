// SPDX-License-Identifier: Apache-2.0
#include "core/output/chart_registry.h"
#include "core/output/svg.h"

#include <QFile>
#include <QFileInfo>
#include <QTest>

#include <algorithm>

using namespace mantissa;

namespace {

Run shortRun(double lossFactor)
{
    RunConfig config;
    config.memory.budgetBytes = 4000;
    Run run(config, "/runs/short");
    run.apply(RunStarted{.tokensPerStep = 10, .device = "cpu: fake"});
    std::int64_t tick = 0;
    const auto segment = [&](Phase phase, Precision compute, int steps) {
        run.apply(SegmentStarted{.tick = tick,
            .step = tick,
            .phase = phase,
            .plan = {.compute = compute},
            .casts = compute == Precision::Bf16 ? 3 : 0});
        for (int i = 0; i < steps; ++i, ++tick) {
            StepDone step{.tick = tick,
                .step = tick,
                .loss = lossFactor * (4.0 - 0.25 * static_cast<double>(tick) / 10),
                .learningRate = 1,
                .seconds = 0.125};
            step.memory.devicePeak.at(MemoryClass::Weights) = compute == Precision::Fp32 ? 1024 : 512;
            step.memory.devicePeak.at(MemoryClass::Moments) = 2048;
            step.memory.devicePeak.at(MemoryClass::Activations) = 256 + 8 * (tick % 4);
            run.apply(step);
        }
        run.apply(Evaluated{.tick = tick,
            .step = tick,
            .trainedTokens = 10 * tick,
            .loss = lossFactor * 2,
            .batchLosses = {lossFactor, lossFactor * 3}});
    };
    segment(Phase::Warmup, Precision::Fp32, 8);
    segment(Phase::Full, Precision::Fp32, 12);
    segment(Phase::Correct, Precision::Bf16, 6);
    run.apply(RunEnded{.tick = tick, .step = tick, .outcome = Outcome::Completed});
    return run;
}

ExperimentResult shortExperiment()
{
    ExperimentResult result{.name = "short", .device = "cpu: fake", .seeds = {1, 2, 3}};
    ArmResult baseline{.name = "fp32", .isBaseline = true};
    ArmResult arm{.name = "aggressive", .verdict = Verdict::Reached, .reason = "the interval is below"};
    const std::vector<double> deltas{0.125, -0.0625, 0.25};
    for (std::size_t i = 0; i < deltas.size(); ++i)
        arm.seeds.push_back({.seed = static_cast<std::int64_t>(i + 1),
            .outcome = Outcome::Completed,
            .deltaPercent = deltas[i]});
    arm.delta = deltaInterval(deltas);
    arm.peakRatio = 0.75;
    result.arms = {baseline, arm};
    return result;
}

} // namespace

/// Charts are files that people keep, compare and commit: a change of their bytes is a decision. To accept
/// one, copy what the failed test wrote over the file of tests/data that it names.
class SvgBytesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void chartsAreTheBytesOfTheirFile_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"memory", "timeline", "loss", "quality", "experiment"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void chartsAreTheBytesOfTheirFile()
    {
        QFETCH(const QString, name);
        const Run run = shortRun(1.0);
        const Run baseline = shortRun(0.998);
        const ExperimentResult experiment = shortExperiment();
        ChartInput input = chartInput(run, &baseline);
        input.experiment = &experiment;
        const auto spec = findChart(name.toStdString())->build(input);
        const QByteArray bytes = QByteArray::fromStdString(standaloneSvg(chartSvg(*spec))) + '\n';
        QFile file(QStringLiteral(MANTISSA_TEST_DATA "/%1.svg").arg(name));
        const QByteArray expected = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        if (bytes == expected)
            return;
        QFile actual(QStringLiteral("%1.actual.svg").arg(name)); // in the folder of the build
        QVERIFY(actual.open(QIODevice::WriteOnly) && actual.write(bytes) == bytes.size());
        actual.close();
        qsizetype at = 0;
        while (at < std::min(bytes.size(), expected.size()) && bytes[at] == expected[at])
            ++at;
        QFAIL(qPrintable(QStringLiteral("%1 differs from %2 at byte %3: …%4")
                             .arg(QFileInfo(actual).absoluteFilePath(), file.fileName())
                             .arg(at)
                             .arg(QString::fromUtf8(bytes.mid(std::max<qsizetype>(0, at - 40), 120)))));
    }
};

QTEST_APPLESS_MAIN(SvgBytesTest)
#include "svg_bytes_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/memory/planner.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

using namespace mantissa;

namespace {

EstimateInput gpt2(const char* preset)
{
    return {.model = {.layers = 12, .width = 768, .heads = 12, .context = 512, .vocab = 50257},
        .choices = findPreset(preset)->choices,
        .batchSize = 4};
}

} // namespace

class PlannerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aBudgetThatHoldsChangesNothing()
    {
        const EstimateInput input = gpt2("default");
        const FittedChoices fitted = fitExactly(input, estimateMemory(input).peakDeviceBytes());
        QVERIFY(fitted.fits && fitted.taken.empty() && fitted.choices == input.choices);
    }
    void rungsAreClimbedInOrderUntilItFits()
    {
        const EstimateInput input = gpt2("default");
        const std::int64_t whole = estimateMemory(input).peakDeviceBytes();
        std::int64_t before = whole + 1;
        for (const double share : {0.9, 0.6, 0.45}) {
            const auto budget = static_cast<std::int64_t>(share * static_cast<double>(whole));
            const FittedChoices fitted = fitExactly(input, budget);
            QVERIFY(fitted.fits);
            QVERIFY(
                fitted.peakDeviceBytes <= budget && fitted.peakDeviceBytes <= before); // or the same rungs
            QVERIFY(std::is_sorted(fitted.taken.begin(), fitted.taken.end()));
            for (const Rung rung : fitted.taken)
                QVERIFY(isExact(rung));
            before = fitted.peakDeviceBytes;
        }
    }
    void whatNoExactRungReachesSaysSo()
    {
        const FittedChoices fitted = fitExactly(gpt2("default"), 1'000'000);
        QVERIFY(!fitted.fits);
        QVERIFY(fitted.peakDeviceBytes > 1'000'000);
    }
    void exactRungsLeaveFormatsAlone()
    {
        EstimateInput input = gpt2("default");
        for (const Rung rung : exactRungs)
            if (const auto more = climbed(input.choices, rung))
                input.choices = *more;
        for (const Phase phase : allPhases)
            QVERIFY(input.choices.table.resolve(phase).compute
                == findPreset("default")->choices.table.resolve(phase).compute);
        QVERIFY(input.choices.moments == MomentsFormat::Fp32 && input.choices.lossChunk == 0);
        QVERIFY(climbOnce(input).taken.empty());
    }
    void aPlanMarksWhereBitsBeginToChange()
    {
        const auto lines = planLadder(gpt2("default"));
        QVERIFY(lines.size() > 6);
        bool keeps = true;
        for (const PlanLine& line : lines) {
            QVERIFY(keeps || !line.keepsBits);
            keeps = line.keepsBits;
            QCOMPARE(line.keepsBits, !line.rung || isExact(*line.rung));
        }
        QVERIFY(lines.back().peakDeviceBytes * 20 < lines.front().peakDeviceBytes);
    }
    void anEstimateOfSevenBillionIsInstant()
    {
        const EstimateInput input{
            .model = *knownModel("llama-7b"), .choices = findPreset("smallest")->choices};
        QElapsedTimer timer;
        timer.start();
        QVERIFY(estimateMemory(input).peakDeviceBytes() > 0);
        qInfo("%lld ms", timer.elapsed()); // a figure, not a verdict: time decides no test
    }
};

QTEST_APPLESS_MAIN(PlannerTest)
#include "core/model/family.h"
#include "planner_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/training/phase_controller.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace mantissa;

namespace {

/// The phases of the next ticks as letters, with one confidence after every Predict block.
std::string walk(PhaseController& phases, int ticks, double confidence)
{
    std::string letters;
    for (int i = 0; i < ticks; ++i) {
        const Phase phase = phases.current().phase;
        letters += "WFPC"[indexOf(phase)];
        if (phase == Phase::Predict && phases.blockEnds())
            phases.setConfidence(confidence);
        phases.tickDone();
    }
    return letters;
}

const PhasesConfig small{
    .warmupSteps = 3, .fullSteps = 4, .maxPredictSteps = 2, .correctSteps = 1, .confidenceThreshold = 0.85};

} // namespace

class PhaseControllerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void confidentRunsGoRoundFullPredictCorrect()
    {
        PhaseController phases(small);
        QCOMPARE(walk(phases, 17, 0.9), std::string("WWWFFFFPPCFFFFPPC"));
    }
    void theFirstPredictIsTakenWithoutAskingAndARefusalDoublesTheWait()
    {
        PhaseController phases(small);
        // after the first Predict: Full (4), refused, Full (8), measured anew, Full (4), refused, Full (16),
        // measured anew
        QCOMPARE(walk(phases, 3 + 4 + 3, 0.1), std::string("WWWFFFFPPC"));
        QCOMPARE(walk(phases, 4 + 8 + 3, 0.1), std::string("FFFFFFFFFFFFPPC"));
        QCOMPARE(walk(phases, 4 + 16 + 3, 0.9), std::string(20, 'F') + "PPC");
        QCOMPARE(walk(phases, 4 + 3, 0.9), std::string("FFFFPPC"));
    }
    void aSureBlockTakesNoMoreProbesThanItsNoiseAsksFor()
    {
        PhasesConfig config = small;
        config.maxPredictSteps = 8;
        PhaseController phases(config);
        QCOMPARE(walk(phases, 3 + 4 + 8 + 1, 0.9), std::string("WWWFFFFPPPPPPPPC"));
        phases.setConfidence(0.9, 3);
        walk(phases, 4, 0.9);
        QCOMPARE(phases.remaining(), 3);
        QCOMPARE(phases.current().reason,
            "confidence 0.90 reaches 0.85; at the last block's noise 3 of at most 8 probes are enough");
        PhaseController resumed(config);
        QVERIFY(resumed.restore(*parseJson(phases.state().dump(), "state")));
        QCOMPARE(resumed.remaining(), 3);
    }
    void withoutPredictFullGoesOn()
    {
        PhasesConfig config = small;
        config.maxPredictSteps = 0;
        PhaseController phases(config);
        QCOMPARE(walk(phases, 12, 1), std::string("WWW") + std::string(9, 'F'));
    }
    void aFixedScheduleIsFollowedAndItsLastSegmentGoesOn()
    {
        PhaseController phases({.schedule = PhaseSchedule::Fixed,
            .segments = {{Phase::Full, 2}, {Phase::Predict, 1}, {Phase::Correct, 2}}});
        QCOMPARE(walk(phases, 9, 0), std::string("FFPCCCCCC"));
    }
    void restoredStateGoesOnAsIfNothingHadBeen()
    {
        for (int cut = 0; cut < 40; ++cut) {
            PhaseController whole(small);
            walk(whole, cut, 0.1);
            PhaseController resumed(small);
            QVERIFY(resumed.restore(*parseJson(whole.state().dump(), "state")));
            QCOMPARE(walk(resumed, 60, 0.5), walk(whole, 60, 0.5));
        }
    }
    void damagedStateIsRefused()
    {
        PhaseController phases(small);
        QVERIFY(!phases.restore(Json::object()));
        QVERIFY(!phases.restore({{"phase", "stage"}}));
    }
};

QTEST_APPLESS_MAIN(PhaseControllerTest)
#include "phase_controller_test.moc"

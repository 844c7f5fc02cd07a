// SPDX-License-Identifier: Apache-2.0
#include "core/training/divergence.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <cmath>
#include <functional>
#include <random>

using namespace mantissa;

namespace {

/// What is found over some steps; the worst of it.
DivergenceFinding worstOver(DivergenceMonitor& monitor, int steps, const std::function<double(int)>& loss,
    const std::function<double(int)>& norm)
{
    DivergenceFinding worst;
    for (int step = 0; step < steps; ++step)
        if (const auto finding = monitor.stepDone(loss(step), norm(step)); finding.level > worst.level)
            worst = finding;
    return worst;
}

} // namespace

class DivergenceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_random.seed(7);
        m_monitor = DivergenceMonitor(3);
    }

    void anOrdinaryRunIsNeverCriticalWhateverItsNoise()
    {
        for (unsigned seed = 0; seed < 20; ++seed) {
            m_random.seed(seed);
            std::student_t_distribution<double> heavy(3); // tails far beyond a normal's
            DivergenceMonitor monitor;
            int warnings = 0;
            for (int step = 0; step < 3000; ++step) {
                const auto finding = monitor.stepDone(
                    2 + 3 * std::exp(-step / 400.0) + 0.04 * heavy(m_random), std::exp(0.3 * noise()));
                QVERIFY(finding.level != DivergenceLevel::Critical);
                warnings += finding.level == DivergenceLevel::Warning ? 1 : 0;
            }
            QVERIFY2(warnings <= 1, qPrintable(QString::number(warnings)));
        }
    }
    void aFallingLossIsNoSignal()
    {
        const auto worst = worstOver(
            m_monitor, 300, [&](int step) { return step < 200 ? 5 + 0.05 * noise() : 2 + 0.05 * noise(); },
            [](int) { return 1.0; });
        QVERIFY(worst.level == DivergenceLevel::Normal || worst.level == DivergenceLevel::Caution);
    }
    void oneBadBatchIsACaution()
    {
        settle();
        const auto finding = m_monitor.stepDone(9, 1);
        QVERIFY(finding.level == DivergenceLevel::Caution);
        QVERIFY(finding.signal == DivergenceSignal::Loss);
        QVERIFY(finding.value > 6);
        QVERIFY(m_monitor.isCalm());
    }
    void aLossThatStaysUpIsAWarningAndCriticalWhenMuchIsLost()
    {
        settle();
        QVERIFY(worstOver(
                    m_monitor, 20, [&](int) { return 2.3 + 0.05 * noise(); }, [](int) { return 1.0; })
                    .level
            == DivergenceLevel::Warning);
        QVERIFY(!m_monitor.isCalm());
        const auto worst = worstOver(
            m_monitor, 20, [&](int) { return 4.5 + 0.05 * noise(); }, [](int) { return 1.0; });
        QVERIFY(worst.level == DivergenceLevel::Critical);
        QVERIFY(worst.signal == DivergenceSignal::Loss);
    }
    void numbersThatAreNotFiniteAreCriticalAtOnceAndLeaveNoTrace()
    {
        for (const auto& [loss, norm] : {std::pair{NAN, 1.0F}, {1.0F, INFINITY}, {-INFINITY, NAN}}) {
            const Json before = m_monitor.state();
            const auto finding = m_monitor.stepDone(static_cast<double>(loss), static_cast<double>(norm));
            QVERIFY(finding.level == DivergenceLevel::Critical);
            QVERIFY(finding.signal == DivergenceSignal::NotFinite);
            QVERIFY(m_monitor.state() == before);
        }
        QVERIFY(DivergenceMonitor::probeDone(NAN).level == DivergenceLevel::Warning);
        QVERIFY(DivergenceMonitor::probeDone(2).level == DivergenceLevel::Normal);
    }
    void aLargeGradientIsToldAndManyAreCritical()
    {
        settle();
        auto finding = m_monitor.stepDone(2, 30);
        QVERIFY(finding.level == DivergenceLevel::Caution);
        QVERIFY(finding.signal == DivergenceSignal::GradientNorm);
        settle();
        finding = m_monitor.stepDone(2, 300);
        QVERIFY(finding.level == DivergenceLevel::Warning);
        QCOMPARE(finding.limit, 100.0);
        QVERIFY(worstOver(
                    m_monitor, 10, [](int) { return 2.0; }, [](int) { return 5000.0; })
                    .level
            == DivergenceLevel::Critical);
    }
    void aLossThatSwingsFromStepToStepIsAnOscillation()
    {
        const auto worst = worstOver(
            m_monitor, 200, [&](int step) { return 3 + (step % 2 == 0 ? 0.3 : -0.3) + 0.02 * noise(); },
            [](int) { return 1.0; });
        QVERIFY(worst.level == DivergenceLevel::Warning);
        QVERIFY(worst.signal == DivergenceSignal::Oscillation);
        QVERIFY(worst.value < -0.8);
    }
    void whatWasToldIsNotToldAgainAtOnce()
    {
        settle();
        int told = 0;
        for (int step = 0; step < 45; ++step)
            told += m_monitor.stepDone(2.3, 1).level == DivergenceLevel::Normal ? 0 : 1;
        QCOMPARE(told, 1);
    }
    void stateRoundTrips()
    {
        settle();
        DivergenceMonitor restored;
        QVERIFY(restored.restore(*parseJson(m_monitor.state().dump(), "state")));
        for (int step = 0; step < 300; ++step) {
            const double loss = 2 + 0.005 * step + 0.1 * noise();
            QVERIFY(restored.stepDone(loss, 1 + step) == m_monitor.stepDone(loss, 1 + step));
        }
    }
    void damagedStateIsRefused()
    {
        QVERIFY(!DivergenceMonitor{}.restore(Json::object()));
        Json state = m_monitor.state();
        state["losses"] = {1.0};
        QVERIFY(!DivergenceMonitor{}.restore(state));
    }
    void everyNameIsParsed()
    {
        for (const auto level : {DivergenceLevel::Normal, DivergenceLevel::Caution, DivergenceLevel::Warning,
                 DivergenceLevel::Critical})
            QVERIFY(parseDivergenceLevel(nameOf(level)) == level);
        for (const auto answer : {DivergenceAnswer::Told, DivergenceAnswer::FullForced,
                 DivergenceAnswer::RolledBack, DivergenceAnswer::Stopped})
            QVERIFY(parseDivergenceAnswer(nameOf(answer)) == answer);
        QVERIFY(!parseDivergenceSignal("mood"));
    }

private:
    double noise() { return std::normal_distribution<double>()(m_random); }
    /// A run from 5 down to 2.
    void settle()
    {
        m_monitor = DivergenceMonitor(3);
        worstOver(
            m_monitor, 600, [&](int step) { return 2 + 3 * std::exp(-step / 60.0) + 0.05 * noise(); },
            [&](int) { return std::exp(0.1 * noise()); });
    }

    std::mt19937 m_random;
    DivergenceMonitor m_monitor;
};

QTEST_APPLESS_MAIN(DivergenceTest)
#include "divergence_test.moc"

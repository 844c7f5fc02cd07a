// SPDX-License-Identifier: Apache-2.0
#include "core/training/readout_race.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <cmath>

using namespace mantissa;

namespace {

/// Probes until the block ends: each read-out gains what `gainOf` says of its lead and the probe's number.
template <class Gain> void run(ReadoutRace& race, int probes, Gain gainOf)
{
    for (int i = 0; i < probes; ++i) {
        std::vector<double> losses;
        for (const double lead : race.leads())
            losses.push_back(3 - gainOf(lead, i));
        race.probed(3, losses);
    }
}

} // namespace

class ReadoutRaceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theBestIsFoundByHalving()
    {
        ReadoutRace race(15, 12, true);
        QCOMPARE(race.leads().size(), std::size_t{5});
        QCOMPARE(race.rows(), 2); // six passes over two rows: the work of one batch of twelve
        const auto gain
            = [](double lead, int i) { return 0.05 - 0.01 * std::abs(lead - 1) + 0.002 * (i % 3); };
        run(race, 4, gain);
        QCOMPARE(race.leads().size(), std::size_t{2});
        QCOMPARE(race.rows(), 4);
        QVERIFY(!race.isRetesting());
        run(race, 3, gain);
        QVERIFY(race.isRetesting());
        QCOMPARE(race.leads(), std::vector<double>{1});
        QCOMPARE(race.rows(), 6);
        run(race, 8, gain);
        const auto verdict = race.verdict(0.85);
        QCOMPARE(verdict.lead, 1.0);
        QCOMPARE(verdict.retests, 8);
        QVERIFY(std::abs(verdict.meanGain - 0.052) < 0.001);
        QVERIFY(verdict.confidence > 0.999);
        QVERIFY(verdict.wanted < 15); // so little noise needs no more than a few
    }
    void aWinnerByLuckIsFoundOutByTheRetest()
    {
        ReadoutRace race(15, 12, true);
        run(race, 7, [](double lead, int) { return lead == 2 ? 0.1 : 0.0; });
        QCOMPARE(race.winner(), 2.0);
        run(race, 8, [](double, int i) { return i % 2 == 0 ? -0.01 : -0.02; }); // on fresh batches it loses
        const auto verdict = race.verdict(0.85);
        QVERIFY(verdict.meanGain < 0);
        QVERIFY(verdict.confidence < 0.01);
        QCOMPARE(verdict.wanted, 15);
    }
    void withoutAWindowBeforeOrWithFewProbesOnlyTheMeanIsTried()
    {
        QCOMPARE(ReadoutRace(15, 12, false).leads(), std::vector<double>{0});
        QCOMPARE(ReadoutRace(5, 12, true).leads(), std::vector<double>{0});
        ReadoutRace race(5, 12, true);
        run(race, 5, [](double, int) { return 0.1; });
        QCOMPARE(race.verdict(0.85).retests, 5);
        QCOMPARE(race.verdict(0.85).confidence, 1.0);
    }
    void aBatchOfOneSequenceIsSeenWhole()
    {
        QCOMPARE(ReadoutRace(6, 1, true).rows(), 1);
        QCOMPARE(ReadoutRace(6, 1, false).rows(), 1);
    }
    void lossesThatAreNotFiniteCountForNothing()
    {
        ReadoutRace race(6, 12, false);
        run(race, 3, [](double, int) { return 0.1; });
        race.probed(NAN, {NAN});
        race.probed(3, {INFINITY});
        race.probed(3, {2.8});
        const auto verdict = race.verdict(0.85);
        QCOMPARE(verdict.retests, 4);
        QVERIFY(std::abs(verdict.meanGain - 0.125) < 1e-12);
        ReadoutRace nothing(6, 12, false);
        run(nothing, 6, [](double, int) { return NAN; });
        QCOMPARE(nothing.verdict(0.85).confidence, 0.0);
    }
    void aRestoredRaceGoesOnAsIfNothingHadBeen()
    {
        const auto gain = [](double lead, int i) { return 0.01 * lead + 0.003 * (i % 4); };
        for (int cut = 0; cut < 15; ++cut) {
            ReadoutRace whole(15, 12, true);
            run(whole, cut, gain);
            auto again = ReadoutRace::from(*parseJson(whole.state().dump(), "state"));
            QVERIFY(again.has_value());
            QCOMPARE(again->leads(), whole.leads());
            run(whole, 15 - cut, gain);
            run(*again, 15 - cut, gain);
            QCOMPARE(again->verdict(0.9).meanGain, whole.verdict(0.9).meanGain);
        }
        QVERIFY(!ReadoutRace::from(Json::object()));
    }
};

QTEST_APPLESS_MAIN(ReadoutRaceTest)
#include "readout_race_test.moc"

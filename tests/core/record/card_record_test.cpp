// SPDX-License-Identifier: Apache-2.0
#include "core/record/run.h"

#include <QTest>

#include <cmath>

using namespace mantissa;

namespace {

CardMeasured hot(std::int64_t tick, double celsius, bool isHeld = false)
{
    return {.tick = tick, .reading = {.celsius = celsius}, .isHeld = isHeld};
}

} // namespace

class CardRecordTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRunWithoutReadingsHasNoColumns()
    {
        Run run;
        run.apply(RunStarted{});
        run.apply(StepDone{});
        QVERIFY(run.card().isEmpty());
        QCOMPARE(run.card().columns().celsius.size(), 0);
    }
    void eachRowHasTheLastReadingBeforeIt()
    {
        Run run;
        run.apply(RunStarted{});
        run.apply(StepDone{.tick = 0});
        run.apply(hot(1, 50));
        run.apply(hot(1, 51));
        run.apply(StepDone{.tick = 1});
        run.apply(StepDone{.tick = 2});
        const Series& celsius = run.card().columns().celsius;
        QCOMPARE(celsius.size(), 3);
        QVERIFY(std::isnan(celsius.at(0)));
        QCOMPARE(celsius.at(1), 51.0F);
        QCOMPARE(celsius.at(2), 51.0F);
        QCOMPARE(run.card().columns().watts.over(0, 3).count, 0);
        QCOMPARE(run.card().readings().size(), std::size_t{2});
    }
    void whatAResumeMakesVoidIsForgotten()
    {
        Run run;
        run.apply(RunStarted{});
        run.apply(hot(0, 50));
        for (std::int64_t tick = 0; tick < 4; ++tick)
            run.apply(StepDone{.tick = tick});
        run.apply(hot(4, 60, true));
        QVERIFY(run.card().isHeld());
        run.apply(RunStarted{.tick = 2, .step = 2});
        QVERIFY(!run.card().isHeld());
        QCOMPARE(run.card().readings().size(), std::size_t{1});
        QCOMPARE(run.card().columns().celsius.size(), 2);
        run.apply(StepDone{.tick = 2});
        QCOMPARE(run.card().columns().celsius.at(2), 50.0F);
    }
    void anEndedRunIsNotHeld()
    {
        Run run;
        run.apply(RunStarted{});
        run.apply(hot(0, 90, true));
        QVERIFY(run.card().isHeld());
        run.apply(RunEnded{});
        QVERIFY(!run.card().isHeld());
    }
    void veryManyReadingsAreThinned()
    {
        CardRecord record;
        for (int i = 0; i < 200'000; ++i)
            record.add(hot(i, i));
        QVERIFY(record.readings().size() <= 65536);
        QCOMPARE(record.readings().front().tick, 0);
        QCOMPARE(record.readings().back().tick, 199'999);
    }
};

QTEST_APPLESS_MAIN(CardRecordTest)
#include "card_record_test.moc"

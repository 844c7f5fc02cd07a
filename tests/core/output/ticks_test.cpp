// SPDX-License-Identifier: Apache-2.0
#include "core/output/ticks.h"

#include <QTest>

#include <set>

using namespace mantissa;

class TicksTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void logTicksAreRoundInsideAndFew_data()
    {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::newRow("a loss") << 1.4 << 5.6;
        QTest::newRow("hardly any") << 1.95 << 2.05;
        QTest::newRow("decades") << 1e-4 << 1e3;
        QTest::newRow("very many") << 1e-12 << 1e12;
    }
    void logTicksAreRoundInsideAndFew()
    {
        QFETCH(const double, low);
        QFETCH(const double, high);
        const auto ticks = logTicks(low, high, 6);
        QVERIFY2(ticks.size() >= 2 && ticks.size() <= 19, qPrintable(QString::number(ticks.size())));
        std::set<std::string> labels;
        for (const Tick& tick : ticks) {
            QVERIFY(tick.value >= low * 0.999 && tick.value <= high * 1.001);
            QVERIFY2(labels.insert(tick.label).second, tick.label.c_str()); // no two alike
        }
    }
    void logTicksOfNothingAreNone()
    {
        QVERIFY(logTicks(0, 5, 5).empty());
        QVERIFY(logTicks(5, 5, 5).empty());
    }
    void timeTicksUseTheUnitThatFits_data()
    {
        QTest::addColumn<double>("high");
        QTest::addColumn<std::string>("last");
        QTest::newRow("seconds") << 20.0 << std::string("20 s");
        QTest::newRow("minutes of seconds") << 150.0 << std::string("140 s");
        QTest::newRow("minutes") << 1200.0 << std::string("20 min");
        QTest::newRow("hours") << 6 * 3600.0 << std::string("6 h");
        QTest::newRow("a day") << 24 * 3600.0 << std::string("24 h");
        QTest::newRow("weeks") << 20 * 86400.0 << std::string("20 d");
    }
    void timeTicksUseTheUnitThatFits()
    {
        QFETCH(const double, high);
        QFETCH(const std::string, last);
        const auto ticks = timeTicks(0, high, 8);
        QVERIFY(ticks.size() >= 3 && ticks.size() <= 10);
        QCOMPARE(ticks.back().label, last);
    }
};

QTEST_APPLESS_MAIN(TicksTest)
#include "ticks_test.moc"

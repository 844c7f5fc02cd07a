// SPDX-License-Identifier: Apache-2.0
#include "core/base/units.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace mantissa;

class UnitsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatIsNotMeasuredIsADash()
    {
        QCOMPARE(formatMeasuredBytes(0), std::string("–"));
        QCOMPARE(formatMeasuredBytes(std::numeric_limits<double>::quiet_NaN()), std::string("–"));
        QCOMPARE(formatMeasuredBytes(std::numeric_limits<double>::infinity()), std::string("–"));
        QCOMPARE(formatMeasuredBytes(1024), std::string("1.00 KiB"));
    }
    void aPlanThatWasShortenedLaterIsNotShownAsPassed()
    {
        QCOMPARE(formatProgress(5, 20), std::string("5/20"));
        QCOMPARE(formatProgress(20, 20), std::string("20/20"));
        QCOMPARE(formatProgress(210, 5), std::string("210"));
    }
    void readsSizesAsPeopleWriteThem()
    {
        QCOMPARE(*parseBytes("4GiB"), 4 * gibibyte);
        QCOMPARE(*parseBytes("2.6 GiB"), std::int64_t{2791728742});
        QCOMPARE(*parseBytes("500MB"), 500'000'000);
        QCOMPARE(*parseBytes("123"), 123);
        QCOMPARE(*parseBytes("1kib"), 1024);
    }
    void refusesWhatIsNoSize()
    {
        for (const char* text : {"", "GiB", "-1", "4 gigs", "1e30GiB", "nan", "4GiBB"})
            QVERIFY2(!parseBytes(text), text);
    }
    void writesThreeDigitsAndAUnit()
    {
        QCOMPARE(formatBytes(512), std::string("512 B"));
        QCOMPARE(formatBytes(38439944), std::string("36.7 MiB"));
        QCOMPARE(formatBytes(2 * gibibyte), std::string("2.00 GiB"));
        QCOMPARE(formatBytes(0), std::string("0 B"));
    }
    void groupsThousands()
    {
        QCOMPARE(formatCount(1234567), std::string("1,234,567"));
        QCOMPARE(formatCount(-1234), std::string("-1,234"));
        QCOMPARE(formatCount(999), std::string("999"));
    }
    void durationsHaveTheUnitThatFits()
    {
        QCOMPARE(formatSeconds(0.012), std::string("12 ms"));
        QCOMPARE(formatSeconds(4.14), std::string("4.1 s"));
        QCOMPARE(formatSeconds(127), std::string("2 min 07 s"));
        QCOMPARE(formatSeconds(3 * 3600 + 300), std::string("3 h 05 min"));
        QCOMPARE(formatSeconds(59.97), std::string("1 min 00 s"));
    }
    void numbersReadBackAsThemselves()
    {
        for (const double value : {0.1, 1e-300, 123456789.125, -0.0})
            QCOMPARE(std::stod(formatNumber(value)), value);
        QCOMPARE(formatNumber(NAN), std::string("NaN"));
        QCOMPARE(formatNumber(-INFINITY), std::string("-Infinity"));
    }
};

QTEST_APPLESS_MAIN(UnitsTest)
#include "units_test.moc"

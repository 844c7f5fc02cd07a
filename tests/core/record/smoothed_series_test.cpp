// SPDX-License-Identifier: Apache-2.0
#include "core/record/smoothed_series.h"

#include <QTest>

#include <cmath>

using namespace mantissa;

class SmoothedSeriesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aConstantStaysItselfFromTheStart()
    {
        Series source;
        SmoothedSeries smoothed;
        smoothed.setSpan(10);
        for (int i = 0; i < 50; ++i)
            source.append(3);
        smoothed.follow(source);
        for (int i = 0; i < 50; ++i)
            QVERIFY(std::abs(smoothed.values().at(i) - 3) < 1e-5F);
    }
    void noiseShrinksAndTheLevelStays()
    {
        Series source;
        SmoothedSeries smoothed;
        smoothed.setSpan(50);
        for (int i = 0; i < 4000; ++i)
            source.append(2 + (i % 2 == 0 ? 1 : -1));
        smoothed.follow(source);
        const RangeSummary late = smoothed.values().over(1000, 4000);
        QVERIFY(std::abs(late.mean() - 2) < 1e-3);
        QVERIFY(late.most - late.least < 0.1F);
    }
    void growingInPiecesGivesTheSameAsAtOnce()
    {
        Series source;
        SmoothedSeries pieces;
        SmoothedSeries once;
        pieces.setSpan(7);
        once.setSpan(7);
        for (int i = 0; i < 300; ++i) {
            source.append(std::sin(i));
            if (i % 11 == 0)
                pieces.follow(source);
        }
        pieces.follow(source);
        once.follow(source);
        for (int i = 0; i < 300; ++i)
            QCOMPARE(pieces.values().at(i), once.values().at(i));
    }
    void gapsStayGapsAndDoNotSpread()
    {
        Series source;
        SmoothedSeries smoothed;
        smoothed.setSpan(5);
        for (const double value : {1.0, static_cast<double>(NAN), static_cast<double>(INFINITY), 1.0})
            source.append(value);
        smoothed.follow(source);
        QVERIFY(std::isnan(smoothed.values().at(1)));
        QVERIFY(std::isnan(smoothed.values().at(2)));
        QCOMPARE(smoothed.values().at(3), 1.0F);
    }
    void rowsTakenBackStartItOver()
    {
        Series source;
        SmoothedSeries smoothed;
        smoothed.setSpan(5);
        for (int i = 0; i < 20; ++i)
            source.append(9);
        smoothed.follow(source);
        source.truncate(0);
        for (int i = 0; i < 30; ++i)
            source.append(1);
        smoothed.follow(source);
        QCOMPARE(smoothed.values().size(), 30);
        QCOMPARE(smoothed.values().at(0), 1.0F);
    }
};

QTEST_APPLESS_MAIN(SmoothedSeriesTest)
#include "smoothed_series_test.moc"

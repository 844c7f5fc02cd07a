// SPDX-License-Identifier: Apache-2.0
#include "core/base/statistics.h"

#include <QTest>

#include <cmath>
#include <vector>

using namespace mantissa;

class StatisticsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void quantilesAreThoseOfTheTables_data()
    {
        QTest::addColumn<double>("degrees");
        QTest::addColumn<double>("quantile");
        QTest::newRow("1") << 1.0 << 12.7062047364;
        QTest::newRow("4") << 4.0 << 2.7764451052;
        QTest::newRow("9") << 9.0 << 2.2621571628;
        QTest::newRow("19") << 19.0 << 2.0930240544;
        QTest::newRow("1000") << 1000.0 << 1.9623390808;
    }
    void quantilesAreThoseOfTheTables()
    {
        QFETCH(double, degrees);
        QFETCH(double, quantile);
        QVERIFY(std::abs(studentQuantile(0.975, degrees) - quantile) < 1e-8);
        QVERIFY(std::abs(studentQuantile(0.025, degrees) + quantile) < 1e-8);
        QVERIFY(std::abs(studentCdf(quantile, degrees) - 0.975) < 1e-10);
    }
    void theMiddleIsAHalf()
    {
        QCOMPARE(studentCdf(0, 7), 0.5);
        QCOMPARE(studentCdf(INFINITY, 7), 1.0);
        QCOMPARE(studentCdf(-INFINITY, 7), 0.0);
    }
    void anIntervalNeedsTwoValues()
    {
        QVERIFY(!meanInterval(std::vector<double>{1.0}));
        QVERIFY(!meanInterval({}));
    }
    void theIntervalOfAKnownSample()
    {
        const auto interval = meanInterval(std::vector<double>{1, 2, 3, 4, 5});
        QCOMPARE(interval->mean, 3.0);
        QVERIFY(std::abs(interval->standardError - std::sqrt(0.5)) < 1e-12);
        QVERIFY(std::abs(interval->halfWidth - 2.7764451052 * std::sqrt(0.5)) < 1e-8);
        QCOMPARE(interval->n, std::size_t{5});
    }
};

QTEST_APPLESS_MAIN(StatisticsTest)
#include "statistics_test.moc"

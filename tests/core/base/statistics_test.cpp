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
    void theBootstrapOfCoinsIsTheBinomialDistribution()
    {
        // the mean of ten draws from five 0 and five 1 is Binomial(10, 1/2) / 10; the expanded tail for n =
        // 10 is 1 - Phi(2.2622 sqrt(10/9)) = 0.00855, and P(X <= 0) = 0.00098 < 0.00855 < P(X <= 1) = 0.01074
        const auto bounds = bootstrapBounds(std::vector<double>{0, 1, 0, 1, 0, 1, 0, 1, 0, 1});
        QVERIFY(std::abs(bounds->low - 0.1) < 1e-12);
        QVERIFY(std::abs(bounds->high - 0.9) < 1e-12);
    }
    void theBootstrapOfManyValuesNearsTheNormalInterval()
    {
        std::vector<double> values;
        for (int i = 0; i < 400; ++i)
            values.push_back(i % 20); // variance (20^2 - 1) / 12, mean 9.5
        const double halfWidth = 1.959964 * std::sqrt(399.0 / 12 / 400);
        const auto bounds = bootstrapBounds(values);
        QVERIFY(std::abs(bounds->low - (9.5 - halfWidth)) < 0.01);
        QVERIFY(std::abs(bounds->high - (9.5 + halfWidth)) < 0.01);
    }
    void theBootstrapFollowsASkew()
    {
        const auto bounds = bootstrapBounds(std::vector<double>{0, 0, 0, 0, 0, 0, 0, 0, 0, 10});
        QCOMPARE(bounds->low, 0.0);
        QVERIFY(bounds->high > 2 * 1.0); // the mean is 1
    }
    void theBootstrapIsTheSameEachTimeAndMovesWithTheValues()
    {
        const std::vector<double> values{0.3, -0.1, 0.2, 0.05, 0.11, 0.4, -0.2, 0.17, 0.09, 0.26};
        std::vector<double> moved = values;
        for (double& value : moved)
            value += 8;
        const auto a = bootstrapBounds(values);
        const auto b = bootstrapBounds(values);
        const auto c = bootstrapBounds(moved);
        QVERIFY(a->low == b->low && a->high == b->high);
        QVERIFY(std::abs(c->low - a->low - 8) < 1e-9 && std::abs(c->high - a->high - 8) < 1e-9);
    }
    void equalValuesHaveNoWidthAndOneValueNoInterval()
    {
        const auto bounds = bootstrapBounds(std::vector<double>(12, 0.25));
        QVERIFY(bounds->low == 0.25 && bounds->high == 0.25);
        QVERIFY(!bootstrapBounds(std::vector<double>{1.0}));
    }
};

QTEST_APPLESS_MAIN(StatisticsTest)
#include "statistics_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/record/series.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace mantissa;

class SeriesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyRangeEqualsANaiveScan()
    {
        std::mt19937 random(5);
        Series series;
        std::vector<float> values;
        for (int i = 0; i < 5000; ++i) {
            const float value = random() % 11 == 0 ? NAN : static_cast<float>(random() % 1000);
            series.append(static_cast<double>(value));
            values.push_back(value);
        }
        for (int trial = 0; trial < 3000; ++trial) {
            const auto from = static_cast<std::int64_t>(random() % 5000);
            const auto to = from + static_cast<std::int64_t>(random() % 2000);
            compare(series, values, from, to);
        }
        series.truncate(1234);
        values.resize(1234);
        for (int i = 0; i < 700; ++i) {
            series.append(i);
            values.push_back(static_cast<float>(i));
        }
        for (int trial = 0; trial < 1000; ++trial)
            compare(series, values, static_cast<std::int64_t>(random() % 1934), static_cast<std::int64_t>(random() % 2100));
    }
    void rangesOutsideAreClipped()
    {
        Series series;
        series.append(3);
        QCOMPARE(series.over(-5, 100).count, 1);
        QCOMPARE(series.over(5, 9).count, 0);
        QCOMPARE(series.tickOfMost(1, 9), -1);
    }
    void theStoreStaysNearItsValues()
    {
        Series series;
        for (int i = 0; i < 1 << 17; ++i)
            series.append(i);
        QVERIFY(series.memoryBytes() < (std::size_t{1} << 17) * 14);
    }

private:
    static void compare(const Series& series, const std::vector<float>& values, std::int64_t from, std::int64_t to)
    {
        RangeSummary expected;
        std::int64_t most = -1;
        for (std::int64_t i = from; i < std::min<std::int64_t>(to, static_cast<std::int64_t>(values.size())); ++i) {
            const float value = values[static_cast<std::size_t>(i)];
            if (std::isnan(value))
                continue;
            if (expected.count == 0 || value > expected.most)
                most = i;
            expected.least = expected.count == 0 ? value : std::min(expected.least, value);
            expected.most = expected.count == 0 ? value : std::max(expected.most, value);
            expected.sum += static_cast<double>(value);
            ++expected.count;
        }
        const RangeSummary found = series.over(from, to);
        QCOMPARE(found.count, expected.count);
        QCOMPARE(series.tickOfMost(from, to), most);
        if (expected.count == 0)
            return;
        QCOMPARE(found.least, expected.least);
        QCOMPARE(found.most, expected.most);
        QCOMPARE(found.sum, expected.sum); // whole numbers: no rounding
    }
};

QTEST_APPLESS_MAIN(SeriesTest)
#include "series_test.moc"

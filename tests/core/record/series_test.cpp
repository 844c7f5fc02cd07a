// SPDX-License-Identifier: Apache-2.0
#include "core/record/series.h"

#include <QTest>

#include <bit>
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
            compare(series, values, static_cast<std::int64_t>(random() % 1934),
                static_cast<std::int64_t>(random() % 2100));
    }
    void rangesOutsideAreClipped()
    {
        Series series;
        series.append(3);
        QCOMPARE(series.over(-5, 100).count, 1);
        QCOMPARE(series.over(5, 9).count, 0);
        QCOMPARE(series.tickOfMost(1, 9), -1);
    }
    void columnsThatRepeatAreKeptToTheLastBit_data()
    {
        QTest::addColumn<int>("colours");
        QTest::addColumn<double>("mostBytesEach");
        for (const auto& [colours, bytes] : {std::pair(1, 0.2), std::pair(2, 1.3), std::pair(4, 1.4),
                 std::pair(16, 1.7), std::pair(256, 2.3), std::pair(257, 5.2), std::pair(5000, 5.2)})
            QTest::addRow("%d different values", colours) << colours << bytes;
    }
    void columnsThatRepeatAreKeptToTheLastBit()
    {
        QFETCH(const int, colours);
        QFETCH(const double, mostBytesEach);
        constexpr std::int64_t size = 5 * ColumnChunk::capacity + 777;
        std::mt19937 random(3);
        std::vector<float> palette{-0.0F, NAN, 0.0F, INFINITY};
        if (colours == 1)
            palette = {7.25F};
        while (static_cast<int>(palette.size()) < colours)
            palette.push_back(
                std::bit_cast<float>(0x3f800000U + static_cast<std::uint32_t>(palette.size()) * 977));
        Series series;
        std::vector<float> values;
        for (std::int64_t i = 0; i < size; ++i) {
            values.push_back(palette[random() % static_cast<unsigned>(colours)]);
            series.append(static_cast<double>(values.back()));
        }
        for (std::int64_t i = 0; i < size; ++i)
            QCOMPARE(std::bit_cast<std::uint32_t>(series.at(i)),
                std::bit_cast<std::uint32_t>(values[static_cast<std::size_t>(i)]));
        const double open = 777.0 / static_cast<double>(size) * 8; // the last chunk is not packed yet
        QVERIFY2(static_cast<double>(series.memoryBytes()) / static_cast<double>(size) < mostBytesEach + open,
            qPrintable(
                QString::number(static_cast<double>(series.memoryBytes()) / static_cast<double>(size))));
    }
    void rangesOverPackedChunksEqualANaiveScan()
    {
        std::mt19937 random(8);
        Series series;
        std::vector<float> values;
        for (int i = 0; i < 70'000; ++i) { // steady, then two values, then many, then only gaps
            const auto part = i / ColumnChunk::capacity % 4;
            const float value = part == 0 ? 12
                : part == 1               ? static_cast<float>(random() % 2)
                : part == 2               ? static_cast<float>(random() % 5000)
                                          : NAN;
            series.append(static_cast<double>(value));
            values.push_back(value);
        }
        const auto anyRange = [&](std::int64_t size) {
            const auto from = static_cast<std::int64_t>(random() % static_cast<unsigned>(size));
            compare(series, values, from, from + static_cast<std::int64_t>(random() % 9000));
        };
        for (int trial = 0; trial < 500; ++trial)
            anyRange(70'000);
        for (const int size :
            {2 * 4096, 4097, 4096, 4095, 300, 0}) { // back to a packed chunk, and on from there
            series.truncate(size);
            values.resize(static_cast<std::size_t>(size));
            QCOMPARE(series.size(), size);
            for (int i = 0; i < 300; ++i) {
                series.append(i);
                values.push_back(static_cast<float>(i));
            }
            for (int trial = 0; trial < 100; ++trial)
                anyRange(size + 300);
            series.truncate(size);
            values.resize(static_cast<std::size_t>(size));
        }
    }

private:
    static void compare(
        const Series& series, const std::vector<float>& values, std::int64_t from, std::int64_t to)
    {
        RangeSummary expected;
        std::int64_t most = -1;
        for (std::int64_t i = from; i < std::min<std::int64_t>(to, static_cast<std::int64_t>(values.size()));
             ++i) {
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

// SPDX-License-Identifier: Apache-2.0
#include "core/output/text_chart.h"

#include <QTest>

#include <cmath>

using namespace mantissa;

namespace {

Series seriesOf(const std::vector<double>& values)
{
    Series series;
    for (const double value : values)
        series.append(value);
    return series;
}

} // namespace

class TextChartTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aColumnIsAsHighAsItsTicks()
    {
        const auto rows = textChart(seriesOf({0, 4, 8, 12, 16}), {5, 2}, 0, 16);
        QCOMPARE(rows.size(), std::size_t{2});
        QCOMPARE(rows[0], std::string("   ▄█"));
        QCOMPARE(rows[1], std::string("▁▄███")); // 0 shows that it is there
    }
    void manyTicksShareAColumnByTheirMean()
    {
        QCOMPARE(textChart(seriesOf({0, 8, 8, 8}), {2, 1}, 0, 8).front(), std::string("▄█"));
    }
    void fewTicksFillTheWidth()
    {
        QCOMPARE(textChart(seriesOf({4, 8}), {4, 1}, 0, 8).front(), std::string("▄▄██"));
    }
    void whatHasNoValueIsBlank()
    {
        QCOMPARE(textChart(seriesOf({8, NAN, 8}), {3, 1}, 0, 8).front(), std::string("█ █"));
        QCOMPARE(textChart(Series(), {3, 1}, 0, 8).front(), std::string("   "));
    }
    void equalValuesAreALine()
    {
        QCOMPARE(textChart(seriesOf({3, 3}), {2, 1}, 3, 3).front(), std::string("██"));
    }
    void whatIsBeyondTheAxisIsCut()
    {
        const auto rows = textChart(seriesOf({-100, 100}), {2, 2}, 0, 8);
        QCOMPARE(rows[0], std::string(" █"));
        QCOMPARE(rows[1], std::string("▁█"));
    }
};

QTEST_APPLESS_MAIN(TextChartTest)
#include "text_chart_test.moc"

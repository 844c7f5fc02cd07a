// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evidence/quality_delta.h"
#include "ui/plot/experiment_plot.h"
#include "ui/plot/exponent_plot.h"
#include "ui/plot/static_charts.h"
#include "ui/theme/theme.h"

#include <QPixmap>
#include <QStandardPaths>
#include <QTest>

#include <array>
#include <cmath>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

struct PixelSpan {
    int from = -1;
    int to = -1; ///< the last of them
    int length() const { return to - from + 1; }
};

/// Where a colour lies in a row of pixels, from its first to its last.
PixelSpan spanOf(const QImage& image, int y, const QColor& colour)
{
    PixelSpan span;
    for (int x = 0; x < image.width(); ++x)
        if (image.pixel(x, y) == colour.rgb()) {
            span.from = span.from < 0 ? x : span.from;
            span.to = x;
        }
    return span;
}

/// The longest piece of a row in one colour.
PixelSpan longestRun(const QImage& image, int y, const QColor& colour)
{
    PixelSpan longest;
    PixelSpan run;
    for (int x = 0; x < image.width(); ++x) {
        if (image.pixel(x, y) != colour.rgb()) {
            run = {};
            continue;
        }
        run = {run.from < 0 ? x : run.from, x};
        longest = longest.from < 0 || run.length() > longest.length() ? run : longest;
    }
    return longest;
}

QImage pictureOf(QWidget& widget, int ratio)
{
    widget.show();
    QCoreApplication::processEvents();
    QPixmap picture(widget.size() * ratio);
    picture.setDevicePixelRatio(ratio);
    widget.render(&picture);
    return picture.toImage().convertToFormat(QImage::Format_RGB32);
}

ExperimentResult resultWith(const std::vector<double>& deltas)
{
    ExperimentResult result{.seeds = {1, 2, 3}};
    ArmResult arm{.name = "arm", .verdict = Verdict::Reached};
    for (const double delta : deltas)
        arm.seeds.push_back({.seed = static_cast<std::int64_t>(arm.seeds.size() + 1), .deltaPercent = delta});
    arm.delta = DeltaInterval{.mean = 0.2, .low = 0.1, .high = 0.3, .seeds = deltas.size()};
    result.arms = {ArmResult{.name = "fp32", .isBaseline = true}, arm};
    return result;
}

} // namespace

/// What is drawn, column by column: a picture in which a bar ends elsewhere than its number says is a lie.
class PlotPicturesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        loadFonts();
    }
    void theIntervalEndsWhereItsNumbersSay_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<int>("ratio");
        for (const bool dark : {false, true})
            for (const int ratio : {1, 2})
                QTest::addRow("%s, %d", dark ? "dark" : "light", ratio) << dark << ratio;
    }
    void theIntervalEndsWhereItsNumbersSay()
    {
        QFETCH(const bool, dark);
        QFETCH(const int, ratio);
        applyTheme(dark ? ThemeChoice::Dark : ThemeChoice::Light);
        ExperimentPlot plot(nullptr);
        plot.showResult(resultWith({0.12, 0.2, 0.28}));
        plot.resize(1000, plot.sizeHint().height());
        const QImage image = pictureOf(plot, ratio);
        // the row of pixels through the bar, found by its colour; above it the band ends at the claim, and
        // left of it is zero
        const QColor bar = Theme::mixed(theme().plot, theme().series(0), 0.45);
        const QColor below = Theme::mixed(theme().plot, theme().good, 0.12);
        int row = 0;
        while (row < image.height() && spanOf(image, row, bar).from < 0)
            ++row;
        QVERIFY(row < image.height());
        const PixelSpan zero = spanOf(image, row - 6 * ratio, theme().muted);
        const PixelSpan band = spanOf(image, row - 6 * ratio, below);
        QVERIFY(zero.from > 0 && band.to > zero.to);
        const double perPercent = (band.to - zero.from) / claimedDeltaPercent;
        const PixelSpan drawn = spanOf(image, row + ratio, bar);
        QVERIFY2(std::abs(drawn.from - (zero.from + 0.1 * perPercent)) <= 2 * ratio,
            qPrintable(QString::number(drawn.from - zero.from - 0.1 * perPercent)));
        QVERIFY2(std::abs(drawn.to - (zero.from + 0.3 * perPercent)) <= 2 * ratio,
            qPrintable(QString::number(drawn.to - zero.from - 0.3 * perPercent)));
        const PixelSpan mean = spanOf(image, row + ratio, theme().series(0));
        QVERIFY(std::abs((mean.from + mean.to) / 2.0 - (zero.from + 0.2 * perPercent)) <= 2 * ratio);
        QCOMPARE(image.pixel(2, image.height() - 2), theme().panel.rgb()); // and not the window behind it
    }
    void everySeedHasADotOnALineOfItsOwn()
    {
        applyTheme(ThemeChoice::Dark);
        ExperimentPlot plot(nullptr);
        plot.showResult(
            resultWith({0.2, 0.2, 0.2})); // the same figure thrice: on one line only one would be seen
        const auto dots = [&] {
            const QImage image = pictureOf(plot, 1);
            const int left = image.width() / 4; // right of the words
            const int right = image.width() - 230;
            int count = 0;
            bool inside = false;
            for (int y = 0; y < image.height(); ++y) {
                int pixels = 0;
                for (int x = left; x < right; ++x)
                    pixels += image.pixel(x, y) == theme().text.rgb() ? 1 : 0;
                count += pixels >= 3 && !inside ? 1 : 0;
                inside = pixels >= 3;
            }
            return count;
        };
        plot.resize(1000, plot.sizeHint().height());
        QCOMPARE(dots(), 3);
        plot.resize(1000, plot.minimumSizeHint().height()); // no room
        QCOMPARE(dots(), 1);
    }
    void stepsOfTheHistogramAreAsHighAsTheirShares()
    {
        for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
            applyTheme(choice);
            NumberGroup group{.name = "blocks.0.mlp"};
            constexpr std::array<std::int64_t, 4> counts{100, 400, 300, 200};
            for (std::size_t i = 0; i < counts.size(); ++i)
                group.weightExponents[40 + i] = counts[i];
            ExponentPlot plot(nullptr);
            plot.showGroup(group);
            plot.resize(900, 400);
            const QImage image = pictureOf(plot, 1);
            // steps of the curve, from the highest down
            std::vector<std::pair<int, PixelSpan>> steps;
            for (int y = 30; y < image.height(); ++y) { // below the legend
                const PixelSpan span = longestRun(image, y, theme().series(0));
                if (span.from >= 0 && span.length() > 40 && (steps.empty() || steps.back().first < y - 3))
                    steps.emplace_back(y, span);
            }
            QVERIFY2(steps.size() == 4, qPrintable(QString::number(steps.size()))); // 0.4, 0.3, 0.2, 0.1
            int foot = 0; // where the curve comes back to the axis
            for (int y = 30; y < image.height(); ++y)
                if (spanOf(image, y, theme().series(0)).from >= 0)
                    foot = y;
            const std::array<double, 4> falling{0.4, 0.3, 0.2, 0.1};
            const double unit = (foot - steps[0].first) / falling[0];
            for (std::size_t i = 0; i < falling.size(); ++i)
                QVERIFY2(std::abs(foot - steps[i].first - falling[i] * unit) <= 3,
                    qPrintable(QStringLiteral("%1: %2").arg(i).arg(foot - steps[i].first)));
        }
    }
    void chartsOneAboveTheOtherBeginAtTheSameColumn_data()
    {
        QTest::addColumn<int>("width");
        QTest::newRow("small screen") << 880;
        QTest::newRow("large") << 1400;
    }
    void chartsOneAboveTheOtherBeginAtTheSameColumn()
    {
        QFETCH(const int, width);
        applyTheme(ThemeChoice::Light);
        const Run run(RunConfig{}, {});
        const ChartInput input{.runs = {{&run, "a run"}}};
        const auto spec = [](std::vector<Tick> ticks, double low, double high) {
            ChartSeries line;
            for (int i = 0; i < 100; ++i)
                line.points.push_back({static_cast<double>(i), (low + high) / 2});
            return ChartSpec{
                .x = {0, 99, niceTicks(0, 99, 7)}, .y = {low, high, std::move(ticks)}, .marks = {line}};
        };
        QWidget host;
        std::vector<PixelSpan> edges;
        for (const ChartSpec& shown :
            {spec(byteTicks(123.0 * 1048576, 5), 0, 123.0 * 1048576), spec(byteTicks(5, 5), 0, 5),
                spec(niceTicks(2, 3, 6), 2, 3), spec(niceTicks(-0.65, 0.65, 6, true), -0.65, 0.65)}) {
            QWidget* chart = linesChart(shown, input, &host);
            chart->resize(width, 260);
            const QImage image = pictureOf(*chart, 1);
            // the axis: the first column that is not background over most of the plot's height
            PixelSpan edge;
            for (int x = 0; x < image.width(); ++x) {
                int drawn = 0;
                for (int y = 20; y < 200; ++y)
                    drawn += image.pixel(x, y) != theme().panel.rgb() ? 1 : 0;
                if (drawn > 150) {
                    edge.from = edge.from < 0 ? x : edge.from;
                    edge.to = x;
                }
            }
            QVERIFY(edge.from > 0);
            edges.push_back(edge);
        }
        for (const PixelSpan& edge : edges)
            QVERIFY2(
                std::abs(edge.from - edges.front().from) <= 1 && std::abs(edge.to - edges.front().to) <= 1,
                qPrintable(QStringLiteral("%1 to %2, %3 to %4")
                               .arg(edge.from)
                               .arg(edge.to)
                               .arg(edges.front().from)
                               .arg(edges.front().to)));
    }
};

QTEST_MAIN(PlotPicturesTest)
#include "plot_pictures_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/output/shapes_report.h"

#include <QTest>

using namespace mantissa;

namespace {

ShapePoint layersAt(std::int64_t layers, double seconds, double share = 0.8)
{
    return {.kind = ShapeKind::Layers,
        .value = layers,
        .factor = static_cast<double>(layers) / 4,
        .parameters = 1000 * layers,
        .tokensPerSecond = 100 / seconds,
        .stepSeconds = seconds,
        .peakBytes = 1 << 20,
        .productShare = share};
}

} // namespace

class ShapesReportTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stepsOnALineAreFound()
    {
        const auto line = layerLine({layersAt(1, 0.3), layersAt(4, 0.9), layersAt(16, 3.3)});
        QVERIFY(line.has_value());
        QVERIFY(std::abs(line->fixedSeconds - 0.1) < 1e-9);
        QVERIFY(std::abs(line->perLayerSeconds - 0.2) < 1e-9);
        QVERIFY(line->farthest < 1e-9);
    }
    void aStepOffTheLineIsTold()
    {
        const auto line = layerLine({layersAt(1, 0.3), layersAt(2, 0.5), layersAt(4, 0.9), layersAt(16, 6)});
        QVERIFY(line.has_value() && line->farthest > 0.2);
    }
    void twoPointsMakeNoLine() { QVERIFY(!layerLine({layersAt(1, 0.3), layersAt(4, 0.9)})); }
    void aFallOfTheShareIsACliff()
    {
        QVERIFY(cliffs({layersAt(1, 0.3, 0.8), layersAt(2, 0.5, 0.7)}).empty());
        QVERIFY(
            cliffs({layersAt(1, 0.3, 0.4), layersAt(2, 0.5, 0.8)}).empty()); // small shapes have fixed costs
        const auto found = cliffs({layersAt(1, 0.3, 0.8), layersAt(2, 0.5, 0.6)});
        QCOMPARE(found.size(), 1U);
        QVERIFY(found[0].find("layers 1 to 2") != std::string::npos);
        // one kind does not lie beside another
        ShapePoint width = layersAt(2, 0.5, 0.2);
        width.kind = ShapeKind::Width;
        QVERIFY(cliffs({layersAt(1, 0.3, 0.8), width}).empty());
    }
    void whatWasNotMeasuredIsSaidAndInNoLine()
    {
        ShapePoint missing{.kind = ShapeKind::Layers, .value = 64, .factor = 16, .whyNot = "needs 80 GiB"};
        ShapesReport report{
            .name = "a<b", .points = {layersAt(1, 0.3), layersAt(2, 0.5), layersAt(4, 0.9), missing}};
        QVERIFY(layerLine(report.points)->farthest < 1e-9);
        const std::string html = shapesHtml(report);
        QVERIFY(html.find("layers 64 was not measured: needs 80 GiB") != std::string::npos);
        QVERIFY(html.find("a&lt;b") != std::string::npos);
        QVERIFY(html.find("nan") == std::string::npos && html.find("inf\"") == std::string::npos);
        QVERIFY(shapesText(report).find("needs 80 GiB") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(ShapesReportTest)
#include "shapes_report_test.moc"

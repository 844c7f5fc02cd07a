// SPDX-License-Identifier: Apache-2.0
// What the products of a step allow: that each product is found, and counted once. Its seconds decide nothing
// here.

#include "core/torch/engine/product_bound.h"

#include "core/torch/torch_backend.h"
#include "tests/support/holds.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace mantissa;

namespace {

RunConfig smallConfig(const QTemporaryDir& dir)
{
    const std::string text = dir.filePath("text").toStdString();
    std::ofstream file(text);
    for (int i = 0; i < 2000; ++i)
        file << static_cast<char>('a' + i * i % 23);
    RunConfig config;
    config.model.kind = "gpt";
    config.model.layers = 2;
    config.model.width = 32;
    config.model.heads = 2;
    config.model.context = 16;
    config.data.source = text;
    config.training.batchSize = 2;
    config.choices = findPreset("conservative")->choices;
    return config;
}

std::int64_t countOf(const ProductBound& bound, std::string_view operation)
{
    std::int64_t count = 0;
    for (const ProductMeasured& product : bound.products)
        if (product.operation.find(operation) != std::string::npos)
            count += product.count;
    return count;
}

} // namespace

class ProductBoundTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyProductOfAStepIsFound()
    {
        QTemporaryDir dir;
        const RunConfig config = smallConfig(dir);
        const auto bound
            = measureProducts({.config = config, .statesFile = dir.filePath("states").toStdString()});
        QVERIFY2(bound.has_value(), bound ? "" : bound.error().message.c_str());
        // queries with keys and values, output, up, down in each of two layers, and the head: forward, and
        // twice backward
        QCOMPARE(countOf(*bound, "mm") + countOf(*bound, "linear_pointwise"), 3 * (4 * 2 + 1));
        QCOMPARE(countOf(*bound, "scaled_dot_product") + countOf(*bound, "attention_"), 2 * 2);
        QVERIFY(bound->stepSeconds > 0 && bound->productSeconds > 0 && bound->peakFlops > 0);
        QCOMPARE(bound->steps, 7);
        // of a weight [n, m] and 32 tokens: 2 n m 32, three times
        const double weights = 2 * (32 * 96 + 32 * 32 + 2 * 32 * 128) + 256 * 32;
        QCOMPARE(bound->flops, 3 * 2 * 32 * weights);
    }
    void aRunKeepsIt()
    {
        QTemporaryDir dir;
        ProductBound bound{.device = "cpu",
            .threads = 2,
            .stepSeconds = 0.02,
            .steps = 7,
            .productSeconds = 0.015,
            .flops = 1e9,
            .peakFlops = 1e11};
        bound.products.push_back({"mm", "2×3 · 3×4", "fp32", 5, 0.003});
        QCOMPARE(sentenceOf(bound), std::string("75 % of what the products allow"));
        QCOMPARE(bound.shareOfPeak(), 0.5);
        const std::filesystem::path folder = dir.path().toStdString();
        QVERIFY(!readProductBound(folder));
        QVERIFY(writeProductBound(folder, bound).has_value());
        const auto read = readProductBound(folder);
        QVERIFY(read && jsonText(toJson(*read)) == jsonText(toJson(bound)));
    }
    void aSimulatedCardHasNoSeconds()
    {
        QTemporaryDir dir;
        RunConfig config = smallConfig(dir);
        config.memory.device = "simulated:1GiB";
        const auto bound = measureProducts({.config = config});
        QVERIFY(!bound && bound.error().code == ExitCode::Usage);
        QVERIFY(holds(bound.error().message, "simulated"));
    }
};

QTEST_GUILESS_MAIN(ProductBoundTest)
#include "product_bound_test.moc"

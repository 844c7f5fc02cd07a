// SPDX-License-Identifier: Apache-2.0
// Every family of text against what `transformers` computed for a tiny model of it: logits, loss, and the
// gradient of every weight. tests/data/make_family_fixtures.py makes the files, and larger ones for
// MANTISSA_FAMILY_FIXTURES.

#include "core/files/safetensors.h"
#include "core/model/family.h"
#include "core/precision/precision.h"
#include "core/torch/models/model.h"
#include "core/torch/torch_backend.h"

#include <ATen/ATen.h>
#include <QTest>
#include <c10/core/GradMode.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

using namespace mantissa;

namespace {

struct Fixture {
    std::filesystem::path file;
    SafetensorsHeader header;

    at::Tensor tensor(const std::string& name) const
    {
        const SafetensorsEntry* entry = header.find(name);
        if (!entry)
            return {};
        at::Tensor value = at::empty(entry->sizes, entry->format == "I64" ? at::kLong : at::kFloat);
        const auto read = readSafetensorsEntry(file, header, *entry, value.mutable_data_ptr());
        return read ? value : at::Tensor();
    }
};

double worst(const at::Tensor& a, const at::Tensor& b)
{
    return ((a - b).abs().max() / b.abs().max().clamp_min(1e-3)).item<double>();
}

double rootMeanSquare(const at::Tensor& x) { return x.square().mean().sqrt().item<double>(); }

std::filesystem::path fixtures()
{
    const char* own = std::getenv("MANTISSA_FAMILY_FIXTURES"); // NOLINT(concurrency-mt-unsafe): one thread
    return own ? std::filesystem::path(own) : std::filesystem::path(MANTISSA_TEST_DATA) / "families";
}

/// A model of a fixture's config.json, with its weights in a format.
struct Loaded {
    Model model;
    WeightList weights{};

    at::Tensor logits(const at::Tensor& tokens, const ForwardContext& context = {}) const
    {
        at::Tensor x = tokens;
        for (const auto& block : model.blocks)
            x = block->forward(x, weights, context);
        return x.view({tokens.size(0), tokens.size(1), -1});
    }
};

Result<Loaded> load(const Fixture& fixture, at::ScalarType type)
{
    const auto json = parseJson(fixture.header.metadata.at("config"), "config", RepeatedKeys::LastCounts);
    if (!json)
        return fail(json.error());
    auto config = modelFromForeign(*json);
    if (!config)
        return fail(config.error());
    Loaded loaded{makeModel(describe(*config))};
    for (const TensorDescription& tensor : loaded.model.tensors()) {
        const at::Tensor value = fixture.tensor("weight/" + tensor.name);
        if (!value.defined() || value.sizes().vec() != tensor.sizes)
            return fail(tensor.name);
        loaded.weights.push_back(value.to(type).clone().requires_grad_());
    }
    if (loaded.model.tied())
        loaded.weights.push_back(loaded.weights[*loaded.model.tied()]);
    return loaded;
}

} // namespace

class FamilyTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { initializeEngine(); }

    void aFamilyComputesWhatTransformersDoes_data()
    {
        QTest::addColumn<QString>("file");
        for (const auto& entry : std::filesystem::directory_iterator(fixtures()))
            QTest::newRow(entry.path().stem().c_str()) << QString::fromStdString(entry.path().string());
    }
    void aFamilyComputesWhatTransformersDoes()
    {
        QFETCH(QString, file);
        Fixture fixture{file.toStdString(), {}};
        const auto header = readSafetensorsHeader(fixture.file);
        QVERIFY2(header.has_value(), header ? "" : header.error().message.c_str());
        fixture.header = *header;
        const auto loaded = load(fixture, at::kFloat);
        QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().message.c_str());
        const at::Tensor tokens = fixture.tensor("tokens");
        const at::Tensor expected = fixture.tensor("logits");
        const at::Tensor logits = loaded->logits(tokens);
        const double difference = (logits - expected).abs().max().item<double>();
        const double largest = expected.abs().max().item<double>();
        QVERIFY2(difference < 1e-5 * std::max(1.0, largest) && difference < 1e-4,
            QByteArray::number(difference).constData());

        const auto rough = load(fixture, at::kBFloat16);
        const double error = rootMeanSquare(
            rough->logits(tokens, {.emulates = emulatedOnThisCpu(Precision::Bf16)}).to(at::kFloat)
            - expected);
        const double theirs = fixture.tensor("bf16_error").item<double>();
        QVERIFY2(error <= 1.5 * theirs, qPrintable(QStringLiteral("%1 of %2").arg(error).arg(theirs)));
        qInfo("largest logit %.3g, worst difference %.2g; BF16 error %.3g, transformers' %.3g", largest,
            difference, error, theirs);

        const at::Tensor lossThere = fixture.tensor("loss");
        if (!lossThere.defined())
            return;
        const at::Tensor loss
            = at::cross_entropy_loss(logits.flatten(0, 1), tokens.roll(-1, 1).reshape({-1}));
        QVERIFY(worst(loss, lossThere[0]) < 1e-6);
        loss.backward();
        for (const TensorDescription& tensor : loaded->model.tensors())
            QVERIFY2(
                worst(loaded->weights[tensor.index].grad(), fixture.tensor("gradient/" + tensor.name)) < 3e-5,
                tensor.name.c_str());
    }

    void aTextReadTokenByTokenHasTheLogitsOfTheWhole_data() { aFamilyComputesWhatTransformersDoes_data(); }
    void aTextReadTokenByTokenHasTheLogitsOfTheWhole()
    {
        QFETCH(QString, file);
        Fixture fixture{file.toStdString(), {}};
        fixture.header = *readSafetensorsHeader(fixture.file);
        const auto loaded = load(fixture, at::kFloat);
        const at::Tensor tokens = fixture.tensor("tokens").narrow(0, 0, 1);
        const at::Tensor expected = fixture.tensor("logits")[0];
        const c10::NoGradGuard noGrad;
        std::vector<LayerCache> cache(loaded->model.blocks.size());
        ForwardContext context;
        // a beginning longer than the window of those that slide, then one token at a time
        for (std::int64_t count = expected.size(0) / 2; context.first < expected.size(0); count = 1) {
            at::Tensor x = tokens.narrow(1, context.first, count);
            for (std::size_t block = 0; block < cache.size(); ++block) {
                context.cache = &cache[block];
                x = loaded->model.blocks[block]->forward(x, loaded->weights, context);
            }
            context.first += count;
            const double difference
                = (x.view({count, -1})[count - 1] - expected[context.first - 1]).abs().max().item<double>();
            // a beginning that is short was turned by the short factors, as transformers does it
            if (!file.contains(QStringLiteral("longrope")))
                QVERIFY2(difference < 2e-5 * std::max(1.0, expected.abs().max().item<double>()),
                    QByteArray::number(difference).constData());
        }
    }
};

QTEST_APPLESS_MAIN(FamilyTest)
#include "family_test.moc"

// SPDX-License-Identifier: Apache-2.0
// Every family of text against what `transformers` computed for a tiny model of it: logits, loss, and the
// gradient of every weight. tests/data/make_family_fixtures.py makes the files.

#include "core/files/safetensors.h"
#include "core/model/family.h"
#include "core/torch/models/model.h"
#include "core/torch/torch_backend.h"

#include <ATen/ATen.h>
#include <QTest>

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

const ModelConfig gpt{.layers = 2, .width = 8, .heads = 2, .context = 6, .vocab = 13, .tied = true};
const ModelConfig llama{.kind = "llama",
    .layers = 2,
    .width = 8,
    .heads = 2,
    .kvHeads = 1,
    .ffn = 12,
    .context = 6,
    .vocab = 13,
    .tied = false};

} // namespace

Q_DECLARE_METATYPE(mantissa::ModelConfig)

class FamilyTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { initializeEngine(); }

    void aFamilyComputesWhatTransformersDoes_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<ModelConfig>("config");
        QTest::newRow("gpt") << QStringLiteral("gpt2-tiny") << gpt;
        QTest::newRow("llama") << QStringLiteral("llama-tiny") << llama;
    }
    void aFamilyComputesWhatTransformersDoes()
    {
        QFETCH(QString, file);
        QFETCH(ModelConfig, config);
        Fixture fixture{
            std::filesystem::path(MANTISSA_TEST_DATA) / (file.toStdString() + ".safetensors"), {}};
        const auto header = readSafetensorsHeader(fixture.file);
        QVERIFY2(header.has_value(), header ? "" : header.error().message.c_str());
        fixture.header = *header;

        const Model model = makeModel(describe(config));
        WeightList weights;
        for (const TensorDescription& tensor : model.tensors()) {
            const at::Tensor value = fixture.tensor("weight/" + tensor.name);
            QVERIFY2(value.defined() && value.sizes().vec() == tensor.sizes, tensor.name.c_str());
            weights.push_back(value.clone().requires_grad_());
        }
        if (model.tied())
            weights.push_back(weights[*model.tied()]);
        const at::Tensor tokens = fixture.tensor("tokens");
        at::Tensor x = tokens;
        for (const auto& block : model.blocks)
            x = block->forward(x, weights, {});
        const at::Tensor expected = fixture.tensor("logits");
        QVERIFY(worst(x.view_as(expected), expected) < 1e-5);
        const at::Tensor loss = at::cross_entropy_loss(x, tokens.roll(-1, 1).reshape({-1}));
        QVERIFY(worst(loss, fixture.tensor("loss")[0]) < 1e-6);
        loss.backward();
        for (const TensorDescription& tensor : model.tensors())
            QVERIFY2(worst(weights[tensor.index].grad(), fixture.tensor("gradient/" + tensor.name)) < 2e-5,
                tensor.name.c_str());
    }
};

QTEST_APPLESS_MAIN(FamilyTest)
#include "family_test.moc"

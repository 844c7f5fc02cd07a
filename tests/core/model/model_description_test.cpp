// SPDX-License-Identifier: Apache-2.0
#include "core/model/family.h"

#include <QTest>

#include <set>

using namespace mantissa;

namespace {

const TensorDescription& named(const ModelDescription& model, const std::string& name)
{
    for (const TensorDescription& tensor : model.tensors)
        if (tensor.name == name)
            return tensor;
    qFatal("no tensor %s", name.c_str());
}

} // namespace

class ModelDescriptionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aGpt2HasTheParametersItsPaperSays()
    {
        QCOMPARE(parameterCount({.layers = 12, .width = 768, .heads = 12, .context = 1024, .vocab = 50257}),
            124'439'808);
        QCOMPARE(parameterCount({.layers = 4, .width = 128, .heads = 4, .context = 64}), 834'304);
        QCOMPARE(parameterCount(*knownModel("tinyllama-1.1b")), 1'100'048'384);
        QCOMPARE(parameterCount(*knownModel("llama-7b")), 6'738'415'616);
        QCOMPARE(parameterCount(*knownModel("gpt2")), 124'439'808);
        QCOMPARE(parameterCount(*knownModel("gpt2-medium")), 354'823'168);
    }
    void anUntiedHeadAddsItsMatrix()
    {
        const ModelConfig tied{};
        ModelConfig untied{};
        untied.tied = false;
        QCOMPARE(parameterCount(untied) - parameterCount(tied), tied.vocab * tied.width);
        QVERIFY(describe(tied).head()->isTied);
        QVERIFY(!describe(untied).tied);
    }
    void tensorsStandBlockByBlockWithNamesOfTheirOwn()
    {
        for (const Family& family : families()) {
            if (!family.isMadeFromSizes())
                continue;
            ModelConfig config = family.defaults;
            QCOMPARE(config.kind, std::string(family.name));
            const ModelDescription model = describe(config);
            std::set<std::string> names;
            std::size_t index = 0;
            for (std::size_t block = 0; block < model.blocks.size(); ++block)
                for (const TensorDescription& tensor : model.tensorsOf(model.blocks[block])) {
                    QCOMPARE(tensor.block, block);
                    QCOMPARE(tensor.index, index++);
                    QVERIFY2(names.insert(tensor.name).second, tensor.name.c_str());
                    QVERIFY(!tensor.part.empty());
                    QVERIFY(tensor.trains);
                    // matrices decay; norms and biases do not
                    QCOMPARE(tensor.decays, tensor.sizes.size() > 1);
                }
            QCOMPARE(index, model.tensors.size());
        }
    }
    void rolesDecideWhatBelongsTogetherAndWhatKeepsFp32Moments()
    {
        const ModelDescription model = describe({.kind = "llama", .width = 256, .tied = false});
        QCOMPARE(
            named(model, "model.layers.1.self_attn.o_proj.weight").part, std::string("blocks.1.attention"));
        QCOMPARE(named(model, "model.layers.0.input_layernorm.weight").part, std::string("blocks.0.norm"));
        QCOMPARE(named(model, "model.norm.weight").part, std::string("head.norm"));
        QCOMPARE(named(model, "lm_head.weight").part, std::string("head.projection"));
        QVERIFY(named(model, "model.embed_tokens.weight").keepsFp32Moments);
        QVERIFY(!named(model, "lm_head.weight").keepsFp32Moments);
    }
    void aFrozenTensorIsNamedAndSomethingMustTrain()
    {
        ModelConfig config{.frozen = {"transformer.wte.weight"}};
        QVERIFY(check(config).has_value());
        const ModelDescription model = describe(config);
        QVERIFY(!model.tensors.front().trains);
        QCOMPARE(model.trainedElements(), model.elements() - config.vocab * config.width);
        config.frozen = {"transformer.wte"};
        QVERIFY(check(config).error().message.find("no such tensor") != std::string::npos);
        config = {.kind = "mlp", .layers = 1};
        for (const TensorDescription& tensor : describe(config).tensors)
            config.frozen.push_back(tensor.name);
        QVERIFY(check(config).error().message.find("nothing to train") != std::string::npos);
    }
    void aFamilyRefusesWhatItCannotBe()
    {
        QVERIFY(!check(ModelConfig{.width = 100, .heads = 3}));
        QVERIFY(!check(ModelConfig{.kvHeads = 2}));
        QVERIFY(!check(ModelConfig{.kind = "llama", .width = 12, .heads = 4}));
        QVERIFY(!check(ModelConfig{.kind = "llama", .heads = 4, .kvHeads = 3}));
        QVERIFY(!check(ModelConfig{.kind = "llama", .dropout = 0.1}));
        QVERIFY(findFamily("bert").error().message.find("gpt, llama") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(ModelDescriptionTest)
#include "model_description_test.moc"

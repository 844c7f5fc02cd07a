// SPDX-License-Identifier: Apache-2.0
// A folder's config.json: what is read of it, and what is refused by name.

#include "core/base/json.h"
#include "core/model/family.h"
#include "core/model/model_json.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace mantissa;

namespace {

Json llama()
{
    return {{"model_type", "llama"}, {"vocab_size", 50}, {"hidden_size", 16}, {"intermediate_size", 24},
        {"num_hidden_layers", 2}, {"num_attention_heads", 4}, {"num_key_value_heads", 2}, {"head_dim", 6},
        {"max_position_embeddings", 64}, {"rms_norm_eps", 1e-5}, {"rope_theta", 500.0},
        {"tie_word_embeddings", true}};
}

Json with(Json json, const std::string& key, const Json& value)
{
    json[key] = value;
    return json;
}

const AttentionForm& attentionOf(const ModelDescription& model, std::size_t layer)
{
    return std::get<DecoderLayerForm>(model.blocks[layer + 1].form).attention;
}

Result<ModelConfig> readBack(const Json& json)
{
    ObjectReader reader(json, "model");
    ModelConfig model;
    readModel(reader, model);
    TRY(reader.finish());
    return model;
}

} // namespace

class ForeignConfigTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sizesAreTheFoldersOwn()
    {
        const auto config = modelFromForeign(llama());
        QVERIFY2(config.has_value(), config ? "" : config.error().message.c_str());
        QCOMPARE(config->kind, std::string("llama"));
        QCOMPARE(config->layers, 2);
        QCOMPARE(config->context, 64);
        const ModelDescription model = describe(*config);
        QCOMPARE(attentionOf(model, 0).headWidth, 6);
        QCOMPARE(attentionOf(model, 0).rotary.base, 500.0);
        QVERIFY(model.tied.has_value());
        const auto query = std::ranges::find(
            model.tensors, "model.layers.0.self_attn.q_proj.weight", &TensorDescription::name);
        QVERIFY((query->sizes == std::vector<std::int64_t>{24, 16}));
    }
    void aResolvedConfigIsReadBackAsItself()
    {
        auto config = *modelFromForeign(llama());
        config.folder = "/somewhere";
        config.context = 32;
        const auto again = readBack(toJson(config));
        QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
        QVERIFY(*again == config);
    }
    void sizesBesideAFolderSayTheSameOrAreRefused()
    {
        Json json = toJson(*modelFromForeign(llama()));
        json["width"] = 32;
        const auto refused = readBack(json);
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.find("model.width is 32 and the folder's model has 16")
                != std::string::npos,
            refused.error().message.c_str());
    }
    void theContextStaysWithinTheModelsPositions()
    {
        auto config = *modelFromForeign(llama());
        config.context = 65;
        const auto refused = check(config);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("64 positions") != std::string::npos);
    }
    void aFamilyOfFoldersIsNotMadeFromSizes()
    {
        const auto refused = readBack({{"kind", "qwen3"}, {"layers", 2}});
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("model.folder") != std::string::npos);
    }

    void whatCannotBeComputedIsRefusedByName_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const Json& json, const char* words) {
            QTest::newRow(name) << QString::fromStdString(jsonLine(json)) << QString::fromLatin1(words);
        };
        row("family", with(llama(), "model_type", "mamba"), "model_type 'mamba'");
        row("none", Json{{"hidden_size", 3}}, "has no model_type");
        row("quantized", with(llama(), "quantization_config", Json::object()), "quantization_config");
        row("missing", with(llama(), "hidden_size", nullptr), "has no hidden_size");
        row("negative", with(llama(), "num_hidden_layers", -2), "num_hidden_layers -2");
        row("text", with(llama(), "vocab_size", "many"), "vocab_size \"many\"");
        row("groups", with(llama(), "num_key_value_heads", 3), "do not divide");
        row("activation", with(llama(), "hidden_act", "relu"), "hidden_act 'relu'");
        row("rotary", with(llama(), "rope_scaling", {{"rope_type", "spiral"}, {"factor", 2}}), "'spiral'");
        row("odd head", with(llama(), "head_dim", 7), "turns 7 of the 7");
        Json longrope = with(with(llama(), "model_type", "phi3"), "rope_scaling",
            {{"type", "longrope"}, {"short_factor", {1.0}}, {"long_factor", {1.0, 2.0, 3.0}}});
        row("factors", longrope, "has 1 numbers in short_factor and turns 3 pairs");
        row("layer types", with(with(llama(), "model_type", "gemma2"), "layer_types", {"full_attention"}),
            "layer_types");
        row("a mixer",
            with(
                with(llama(), "model_type", "gemma2"), "layer_types", {"full_attention", "linear_attention"}),
            "linear_attention");
        row("layers", with(llama(), "num_hidden_layers", 5000), "5000 layers");
    }
    void whatCannotBeComputedIsRefusedByName()
    {
        QFETCH(QString, json);
        QFETCH(QString, words);
        const auto refused = modelFromForeign(*parseJson(json.toStdString(), "config.json"));
        QVERIFY(!refused);
        QVERIFY(refused.error().code == ExitCode::Usage);
        QVERIFY2(
            QString::fromStdString(refused.error().message).contains(words), refused.error().message.c_str());
    }

    void layersDifferWhereTheFamilySaysSo()
    {
        Json gemma = with(with(llama(), "model_type", "gemma3_text"), "sliding_window", 8);
        gemma["sliding_window_pattern"] = 2;
        gemma["rope_local_base_freq"] = 100.0;
        const ModelDescription model = describe(*modelFromForeign(gemma));
        QCOMPARE(attentionOf(model, 0).window, 8);
        QCOMPARE(attentionOf(model, 0).rotary.base, 100.0);
        QCOMPARE(attentionOf(model, 1).window, 0);
        QCOMPARE(attentionOf(model, 1).rotary.base, 500.0);
        Json smollm3 = with(llama(), "model_type", "smollm3");
        smollm3["no_rope_layers"] = {1, 0};
        const ModelDescription other = describe(*modelFromForeign(smollm3));
        QCOMPARE(attentionOf(other, 0).rotary.width, 6);
        QCOMPARE(attentionOf(other, 1).rotary.width, 0);
    }
};

QTEST_APPLESS_MAIN(ForeignConfigTest)
#include "foreign_config_test.moc"

// SPDX-License-Identifier: Apache-2.0
// Weights of a Hugging Face folder: found, turned into FP32, and refused with a name where they do not fit.

#include "core/base/file.h"
#include "core/model/family.h"
#include "core/precision/half_bits.h"
#include "core/record/folder_weights.h"

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstring>
#include <limits>

using namespace mantissa;
namespace fs = std::filesystem;

namespace {

const Json tiny{{"model_type", "llama"}, {"vocab_size", 5}, {"hidden_size", 4}, {"intermediate_size", 6},
    {"num_hidden_layers", 1}, {"num_attention_heads", 2}, {"max_position_embeddings", 8},
    {"tie_word_embeddings", true}};

/// Element i of a tensor.
float valueAt(std::size_t tensor, std::int64_t i)
{
    return static_cast<float>(tensor) + static_cast<float>(i) / 64;
}

SafetensorsSource source(const TensorDescription& tensor, const std::string& format, std::string name = {})
{
    return {name.empty() ? tensor.name : name, format, tensor.sizes, [tensor, format](void* target) {
                for (std::int64_t i = 0; i < tensor.elements(); ++i) {
                    const float value = valueAt(tensor.index, i);
                    if (format == "F32")
                        static_cast<float*>(target)[i] = value;
                    else
                        static_cast<std::uint16_t*>(target)[i]
                            = format == "BF16" ? bf16Of(value) : fp16Of(value);
                }
            }};
}

} // namespace

class FolderWeightsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_folder = m_dir->path().toStdString();
        m_model = describe(*modelFromForeign(tiny));
        m_sources.clear();
        for (const TensorDescription& tensor : m_model.tensors)
            m_sources.push_back(source(tensor, "F32"));
    }

    void everyFormatIsReadAsFp32_data()
    {
        QTest::addColumn<QString>("format");
        for (const char* format : {"F32", "BF16", "F16"})
            QTest::newRow(format) << QString::fromLatin1(format);
    }
    void everyFormatIsReadAsFp32()
    {
        QFETCH(QString, format);
        for (const TensorDescription& tensor : m_model.tensors)
            m_sources[tensor.index] = source(tensor, format.toStdString());
        write();
        const auto weights = FolderWeights::open(m_folder, m_model);
        QVERIFY2(weights.has_value(), weights ? "" : weights.error().message.c_str());
        for (const TensorDescription& tensor : m_model.tensors) {
            std::vector<float> values(static_cast<std::size_t>(tensor.elements() - 1));
            (*weights)->read(tensor, 1, values.data(), tensor.elements() - 1);
            for (std::size_t i = 0; i < values.size(); ++i) {
                const float exact = valueAt(tensor.index, static_cast<std::int64_t>(i) + 1);
                const float expected = format == QStringLiteral("BF16") ? floatOfBf16(bf16Of(exact))
                    : format == QStringLiteral("F16")                   ? floatOfFp16(fp16Of(exact))
                                                                        : exact;
                QCOMPARE(values[i], expected);
            }
        }
        QVERIFY((*weights)->status().has_value());
    }
    void filesOfABareModelLackThePrefix()
    {
        for (const TensorDescription& tensor : m_model.tensors)
            m_sources[tensor.index] = source(tensor, "F32", tensor.name.substr(std::string("model.").size()));
        write();
        const auto weights = FolderWeights::open(m_folder, m_model);
        QVERIFY2(weights.has_value(), weights ? "" : weights.error().message.c_str());
        QCOMPARE((*weights)->names().front(), std::string("embed_tokens.weight"));
    }
    void shardsAreFoundThroughTheIndex()
    {
        const std::size_t half = m_sources.size() / 2;
        writeSafetensors(
            m_folder / "a.safetensors", {m_sources.begin(), m_sources.begin() + std::ptrdiff_t(half)}, {})
            .value();
        writeSafetensors(
            m_folder / "b.safetensors", {m_sources.begin() + std::ptrdiff_t(half), m_sources.end()}, {})
            .value();
        Json map = Json::object();
        for (std::size_t i = 0; i < m_sources.size(); ++i)
            map[m_sources[i].name] = i < half ? "a.safetensors" : "b.safetensors";
        writeIndex(map);
        QVERIFY(FolderWeights::open(m_folder, m_model).has_value());

        Json swapped = map;
        swapped[m_sources[0].name] = "b.safetensors";
        writeIndex(swapped);
        QVERIFY(refusal().contains(QStringLiteral("is in b.safetensors, where it is not")));
        swapped[m_sources[0].name] = "../a.safetensors";
        writeIndex(swapped);
        QVERIFY(refusal().contains(QStringLiteral("no name of a file")));
        writeIndex(map);
        fs::remove(m_folder / "b.safetensors");
        QVERIFY(refusal().contains(QStringLiteral("names b.safetensors, which is missing")));
    }
    void constantsThatOldFilesHoldArePassedOver()
    {
        m_sources.push_back({"model.layers.0.self_attn.rotary_emb.inv_freq", "F32", {1},
            [](void* target) { std::memset(target, 0, 4); }});
        m_sources.push_back({"lm_head.weight", "F32", {1}, [](void* target) { std::memset(target, 0, 4); }});
        write();
        QVERIFY(FolderWeights::open(m_folder, m_model).has_value());
    }

    void whatDoesNotFitIsNamed()
    {
        const SafetensorsSource last = m_sources.back();
        m_sources.pop_back();
        write();
        QVERIFY(refusal().contains(QStringLiteral("'model.norm.weight' is missing")));
        m_sources.push_back(last);
        m_sources.back().sizes = {2, 2};
        write();
        QVERIFY(
            refusal().contains(QStringLiteral("'model.norm.weight' is [2, 2] and config.json makes it [4]")));
        m_sources.back() = last;
        m_sources.push_back({"extra", "F32", {1}, [](void* target) { std::memset(target, 0, 4); }});
        write();
        QVERIFY(refusal().contains(QStringLiteral("'extra' has no place")));
        m_sources.pop_back();
        m_sources.back().format = "I32";
        write();
        QVERIFY(refusal().contains(QStringLiteral("'model.norm.weight' is I32")));
    }
    void aWeightThatIsNoNumberIsTold()
    {
        for (const float bad :
            {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
            m_sources.back().fill = [bad](void* target) { std::fill_n(static_cast<float*>(target), 4, bad); };
            write();
            const auto weights = FolderWeights::open(m_folder, m_model);
            QVERIFY(weights.has_value());
            float values[4];
            (*weights)->read(m_model.tensors.back(), 0, values, 4);
            QVERIFY(!(*weights)->status());
            QVERIFY((*weights)->status().error().message.find("'model.norm.weight'") != std::string::npos);
        }
    }
    void foldersWithoutSafetensorsAreRefused()
    {
        QVERIFY(refusal().contains(QStringLiteral("has no model.safetensors")));
        QVERIFY(writeFileAtomically(m_folder / "pytorch_model.bin", "x").has_value());
        QVERIFY(refusal().contains(QStringLiteral("pytorch_model.bin, which can hold code")));
        write();
        fs::resize_file(m_folder / "model.safetensors", fs::file_size(m_folder / "model.safetensors") - 8);
        QVERIFY(refusal().contains(QStringLiteral("it is cut or damaged")));
    }

    void halvesRoundToNearestEven()
    {
        QCOMPARE(bf16Of(1.0F), std::uint16_t{0x3F80});
        QCOMPARE(bf16Of(1.00390625F), std::uint16_t{0x3F80}); // half way: to the even one
        QCOMPARE(bf16Of(1.01171875F), std::uint16_t{0x3F82});
        QCOMPARE(fp16Of(65519.0F), std::uint16_t{0x7BFF});
        QCOMPARE(fp16Of(65520.0F), std::uint16_t{0x7C00});
        QCOMPARE(fp16Of(-0x1p-25F), std::uint16_t{0x8000}); // half of the least number: to zero
        QCOMPARE(fp16Of(0x1.8p-25F), std::uint16_t{0x0001});
        QVERIFY(std::isnan(floatOfBf16(bf16Of(NAN))) && std::isnan(floatOfFp16(fp16Of(NAN))));
        for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
            const auto half = static_cast<std::uint16_t>(bits);
            if (!std::isnan(floatOfFp16(half)))
                QCOMPARE(fp16Of(floatOfFp16(half)), half);
            if (!std::isnan(floatOfBf16(half)))
                QCOMPARE(bf16Of(floatOfBf16(half)), half);
        }
    }

private:
    void write() { writeSafetensors(m_folder / "model.safetensors", m_sources, {}).value(); }
    void writeIndex(const Json& map)
    {
        QVERIFY(
            writeFileAtomically(m_folder / "model.safetensors.index.json", jsonText({{"weight_map", map}}))
                .has_value());
    }
    QString refusal() const
    {
        const auto weights = FolderWeights::open(m_folder, m_model);
        return weights ? QString() : QString::fromStdString(weights.error().message);
    }

    std::unique_ptr<QTemporaryDir> m_dir{};
    fs::path m_folder{};
    ModelDescription m_model{};
    std::vector<SafetensorsSource> m_sources{};
};

QTEST_APPLESS_MAIN(FolderWeightsTest)
#include "folder_weights_test.moc"

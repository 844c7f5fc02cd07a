// SPDX-License-Identifier: Apache-2.0
#include "core/output/model_export.h"

#include "core/base/file.h"
#include "core/model/family.h"
#include "core/model/folder_facts.h"
#include "core/precision/half_bits.h"
#include "core/record/folder_weights.h"
#include "core/record/saved_weights.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstring>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t shardBytes = 5'000'000'000; // as transformers cuts

/// Beside config.json and weights, what `from_pretrained` and its tokenizer read.
constexpr const char* passedFiles[]
    = {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "tokenizer.model", "vocab.json", "merges.txt", "chat_template.jinja", "generation_config.json"};

std::string_view dtypeOf(Precision format)
{
    switch (format) {
    case Precision::Fp32:
        return "float32";
    case Precision::Bf16:
        return "bfloat16";
    case Precision::Fp16:
        return "float16";
    }
    return {};
}

/// The config.json of a model made from sizes, as transformers calls them.
Json configOf(const ModelConfig& m, const ModelDescription& model)
{
    const bool isGpt = m.kind == "gpt";
    const auto& layer = std::get<DecoderLayerForm>(model.blocks[1].form);
    Json json = isGpt
        ? Json{{"architectures", {"GPT2LMHeadModel"}}, {"model_type", "gpt2"}, {"n_embd", m.width},
            {"n_layer", m.layers}, {"n_head", m.heads}, {"n_positions", m.context},
            {"n_inner", layer.mlp.width}, {"activation_function", "gelu_new"},
            {"layer_norm_epsilon", m.normEpsilon}}
        : Json{{"architectures", {"LlamaForCausalLM"}}, {"model_type", "llama"}, {"hidden_size", m.width},
            {"num_hidden_layers", m.layers}, {"num_attention_heads", m.heads},
            {"num_key_value_heads", layer.attention.kvHeads}, {"intermediate_size", layer.mlp.width},
            {"hidden_act", "silu"}, {"max_position_embeddings", m.context}, {"rms_norm_eps", m.normEpsilon},
            {"rope_theta", m.rotaryBase}};
    json["vocab_size"] = m.vocab;
    json["tie_word_embeddings"] = m.tied;
    // a model of bytes has no tokens that begin or end a text
    for (const char* key : {"bos_token_id", "eos_token_id"})
        json[key] = nullptr;
    return json;
}

/// As the model's folder was saved.
Precision formatOf(const ModelConfig& model)
{
    for (const Precision format : {Precision::Bf16, Precision::Fp16})
        if (savedFormatOf(model) == dtypeOf(format))
            return format;
    return Precision::Fp32;
}

/// Rounds weights and counts what that took away.
class Rounding {
public:
    explicit Rounding(ModelExported& report)
        : m_report(report)
    {
    }
    /// False where a finite number has become infinite.
    bool write(const std::vector<float>& exact, void* to)
    {
        if (m_report.format == Precision::Fp32) {
            std::memcpy(to, exact.data(), exact.size() * sizeof(float));
            return true;
        }
        auto* bits = static_cast<std::uint16_t*>(to);
        bool fits = true;
        for (std::size_t i = 0; i < exact.size(); ++i) {
            bits[i] = m_report.format == Precision::Bf16 ? bf16Of(exact[i]) : fp16Of(exact[i]);
            const float rounded
                = m_report.format == Precision::Bf16 ? floatOfBf16(bits[i]) : floatOfFp16(bits[i]);
            fits = fits && std::isfinite(rounded);
            const double lost = static_cast<double>(exact[i]) - static_cast<double>(rounded);
            m_report.changed += lost != 0 ? 1 : 0;
            m_lost += lost * lost;
            m_whole += static_cast<double>(exact[i]) * static_cast<double>(exact[i]);
        }
        return fits;
    }
    double share() const { return m_whole > 0 ? std::sqrt(m_lost / m_whole) : 0; }

private:
    ModelExported& m_report;
    double m_lost = 0;
    double m_whole = 0;
};

/// Which tensors each file has, none larger than a shard unless one tensor is.
std::vector<std::vector<const TensorDescription*>> shardsOf(const ModelDescription& model, std::int64_t width)
{
    std::vector<std::vector<const TensorDescription*>> shards(1);
    std::int64_t filled = 0;
    for (const TensorDescription& tensor : model.tensors) {
        const std::int64_t bytes = tensor.elements() * width;
        if (filled > 0 && filled + bytes > shardBytes) {
            shards.emplace_back();
            filled = 0;
        }
        shards.back().push_back(&tensor);
        filled += bytes;
    }
    return shards;
}

Status writeWeights(const FolderWeights& weights, const ModelDescription& model,
    const std::vector<std::string>& names, const fs::path& to, ModelExported& report)
{
    const std::int64_t width = static_cast<std::int64_t>(bytesPerElement(report.format));
    const auto shards = shardsOf(model, width);
    Rounding rounding(report);
    std::string misfit;
    Json map = Json::object();
    for (std::size_t i = 0; i < shards.size(); ++i) {
        const std::string file = shards.size() == 1
            ? "model.safetensors"
            : fmt::format("model-{:05}-of-{:05}.safetensors", i + 1, shards.size());
        std::vector<SafetensorsSource> sources;
        for (const TensorDescription* tensor : shards[i]) {
            map[names[tensor->index]] = file;
            sources.push_back({names[tensor->index],
                report.format == Precision::Fp32       ? "F32"
                    : report.format == Precision::Bf16 ? "BF16"
                                                       : "F16",
                tensor->sizes, [&, tensor](void* target) {
                    std::vector<float> exact(static_cast<std::size_t>(tensor->elements()));
                    weights.read(*tensor, 0, exact.data(), tensor->elements());
                    if (!rounding.write(exact, target) && misfit.empty())
                        misfit = tensor->name;
                }});
        }
        const auto written = writeSafetensors(to / file, sources, {{"format", "pt"}});
        if (!written)
            return fail(written.error());
        report.bytes += *written;
    }
    TRY(weights.status());
    if (!misfit.empty())
        return fail(
            fmt::format("tensor '{}' has a number that FP16 cannot hold; export it as bf16 or fp32", misfit),
            ExitCode::Usage);
    report.tensors = static_cast<std::int64_t>(model.tensors.size());
    report.elements = model.elements();
    report.rootMeanSquare = rounding.share();
    if (shards.size() == 1)
        return {};
    const Json index
        = {{"metadata", {{"total_size", report.elements * width}, {"total_parameters", report.elements}}},
            {"weight_map", map}};
    return writeFileAtomically(to / "model.safetensors.index.json", jsonText(index));
}

Status passThrough(const fs::path& from, const fs::path& to)
{
    std::error_code error;
    for (const char* name : passedFiles)
        if (fs::is_regular_file(from / name, error) && !fs::copy_file(from / name, to / name, error))
            return fail(fmt::format(
                "cannot copy {} to {}: {}", (from / name).string(), to.string(), error.message()));
    return {};
}

/// The names that the folder's own files give the tensors, where it is still there.
std::vector<std::string> namesFor(const ModelDescription& model)
{
    std::vector<std::string> names;
    for (const TensorDescription& tensor : model.tensors)
        names.push_back(tensor.name);
    if (model.config.folder.empty())
        return names;
    const auto folder = FolderWeights::open(model.config.folder, model);
    return folder ? (*folder)->names() : names;
}

Status writeFolder(const SavedWeights& source, const fs::path& to, ModelExported& report)
{
    const ModelConfig& model = source.config.model;
    const ModelDescription description = describe(model);
    const auto weights = FolderWeights::open(source.checkpoint, description);
    if (!weights)
        return fail(weights.error());
    Json config = model.source.empty() ? configOf(model, description) : foreignConfigOf(model);
    config.erase("torch_dtype");
    config["dtype"] = dtypeOf(report.format);
    TRY(writeWeights(**weights, description, namesFor(description), to, report));
    TRY(writeFileAtomically(to / "config.json", jsonText(config) + "\n"));
    const fs::path tokenizer = source.config.data.tokenizer;
    std::error_code error;
    if (tokenizer.empty() || tokenizer == "bytes")
        report.remarks.emplace_back("the model reads bytes (ids 0-255), so the folder has no tokenizer");
    else if (!fs::exists(tokenizer, error))
        report.remarks.push_back(
            fmt::format("{} is not there any more, so the folder has no tokenizer; copy one "
                        "into it",
                tokenizer.string()));
    else
        return passThrough(fs::is_directory(tokenizer, error) ? tokenizer : tokenizer.parent_path(), to);
    return {};
}

} // namespace

Result<ModelExported> exportModel(
    const fs::path& place, std::optional<Precision> format, const fs::path& to, const std::string& which)
{
    const auto source = savedWeightsAt(place, which);
    if (!source)
        return fail(source.error());
    const ModelConfig& model = source->config.model;
    if (inputOf(model) != InputKind::Tokens)
        return fail(fmt::format("{} trains a {}, which transformers does not know; export a model of text",
                        place.string(), model.kind),
            ExitCode::Usage);
    std::error_code error;
    if (fs::exists(to, error) && !(fs::is_directory(to, error) && fs::is_empty(to, error)))
        return fail(fmt::format("{} is there already; name a new folder", to.string()), ExitCode::Usage);
    ModelExported report;
    report.format = format ? *format : formatOf(model);
    fs::path partial = to;
    partial += ".partial";
    fs::remove_all(partial, error);
    fs::create_directories(partial, error);
    if (error)
        return fail(fmt::format("cannot make {}: {}", partial.string(), error.message()));
    const Status written = writeFolder(*source, partial, report);
    if (written)
        fs::rename(partial, to, error);
    if (written && !error)
        return report;
    std::error_code ignored;
    fs::remove_all(partial, ignored);
    return written ? fail(fmt::format("cannot make {}: {}", to.string(), error.message()))
                   : fail(written.error());
}

} // namespace mantissa

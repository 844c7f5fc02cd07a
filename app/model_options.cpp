// SPDX-License-Identifier: Apache-2.0
#include "app/model_options.h"

#include "app/engine_loader.h"
#include "core/base/file.h"
#include "core/evidence/experiment_folder.h"
#include "core/files/model_folder.h"
#include "core/model/family.h"
#include "core/model/folder_facts.h"
#include "core/record/saved_weights.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

/// Where weights and tokenizer of a model lie.
struct ModelPlace {
    ModelConfig config{};
    fs::path weights{};
    std::string tokenizer{}; ///< empty: bytes
};

bool isThere(const fs::path& file)
{
    std::error_code error;
    return fs::exists(file, error);
}

Result<ModelPlace> findModel(const std::string& name, const std::string& checkpoint)
{
    if (const auto status = checkNoExperiment(name); !status)
        return fail(status.error());
    if (runAt(name)) {
        const auto saved = savedWeightsAt(name, checkpoint);
        if (!saved)
            return fail(saved.error());
        return ModelPlace{saved->config.model, saved->checkpoint, saved->config.data.tokenizer};
    }
    if (!checkpoint.empty())
        return fail(fmt::format("{} is no run, so it has no checkpoints; leave --checkpoint out", name),
            ExitCode::Usage);
    const fs::path place = placeOf(name);
    const auto json = readModelConfig(place);
    if (!json)
        return fail(json.error());
    auto config = modelFromForeign(*json);
    if (!config)
        return fail(config.error());
    return ModelPlace{std::move(*config), place, isThere(place / "tokenizer.json") ? place.string() : ""};
}

std::vector<TokenId> endsOf(const ModelConfig& model)
{
    std::vector<TokenId> ends;
    const Json json = foreignConfigOf(model);
    if (!json.contains("eos_token_id"))
        return ends;
    const Json& id = json["eos_token_id"];
    for (const Json& one : id.is_array() ? id : Json::array({id}))
        if (one.is_number_integer())
            ends.push_back(one.get<TokenId>());
    return ends;
}

} // namespace

void addModelOptions(CLI::App& command, ModelOptions& options)
{
    command.add_option("model", options.place, "Folder of a model, a run or a checkpoint")->required();
    command
        .add_option("--checkpoint", options.checkpoint,
            "Of a run: newest, best (by evaluation loss) or the step of one")
        ->default_str("newest");
    command.add_option(
        "--tokenizer", options.tokenizer, "tokenizer.json or its folder, instead of the model's");
    command
        .add_option_function<std::string>(
            "--compute",
            [&options](const std::string& name) {
                const auto parsed = parsePrecision(name);
                if (!parsed)
                    throw CLI::ValidationError("--compute", parsed.error().message);
                options.compute = *parsed;
            },
            "Format of weights and products: fp32, bf16 or fp16")
        ->default_str("fp32");
    command.add_option("--device", options.memory.device, "cpu, cuda:N or simulated:SIZE");
}

Result<OpenedModel> openModel(const ModelOptions& options)
{
    auto place = findModel(options.place, options.checkpoint);
    if (!place)
        return fail(place.error());
    if (inputOf(place->config) != InputKind::Tokens)
        return fail(fmt::format("{} is a {}, which reads images; give a model of text", options.place,
                        place->config.kind),
            ExitCode::Usage);
    const std::string& from = options.tokenizer.empty() ? place->tokenizer : options.tokenizer;
    auto tokenizer = tokenizerNamed(from);
    if (!tokenizer)
        return fail(tokenizer.error());
    if (const auto fits = checkFits(**tokenizer, place->config.vocab); !fits)
        return fail(fits.error().message + ": name it with --tokenizer", ExitCode::Usage);
    const auto engine = loadEngine();
    if (!engine)
        return fail(engine.error());
    auto model = (*engine)->openTextModel({.model = place->config,
        .weights = place->weights,
        .compute = options.compute,
        .memory = options.memory});
    if (!model)
        return fail(model.error());
    return OpenedModel{place->config, std::move(*tokenizer), std::move(*model), endsOf(place->config)};
}

} // namespace mantissa

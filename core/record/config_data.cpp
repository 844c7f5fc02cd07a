// SPDX-License-Identifier: Apache-2.0
#include "core/record/config_data.h"

#include "core/data/text_source.h"
#include "core/model/family.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace mantissa {

namespace {

constexpr std::size_t previewBytes = 4096; // of a text

/// To the end of a character.
std::string beginningOf(const std::string& text)
{
    std::size_t size = std::min(text.size(), previewBytes);
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U)
        --size;
    return text.substr(0, size);
}

TrainedParts partsOf(TrainOn trainOn)
{
    TrainedParts parts;
    parts.lastAnswerOnly = trainOn == TrainOn::LastAnswer;
    parts.prompt = trainOn == TrainOn::All;
    return parts;
}

Result<FolderTexts> textsBeside(const std::string& tokenizer)
{
    if (tokenizer.empty() || tokenizer == "bytes")
        return FolderTexts{};
    const std::filesystem::path place = tokenizer;
    std::error_code error;
    return readFolderTexts(std::filesystem::is_directory(place, error) ? place : place.parent_path());
}

} // namespace

Result<std::unique_ptr<Tokenizer>> openTokenizer(const RunConfig& config)
{
    const std::string& place = config.data.tokenizer;
    auto tokenizer = tokenizerNamed(place);
    if (!tokenizer)
        return fail(tokenizer.error());
    const auto fits = checkFits(**tokenizer, config.model.vocab);
    if (fits)
        return tokenizer;
    if (place.empty() || place == "bytes")
        return fail(fmt::format("model.vocab is {} and text is read as bytes, which need 256; set "
                                "model.vocab=256",
                        config.model.vocab),
            ExitCode::Usage);
    return fail(fmt::format("{}: {}", place, fits.error().message), ExitCode::Usage);
}

Result<RowsRead> readConfigRows(
    const RunConfig& config, const Tokenizer& tokenizer, const std::function<bool()>& isInterrupted)
{
    const DataConfig& data = config.data;
    RowChoices choices{.context = config.model.context + 1,
        .parts = partsOf(data.trainOn),
        .validationFraction = data.validationFraction,
        .validationSource = data.validation,
        .seed = config.training.seed};
    if (!data.format.empty()) {
        const auto shape = parseRowShape(data.format);
        if (!shape)
            return fail("data.format: " + shape.error().message, ExitCode::Usage);
        choices.shape = *shape;
    }
    if (!data.field.empty())
        choices.textField = data.field;
    if (!data.chatTemplate.empty())
        choices.templateName = data.chatTemplate;
    const auto texts = textsBeside(data.tokenizer);
    if (!texts)
        return fail(texts.error());
    return readRows(data.source, choices, tokenizer, *texts, isInterrupted);
}

Result<RunConfig> asLongAsItsRows(const RunConfig& config, const std::function<bool()>& isInterrupted)
{
    RunConfig fitted = config;
    if (!config.data.hasRows())
        return fitted;
    const ModelDescription model = describe(config.model);
    const auto* embedding = std::get_if<EmbeddingForm>(&model.blocks.front().form);
    if (embedding && embedding->learnsPositions && config.model.source.empty())
        return fitted; // its context is a size of the model
    const auto tokenizer = openTokenizer(config);
    if (!tokenizer)
        return fail(tokenizer.error());
    const auto read = readConfigRows(config, **tokenizer, isInterrupted);
    if (!read)
        return fail(read.error());
    const std::int64_t longest = std::max(read->training.facts().longest, read->evaluation.facts().longest);
    // its last token is only a target
    fitted.model.context = std::clamp<std::int64_t>(longest - 1, 1, config.model.context);
    return fitted;
}

Result<DataPreview> previewOf(
    const RunConfig& config, std::int64_t rows, const std::function<bool()>& isInterrupted)
{
    const auto tokenizer = openTokenizer(config);
    if (!tokenizer)
        return fail(tokenizer.error());
    if (config.data.hasRows()) {
        const auto read = readConfigRows(config, **tokenizer, isInterrupted);
        if (!read)
            return fail(read.error());
        return previewOf(*read, **tokenizer, rows);
    }
    auto text = readText(config.data.source, isInterrupted);
    if (!text)
        return fail(text.error());
    const std::string beginning = beginningOf(text->text);
    DataPreview preview{.shape = "one text", .read = std::move(text->read)};
    PreviewRow row{.number = 1};
    for (const Token& token : (*tokenizer)->encode(beginning, /*addsFrame*/ false)) {
        ++row.length;
        row.tokens.push_back({beginning.substr(token.begin, token.end - token.begin), true, 1});
    }
    preview.rows.push_back(std::move(row));
    return preview;
}

} // namespace mantissa

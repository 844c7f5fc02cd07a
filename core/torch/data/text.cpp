// SPDX-License-Identifier: Apache-2.0
// Text as bytes: ids 0-255, windows of context + 1, the last part kept for evaluation.

#include "core/base/json.h"
#include "core/base/units.h"
#include "core/torch/data/dataset.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

class TextDataset final : public Dataset {
public:
    TextDataset(std::string text, const RunConfig& config)
        : m_text(std::move(text))
        , m_context(config.model.context)
        , m_batchSize(config.training.batchSize)
        , m_seed(config.training.seed)
    {
        m_trainingBytes
            = static_cast<std::int64_t>(static_cast<double>(size()) * (1 - config.data.validationFraction));
        const std::int64_t whole = (size() - m_trainingBytes - 1) / m_context / m_batchSize;
        m_evaluationBatches = config.training.evalBatches > 0 ? config.training.evalBatches
                                                              : std::max<std::int64_t>(1, whole);
    }

    Batch trainingBatch(std::int64_t step, std::int64_t microBatch) const override
    {
        const std::int64_t starts = m_trainingBytes - m_context;
        return batchAt([&](std::int64_t row) {
            return static_cast<std::int64_t>(
                randomAt(m_seed, step, microBatch, row) % static_cast<std::uint64_t>(starts));
        });
    }
    Batch evaluationBatch(std::int64_t index) const override
    {
        const std::int64_t windows = m_evaluationBatches * m_batchSize;
        const std::int64_t room = size() - m_trainingBytes - m_context - 1;
        return batchAt([&](std::int64_t row) {
            const std::int64_t window = index * m_batchSize + row;
            return m_trainingBytes + (windows > 1 ? room * window / (windows - 1) : 0);
        });
    }
    std::int64_t evaluationBatches() const override { return m_evaluationBatches; }
    bool hasClasses() const override { return false; }

private:
    std::int64_t size() const { return static_cast<std::int64_t>(m_text.size()); }

    template <class Start> Batch batchAt(Start startOf) const
    {
        Batch batch{
            at::empty({m_batchSize, m_context}, at::kLong), at::empty({m_batchSize * m_context}, at::kLong)};
        auto* inputs = batch.inputs.mutable_data_ptr<std::int64_t>();
        auto* targets = batch.targets.mutable_data_ptr<std::int64_t>();
        for (std::int64_t row = 0; row < m_batchSize; ++row) {
            const char* window = m_text.data() + startOf(row);
            for (std::int64_t i = 0; i < m_context; ++i) {
                inputs[row * m_context + i] = static_cast<unsigned char>(window[i]);
                targets[row * m_context + i] = static_cast<unsigned char>(window[i + 1]);
            }
        }
        return batch;
    }

    std::string m_text;
    std::int64_t m_context;
    std::int64_t m_batchSize;
    std::int64_t m_seed;
    std::int64_t m_trainingBytes = 0;
    std::int64_t m_evaluationBatches = 0;
};

/// The King James Bible through Debian's own program; the command is fixed, nothing of the user's goes into
/// it.
Result<std::string> kingJames()
{
    const auto close = [](std::FILE* pipe) { ::pclose(pipe); };
    const std::unique_ptr<std::FILE, decltype(close)> pipe(
        ::popen("bible -f gen1:1-rev22:21 </dev/null 2>/dev/null", "re"), close);
    std::string text;
    char buffer[1 << 16];
    for (std::size_t got = 1; pipe && got > 0; text.append(buffer, got))
        got = std::fread(buffer, 1, sizeof buffer, pipe.get());
    if (text.size() < static_cast<std::size_t>(mebibyte))
        return fail("sample:kjv needs Debian's packages bible-kjv and bible-kjv-text; install them (./run "
                    "does), or name a text file "
                    "in data.source");
    return text;
}

Result<std::string> textOf(const std::string& source)
{
    if (source == "sample:kjv")
        return kingJames();
    if (source.starts_with("sample:"))
        return fail(
            fmt::format(
                "data.source is '{}'; the samples for text are sample:kjv, or name a file or folder", source),
            ExitCode::Usage);
    std::error_code error;
    if (!fs::exists(source, error))
        return fail(
            fmt::format(
                "data.source {} is not there; check the path (relative ones count from the config's folder)",
                source),
            ExitCode::Usage);
    if (!fs::is_directory(source, error))
        return readFile(source);
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator at(source, error), end; !error && at != end; at.increment(error))
        if (at->is_regular_file() && (at->path().extension() == ".txt" || at->path().extension() == ".md"))
            files.push_back(at->path());
    std::sort(files.begin(), files.end());
    std::string text;
    for (const fs::path& file : files) {
        auto one = readFile(file);
        if (!one)
            return one;
        text += *one;
    }
    if (files.empty())
        return fail(fmt::format("the folder {} has no .txt or .md files in it; name one that has", source),
            ExitCode::Usage);
    return text;
}

} // namespace

Result<std::unique_ptr<Dataset>> openText(const RunConfig& config)
{
    auto text = textOf(config.data.source);
    if (!text)
        return fail(text.error());
    if (text->empty())
        return fail(
            fmt::format("{} is empty; give a text to learn from", config.data.source), ExitCode::Usage);
    if (config.model.vocab < 256)
        return fail(
            fmt::format("model.vocab is {} and text is read as bytes, which need 256; set model.vocab=256",
                config.model.vocab),
            ExitCode::Usage);
    const auto size = static_cast<double>(text->size());
    const double least = static_cast<double>(config.model.context + 2);
    if (size * config.data.validationFraction < least || size * (1 - config.data.validationFraction) < least)
        return fail(fmt::format("{} has {} bytes, of which {:.0f} are for evaluation: too short for a "
                                "context of {}; give a longer text, "
                                "a shorter model.context or another data.validation_fraction",
                        config.data.source, text->size(), size * config.data.validationFraction,
                        config.model.context),
            ExitCode::Usage);
    return std::make_unique<TextDataset>(std::move(*text), config);
}

} // namespace mantissa

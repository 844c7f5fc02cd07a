// SPDX-License-Identifier: Apache-2.0
// Text as bytes: ids 0-255, windows of context + 1, the last part kept for evaluation.

#include "core/data/text_source.h"
#include "core/torch/data/dataset.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace mantissa {

namespace {

class TextDataset final : public Dataset {
public:
    TextDataset(TextRead read, const RunConfig& config)
        : m_text(std::move(read.text))
        , m_read(std::move(read.read))
        , m_context(config.model.context)
        , m_batchSize(config.training.batchSize)
        , m_seed(config.training.seed)
    {
        m_trainingBytes
            = static_cast<std::int64_t>(static_cast<double>(size()) * (1 - config.data.validationFraction));
        const std::int64_t there = (size() - m_trainingBytes - 1) / m_context; // that do not overlap
        m_evaluationWindows
            = config.training.evalBatches > 0 && config.training.evalBatches <= there / m_batchSize
            ? config.training.evalBatches * m_batchSize
            : there;
        m_read.trainingTokens = m_trainingBytes;
        m_read.trainingSamples = (m_trainingBytes - 1) / m_context;
        m_read.evaluationTokens = size() - m_trainingBytes;
        m_read.evaluationSamples = there;
    }

    /// Rows count through the micro-batches of a step, so that a batch is the same however it is split.
    Batch trainingBatch(std::int64_t step, std::int64_t microBatch) const override
    {
        const auto starts = static_cast<std::uint64_t>(m_trainingBytes - m_context);
        return batchAt(m_batchSize, [&](std::int64_t row) {
            return static_cast<std::int64_t>(
                randomAt(m_seed, step, 0, microBatch * m_batchSize + row) % starts);
        });
    }
    /// Windows far apart, where there are fewer than would cover the text; no byte is asked for twice.
    Batch evaluationBatch(std::int64_t index) const override
    {
        const std::int64_t first = index * m_batchSize;
        const std::int64_t room = size() - m_trainingBytes - m_context - 1;
        return batchAt(std::min(m_batchSize, m_evaluationWindows - first), [&](std::int64_t row) {
            return m_trainingBytes
                + (m_evaluationWindows > 1 ? room * (first + row) / (m_evaluationWindows - 1) : 0);
        });
    }
    std::int64_t evaluationBatches() const override
    {
        return (m_evaluationWindows + m_batchSize - 1) / m_batchSize;
    }
    bool hasClasses() const override { return false; }
    DataRead whatWasRead() const override { return m_read; }

private:
    std::int64_t size() const { return static_cast<std::int64_t>(m_text.size()); }

    template <class Start> Batch batchAt(std::int64_t rows, Start startOf) const
    {
        Batch batch{at::empty({rows, m_context}, at::kLong), at::empty({rows * m_context}, at::kLong)};
        auto* inputs = batch.inputs.mutable_data_ptr<std::int64_t>();
        auto* targets = batch.targets.mutable_data_ptr<std::int64_t>();
        for (std::int64_t row = 0; row < rows; ++row) {
            const char* window = m_text.data() + startOf(row);
            for (std::int64_t i = 0; i < m_context; ++i) {
                inputs[row * m_context + i] = static_cast<unsigned char>(window[i]);
                targets[row * m_context + i] = static_cast<unsigned char>(window[i + 1]);
            }
        }
        return batch;
    }

    std::string m_text;
    DataRead m_read;
    std::int64_t m_context;
    std::int64_t m_batchSize;
    std::int64_t m_seed;
    std::int64_t m_trainingBytes = 0;
    std::int64_t m_evaluationWindows = 0;
};

} // namespace

Result<std::unique_ptr<Dataset>> openText(const RunConfig& config, const AskInterrupted& isInterrupted)
{
    auto read = readText(config.data.source, isInterrupted);
    if (!read)
        return fail(read.error());
    if (read->text.empty())
        return fail(
            fmt::format("{} is empty; give a text to learn from", config.data.source), ExitCode::Usage);
    if (config.model.vocab < 256)
        return fail(
            fmt::format("model.vocab is {} and text is read as bytes, which need 256; set model.vocab=256",
                config.model.vocab),
            ExitCode::Usage);
    const auto size = static_cast<double>(read->text.size());
    const double least = static_cast<double>(config.model.context + 2);
    if (size * config.data.validationFraction < least || size * (1 - config.data.validationFraction) < least)
        return fail(fmt::format("{} has {} bytes, of which {:.0f} are for evaluation: too short for a "
                                "context of {}; give a longer text, "
                                "a shorter model.context or another data.validation_fraction",
                        config.data.source, read->text.size(), size * config.data.validationFraction,
                        config.model.context),
            ExitCode::Usage);
    return std::make_unique<TextDataset>(std::move(*read), config);
}

} // namespace mantissa

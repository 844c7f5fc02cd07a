// SPDX-License-Identifier: Apache-2.0
// One long text as tokens, windows of context + 1, the last part kept for evaluation. Without a tokenizer of
// its own bytes are ids 0-255.

#include "core/base/digest.h"
#include "core/data/rows/row_order.h"
#include "core/data/text_source.h"
#include "core/data/token_cache.h"
#include "core/data/token_run.h"
#include "core/record/config_data.h"
#include "core/torch/data/dataset.h"
#include "core/torch/data/sample_count.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace mantissa {

namespace {

class TextDataset final : public Dataset {
public:
    TextDataset(TokenRun tokens, DataRead read, std::unique_ptr<Tokenizer> tokenizer, const RunConfig& config)
        : m_tokens(std::move(tokens))
        , m_read(std::move(read))
        , m_tokenizer(std::move(tokenizer))
        , m_context(config.model.context)
        , m_batchSize(config.training.batchSize)
        , m_seed(config.training.seed)
        , m_count(config.training)
    {
        m_trainingTokens
            = static_cast<std::int64_t>(static_cast<double>(size()) * (1 - config.data.validationFraction));
        const std::int64_t there = (size() - m_trainingTokens - 1) / m_context; // that do not overlap
        m_evaluationWindows
            = config.training.evalBatches > 0 && config.training.evalBatches <= there / m_batchSize
            ? config.training.evalBatches * m_batchSize
            : there;
        m_read.trainingTokens = m_trainingTokens;
        m_read.trainingSamples = (m_trainingTokens - 1) / m_context;
        m_read.evaluationTokens = size() - m_trainingTokens;
        m_read.evaluationSamples = there;
        if (config.training.epochs > 0)
            m_order.emplace(m_read.trainingSamples, m_seed);
    }

    /// Rows count through the micro-batches of a step, so that a batch is the same however it is split.
    Batch trainingBatch(std::int64_t step, std::int64_t microBatch) const override
    {
        if (m_order) // windows that do not overlap, each once in an epoch
            return batchAt(m_batchSize, [&](std::int64_t row) {
                return m_order->rowAt(m_count.before(step, microBatch) + row) * m_context;
            });
        const auto starts = static_cast<std::uint64_t>(m_trainingTokens - m_context);
        return batchAt(m_batchSize, [&](std::int64_t row) {
            return static_cast<std::int64_t>(
                randomAt(m_seed, step, 0, microBatch * m_batchSize + row) % starts);
        });
    }
    std::int64_t targetsOf(std::int64_t /*step*/, std::int64_t /*microBatch*/) const override
    {
        return m_batchSize * m_context;
    }
    void goOnFrom(std::int64_t step, std::int64_t samples) override { m_count.goOnFrom(step, samples); }
    const Tokenizer* tokenizer() const override { return m_tokenizer.get(); }
    /// Windows far apart, where there are fewer than would cover the text; no token is asked for twice.
    Batch evaluationBatch(std::int64_t index) const override
    {
        const std::int64_t first = index * m_batchSize;
        const std::int64_t room = size() - m_trainingTokens - m_context - 1;
        return batchAt(std::min(m_batchSize, m_evaluationWindows - first), [&](std::int64_t row) {
            return m_trainingTokens
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
    std::int64_t size() const { return m_tokens.size(); }

    template <class Start> Batch batchAt(std::int64_t rows, Start startOf) const
    {
        Batch batch{at::empty({rows, m_context}, at::kLong), at::empty({rows * m_context}, at::kLong)};
        auto* inputs = batch.inputs.mutable_data_ptr<std::int64_t>();
        auto* targets = batch.targets.mutable_data_ptr<std::int64_t>();
        for (std::int64_t row = 0; row < rows; ++row) {
            const std::int64_t start = startOf(row);
            for (std::int64_t i = 0; i < m_context; ++i) {
                inputs[row * m_context + i] = m_tokens.at(start + i);
                targets[row * m_context + i] = m_tokens.at(start + i + 1);
            }
        }
        return batch;
    }

    TokenRun m_tokens;
    DataRead m_read;
    std::unique_ptr<Tokenizer> m_tokenizer;
    std::int64_t m_context;
    std::int64_t m_batchSize;
    std::int64_t m_seed;
    SampleCount m_count;
    std::optional<RowOrder> m_order{}; ///< with epochs
    std::int64_t m_trainingTokens = 0;
    std::int64_t m_evaluationWindows = 0;
};

/// The text's tokens, and what was read as the identity of them: with another tokenizer it is other data.
Result<TokenRun> tokensOf(std::string text, const Tokenizer& tokenizer, DataRead& read,
    const std::string& source, const AskInterrupted& isInterrupted)
{
    if (tokenizer.digest() == "bytes")
        return TokenRun(std::move(text));
    TRY(checkUtf8(text, source));
    auto cached = cachedTokens(text, read.sha256, tokenizer, isInterrupted);
    if (!cached)
        return fail(cached.error());
    if (!cached->remark.empty())
        read.remarks.push_back(cached->remark);
    read.sha256 = sha256Of(read.sha256 + tokenizer.digest());
    return TokenRun(std::move(cached->tokens));
}

/// Refuses a text of which too little is left for training or for evaluation.
Status checkLength(const RunConfig& config, std::int64_t tokens)
{
    const auto size = static_cast<double>(tokens);
    const double least = static_cast<double>(config.model.context + 2);
    const double share = config.data.validationFraction;
    if (size * share >= least && size * (1 - share) >= least)
        return {};
    return fail(
        fmt::format("{} has {} tokens, of which {:.0f} are for evaluation: too short for a context of {}; "
                    "give a longer text, a shorter model.context or another data.validation_fraction",
            config.data.source, tokens, size * share, config.model.context),
        ExitCode::Usage);
}

} // namespace

Result<std::unique_ptr<Dataset>> openText(const RunConfig& config, const AskInterrupted& isInterrupted)
{
    auto tokenizer = openTokenizer(config);
    if (!tokenizer)
        return fail(tokenizer.error());
    auto read = readText(config.data.source, isInterrupted);
    if (!read)
        return fail(read.error());
    if (read->text.empty())
        return fail(
            fmt::format("{} is empty; give a text to learn from", config.data.source), ExitCode::Usage);
    auto tokens = tokensOf(std::move(read->text), **tokenizer, read->read, config.data.source, isInterrupted);
    if (!tokens)
        return fail(tokens.error());
    TRY(checkLength(config, tokens->size()));
    return std::make_unique<TextDataset>(
        std::move(*tokens), std::move(read->read), std::move(*tokenizer), config);
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
// Rows with what trains in them: each once an epoch, in an order that the seed decides; a batch is as long as
// its longest row.

#include "core/data/rows/row_order.h"
#include "core/record/config_data.h"
#include "core/torch/data/dataset.h"
#include "core/torch/data/sample_count.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>

namespace mantissa {

namespace {

class RowsDataset final : public Dataset {
public:
    RowsDataset(RowsRead read, std::unique_ptr<Tokenizer> tokenizer, const RunConfig& config)
        : m_training(std::move(read.training))
        , m_evaluation(std::move(read.evaluation))
        , m_read(std::move(read.read))
        , m_tokenizer(std::move(tokenizer))
        , m_order(m_training.rows(), config.training.seed)
        , m_batchSize(config.training.batchSize)
        , m_count(config.training)
    {
        const std::int64_t all = (m_evaluation.rows() + m_batchSize - 1) / m_batchSize;
        m_evaluationBatches
            = config.training.evalBatches > 0 ? std::min(config.training.evalBatches, all) : all;
    }

    Batch trainingBatch(std::int64_t step, std::int64_t microBatch) const override
    {
        return batchOf(m_training, rowsOf(step, microBatch));
    }
    std::int64_t targetsOf(std::int64_t step, std::int64_t microBatch) const override
    {
        std::int64_t count = 0;
        for (const std::int64_t row : rowsOf(step, microBatch))
            count += m_training.row(row).trainedTokens;
        return count;
    }
    void goOnFrom(std::int64_t step, std::int64_t samples) override { m_count.goOnFrom(step, samples); }
    Batch evaluationBatch(std::int64_t index) const override
    {
        std::vector<std::int64_t> rows(
            static_cast<std::size_t>(std::min(m_batchSize, m_evaluation.rows() - index * m_batchSize)));
        std::iota(rows.begin(), rows.end(), index * m_batchSize);
        return batchOf(m_evaluation, rows);
    }
    std::int64_t evaluationBatches() const override { return m_evaluationBatches; }
    bool hasClasses() const override { return false; }
    const Tokenizer* tokenizer() const override { return m_tokenizer.get(); }
    DataRead whatWasRead() const override { return m_read; }

private:
    std::vector<std::int64_t> rowsOf(std::int64_t step, std::int64_t microBatch) const
    {
        const std::int64_t first = m_count.before(step, microBatch);
        std::vector<std::int64_t> rows(static_cast<std::size_t>(m_batchSize));
        for (std::int64_t i = 0; i < m_batchSize; ++i)
            rows[static_cast<std::size_t>(i)] = m_order.rowAt(first + i);
        return rows;
    }

    /// A row's last token is read by nobody: it is only a target.
    static Batch batchOf(const RowSet& set, const std::vector<std::int64_t>& rows)
    {
        std::int64_t length = 1;
        std::int64_t targets = 0;
        for (const std::int64_t row : rows) {
            length = std::max(length, static_cast<std::int64_t>(set.row(row).ids.size()) - 1);
            targets += set.row(row).trainedTokens;
        }
        const auto count = static_cast<std::int64_t>(rows.size());
        Batch batch{at::zeros({count, length}, at::kLong), at::empty({targets}, at::kLong),
            at::empty({targets}, at::kLong)};
        auto* inputs = batch.inputs.mutable_data_ptr<std::int64_t>();
        auto* target = batch.targets.mutable_data_ptr<std::int64_t>();
        auto* place = batch.rows.mutable_data_ptr<std::int64_t>();
        for (std::int64_t i = 0; i < count; ++i) {
            const RowSet::Row row = set.row(rows[static_cast<std::size_t>(i)]);
            for (std::size_t token = 0; token + 1 < row.ids.size(); ++token) {
                const std::int64_t at = i * length + static_cast<std::int64_t>(token);
                inputs[at] = row.ids[token];
                if (row.trained[token + 1] == 0)
                    continue;
                *target++ = row.ids[token + 1];
                *place++ = at;
            }
        }
        return batch;
    }

    RowSet m_training;
    RowSet m_evaluation;
    DataRead m_read;
    std::unique_ptr<Tokenizer> m_tokenizer;
    RowOrder m_order;
    std::int64_t m_batchSize;
    SampleCount m_count;
    std::int64_t m_evaluationBatches = 0;
};

} // namespace

Result<std::unique_ptr<Dataset>> openRows(const RunConfig& config, const AskInterrupted& isInterrupted)
{
    auto tokenizer = openTokenizer(config);
    if (!tokenizer)
        return fail(tokenizer.error());
    auto read = readConfigRows(config, **tokenizer, isInterrupted);
    if (!read)
        return fail(read.error());
    return std::make_unique<RowsDataset>(std::move(*read), std::move(*tokenizer), config);
}

} // namespace mantissa

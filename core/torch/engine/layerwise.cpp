// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/layerwise.h"

#include "core/torch/device/device_memory.h"
#include "core/torch/engine/chunked_loss.h"
#include "core/torch/engine/head_loss.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/memory/work_span.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <optional>
#include <string>

namespace mantissa {

class LayerwiseStep::Walk {
public:
    Walk(const Model& model, ParameterStore& store, const Dataset& data, const StepInputs& inputs,
        Updater& updater)
        : m_model(model)
        , m_store(store)
        , m_inputs(inputs)
        , m_updater(updater)
        , m_feed(model, store, inputs.compute)
        , m_micros(inputs.shares.size())
        , m_flow(m_micros)
        , m_kept(model.blocks.size(), std::vector<at::Tensor>(m_micros))
    {
        for (std::int64_t micro = 0; micro < static_cast<std::int64_t>(m_micros); ++micro)
            m_batches.push_back(batchOnDevice(data, inputs.step, micro, store.device()));
        chooseRows();
        while (!m_store.trains(m_lowest))
            ++m_lowest;
    }

    double run()
    {
        try {
            go();
        } catch (...) {
            m_hold.reset(); // what the block has on its way is forgotten; its state on its tier is whole
            throw;
        }
        return m_loss;
    }

    void goOn(const JournalRecords& records)
    {
        m_loss = records.at(JournalKind::Loss).item<double>();
        m_stage = Stage::Done;
        if (!m_updater.appliesAtOnce()) // all gradients wait
            return;
        const DiskStorage& disk = *m_store.disk();
        for (std::size_t block = 0; block < m_store.blocks(); ++block)
            if (m_store.trains(block) && disk.stepOf(block) != m_inputs.step + 1) {
                m_stage = Stage::Down;
                m_block = block;
            }
        if (m_stage == Stage::Done)
            return;
        for (std::size_t micro = 0; micro < m_micros; ++micro) {
            m_kept[0][micro] = m_batches[micro].inputs;
            for (std::size_t block = 1; block <= m_block; ++block)
                m_kept[block][micro] = restingInput(records.at(JournalKind::Input, block, micro));
            m_flow[micro] = records.at(JournalKind::Gradient, m_block, micro).to(m_store.device());
        }
    }

private:
    void go()
    {
        const PurposeScope purpose(MemoryClass::Activations);
        const std::size_t last = m_model.blocks.size() - 1;
        if (m_stage == Stage::Up) {
            for (std::size_t block = 0; block < last; ++block)
                forward(block);
            // the head is the largest of all blocks: what earlier ones left free lies in pieces too small for
            // it, and what it leaves free is cut up by the blocks below
            letGoOfFreePages();
            m_loss = head(last);
            letGoOfFreePages();
            m_stage = Stage::BlockEnds;
            m_block = last;
        }
        while (m_stage != Stage::Done && !m_updater.isRefused()) {
            if (m_stage == Stage::Down)
                backward(m_block);
            m_stage = Stage::BlockEnds;
            endBlock();
        }
    }

    /// Of a card whose weights stream: what is reserved stays close to what is used.
    void letGoOfFreePages() const
    {
        if (m_feed.copies())
            emptyDeviceCache(m_store.device());
    }

    /// Of a table, only the rows that some micro-batch names are fetched, and only they have a gradient.
    void chooseRows()
    {
        if (!m_model.blocks.front()->rowTable())
            return;
        std::vector<at::Tensor> ids;
        for (const Batch& batch : m_batches)
            ids.push_back(batch.inputs.flatten());
        const PurposeScope purpose(MemoryClass::Data);
        const RowSelection selection = selectRows(at::cat(ids));
        m_rows = selection.rows;
        std::int64_t first = 0;
        for (Batch& batch : m_batches) {
            const std::int64_t count = batch.inputs.numel();
            batch.inputs = selection.places.narrow(0, first, count).view(batch.inputs.sizes()).clone();
            first += count;
        }
    }

    at::Tensor restingInput(const at::Tensor& input) const
    {
        if (!m_feed.copies())
            return input.to(m_store.device());
        const PurposeScope purpose(Tier::Host, MemoryClass::Activations);
        return input.to(at::kCPU, input.scalar_type(), /*non_blocking*/ false, /*copy*/ true);
    }

    /// What enters a block waits where the weights rest: off Device when they stream.
    void keep(std::size_t block, std::size_t micro)
    {
        at::Tensor& kept = m_kept[block][micro];
        kept = block == 0 ? m_batches[micro].inputs : restingInput(m_flow[micro]);
        if (m_inputs.journal && block > 0 && m_updater.appliesAtOnce())
            m_inputs.journal->add(JournalKind::Input, block, micro, kept);
    }

    /// What the next process needs once this block is committed.
    void writeFlow()
    {
        if (m_block + 1 == m_model.blocks.size())
            m_inputs.journal->add(JournalKind::Loss, 0, 0, at::scalar_tensor(m_loss, at::kDouble));
        if (!m_updater.appliesAtOnce())
            return;
        if (const at::Tensor tied = m_updater.tiedGradient();
            tied.defined() && m_block + 1 == m_model.blocks.size())
            m_inputs.journal->add(JournalKind::TiedGradient, 0, 0, tied);
        for (std::size_t micro = 0; micro < m_micros && m_block > 0; ++micro)
            m_inputs.journal->add(JournalKind::Gradient, m_block - 1, micro, m_flow[micro]);
    }

    at::Tensor fetchedInput(std::size_t block, std::size_t micro)
    {
        const at::Tensor& kept = m_kept[block][micro];
        if (block == 0)
            return kept;
        at::Tensor input = m_feed.copies()
            ? kept.to(m_store.device(), kept.scalar_type(), /*non_blocking*/ false, /*copy*/ true)
            : kept;
        return input.detach().requires_grad_();
    }

    void forward(std::size_t block)
    {
        const c10::NoGradGuard noGrad;
        CountedAllocator::instance().mark("forward " + std::to_string(block));
        const WeightList weights = m_feed.fetch(block, block == 0 ? m_rows : at::Tensor());
        m_feed.prefetch(block + 1, block + 2 == m_model.blocks.size());
        for (std::size_t micro = 0; micro < m_micros; ++micro) {
            keep(block, micro);
            const WorkSpan span(WorkKind::Forward, "forward", block);
            m_inputs.dropout.set(static_cast<std::int64_t>(micro), block);
            m_flow[micro] = m_model.blocks[block]->forward(
                block == 0 ? m_batches[micro].inputs : m_flow[micro], weights, m_inputs.context);
        }
    }

    WeightList leaves(std::size_t block)
    {
        return leavesOf(m_model, m_feed.fetch(block, block == 0 ? m_rows : at::Tensor()), m_inputs.gradients,
            [this](std::size_t weight, at::Tensor gradient) {
                const auto table = m_model.blocks.front()->rowTable();
                if (m_rows.defined() && table == weight)
                    m_updater.add(weight, std::move(gradient), m_rows);
                else
                    m_updater.add(weight, std::move(gradient));
            });
    }

    /// Keeps a block's whole state readable from the fetch of its weights to its update.
    void hold(std::size_t block)
    {
        if (!m_hold && m_updater.appliesAtOnce())
            m_hold.emplace(m_store, block, Parts::All);
    }

    /// Hands the block in hand to the updater and goes down by one.
    void endBlock()
    {
        hold(m_block);
        if (m_inputs.journal)
            writeFlow();
        m_updater.blockDone(m_block);
        m_hold.reset();
        if (m_block <= m_lowest) { // below it nothing trains
            m_stage = Stage::Done;
            return;
        }
        --m_block;
        m_stage = Stage::Down;
    }

    double head(std::size_t block)
    {
        double mean = 0;
        std::vector<double> losses(m_micros);
        CountedAllocator::instance().mark("head");
        hold(block);
        const WeightList weights = leaves(block);
        m_feed.prefetch(block - 1, true);
        for (std::size_t micro = 0; micro < m_micros && !m_updater.isRefused(); ++micro) {
            const double scale = m_inputs.lossScale * m_inputs.shares[micro];
            at::Tensor input = m_flow[micro].detach().requires_grad_();
            m_flow[micro].reset();
            losses[micro] = m_inputs.lossChunk > 0 ? chunkedHead(input, weights, micro, scale)
                                                   : plainHead(block, input, weights, micro, scale);
            mean += losses[micro] * m_inputs.shares[micro];
            m_flow[micro] = input.grad();
        }
        return mean;
    }

    double plainHead(std::size_t block, const at::Tensor& input, const WeightList& weights, std::size_t micro,
        double scale)
    {
        std::optional<WorkSpan> span(std::in_place, WorkKind::Forward, "head");
        m_inputs.dropout.set(static_cast<std::int64_t>(micro), block);
        const HeadLoss result = headLoss(
            m_model.blocks[block]->forward(headInput(input, m_batches[micro]), weights, m_inputs.context),
            m_batches[micro].targets, scale);
        span.emplace(WorkKind::Backward, "backward", block);
        if (std::isfinite(result.loss))
            result.root.backward();
        else
            m_updater.refuse();
        return result.loss;
    }

    double chunkedHead(const at::Tensor& input, const WeightList& weights, std::size_t micro, double scale)
    {
        std::optional<WorkSpan> span(std::in_place, WorkKind::Forward, "head");
        const at::Tensor states = m_model.head->states(headInput(input, m_batches[micro]), weights);
        const std::size_t projection = m_model.head->projection();
        const ChunkedLoss result = chunkedLoss(states.detach(), weights[projection].detach(),
            m_model.head->logitForm(), m_batches[micro].targets, m_inputs.lossChunk, scale, m_inputs.context,
            slicesTo(m_updater, m_model));
        span.emplace(WorkKind::Backward, "backward", m_model.blocks.size() - 1);
        if (std::isfinite(result.loss))
            states.backward(result.toStates);
        else
            m_updater.refuse();
        return result.loss;
    }

    void backward(std::size_t block)
    {
        m_updater.resetBlock(block); // of an earlier try
        CountedAllocator::instance().mark("backward " + std::to_string(block));
        hold(block);
        const WeightList weights = leaves(block);
        if (block > 0)
            m_feed.prefetch(block - 1, true);
        std::vector<at::Tensor> down(m_micros); // what came from above stays until the block is done
        for (std::size_t micro = 0; micro < m_micros; ++micro) {
            const at::Tensor input = fetchedInput(block, micro);
            m_inputs.dropout.set(static_cast<std::int64_t>(micro), block);
            std::optional<WorkSpan> span(std::in_place, WorkKind::Forward, "forward again", block);
            ForwardContext again = m_inputs.context;
            again.resultIsUnused = true;
            const at::Tensor output = m_model.blocks[block]->forward(input, weights, again);
            span.emplace(WorkKind::Backward, "backward", block);
            output.backward(m_flow[micro]);
            if (block > 0)
                down[micro] = input.grad();
        }
        m_flow = std::move(down);
        m_kept[block].clear();
    }

    const Model& m_model;
    ParameterStore& m_store;
    StepInputs m_inputs;
    Updater& m_updater;
    StoreFeed m_feed;
    std::size_t m_micros;
    std::vector<Batch> m_batches{};
    at::Tensor m_rows{};
    std::vector<at::Tensor> m_flow; ///< going up: block outputs; coming down: their gradients
    std::vector<std::vector<at::Tensor>> m_kept; ///< what entered each block
    enum class Stage { Up, Down, BlockEnds, Done } m_stage = Stage::Up;
    std::size_t m_block = 0; ///< in hand on the way down
    std::size_t m_lowest = 0; ///< block that trains: the way down ends with it
    double m_loss = 0;
    std::optional<BlockHold> m_hold{}; ///< the block in hand, from the fetch of its weights to its update
};

LayerwiseStep::LayerwiseStep(const Model& model, ParameterStore& store, const Dataset& data,
    const StepInputs& inputs, Updater& updater)
    : m_walk(std::make_unique<Walk>(model, store, data, inputs, updater))
{
}

LayerwiseStep::~LayerwiseStep() = default;

void LayerwiseStep::goOn(const JournalRecords& records) { m_walk->goOn(records); }
double LayerwiseStep::run() { return m_walk->run(); }

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/torch_text_model.h"

#include "core/model/family.h"
#include "core/record/folder_weights.h"
#include "core/torch/device/open_device.h"
#include "core/torch/engine/block_walk.h"
#include "core/torch/engine/device_facts.h"
#include "core/torch/engine/generation.h"
#include "core/torch/engine/guarded.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/state/fresh_parameter.h"
#include "core/torch/torch_backend.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace mantissa {

namespace {

/// Weights that are there already.
class ListFeed final : public WeightFeed {
public:
    explicit ListFeed(const WeightList& weights)
        : m_weights(weights)
    {
    }
    WeightList fetch(std::size_t /*block*/, const at::Tensor& /*rows*/) override { return m_weights; }
    bool copies() const override { return false; }

private:
    const WeightList& m_weights;
};

class TorchTextModel final : public TextModel {
public:
    TorchTextModel(Model model, WeightList weights, at::Device device, const ForwardContext& context)
        : m_model(std::move(model))
        , m_weights(std::move(weights))
        , m_device(device)
        , m_context(context)
    {
    }
    std::int64_t vocab() const override { return m_model.description.config.vocab; }
    Result<TextLoss> loss(std::span<const TokenId> text, std::int64_t context) override
    {
        return guarded([&]() -> Result<TextLoss> {
            ListFeed feed(m_weights);
            TextLoss result;
            const auto size = static_cast<std::int64_t>(text.size());
            for (std::int64_t first = 0; first + 1 < size; first += context) {
                const std::int64_t count = std::min(context, size - 1 - first);
                const at::Tensor ids = at::tensor(
                    std::vector<std::int64_t>(text.begin() + first, text.begin() + first + count + 1),
                    at::kLong);
                const Batch batch{ids.narrow(0, 0, count).view({1, count}), ids.narrow(0, 1, count)};
                constexpr std::int64_t chunk = 256; // rows of logits at once
                result.sum += static_cast<double>(count)
                    * forwardLoss(m_model, feed, batch, chunk, m_context, m_device, nullptr);
                result.tokens += count;
            }
            return result;
        });
    }
    Status write(std::span<const TokenId> prompt, const Sampling& sampling,
        const std::function<bool(TokenId)>& take) override
    {
        return guarded([&]() -> Status {
            ListFeed feed(m_weights);
            writeTokens(m_model, feed, prompt, sampling, m_context, m_device, take);
            return {};
        });
    }

private:
    Model m_model;
    WeightList m_weights;
    at::Device m_device;
    ForwardContext m_context;
};

at::Tensor readWeight(
    const FolderWeights& from, const TensorDescription& tensor, Precision compute, at::Device device)
{
    const PurposeScope purpose(MemoryClass::Weights);
    constexpr std::int64_t piece = 1 << 18; // elements of FP32 at a time
    at::Tensor value = at::empty(tensor.sizes, scalarTypeOf(compute));
    at::Tensor flat = value.view({-1});
    at::parallel_for(0, (flat.numel() + piece - 1) / piece, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            const std::int64_t count = std::min(piece, flat.numel() - i * piece);
            at::Tensor exact = at::empty({count}, at::kFloat);
            from.read(tensor, i * piece, exact.mutable_data_ptr<float>(), count);
            flat.narrow(0, i * piece, count).copy_(exact);
        }
    });
    return value.to(device);
}

} // namespace

Result<std::unique_ptr<TextModel>> openTextModel(const TextModelSetup& setup)
{
    return guarded([&]() -> Result<std::unique_ptr<TextModel>> {
        initializeEngine();
        const auto device = openDevice(setup.memory);
        if (!device)
            return fail(device.error());
        if (setup.threads > 0)
            at::set_num_threads(static_cast<int>(
                std::min<std::int64_t>(setup.threads, std::max(1U, std::thread::hardware_concurrency()))));
        Model model = makeModel(describe(setup.model));
        if (!model.head)
            return fail(
                fmt::format("a {} reads images and writes no text; give a model of text", setup.model.kind),
                ExitCode::Usage);
        const auto from = FolderWeights::open(setup.weights, model.description);
        if (!from)
            return fail(from.error());
        WeightList weights;
        for (const TensorDescription& tensor : model.tensors())
            weights.push_back(readWeight(**from, tensor, setup.compute, *device));
        TRY((*from)->status());
        if (model.tied())
            weights.push_back(weights[*model.tied()]);
        const ForwardContext context{.emulates = emulates(setup.compute, *device)};
        return std::make_unique<TorchTextModel>(std::move(model), std::move(weights), *device, context);
    });
}

} // namespace mantissa

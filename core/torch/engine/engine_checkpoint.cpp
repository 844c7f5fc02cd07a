// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/engine_checkpoint.h"

#include "core/torch/weights/weight_file.h"

#include <utility>
#include <vector>

namespace mantissa {

namespace {

std::vector<NamedTensor> weightTensors(EngineState& state)
{
    std::vector<NamedTensor> tensors;
    for (const Parameter& parameter : state.store.parameters())
        tensors.push_back({parameter.spec.name, parameter.spec.sizes, [&state, &parameter] {
                               state.store.acquire(parameter.spec.block, Parts::Exact);
                               const at::Tensor value = state.store.exactValue(parameter);
                               state.store.release(parameter.spec.block);
                               return value;
                           }});
    return tensors;
}

std::vector<NamedTensor> momentTensors(EngineState& state)
{
    std::vector<NamedTensor> tensors;
    for (Parameter& parameter : state.store.parameters()) {
        const std::size_t block = parameter.spec.block;
        state.store.acquire(block, Parts::Moments);
        for (const auto& [ending, tensor] : parameter.moments.parts())
            tensors.push_back({parameter.spec.name + ending, tensor->sizes().vec(),
                [&state, block, tensor = tensor] {
                    state.store.acquire(block, Parts::Moments);
                    const at::Tensor value = state.store.disk() ? tensor->clone() : *tensor;
                    state.store.release(block);
                    return value;
                },
                tensor->scalar_type()});
        state.store.release(block);
    }
    return tensors;
}

} // namespace

Result<std::int64_t> saveEngine(EngineState& state, const std::filesystem::path& folder)
{
    const auto weights = saveTensors(folder / "model.safetensors", weightTensors(state), {{"format", "pt"}});
    if (!weights)
        return weights;
    const auto moments = saveTensors(folder / "moments.safetensors", momentTensors(state));
    if (!moments)
        return moments;
    if (state.readout.count() == 0)
        return *weights + *moments;
    const auto readout = state.readout.save(folder / "readout.safetensors", state.store);
    if (!readout)
        return readout;
    return *weights + *moments + *readout;
}

Status loadEngine(EngineState& state, const std::filesystem::path& folder)
{
    auto& parameters = state.store.parameters();
    auto status = loadTensors(
        folder / "model.safetensors", weightTensors(state), [&](std::size_t i, const at::Tensor& value) {
            state.store.acquire(parameters[i].spec.block, Parts::All);
            state.store.assign(parameters[i], value);
            state.store.release(parameters[i].spec.block, true, 0);
        });
    if (!status)
        return status;
    std::vector<std::pair<std::size_t, at::Tensor*>> targets;
    for (Parameter& parameter : parameters)
        for (const auto& part : parameter.moments.parts())
            targets.emplace_back(parameter.spec.block, part.second);
    status = loadTensors(
        folder / "moments.safetensors", momentTensors(state), [&](std::size_t i, const at::Tensor& value) {
            state.store.acquire(targets[i].first, Parts::All);
            targets[i].second->copy_(value);
            state.store.release(targets[i].first, true, 0);
        });
    if (!status)
        return status;
    state.store.drainDisk();
    state.readout.reset();
    std::error_code error;
    const auto file = folder / "readout.safetensors";
    return std::filesystem::exists(file, error) ? state.readout.load(file, state.store) : Status{};
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/engine_checkpoint.h"

#include "core/torch/state/weight_file.h"

#include <utility>
#include <vector>

namespace mantissa {

namespace {

std::vector<NamedTensor> weightTensors(EngineState& state)
{
    std::vector<NamedTensor> tensors;
    for (const Parameter& parameter : state.store.parameters())
        tensors.push_back({parameter.spec.name, parameter.spec.sizes, [&state, &parameter] {
                               const BlockHold hold(state.store, parameter.spec.block, Parts::Exact);
                               return state.store.exactValue(parameter);
                           }});
    return tensors;
}

/// One part of a weight's moments: where it is while its block is held.
struct MomentPart {
    std::size_t block = 0;
    at::Tensor* tensor = nullptr;
};

/// With what each is read from or written to, in the same order.
std::pair<std::vector<NamedTensor>, std::vector<MomentPart>> momentTensors(EngineState& state)
{
    std::vector<NamedTensor> tensors;
    std::vector<MomentPart> places;
    for (Parameter& parameter : state.store.parameters()) {
        const std::size_t block = parameter.spec.block;
        const BlockHold hold(state.store, block, Parts::Moments);
        for (const auto& [ending, tensor] : parameter.moments.parts()) {
            places.push_back({block, tensor});
            tensors.push_back({parameter.spec.name + ending, tensor->sizes().vec(),
                [&state, block, tensor = tensor] {
                    const BlockHold inMemory(state.store, block, Parts::Moments);
                    return state.store.disk() ? tensor->clone() : *tensor;
                },
                tensor->scalar_type()});
        }
    }
    return {std::move(tensors), std::move(places)};
}

} // namespace

Result<std::int64_t> saveEngine(EngineState& state, const std::filesystem::path& folder)
{
    const auto weights = saveTensors(folder / "model.safetensors", weightTensors(state), {{"format", "pt"}});
    if (!weights)
        return weights;
    const auto moments = saveTensors(folder / "moments.safetensors", momentTensors(state).first);
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
    state.store.noteUpdates(-1);
    auto& parameters = state.store.parameters();
    auto status = loadTensors(
        folder / "model.safetensors", weightTensors(state), [&](std::size_t i, const at::Tensor& value) {
            state.leaveIfInterrupted();
            BlockHold hold(state.store, parameters[i].spec.block, Parts::All);
            state.store.assign(parameters[i], value);
            hold.setChanged(0);
        });
    if (!status)
        return status;
    const auto [moments, places] = momentTensors(state);
    status = loadTensors(
        folder / "moments.safetensors", moments, [&, &to = places](std::size_t i, const at::Tensor& value) {
            state.leaveIfInterrupted();
            BlockHold hold(state.store, to[i].block, Parts::All);
            to[i].tensor->copy_(value);
            hold.setChanged(0);
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

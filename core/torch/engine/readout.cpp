// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/readout.h"

#include "core/torch/memory/tier_scope.h"
#include "core/torch/weights/weight_file.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace mantissa {

namespace {

constexpr const char* countKey = "count";

} // namespace

void Readout::reset()
{
    m_sums.clear();
    m_candidate.clear();
    m_count = 0;
}

void Readout::collect(ParameterStore& store)
{
    const c10::NoGradGuard noGrad;
    m_sums.resize(store.parameters().size());
    for (std::size_t block = 0; block < store.blocks(); ++block) {
        store.acquire(block, Parts::Exact);
        for (const Parameter& parameter : store.block(block)) {
            at::Tensor& sum = m_sums[static_cast<std::size_t>(&parameter - store.parameters().data())];
            const PurposeScope device(Tier::Device, MemoryClass::Workspace);
            const at::Tensor exact = store.exactValue(parameter);
            const PurposeScope host(Tier::Host, MemoryClass::Workspace);
            if (sum.defined())
                sum.add_(exact.to(at::kCPU));
            else
                sum = exact.to(at::kCPU, at::kFloat, /*non_blocking*/ false, /*copy*/ true);
        }
        store.release(block);
    }
    ++m_count;
}

Readout Readout::copied() const
{
    Readout copy;
    for (const at::Tensor& sum : m_sums)
        copy.m_sums.push_back(sum.clone());
    copy.m_count = m_count;
    return copy;
}

at::Tensor Readout::mean(std::size_t parameter, const at::Tensor& rows, const ParameterStore& store, Precision precision) const
{
    const c10::NoGradGuard noGrad;
    at::Tensor mean;
    {
        const PurposeScope host(Tier::Host, MemoryClass::Workspace);
        const at::Tensor sum = rows.defined() ? m_sums[parameter].index_select(0, rows.cpu()) : m_sums[parameter];
        mean = sum / static_cast<double>(m_count);
    }
    const PurposeScope device(Tier::Device, MemoryClass::Workspace);
    return mean.to(store.device(), scalarTypeOf(precision), /*non_blocking*/ false, /*copy*/ true);
}

WeightList ReadoutFeed::fetch(std::size_t block, const at::Tensor& rows)
{
    WeightList weights(m_model.weightCount());
    const auto table = rows.defined() ? m_model.blocks[block]->rowTable() : std::nullopt;
    const bool keeps = !m_store.streams();
    if (keeps)
        m_readout.m_candidate.resize(m_model.parameters.size());
    for (const std::size_t weight : m_model.blocks[block]->weightIndices()) {
        const std::size_t index = m_model.parameterOf(weight);
        if (keeps && m_readout.m_candidate[index].defined()) {
            weights[weight] = m_readout.m_candidate[index];
            continue;
        }
        weights[weight] = m_readout.mean(index, table == weight ? rows : at::Tensor(), m_store, m_compute);
        if (keeps)
            m_readout.m_candidate[index] = weights[weight];
    }
    return weights;
}

Result<std::int64_t> Readout::save(const std::filesystem::path& file, const ParameterStore& store) const
{
    std::vector<NamedTensor> tensors;
    for (std::size_t i = 0; i < m_sums.size(); ++i)
        tensors.push_back({store.parameters()[i].spec.name, m_sums[i].sizes().vec(), [this, i] { return m_sums[i]; }});
    return saveTensors(file, tensors, {{countKey, std::to_string(m_count)}});
}

Status Readout::load(const std::filesystem::path& file, const ParameterStore& store)
{
    reset();
    std::vector<NamedTensor> expected;
    for (const Parameter& parameter : store.parameters())
        expected.push_back({parameter.spec.name, parameter.spec.sizes, {}});
    m_sums.resize(expected.size());
    std::map<std::string, std::string> metadata;
    const PurposeScope host(Tier::Host, MemoryClass::Workspace);
    auto status = loadTensors(
        file, expected, [&](std::size_t i, const at::Tensor& value) { m_sums[i] = value.clone(); }, &metadata);
    if (!status) {
        reset();
        return status;
    }
    m_count = std::strtoll(metadata[countKey].c_str(), nullptr, 10);
    if (m_count <= 0) {
        reset();
        return fail(file.string() + " has no valid count; it is damaged");
    }
    return {};
}

} // namespace mantissa

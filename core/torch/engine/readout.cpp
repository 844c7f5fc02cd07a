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

void Readout::collect(const ParameterStore& store)
{
    const c10::NoGradGuard noGrad;
    const bool first = m_sums.empty();
    for (std::size_t i = 0; i < store.parameters().size(); ++i) {
        const PurposeScope device(Tier::Device, MemoryClass::Workspace);
        const at::Tensor exact = store.exactValue(store.parameters()[i]);
        const PurposeScope host(Tier::Host, MemoryClass::Workspace);
        if (first)
            m_sums.push_back(exact.to(at::kCPU, at::kFloat, /*non_blocking*/ false, /*copy*/ true));
        else
            m_sums[i].add_(exact.to(at::kCPU));
    }
    ++m_count;
}

const WeightList& Readout::candidate(const ParameterStore& store, Precision precision)
{
    if (m_candidate.empty()) {
        const c10::NoGradGuard noGrad;
        for (const at::Tensor& sum : m_sums) {
            at::Tensor mean;
            {
                const PurposeScope host(Tier::Host, MemoryClass::Workspace);
                mean = sum / static_cast<double>(m_count);
            }
            const PurposeScope device(Tier::Device, MemoryClass::Workspace);
            m_candidate.push_back(mean.to(store.device(), scalarTypeOf(precision), /*non_blocking*/ false, /*copy*/ true));
        }
    }
    return m_candidate;
}

Result<std::int64_t> Readout::save(const std::filesystem::path& file, const ParameterStore& store) const
{
    std::vector<NamedTensor> tensors;
    for (std::size_t i = 0; i < m_sums.size(); ++i)
        tensors.push_back({store.parameters()[i].name, m_sums[i].sizes().vec(), [this, i] { return m_sums[i]; }});
    return saveTensors(file, tensors, {{countKey, std::to_string(m_count)}});
}

Status Readout::load(const std::filesystem::path& file, const ParameterStore& store)
{
    reset();
    std::vector<NamedTensor> expected;
    for (const Parameter& parameter : store.parameters())
        expected.push_back({parameter.name, parameter.value.sizes().vec(), {}});
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

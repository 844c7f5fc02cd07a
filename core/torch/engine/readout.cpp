// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/readout.h"

#include "core/files/safetensors.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/memory/work_span.h"
#include "core/torch/state/weight_file.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <cstdlib>
#include <tuple>
#include <utility>

namespace mantissa {

namespace {

constexpr const char* countKey = "count";
constexpr const char* countBeforeKey = "count_before";
constexpr const char* earlierKey = "elements_earlier";
constexpr const char* earlierName = "earlier.thinned"; // every 64th element of the window before that one
constexpr std::int64_t thinning = 64;
constexpr const char* beforeEnding = ".before"; // of a tensor of the window before

std::int64_t countIn(const std::map<std::string, std::string>& metadata, const char* key)
{
    const auto found = metadata.find(key);
    return found == metadata.end() ? 0 : std::strtoll(found->second.c_str(), nullptr, 10);
}

} // namespace

void Readout::reset() { *this = {}; }

void Readout::beginWindow()
{
    if (m_before.count > 0)
        m_earlier = thinned(m_before);
    m_before = std::exchange(m_window, {});
    m_candidate.clear();
}

void Readout::collect(ParameterStore& store)
{
    const WorkSpan span(WorkKind::Other, "average weights");
    const c10::NoGradGuard noGrad;
    m_window.sums.resize(store.parameters().size());
    while (m_collected < store.parameters().size()) {
        const Parameter& parameter = store.parameters()[m_collected];
        const BlockHold hold(store, parameter.spec.block, Parts::Exact);
        at::Tensor& sum = m_window.sums[m_collected];
        const PurposeScope device(Tier::Device, MemoryClass::Workspace);
        const at::Tensor exact = store.exactValue(parameter);
        const PurposeScope host(Tier::Host, MemoryClass::Workspace);
        if (sum.defined())
            sum.add_(exact.to(at::kCPU));
        else
            sum = exact.to(at::kCPU, at::kFloat, /*non_blocking*/ false, /*copy*/ true);
        ++m_collected; // after an exception it goes on with the next one
    }
    m_collected = 0;
    ++m_window.count;
}

at::Tensor Readout::thinned(const Window& window)
{
    const c10::NoGradGuard noGrad;
    const PurposeScope host(Tier::Host, MemoryClass::Workspace);
    std::vector<at::Tensor> parts;
    for (const at::Tensor& sum : window.sums)
        parts.push_back(sum.flatten().slice(0, 0, std::nullopt, thinning));
    return at::cat(parts).div_(static_cast<double>(window.count));
}

at::Tensor Readout::displacement(std::size_t parameter) const
{
    const c10::NoGradGuard noGrad;
    const PurposeScope host(Tier::Host, MemoryClass::Workspace);
    return (m_window.sums[parameter] / static_cast<double>(m_window.count))
        .sub_(m_before.sums[parameter], 1 / static_cast<double>(m_before.count));
}

double Readout::cosine() const
{
    if (m_window.count == 0 || m_before.count == 0 || !m_earlier.defined())
        return NAN;
    const at::Tensor before = thinned(m_before).to(at::kDouble);
    const at::Tensor now = thinned(m_window).to(at::kDouble) - before;
    const at::Tensor earlier = before - m_earlier.to(at::kDouble);
    return (now.dot(earlier) / (now.norm() * earlier.norm())).item<double>();
}

Readout Readout::copied() const
{
    Readout copy;
    copy.m_earlier = m_earlier; // never changed in place
    for (const auto& [from, to] :
        {std::pair{&m_window, &copy.m_window}, std::pair{&m_before, &copy.m_before}}) {
        for (const at::Tensor& sum : from->sums)
            to->sums.push_back(sum.clone());
        to->count = from->count;
    }
    return copy;
}

at::Tensor Readout::read(std::size_t parameter, double lead, const at::Tensor& rows,
    const ParameterStore& store, Precision precision) const
{
    const c10::NoGradGuard noGrad;
    at::Tensor value;
    {
        const PurposeScope host(Tier::Host, MemoryClass::Workspace);
        const auto some
            = [&](const at::Tensor& sum) { return rows.defined() ? sum.index_select(0, rows.cpu()) : sum; };
        value = some(m_window.sums[parameter]) * ((1 + lead) / static_cast<double>(m_window.count));
        if (lead != 0 && m_before.count > 0)
            value.sub_(some(m_before.sums[parameter]), lead / static_cast<double>(m_before.count));
    }
    const PurposeScope device(Tier::Device, MemoryClass::Workspace);
    return value.to(store.device(), scalarTypeOf(precision), /*non_blocking*/ false, /*copy*/ true);
}

WeightList ReadoutFeed::fetch(std::size_t block, const at::Tensor& rows)
{
    const WorkSpan span(WorkKind::Move, "fetch averages", block);
    WeightList weights(m_model.weightCount());
    const auto table = rows.defined() ? m_model.blocks[block]->rowTable() : std::nullopt;
    if (m_keeps && std::exchange(m_readout.m_candidateLead, m_lead) != m_lead)
        m_readout.m_candidate.clear();
    if (m_keeps)
        m_readout.m_candidate.resize(m_model.tensors().size());
    for (const std::size_t weight : m_model.blocks[block]->weightIndices()) {
        const std::size_t index = m_model.tensorOf(weight).index;
        if (m_keeps && m_readout.m_candidate[index].defined()) {
            weights[weight] = m_readout.m_candidate[index];
            continue;
        }
        weights[weight]
            = m_readout.read(index, m_lead, table == weight ? rows : at::Tensor(), m_store, m_compute);
        if (m_keeps)
            m_readout.m_candidate[index] = weights[weight];
    }
    return weights;
}

Result<std::int64_t> Readout::save(const std::filesystem::path& file, const ParameterStore& store) const
{
    std::vector<NamedTensor> tensors;
    const auto add = [&](const Window& window, const char* ending) {
        for (std::size_t i = 0; i < window.sums.size(); ++i)
            tensors.push_back({store.parameters()[i].spec.name + ending, window.sums[i].sizes().vec(),
                [&window, i] { return window.sums[i]; }});
    };
    add(m_window, "");
    add(m_before, beforeEnding);
    const std::int64_t earlier = m_earlier.defined() ? m_earlier.numel() : 0;
    if (earlier > 0)
        tensors.push_back({earlierName, {earlier}, [this] { return m_earlier; }});
    return saveTensors(file, tensors,
        {{countKey, std::to_string(m_window.count)}, {countBeforeKey, std::to_string(m_before.count)},
            {earlierKey, std::to_string(earlier)}});
}

Status Readout::load(const std::filesystem::path& file, const ParameterStore& store)
{
    reset();
    const auto header = readSafetensorsHeader(file);
    if (!header)
        return fail(header.error());
    const std::int64_t count = countIn(header->metadata, countKey);
    const std::int64_t countBefore = countIn(header->metadata, countBeforeKey);
    if (count <= 0 || countBefore < 0)
        return fail(file.string() + " has no valid count; it is damaged");
    std::vector<NamedTensor> expected;
    std::vector<at::Tensor*> targets;
    Readout loaded;
    for (const auto& [window, ending, n] :
        {std::tuple{&loaded.m_window, "", count}, std::tuple{&loaded.m_before, beforeEnding, countBefore}}) {
        if (n == 0)
            continue;
        window->count = n;
        window->sums.resize(store.parameters().size());
        for (std::size_t i = 0; i < store.parameters().size(); ++i) {
            expected.push_back(
                {store.parameters()[i].spec.name + ending, store.parameters()[i].spec.sizes, {}});
            targets.push_back(&window->sums[i]);
        }
    }
    if (const std::int64_t earlier = countIn(header->metadata, earlierKey); earlier > 0) {
        expected.push_back({earlierName, {earlier}, {}});
        targets.push_back(&loaded.m_earlier);
    }
    const PurposeScope host(Tier::Host, MemoryClass::Workspace);
    const auto status = loadTensors(
        file, expected, [&](std::size_t i, const at::Tensor& value) { *targets[i] = value.clone(); });
    if (status)
        *this = std::move(loaded);
    return status;
}

} // namespace mantissa

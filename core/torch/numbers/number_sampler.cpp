// SPDX-License-Identifier: Apache-2.0
#include "core/torch/numbers/number_sampler.h"

#include "core/base/seconds.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/optim/adamw_kernel.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <limits>

namespace mantissa {

namespace {

constexpr std::int64_t stretch = 1024; // elements, of which one window is looked at
constexpr std::int64_t window = 16; // a cache line: 1 in 64

using Clock = std::chrono::steady_clock;

/// The elements [first, first + n) of `tensor`, on the CPU.
struct Window {
    std::int64_t first = 0;
    std::int64_t n = 0;
};

template <class Visit>
void eachWindow(std::int64_t elements, NumberLook look, std::int64_t offset, Visit visit)
{
    if (look == NumberLook::Exact) {
        for (std::int64_t first = 0; first < elements; first += stretch)
            visit(Window{first, std::min(stretch, elements - first)});
        return;
    }
    for (std::int64_t first = 0; first < elements; first += stretch) {
        const std::int64_t length = std::min(stretch, elements - first);
        const std::int64_t begin = length > window ? offset % (length - window + 1) : 0;
        visit(Window{first + begin, std::min(window, length - begin)});
    }
}

float floatOf(std::uint16_t high) { return std::bit_cast<float>(static_cast<std::uint32_t>(high) << 16); }

/// Elements of a floating tensor, as FP32.
void appendFloats(const at::Tensor& tensor, const Window& w, std::vector<float>& to)
{
    if (!tensor.is_cpu()) {
        const at::Tensor part = tensor.flatten().narrow(0, w.first, w.n).to(at::kCPU, at::kFloat);
        const auto* values = part.const_data_ptr<float>();
        to.insert(to.end(), values, values + w.n);
    } else if (tensor.scalar_type() == at::kFloat) {
        const auto* values = tensor.const_data_ptr<float>() + w.first;
        to.insert(to.end(), values, values + w.n);
    } else if (tensor.scalar_type() == at::kBFloat16) {
        const auto* values = static_cast<const std::uint16_t*>(tensor.const_data_ptr()) + w.first;
        std::transform(values, values + w.n, std::back_inserter(to), floatOf);
    } else {
        const auto* values = tensor.const_data_ptr<at::Half>() + w.first;
        std::transform(values, values + w.n, std::back_inserter(to),
            [](at::Half value) { return static_cast<float>(value); });
    }
}

/// Elements of a weight, exactly: pairs joined.
void appendExact(const Parameter& parameter, const Window& w, std::vector<float>& to)
{
    if (!parameter.low.defined())
        return appendFloats(parameter.value, w, to);
    const auto part
        = [&](const at::Tensor& tensor) { return tensor.flatten().narrow(0, w.first, w.n).cpu(); };
    const at::Tensor onCpu[2] = {parameter.value.is_cpu() ? at::Tensor() : part(parameter.value),
        parameter.low.is_cpu() ? at::Tensor() : part(parameter.low)};
    const auto* high = onCpu[0].defined()
        ? static_cast<const std::uint16_t*>(onCpu[0].const_data_ptr())
        : static_cast<const std::uint16_t*>(parameter.value.const_data_ptr()) + w.first;
    const auto* low = onCpu[1].defined() ? onCpu[1].const_data_ptr<std::int16_t>()
                                         : parameter.low.const_data_ptr<std::int16_t>() + w.first;
    const std::size_t at = to.size();
    to.resize(at + static_cast<std::size_t>(w.n));
    const auto n = static_cast<std::size_t>(w.n);
    if (parameter.form() == Precision::Bf16)
        joinBf16(high, reinterpret_cast<const std::uint16_t*>(low), to.data() + at, n);
    else
        joinFp16(high, low, to.data() + at, n);
    auto escape = std::lower_bound(parameter.escapes.begin(), parameter.escapes.end(), w.first,
        [](const PairEscape& e, std::int64_t index) { return e.index < index; });
    for (; escape != parameter.escapes.end() && escape->index < w.first + w.n; ++escape)
        to[at + static_cast<std::size_t>(escape->index - w.first)] = std::bit_cast<float>(escape->bits);
}

/// What the update meant to make of `before`, from the moments that it left: for weights that rest rounded.
void appendMeant(const Parameter& parameter, const Window& w, const float* before, const AdamwScalars& s,
    std::vector<float>& to)
{
    std::vector<float> m;
    std::vector<float> v;
    if (!parameter.moments.isInt8()) {
        appendFloats(parameter.moments.m, w, m);
        appendFloats(parameter.moments.v, w, v);
    } else { // decoded from the start of a block of moments
        const Moments& moments = parameter.moments;
        const std::int64_t skipped = w.first % static_cast<std::int64_t>(momentBlock);
        const std::int64_t from = w.first - skipped;
        const std::int64_t block = from / static_cast<std::int64_t>(momentBlock);
        const auto n = static_cast<std::size_t>(skipped + w.n);
        m.resize(n), v.resize(n);
        decodeMoments(moments.m.const_data_ptr<std::int8_t>() + from,
            moments.v.const_data_ptr<std::uint8_t>() + from, moments.mScale.const_data_ptr<float>() + block,
            moments.vScale.const_data_ptr<float>() + block, m.data(), v.data(), n);
        m.erase(m.begin(), m.begin() + skipped), v.erase(v.begin(), v.begin() + skipped);
    }
    for (std::size_t i = 0; i < m.size(); ++i)
        to.push_back(
            before[i] * s.decay + (-s.stepSize * m[i]) / (std::sqrt(v[i]) / s.rootCorrection + s.epsilon));
}

/// The gradients that there are of a window.
void addGradients(const Window& w, const at::Tensor& gradient, const at::Tensor& rows, float scale,
    NumberSums& sums, std::vector<float>& spare)
{
    spare.clear();
    if (!rows.defined()) {
        appendFloats(gradient, w, spare);
    } else {
        const std::int64_t width = gradient.size(1);
        const at::Tensor ids = rows.cpu();
        const auto* first = ids.const_data_ptr<std::int64_t>();
        const auto* end = first + ids.numel();
        for (std::int64_t at = w.first; at < w.first + w.n;) {
            const std::int64_t row = at / width;
            const std::int64_t n = std::min(w.first + w.n, (row + 1) * width) - at;
            const auto* found = std::lower_bound(first, end, row);
            if (found != end && *found == row)
                appendFloats(gradient, {(found - first) * width + at % width, n}, spare);
            at += n;
        }
    }
    sums.addGradients(spare, scale);
}

const char* formatOf(const at::Tensor& tensor)
{
    switch (tensor.scalar_type()) {
    case at::kFloat:
        return "fp32";
    case at::kBFloat16:
        return "bf16";
    case at::kHalf:
        return "fp16";
    case at::kShort:
        return "int16";
    case at::kChar:
        return "int8";
    case at::kByte:
        return "uint8";
    default:
        return "other";
    }
}

void hold(TensorsHeld& held, const at::Tensor& tensor, Tier planned, bool names = true)
{
    if (!tensor.defined())
        return;
    // in memory because its block is in hand; at rest it is on Disk
    held.tier = planned != Tier::Disk && tensor.is_cpu() ? CountedAllocator::tierOf(tensor.storage().data())
                                                         : planned;
    held.bytes += static_cast<std::int64_t>(tensor.nbytes());
    const std::string format = formatOf(tensor);
    if (!names || held.format.find(format) != std::string::npos)
        return;
    held.format += (held.format.empty() ? "" : ", ") + format;
}

void holdAll(NumberGroup& group, const Parameter& parameter, const Placement& placement)
{
    ++group.tensors;
    group.elements += parameter.elements();
    hold(group.weights, parameter.value, placement.weights);
    hold(group.remainder, parameter.low, placement.remainder);
    hold(group.moments, parameter.moments.m, placement.moments);
    hold(group.moments, parameter.moments.v, placement.moments,
        !parameter.moments.isInt8()); // "int8" says it of both
    hold(group.moments, parameter.moments.mScale, placement.moments, false);
    hold(group.moments, parameter.moments.vScale, placement.moments, false);
}

} // namespace

void NumberSampler::begin(NumberLook look, std::int64_t step)
{
    m_look = look;
    m_offset = step * window * 37
        % stretch; // 37: consecutive looks land far apart, and all 64 windows have their turn
    m_seconds = 0;
    for (auto& [name, seen] : m_groups) {
        seen.group = {};
        seen.sums.clear();
    }
}

void NumberSampler::before(const ParameterStore& store, const Parameter& parameter)
{
    const auto start = Clock::now();
    Seen& seen = m_groups[parameter.spec.part];
    holdAll(seen.group, parameter, store.placement());
    m_before.clear();
    eachWindow(parameter.elements(), m_look, m_offset,
        [&](const Window& w) { appendExact(parameter, w, m_before); });
    m_seconds += secondsSince(start);
}

void NumberSampler::after(const ParameterStore& store, const Parameter& parameter, const at::Tensor& gradient,
    const at::Tensor& rows, const OptimizerConfig& config, const UpdateScalars& u)
{
    const auto start = Clock::now();
    NumberSums& sums = m_groups.at(parameter.spec.part).sums;
    const AdamwScalars scalars = adamwScalars(u.rate, config.beta1, config.beta2, config.epsilon,
        parameter.spec.decays ? config.weightDecay : 0, u.t, u.gradientScale);
    const float* before = m_before.data();
    m_after.clear();
    const auto flush = [&] {
        sums.addUpdates({before, m_after.size()}, m_after);
        before += m_after.size();
        m_after.clear();
    };
    std::vector<float> spare;
    eachWindow(parameter.elements(), m_look, m_offset, [&](const Window& w) {
        if (store.master() == Master::Exact || !parameter.moments.m.is_cpu())
            appendExact(parameter, w, m_after);
        else
            appendMeant(parameter, w, before + m_after.size(), scalars, m_after);
        addGradients(w, gradient, rows, static_cast<float>(1 / u.lossScale), sums, spare);
        if (m_after.size() >= static_cast<std::size_t>(stretch))
            flush();
    });
    flush();
    m_seconds += secondsSince(start);
}

std::vector<NumberGroup> NumberSampler::take(const ParameterStore& store) const
{
    std::vector<NumberGroup> groups;
    for (const Parameter& parameter : store.parameters()) {
        const auto seen = m_groups.find(parameter.spec.part);
        const bool isListed = std::any_of(groups.begin(), groups.end(),
            [&](const NumberGroup& group) { return seen != m_groups.end() && group.name == seen->first; });
        if (seen == m_groups.end() || seen->second.sums.count() == 0 || isListed)
            continue;
        groups.push_back(seen->second.group);
        groups.back().name = seen->first;
        seen->second.sums.fill(groups.back());
    }
    return groups;
}

} // namespace mantissa

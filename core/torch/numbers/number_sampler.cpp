// SPDX-License-Identifier: Apache-2.0
#include "core/torch/numbers/number_sampler.h"

#include "core/base/seconds.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/operators/operators.h"
#include "core/torch/optim/adamw_kernel.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <limits>

namespace mantissa {

namespace {

constexpr std::int64_t sampledStretch = 1024; // elements, of which one window is looked at
constexpr std::int64_t window = 16; // a cache line: 1 in 64

using Clock = std::chrono::steady_clock;

/// Of a tensor's elements, the window in each stretch that this look takes.
struct Look {
    NumberLook kind = NumberLook::None;
    std::int64_t offset = 0;

    std::int64_t width() const { return kind == NumberLook::Exact ? sampledStretch : window; }
    /// The windows' first elements and lengths, of a part that begins at a multiple of the stretch.
    template <class Visit> void eachWindow(std::int64_t elements, Visit visit) const
    {
        for (std::int64_t first = 0; first < elements; first += sampledStretch) {
            const std::int64_t length = std::min(sampledStretch, elements - first);
            const std::int64_t n = std::min(width(), length);
            visit(first + (length > n ? offset % (length - n + 1) : 0), n);
        }
    }
};

/// Elements looked at in one go: what leaves the device at once stays below 256 KiB.
std::int64_t partOf(const Look& look) { return (1 << 16) / look.width() * sampledStretch; }

at::Tensor part(const at::Tensor& tensor, std::int64_t first, std::int64_t n)
{
    return tensor.defined() ? tensor.flatten().narrow(0, first, n) : tensor;
}

void append(const at::Tensor& values, std::vector<float>& to)
{
    const at::Tensor onHost = values.to(at::kCPU, at::kFloat).contiguous();
    const auto* first = onHost.const_data_ptr<float>();
    to.insert(to.end(), first, first + onHost.numel());
}

/// The windows of a 16-bit tensor, as bits.
std::vector<std::uint16_t> bitsOf(const at::Tensor& half, const Look& look)
{
    std::vector<float> floats;
    append(ops::windows(half.view(at::kBFloat16), {}, sampledStretch, look.width(), look.offset), floats);
    std::vector<std::uint16_t> bits(floats.size());
    std::transform(floats.begin(), floats.end(), bits.begin(),
        [](float value) { return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16); });
    return bits;
}

/// The windows of a pair whose halves are on two devices: joined here.
void appendApart(const at::Tensor& high, const at::Tensor& low, const Look& look, std::vector<float>& to)
{
    const std::vector<std::uint16_t> highBits = bitsOf(high, look);
    const std::vector<std::uint16_t> lowBits = bitsOf(low, look);
    const std::size_t begin = to.size();
    to.resize(begin + highBits.size());
    if (high.scalar_type() == at::kBFloat16)
        joinBf16(highBits.data(), lowBits.data(), to.data() + begin, highBits.size());
    else
        joinFp16(highBits.data(), reinterpret_cast<const std::int16_t*>(lowBits.data()), to.data() + begin,
            highBits.size());
}

/// The windows of elements first … first + n - 1 of a weight, exactly: pairs joined.
void appendExact(
    const Parameter& parameter, const Look& look, std::int64_t first, std::int64_t n, std::vector<float>& to)
{
    const std::size_t begin = to.size();
    const at::Tensor high = part(parameter.value, first, n);
    const at::Tensor low = part(parameter.low, first, n);
    if (low.defined() && low.device() != high.device())
        appendApart(high, low, look, to);
    else
        append(ops::windows(high, low, sampledStretch, look.width(), look.offset), to);
    if (parameter.escapes.empty())
        return;
    std::size_t at = begin;
    look.eachWindow(n, [&](std::int64_t from, std::int64_t count) {
        auto escape = std::lower_bound(parameter.escapes.begin(), parameter.escapes.end(), first + from,
            [](const PairEscape& e, std::int64_t index) { return e.index < index; });
        for (; escape != parameter.escapes.end() && escape->index < first + from + count; ++escape)
            to[at + static_cast<std::size_t>(escape->index - first - from)]
                = std::bit_cast<float>(escape->bits);
        at += static_cast<std::size_t>(count);
    });
}

/// The numbers of the elements that the windows hold.
at::Tensor elementsLookedAt(const Look& look, std::int64_t first, std::int64_t n)
{
    std::vector<std::int64_t> elements;
    look.eachWindow(n, [&](std::int64_t from, std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i)
            elements.push_back(first + from + i);
    });
    return at::tensor(elements, at::kLong);
}

/// FP32 moments of those elements.
void momentsAt(
    const Moments& moments, const at::Tensor& elements, std::vector<float>& m, std::vector<float>& v)
{
    const at::Tensor ids = elements.to(moments.m.device());
    const auto chosen = [&](const at::Tensor& from, const at::Tensor& which) {
        return from.flatten().index_select(0, which).cpu();
    };
    const at::Tensor codesM = chosen(moments.m, ids);
    const at::Tensor codesV = chosen(moments.v, ids);
    if (!moments.isInt8()) {
        append(codesM, m);
        append(codesV, v);
        return;
    }
    const at::Tensor blocks = ids.div(static_cast<std::int64_t>(momentBlock), "floor");
    const at::Tensor scaleM = chosen(moments.mScale, blocks);
    const at::Tensor scaleV = chosen(moments.vScale, blocks);
    m.resize(static_cast<std::size_t>(codesM.numel()));
    v.resize(m.size());
    for (std::size_t i = 0; i < m.size(); ++i)
        decodeMoments(codesM.const_data_ptr<std::int8_t>() + i, codesV.const_data_ptr<std::uint8_t>() + i,
            scaleM.const_data_ptr<float>() + i, scaleV.const_data_ptr<float>() + i, &m[i], &v[i], 1);
}

/// What the update meant to make of `before`, from the moments that it left: for weights that rest rounded.
void appendMeant(const Moments& moments, const at::Tensor& elements, const float* before,
    const AdamwScalars& s, std::vector<float>& to)
{
    std::vector<float> m;
    std::vector<float> v;
    momentsAt(moments, elements, m, v);
    for (std::size_t i = 0; i < m.size(); ++i)
        to.push_back(
            before[i] * s.decay + (-s.stepSize * m[i]) / (std::sqrt(v[i]) / s.rootCorrection + s.epsilon));
}

/// The gradients that there are of the windows.
void appendGradients(const at::Tensor& gradient, const at::Tensor& rows, const Look& look, std::int64_t first,
    std::int64_t n, std::vector<float>& to)
{
    if (!rows.defined())
        return append(ops::windows(part(gradient.contiguous(), first, n), {}, sampledStretch, look.width(),
                          look.offset),
            to);
    const std::int64_t width = gradient.size(1);
    const at::Tensor known = rows.cpu();
    const at::Tensor elements = elementsLookedAt(look, first, n);
    const auto* begin = known.const_data_ptr<std::int64_t>();
    const auto* end = begin + known.numel();
    std::vector<std::int64_t> there;
    for (std::int64_t i = 0; i < elements.numel(); ++i) {
        const std::int64_t element = elements.const_data_ptr<std::int64_t>()[i];
        const auto* row = std::lower_bound(begin, end, element / width);
        if (row != end && *row == element / width)
            there.push_back((row - begin) * width + element % width);
    }
    append(gradient.flatten().index_select(0, at::tensor(there, at::kLong).to(gradient.device())), to);
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
    held.tier = planned != Tier::Disk ? CountedAllocator::instance().tierOf(tensor.storage()) : planned;
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
        % sampledStretch; // 37: consecutive looks land far apart, and all 64 windows have their turn
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
    const Look look{m_look, m_offset};
    for (std::int64_t first = 0; first < parameter.elements(); first += partOf(look))
        appendExact(parameter, look, first, std::min(partOf(look), parameter.elements() - first), m_before);
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
    const Look look{m_look, m_offset};
    std::vector<float> gradients;
    for (std::int64_t first = 0; first < parameter.elements(); first += partOf(look)) {
        const std::int64_t n = std::min(partOf(look), parameter.elements() - first);
        m_after.clear();
        if (store.master() == Master::Exact)
            appendExact(parameter, look, first, n, m_after);
        else
            appendMeant(parameter.moments, elementsLookedAt(look, first, n), before, scalars, m_after);
        sums.addUpdates({before, m_after.size()}, m_after);
        before += m_after.size();
        gradients.clear();
        appendGradients(gradient, rows, look, first, n, gradients);
        sums.addGradients(gradients, static_cast<float>(1 / u.lossScale));
    }
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

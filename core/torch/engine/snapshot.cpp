// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/snapshot.h"

#include "core/torch/memory/tier_scope.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <cmath>

namespace mantissa {

namespace {

/// The FP32 value as a copy on Host: a pair must not need Device for it.
at::Tensor exactOnHost(const Parameter& parameter)
{
    const at::Tensor exact = exactValue(parameter, at::kCPU);
    return exact.is_same(parameter.value) ? exact.clone() : exact;
}

/// A sum is finite only if all terms are; one that overflows is looked at more closely.
bool isFinite(const at::Tensor& tensor)
{
    return !tensor.is_floating_point() || std::isfinite(tensor.sum().item<double>())
        || tensor.isfinite().all().item<bool>();
}

} // namespace

std::int64_t Snapshot::bytesOf(const RunConfig& config, const ParameterStore& store)
{
    std::int64_t bytes = 0;
    for (const Parameter& parameter : store.parameters()) {
        const std::int64_t n = parameter.elements();
        const bool isInt8 = momentsFormatOf(parameter.spec, config.choices.moments) == MomentsFormat::Int8;
        bytes += 4 * n;
        if (parameter.spec.trains)
            bytes += isInt8 ? 2 * n + 8 * ((n + 255) / 256) : 8 * n;
    }
    const bool hasReadout = config.estimateInput().phaseRuns[indexOf(Phase::Predict)];
    return bytes + (hasReadout ? 8 * store.elements() : 0) /* two windows */;
}

Status Snapshot::keep(ParameterStore& store, const Readout& readout)
{
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(Tier::Host, MemoryClass::Workspace);
    *this = {}; // before the new one is made: there is room for one
    for (std::size_t block = 0; block < store.blocks(); ++block) {
        const BlockHold hold(store, block, Parts::All);
        for (const Parameter& parameter : store.block(block)) {
            m_weights.push_back(exactOnHost(parameter));
            m_moments.push_back(copied(parameter.moments, at::kCPU));
            bool good = isFinite(m_weights.back());
            for (const auto& part : m_moments.back().parts())
                good = good && isFinite(*part.second);
            if (good)
                continue;
            *this = {};
            return fail(fmt::format("{} or its optimizer state is not finite", parameter.spec.name),
                ExitCode::Diverged);
        }
    }
    m_readout = readout.copied();
    return {};
}

void Snapshot::restore(ParameterStore& store, Readout& readout) const
{
    const c10::NoGradGuard noGrad;
    TORCH_CHECK(!m_weights.empty(), "there is no snapshot");
    std::size_t index = 0;
    for (std::size_t block = 0; block < store.blocks(); ++block) {
        BlockHold hold(store, block, Parts::All);
        for (Parameter& parameter : store.block(block)) {
            {
                const PurposeScope purpose(MemoryClass::Workspace);
                store.assign(parameter, m_weights[index]);
            }
            Moments kept = m_moments[index++];
            const auto from = kept.parts();
            const auto to = parameter.moments.parts();
            for (std::size_t part = 0; part < to.size(); ++part)
                to[part].second->copy_(*from[part].second);
        }
        hold.setChanged(0); // on Disk: the result of no update in hand
    }
    const PurposeScope purpose(Tier::Host, MemoryClass::Workspace);
    readout = m_readout.copied();
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/snapshot.h"

#include "core/torch/memory/tier_scope.h"
#include "core/torch/weights/split.h"
#include "core/torch/weights/unit_layout.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <cmath>

namespace mantissa {

namespace {

/// The FP32 value, made on Host: a pair must not need Device for its copy.
at::Tensor exactOnHost(const Parameter& parameter)
{
    const at::Tensor value = parameter.value.to(at::kCPU);
    if (!parameter.low.defined())
        return value.to(at::kFloat, /*non_blocking*/ false, /*copy*/ true);
    at::Tensor exact
        = at::empty(parameter.spec.sizes, at::TensorOptions().dtype(at::kFloat).device(at::kCPU));
    joinTensor(value, parameter.low.to(at::kCPU), parameter.escapes, exact);
    return exact;
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
        bytes += 4 * n + (isInt8 ? 2 * n + 8 * ((n + 255) / 256) : 8 * n);
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
        store.acquire(block, Parts::All);
        for (const Parameter& parameter : store.block(block)) {
            m_weights.push_back(exactOnHost(parameter));
            m_moments.push_back(copied(parameter.moments, at::kCPU));
            bool good = isFinite(m_weights.back());
            for (const auto& part : m_moments.back().parts())
                good = good && isFinite(*part.second);
            if (good)
                continue;
            store.release(block);
            *this = {};
            return fail(fmt::format("{} or its optimizer state is not finite", parameter.spec.name),
                ExitCode::Diverged);
        }
        store.release(block);
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
        store.acquire(block, Parts::All);
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
        store.release(block, true, 0); // on Disk: the result of no update in hand
    }
    const PurposeScope purpose(Tier::Host, MemoryClass::Workspace);
    readout = m_readout.copied();
}

} // namespace mantissa

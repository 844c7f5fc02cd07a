// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/jump.h"

#include "core/torch/memory/tier_scope.h"
#include "core/torch/state/random_values.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

namespace mantissa {

namespace {

constexpr double mostOfNorm = 0.05; // of a tensor's own norm

/// As long as `displacement`, in a direction by chance.
at::Tensor byChance(const at::Tensor& displacement, std::uint64_t stream)
{
    at::Tensor random = at::empty_like(displacement);
    fillNormal(random.mutable_data_ptr<float>(), static_cast<std::size_t>(random.numel()), stream, 0, 1);
    const double length = random.norm().item<double>();
    return length > 0 ? random.mul_(displacement.norm().item<double>() / length) : random;
}

} // namespace

double moveWeights(ParameterStore& store, const Readout& readout, const JumpOrder& order, std::int64_t seed)
{
    const c10::NoGradGuard noGrad;
    double largest = 0;
    for (std::size_t block = 0; block < store.blocks(); ++block) {
        BlockHold hold(store, block, Parts::All);
        for (Parameter& parameter : store.block(block)) {
            at::Tensor moved;
            {
                const PurposeScope host(Tier::Host, MemoryClass::Workspace);
                moved = readout.displacement(parameter.spec.index);
                if (order.isRandom)
                    moved = byChance(moved, randomStream(seed + order.step, parameter.spec.name));
            }
            const PurposeScope device(Tier::Device, MemoryClass::Workspace);
            const at::Tensor exact = store.exactValue(parameter);
            const double norm = exact.norm().item<double>();
            double share = norm > 0 ? order.lead * moved.norm().item<double>() / norm : 0;
            const double lead = share > mostOfNorm ? order.lead * mostOfNorm / share : order.lead;
            share = std::min(share, mostOfNorm);
            largest = std::max(largest, share);
            if (share > 0) // a tensor of zeros has no norm to measure by, and stays
                store.assign(parameter, exact.add(moved.to(exact.device()), lead));
        }
        hold.setChanged(0);
    }
    return largest;
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/torch/state/split.h"

#include "core/torch/memory/tier_scope.h"
#include "core/torch/operators/operators.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace mantissa {

namespace {

/// Rows for escapes: of initial weights 1 in about 3,000 is one.
std::int64_t roomFor(std::int64_t elements) { return std::max<std::int64_t>(4096, elements / 256); }

struct Found {
    std::int64_t mismatches = 0;
    std::int64_t escapes = 0;
};

/// Waits for the device.
Found found(const at::Tensor& counts, at::Tensor onHost)
{
    onHost.copy_(counts);
    const auto* count = onHost.const_data_ptr<std::int64_t>();
    return {count[ops::mismatchCount], count[ops::escapeCount]};
}

/// Of the elements first …, as far as there is room for their escapes.
Found splitPart(const at::Tensor& from, const at::Tensor& high, const at::Tensor& low, const SplitRoom& room,
    std::int64_t first, std::vector<PairEscape>& escapes)
{
    room.counts.zero_();
    ops::split(from, high, low, room.counts, room.escapes);
    const Found part = found(room.counts, room.countsOnHost);
    if (part.escapes == 0 || part.escapes > room.escapes.size(0))
        return part;
    const at::Tensor rows = room.escapesOnHost.narrow(0, 0, part.escapes);
    rows.copy_(room.escapes.narrow(0, 0, part.escapes));
    const auto* row = rows.const_data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < part.escapes; ++i)
        escapes.push_back({first + row[2 * i], static_cast<std::int32_t>(row[2 * i + 1])});
    return part;
}

void putEscapes(const std::vector<PairEscape>& escapes, const at::Tensor& to)
{
    if (escapes.empty())
        return;
    const auto count = static_cast<std::int64_t>(escapes.size());
    const PurposeScope purpose(MemoryClass::Workspace);
    at::Tensor indices = at::empty({count}, at::kLong);
    at::Tensor values = at::empty({count}, at::kInt);
    for (std::size_t i = 0; i < escapes.size(); ++i) {
        indices.mutable_data_ptr<std::int64_t>()[i] = escapes[i].index;
        values.mutable_data_ptr<std::int32_t>()[i] = escapes[i].bits;
    }
    to.view(at::kInt).flatten().index_copy_(0, indices.to(to.device()), values.to(to.device()));
}

at::Tensor join(const at::Tensor& high, const at::Tensor& low, const std::vector<PairEscape>& escapes,
    const at::Tensor& to)
{
    at::Tensor counts;
    {
        const PurposeScope purpose(MemoryClass::Workspace);
        counts = ops::pairCounts(to.device());
    }
    ops::join(high, low, to, counts);
    putEscapes(escapes, to);
    return counts;
}

} // namespace

SplitRoom splitRoom(at::ScalarType high, std::int64_t elements, at::Device device)
{
    const PurposeScope purpose(MemoryClass::Workspace);
    const auto onHost = [](const at::Tensor& tensor) {
        return tensor.is_cpu() ? tensor : at::empty_like(tensor, at::kCPU);
    };
    SplitRoom room{.counts = ops::pairCounts(device)};
    room.countsOnHost = onHost(room.counts);
    if (high != at::kHalf)
        return room;
    room.escapes = at::empty({roomFor(elements), 2}, at::TensorOptions().dtype(at::kLong).device(device));
    room.escapesOnHost = onHost(room.escapes);
    return room;
}

std::int64_t splitTensor(const at::Tensor& from, const at::Tensor& high, const at::Tensor& low,
    std::vector<PairEscape>& escapes, SplitRoom room)
{
    escapes.clear();
    const std::int64_t n = from.numel();
    if (!room.counts.defined())
        room = splitRoom(high.scalar_type(), n, from.device());
    Found all = splitPart(from, high, low, room, 0, escapes);
    if (room.escapes.defined() && all.escapes > room.escapes.size(0)) {
        // more than there is room for: part by part, each of no more elements than that
        all = {};
        for (std::int64_t first = 0; first < n; first += room.escapes.size(0)) {
            const std::int64_t count = std::min(room.escapes.size(0), n - first);
            const auto part
                = [&](const at::Tensor& tensor) { return tensor.flatten().narrow(0, first, count); };
            all.mismatches += splitPart(part(from), part(high), part(low), room, first, escapes).mismatches;
        }
    }
    std::sort(escapes.begin(), escapes.end(),
        [](const PairEscape& a, const PairEscape& b) { return a.index < b.index; });
    return all.mismatches;
}

void joinInto(const at::Tensor& high, const at::Tensor& low, const std::vector<PairEscape>& escapes,
    const at::Tensor& to)
{
    static_cast<void>(join(high, low, escapes, to));
}

std::int64_t joinTensor(const at::Tensor& high, const at::Tensor& low, const std::vector<PairEscape>& escapes,
    const at::Tensor& to)
{
    return found(join(high, low, escapes, to), at::empty({2}, at::kLong)).mismatches;
}

} // namespace mantissa

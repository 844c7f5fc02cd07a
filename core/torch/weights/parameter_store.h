// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every learned tensor with its exact value and its optimizer state, wherever they rest. Trainer thread.

#include "core/precision/preset.h"
#include "core/torch/memory/disk_storage.h"
#include "core/torch/models/model.h"
#include "core/torch/weights/moments.h"
#include "core/torch/weights/pair.h"
#include "core/torch/weights/returning_moments.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace mantissa {

/// A weight: `value` alone while it is FP32; else `value` is 16-bit and the others hold the rest. Parts on
/// Disk are undefined until their block is acquired.
struct Parameter {
    ParameterSpec spec{};
    Precision form = Precision::Fp32;
    at::Tensor value{};
    at::Tensor low{}; ///< int16; undefined in FP32 form and without an exact master
    std::vector<PairEscape> escapes{}; ///< FP16 only
    Moments moments{};

    std::int64_t elements() const;
};

/// In which form weights rest, and where. Weights that rest off Device are BF16 pairs whatever the compute
/// format: the exact value is the same, and a cast then costs nothing but the fetch.
struct Placement {
    Precision form = Precision::Fp32;
    Tier weights = Tier::Device;
    Tier remainder = Tier::Device;
    Tier moments = Tier::Device;
    friend bool operator==(const Placement&, const Placement&) = default;
};
Placement placementOf(const ResolvedPlan& plan);

struct CastReport {
    std::int64_t tensors = 0;
    std::int64_t bytes = 0; ///< read and written
    double seconds = 0;
    std::int64_t mismatches = 0;
    std::int64_t escapes = 0;
};

struct MoveReport {
    std::int64_t tensors = 0;
    std::int64_t bytes = 0;
    double seconds = 0;
};

struct PlaceReport {
    CastReport casts{};
    MoveReport moves{};
};

/// Room for the two halves of a pair.
struct PairBuffer {
    at::Tensor high{};
    at::Tensor low{};
};

class ParameterStore {
public:
    /// `disk` is where parts on Disk go; null: nothing ever rests there.
    ParameterStore(at::Device device, Master master, MomentsFormat moments, const Placement& placement,
        std::unique_ptr<DiskStorage> disk = nullptr);

    /// Makes the weights of one block with fresh values, straight into the form and on the tier where they
    /// rest.
    void add(std::span<const ParameterSpec> block, std::int64_t seed);

    /// Brings every tensor into another form and place, one after another. Exact: mismatches are counted,
    /// none occur. Moments that come from Host to Device are still on their way afterwards; who acquires them
    /// waits.
    PlaceReport place(const Placement& placement);
    /// That acquire() has waited for moments on their way, since the last call.
    double takeMoveWaitSeconds();

    /// Makes parts of a block that rest on Disk readable; nothing to do for the others. Calls nest by block.
    void acquire(std::size_t block, Parts parts);
    /// `changed`: the block was updated (all its parts were acquired) and is written back as the result of
    /// update `step`.
    void release(std::size_t block, bool changed = false, std::int64_t step = -1);
    /// Gives back everything that is acquired; after an exception.
    void letGo();
    /// Begins to read what will be acquired next.
    void prefetch(std::size_t block, Parts parts);

    /// The weight as matrix products read it, on Device: the resting tensor itself where it is that already,
    /// else a copy.
    at::Tensor computeWeight(const Parameter& parameter, Precision compute) const;
    /// The same of some rows only, as a copy.
    at::Tensor computeRows(const Parameter& parameter, Precision compute, const at::Tensor& rows) const;
    /// One parameter's exact FP32 value on Device; its block is acquired.
    at::Tensor exactValue(const Parameter& parameter) const;
    /// Puts an FP32 value in place, keeping the form; its block is acquired.
    void assign(Parameter& parameter, const at::Tensor& value, PairBuffer* buffer = nullptr);
    /// What assign() needs for a pair, taken beforehand.
    PairBuffer pairBuffer(const Parameter& parameter) const;

    std::vector<Parameter>& parameters() { return m_parameters; }
    const std::vector<Parameter>& parameters() const { return m_parameters; }
    /// The parameters of a block, which stand side by side.
    std::span<Parameter> block(std::size_t index);
    std::size_t blocks() const { return m_blocks.size(); }
    const Placement& placement() const { return m_placement; }
    /// Weights are brought to Device block by block.
    bool streams() const { return m_placement.weights != Tier::Device; }
    Master master() const { return m_master; }
    at::Device device() const { return m_device; }
    at::Device deviceOf(Tier tier) const { return tier == Tier::Device ? m_device : at::Device(at::kCPU); }
    const DiskStorage* disk() const { return m_disk.get(); }
    void setDisk(std::unique_ptr<DiskStorage> disk) { m_disk = std::move(disk); }
    /// Whether the file on Disk outlives the store.
    void keepDisk(bool kept);
    /// Waits until every update is committed on Disk.
    void drainDisk();
    std::int64_t elements() const;

private:
    struct BlockRange {
        std::size_t first = 0;
        std::size_t count = 0;
        int holds = 0; ///< acquire() without release()
        Parts held = Parts::None; ///< bound to a staging buffer
        bool isChanged = false; ///< written back when the last hold ends
        std::int64_t step = -1;
    };
    Parameter fresh(const ParameterSpec& spec, std::int64_t seed) const;
    void placeOne(Parameter& parameter, const Placement& to, PlaceReport& report);
    void moveMoments(Parameter& parameter, Tier to, MoveReport& report);
    void beginReturn();
    void finishReturn();
    void castOne(Parameter& parameter, const Placement& to, CastReport& report);
    Parts partsOnDisk(const Placement& placement) const;
    void bind(std::size_t block, const at::Tensor& bytes, Parts parts);
    void unbind(std::size_t block, Parts parts);

    at::Device m_device;
    Master m_master;
    MomentsFormat m_momentsFormat;
    Placement m_placement;
    std::unique_ptr<DiskStorage> m_disk;
    std::vector<Parameter> m_parameters{};
    std::vector<BlockRange> m_blocks{};
    std::vector<MomentsTransfer> m_transfers{}; ///< of a place() in hand
    std::unique_ptr<ReturningMoments> m_returning{};
    double m_moveWaitSeconds = 0;
};

at::ScalarType scalarTypeOf(Precision precision);

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every learned tensor with its exact value and its optimizer state, wherever they rest. Trainer thread.

#include "core/torch/memory/disk_storage.h"
#include "core/torch/state/fresh_parameter.h"
#include "core/torch/state/parameter.h"
#include "core/torch/state/placing.h"
#include "core/torch/state/returning_moments.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace mantissa {

class ParameterStore {
public:
    /// `disk` is where parts on Disk go; null: nothing ever rests there.
    ParameterStore(
        const StateFormat& format, const Placement& placement, std::unique_ptr<DiskStorage> disk = nullptr);

    /// Makes the weights of one block with fresh values, straight into the form and on the tier where they
    /// rest.
    void add(std::span<const TensorDescription> block, const ValueSource& values);

    /// Brings every tensor into another form and place, one after another. Exact: mismatches are counted,
    /// none occur. When memory runs out each weight is whole in its old or its new form, and the same call
    /// goes on. Moments that come from Host to Device are still on their way afterwards; who holds them
    /// waits.
    PlaceReport place(const Placement& placement);
    /// How many updates the weights have when no step is in hand; -1: those of no known one. Written beside
    /// what place() puts on Disk, so that a later process can tell whose time it is of.
    void noteUpdates(std::int64_t updates) { m_updates = updates; }
    /// That holds have waited for moments on their way, since the last call.
    double takeMoveWaitSeconds();

    /// Begins to read what will be held next.
    void prefetch(std::size_t block, Parts parts);

    /// The weight as matrix products read it, on Device: the resting tensor itself where it is that already,
    /// else a copy.
    at::Tensor computeWeight(const Parameter& parameter, Precision compute) const;
    /// The same of some rows only, as a copy.
    at::Tensor computeRows(const Parameter& parameter, Precision compute, const at::Tensor& rows) const;
    /// One parameter's exact FP32 value on Device; its block is held.
    at::Tensor exactValue(const Parameter& parameter) const
    {
        return mantissa::exactValue(parameter, m_format.device);
    }
    /// Puts an FP32 value in place, keeping the form; its block is held.
    void assign(Parameter& parameter, const at::Tensor& value)
    {
        mantissa::assign(parameter, value, m_format.device);
    }

    std::vector<Parameter>& parameters() { return m_parameters; }
    const std::vector<Parameter>& parameters() const { return m_parameters; }
    /// The parameters of a block, which stand side by side.
    std::span<Parameter> block(std::size_t index);
    /// Whether something of it does.
    bool trains(std::size_t block) const;
    std::size_t blocks() const { return m_blocks.size(); }
    const Placement& placement() const { return m_placement; }
    /// Weights are brought to Device block by block.
    bool streams() const { return m_placement.weights != Tier::Device; }
    const StateFormat& format() const { return m_format; }
    Master master() const { return m_format.master; }
    at::Device device() const { return m_format.device; }
    at::Device deviceOf(Tier tier) const { return m_format.deviceOf(tier); }
    const DiskStorage* disk() const { return m_disk.get(); }
    void setDisk(std::unique_ptr<DiskStorage> disk) { m_disk = std::move(disk); }
    /// Whether the file on Disk outlives the store.
    void keepDisk(bool kept);
    /// Waits until every update is committed on Disk.
    void drainDisk();
    std::int64_t elements() const;

private:
    friend class BlockHold;
    struct BlockRange {
        std::size_t first = 0;
        std::size_t count = 0;
        int holds = 0;
        Parts held = Parts::None; ///< bound to a staging buffer
        bool isChanged = false; ///< written back when the last hold ends
        std::int64_t step = -1;
    };
    void acquire(std::size_t block, Parts parts);
    void release(std::size_t block, bool changed, std::int64_t step) noexcept;
    void beginReturn();
    void finishReturn();
    Parts partsOnDisk(const Placement& at) const;
    /// Of all parameters of the block, which differ while they are being placed.
    Parts blockPartsOnDisk(std::size_t block);
    void placeBlock(std::size_t block, const Placement& to, PlaceReport& report);
    void writeBlock(std::size_t block, const Placement& to, MoveReport* report);
    void bind(std::size_t block, const at::Tensor& bytes, Parts parts);
    void unbind(std::size_t block, Parts parts) noexcept;

    StateFormat m_format;
    Placement m_placement;
    bool m_isMixed = false; ///< place() was cut short: weights differ in where they are
    std::unique_ptr<DiskStorage> m_disk;
    std::int64_t m_updates = -1;
    std::vector<Parameter> m_parameters{};
    std::vector<BlockRange> m_blocks{};
    std::vector<MomentsTransfer> m_transfers{}; ///< of a place() in hand
    std::unique_ptr<ReturningMoments> m_returning{};
    double m_moveWaitSeconds = 0;
};

/// Makes parts of a block that rest on Disk readable, and waits for moments on their way, as long as it
/// lives; nothing to do for the others. Holds nest by block.
class BlockHold {
public:
    BlockHold(ParameterStore& store, std::size_t block, Parts parts);
    ~BlockHold();
    BlockHold(const BlockHold&) = delete;
    BlockHold& operator=(const BlockHold&) = delete;

    /// The block was changed (all its parts are held) and is written back as the result of update `step`
    /// when the last hold of it ends; 0 where it is the result of no update in hand.
    void setChanged(std::int64_t step);

private:
    ParameterStore& m_store;
    std::size_t m_block;
    bool m_isChanged = false;
    std::int64_t m_step = -1;
};

} // namespace mantissa

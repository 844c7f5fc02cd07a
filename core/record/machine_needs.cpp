// SPDX-License-Identifier: Apache-2.0
#include "core/record/machine_needs.h"

#include "core/base/machine_room.h"
#include "core/base/units.h"
#include "core/memory/phase_walk.h"
#include "core/model/family.h"
#include "core/record/device_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sys/stat.h>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t halfBytes = 2;
constexpr std::int64_t defaultSnapshot = gibibyte; // that a run takes without being asked for
constexpr std::int64_t stagingBuffers = 3; // of DiskStorage, each of the largest unit

bool usesDisk(const ResolvedPlan& plan)
{
    return plan.weights == Tier::Disk || plan.remainder == Tier::Disk || plan.moments == Tier::Disk;
}

/// Bytes of one copy of the model's states.
struct StateBytes {
    std::int64_t elements = 0;
    std::int64_t trained = 0;
    std::int64_t moments = 0;
};

StateBytes statesOf(const ModelDescription& model, MomentsFormat format)
{
    StateBytes bytes;
    for (const TensorDescription& tensor : model.tensors) {
        bytes.elements += tensor.elements();
        bytes.trained += tensor.trains ? tensor.elements() : 0;
        bytes.moments += momentBytes(tensor, format);
    }
    return bytes;
}

/// What rests and waits on Host in one phase.
std::int64_t hostBytes(const RunConfig& config, const PhaseWalk& walk, const StateBytes& states)
{
    const ResolvedPlan& plan = walk.plan;
    const bool isPair = walk.streams || plan.compute != Precision::Fp32;
    std::int64_t bytes = 0;
    if (plan.weights == Tier::Host) // off Device a weight rests as a 16-bit tensor
        bytes += halfBytes * states.elements;
    if (isPair && plan.remainder == Tier::Host && config.choices.master == Master::Exact)
        bytes += halfBytes * states.elements;
    if (plan.moments == Tier::Host)
        bytes += states.moments;
    const bool gradientsWait = walk.leaves && config.optimizer.maxGradNorm > 0 && plan.moments != Tier::Disk;
    if (gradientsWait)
        bytes += states.trained * walk.sumBytes(config.training.accumulation);
    if (walk.streams) // what enters each block waits there
        for (const BlockCost& block : walk.blocks)
            bytes += config.training.accumulation * block.input;
    return bytes;
}

/// As the file of states lays a block out; to within its pages.
std::vector<std::int64_t> unitsOf(const ModelDescription& model, MomentsFormat format)
{
    std::vector<std::int64_t> units;
    for (const BlockDescription& block : model.blocks) {
        std::int64_t bytes = 0;
        for (const TensorDescription& tensor : model.tensorsOf(block))
            bytes += 2 * halfBytes * tensor.elements() + momentBytes(tensor, format);
        units.push_back(bytes);
    }
    return units;
}

/// The units, and one to spare of each size.
std::int64_t fileBytes(const std::vector<std::int64_t>& units)
{
    std::int64_t bytes = 0;
    for (const std::int64_t unit : units)
        bytes += unit;
    for (const std::int64_t size : std::set<std::int64_t>(units.begin(), units.end()))
        bytes += size;
    return bytes;
}

std::int64_t dataBytes(const DataConfig& data)
{
    if (data.kind == DataKind::Images || data.source.starts_with("sample:"))
        return 64 * mebibyte; // the samples, unpacked
    std::error_code error;
    const auto size = fs::is_regular_file(data.source, error) ? fs::file_size(data.source, error) : 0;
    return error ? 0 : static_cast<std::int64_t>(std::min<std::uintmax_t>(size, INT64_MAX));
}

std::int64_t bytesBelow(const fs::path& folder)
{
    std::int64_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        const auto size = at->is_regular_file(ignored) ? at->file_size(ignored) : 0;
        bytes += ignored ? 0 : static_cast<std::int64_t>(size);
    }
    return bytes;
}

bool onOneDisk(fs::path a, fs::path b)
{
    const auto device = [](fs::path path) {
        struct stat facts { };
        while (::stat(path.c_str(), &facts) != 0 && path.has_relative_path())
            path = path.parent_path();
        return facts.st_dev;
    };
    std::error_code error;
    return device(fs::absolute(a, error)) == device(fs::absolute(b, error));
}

std::string tooLarge(const char* what, std::int64_t needed, std::int64_t free, const std::string& parts)
{
    return fmt::format("about {} of {} would be needed ({}) and {} are free here", formatBytes(needed), what,
        parts, formatBytes(free));
}

} // namespace

MachineNeeds needsOf(const RunConfig& config)
{
    const EstimateInput input = config.estimateInput();
    const ModelDescription model = describe(config.model);
    const StateBytes states = statesOf(model, config.choices.moments);
    MachineNeeds needs{.deviceBytes = estimateMemory(input).peakDeviceBytes(),
        .deviceIsMemory = computesOnCpu(config.memory.device)};
    bool hasFile = false, waitsOnDisk = false, restsThere = true;
    std::int64_t journal = 0;
    for (const Phase phase : allPhases) {
        if (!input.phaseRuns[indexOf(phase)])
            continue;
        const PhaseWalk walk{input, model, input.choices.resolve(phase), config.training.batchSize};
        needs.hostBytes = std::max(needs.hostBytes, hostBytes(config, walk, states));
        hasFile = hasFile || usesDisk(walk.plan);
        if (phase == Phase::Predict)
            continue;
        restsThere = restsThere && restsOnDisk(walk.plan);
        waitsOnDisk = waitsOnDisk || (restsOnDisk(walk.plan) && config.optimizer.maxGradNorm > 0);
        std::int64_t entered = 0;
        for (const BlockCost& block : walk.blocks)
            entered += config.training.accumulation * block.input;
        journal = std::max(journal, restsOnDisk(walk.plan) ? entered : 0);
    }
    // nothing is averaged where Full's weights rest on Disk
    const bool hasReadout = input.phaseRuns[indexOf(Phase::Predict)]
        && input.choices.resolve(Phase::Full).weights != Tier::Disk;
    const std::int64_t windows = hasReadout ? 2 * floatBytes * states.elements : 0;
    const std::int64_t snapshot = floatBytes * states.elements + states.moments + windows;
    if (snapshot <= config.memory.snapshotBytes.value_or(defaultSnapshot))
        needs.hostBytes += snapshot;
    needs.hostBytes += windows + dataBytes(config.data);
    if (hasFile) {
        const auto units = unitsOf(model, config.choices.moments);
        needs.hostBytes += stagingBuffers * *std::max_element(units.begin(), units.end());
        needs.statesBytes = fileBytes(units) + journal + (waitsOnDisk ? floatBytes * states.trained : 0);
    }
    const TrainingConfig& training = config.training;
    const std::int64_t saves = restsThere || training.saveInterval == 0
        ? 1
        : std::max<std::int64_t>(1, training.maxSteps / training.saveInterval);
    needs.checkpointBytes = (std::min(saves, training.keepCheckpoints + 1) + (training.keepBest ? 1 : 0))
        * (floatBytes * states.elements + states.moments + windows);
    return needs;
}

MachineRoom roomFor(const RunConfig& config, const fs::path& folder)
{
    const fs::path scratch = config.memory.scratch.empty() ? folder : fs::path(config.memory.scratch);
    MachineRoom room{.memoryBytes = availableMemoryBytes(),
        .statesBytes = freeDiskBytes(scratch),
        .checkpointBytes = freeDiskBytes(folder),
        .isOneDisk = onOneDisk(scratch, folder)};
    if (const std::int64_t held = bytesBelow(folder); held > 0) {
        if (room.checkpointBytes)
            *room.checkpointBytes += held;
        if (room.statesBytes && room.isOneDisk)
            *room.statesBytes += held;
    }
    return room;
}

MachineRoom roomForSteps(const RunConfig& config)
{
    std::error_code error;
    const fs::path scratch
        = config.memory.scratch.empty() ? fs::temp_directory_path(error) : fs::path(config.memory.scratch);
    return {.memoryBytes = availableMemoryBytes(), .statesBytes = freeDiskBytes(scratch), .isOneDisk = false};
}

std::string whyTooLarge(const MachineNeeds& needs, const MachineRoom& room)
{
    const auto parts = [](const char* a, std::int64_t ofA, const char* b, std::int64_t ofB) {
        return fmt::format("{} {}, {} {}", a, formatBytes(ofA), b, formatBytes(ofB));
    };
    if (room.memoryBytes && needs.memoryBytes() > *room.memoryBytes)
        return tooLarge("memory", needs.memoryBytes(), *room.memoryBytes,
            needs.deviceIsMemory ? parts("Device", needs.deviceBytes, "Host", needs.hostBytes) : "Host");
    const std::int64_t both = needs.statesBytes + needs.checkpointBytes;
    if (room.isOneDisk && room.checkpointBytes && both > *room.checkpointBytes)
        return tooLarge("disk", both, *room.checkpointBytes,
            parts("states", needs.statesBytes, "checkpoints", needs.checkpointBytes));
    if (!room.isOneDisk && room.statesBytes && needs.statesBytes > *room.statesBytes)
        return tooLarge("disk", needs.statesBytes, *room.statesBytes, "states in memory.scratch");
    if (!room.isOneDisk && room.checkpointBytes && needs.checkpointBytes > *room.checkpointBytes)
        return tooLarge("disk", needs.checkpointBytes, *room.checkpointBytes, "checkpoints");
    return {};
}

Status checkRoom(const RunConfig& config, const MachineRoom& room)
{
    if (config.memory.allowOvercommit)
        return {};
    const std::string why = whyTooLarge(needsOf(config), room);
    if (why.empty())
        return {};
    return fail("this is larger than the machine: " + why
            + "; choose a smaller model, batch or preset, fewer checkpoints or another tier "
              "(--set memory.allow_overcommit=true tries all the same)",
        ExitCode::OutOfMemory);
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where the time of a run went: the seconds of its trainer thread by what they were for. Measured by
// `train --profile`, and kept in the run's folder.

#include "core/base/json.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mantissa {

/// What time is spent on. Forward: also what a backward pass computes again. Update: with the norm of the
/// gradients. Cast: other formats. Move: other tiers, copies to go back to. Disk: waiting for it,
/// checkpoints. Data: batches. Log: the run's record. Other: what none of them names.
enum class WorkKind { Forward, Backward, Update, Cast, Move, Disk, Data, Evaluation, Log, Other };

inline constexpr std::array allWorkKinds{WorkKind::Forward, WorkKind::Backward, WorkKind::Update,
    WorkKind::Cast, WorkKind::Move, WorkKind::Disk, WorkKind::Data, WorkKind::Evaluation, WorkKind::Log,
    WorkKind::Other};

std::string_view nameOf(WorkKind kind);

struct TimeShares {
    std::int64_t ticks = 0;
    std::array<double, allWorkKinds.size()> seconds{}; ///< by kind; none counts twice

    double& at(WorkKind kind) { return seconds[static_cast<std::size_t>(kind)]; }
    double at(WorkKind kind) const { return seconds[static_cast<std::size_t>(kind)]; }
    double total() const;
    /// Of all seconds, 0–1; the shares of all kinds sum to 1. 0 where no time was measured.
    double share(WorkKind kind) const;
};

/// "forward 31.0 %, backward 45.2 %, …", for people; what rounds to nothing is left out.
std::string sentenceOf(const TimeShares& shares);
Json toJson(const TimeShares& shares);

/// profile_shares.json of a run's folder.
std::filesystem::path timeSharesFile(const std::filesystem::path& runFolder);
Status writeTimeShares(const std::filesystem::path& runFolder, const TimeShares& shares);
/// Nothing where it is not there, or cannot be read.
std::optional<TimeShares> readTimeShares(const std::filesystem::path& runFolder);

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a run comes from, and how often it was gone on with: kept in its run.json.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mantissa {

struct RunFamily {
    std::string parentIdentity{}; ///< of the run that it was forked from; empty: it began by itself
    std::string parentName{}; ///< of that run's folder, then
    std::int64_t forkedAt = 0; ///< step of the parent's checkpoint
    std::vector<std::int64_t> continuedAt{}; ///< steps at which another process went on with it
    bool isFork() const { return !parentIdentity.empty(); }
    friend bool operator==(const RunFamily&, const RunFamily&) = default;
};

/// Takes what can be used; of a run that says nothing, an empty family.
RunFamily readRunFamily(const std::filesystem::path& runFolder);
/// One more time. The first start of a fork is none: it begins where it was forked.
Status noteContinued(const std::filesystem::path& runFolder, std::int64_t step);
/// Keeps what else run.json says. A folder without one that can be read is left alone.
Status writeRunFamily(const std::filesystem::path& runFolder, const RunFamily& family);

} // namespace mantissa

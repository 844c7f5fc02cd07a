// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the user wrote on a run: a title, a note, tags, and whether it is put away. Kept in labels.json of the
// run's folder; nothing of it trains.

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mantissa {

struct RunLabels {
    std::string title; ///< empty: the folder's name
    std::string note;
    std::vector<std::string> tags;
    bool isArchived = false; ///< left out of the list unless asked for; nothing is moved
    friend bool operator==(const RunLabels&, const RunLabels&) = default;
};

/// Takes what can be used of the file; without one, or from one that is damaged, empty labels.
RunLabels readRunLabels(const std::filesystem::path& runFolder);
/// Keeps keys of the file that it does not know.
Status writeRunLabels(const std::filesystem::path& runFolder, const RunLabels& labels);
/// The title, or the folder's name.
std::string runTitle(const std::filesystem::path& runFolder);

} // namespace mantissa

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A finished run recorded by this program, and its baseline, carried inside the window: what a first start
// shows.

#include <filesystem>
#include <optional>

namespace mantissa::ui {

/// Unpacks both beside each other into the user's cache, read-only; the run's folder, or nothing where that
/// cannot be.
std::optional<std::filesystem::path> unpackExampleRun();
/// Whether a folder is one of them: to look at, not to label or go on with.
bool isExampleRun(const std::filesystem::path& folder);

} // namespace mantissa::ui

// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a file or folder is that somebody opens: by a double click, a drop on the window or as an argument.

#include "core/base/result.h"

#include <filesystem>
#include <string_view>

namespace mantissa {

/// The names that a desktop knows set-ups and presets by (packaging/desktop/mantissa.mime.xml). Others open
/// too.
inline constexpr std::string_view setupEnding = ".mantissa-setup.json";
inline constexpr std::string_view presetEnding = ".mantissa-preset.json";

enum class FileKind { Run, Experiment, Setup, Preset };

struct OpenedFile {
    FileKind kind = FileKind::Run;
    std::filesystem::path place{}; ///< the folder of a run or an experiment, the file of the others
};

/// Looks at what is there, not at endings alone. Errors: not there, nothing that this program knows.
Result<OpenedFile> openedFile(const std::filesystem::path& place);

} // namespace mantissa

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace mantissa::ui {

/// A file or folder to the desktop's trash; false where no trash takes it, and then it is where it was.
bool moveToTrash(const std::filesystem::path& what);

} // namespace mantissa::ui

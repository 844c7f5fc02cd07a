// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where text to learn from is found: a file, a folder of .txt and .md files, or a sample. What goes wrong
// while it is read is an error; what is left out, and what looks odd, is said.

#include "core/data/data_read.h"

#include <functional>
#include <string>
#include <string_view>

namespace mantissa {

struct TextRead {
    std::string text{};
    DataRead read{}; ///< files, bytes, digest and remarks
};

/// `isInterrupted` is asked before each part of a file is read, where it is given; once it says yes, the
/// error is Interrupted.
Result<TextRead> readText(const std::string& source, const std::function<bool()>& isInterrupted = {});
/// A part of a file: read and added to the digest in some hundredths of a second.
constexpr std::size_t readPortion = std::size_t{16} << 20;

/// What the first bytes of a file look like when they are no plain text: "gzip", "UTF-16", "binary"; empty
/// for text.
std::string_view oddLookOf(std::string_view head);

/// Refuses what gives its bytes once or never ends (a FIFO, a socket, a device).
Status checkIsFile(const std::filesystem::path& file);

} // namespace mantissa

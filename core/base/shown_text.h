// SPDX-License-Identifier: Apache-2.0
#pragma once

// Names on disk are bytes, and text is UTF-8: how a name that is none is shown, and read back.

#include <string>
#include <string_view>

namespace mantissa {

bool isUtf8(std::string_view bytes);

/// Text that anything can show: a byte that is no UTF-8, or a control character, becomes \xNN.
std::string shown(std::string_view bytes);

/// The same with line ends and other control characters left alone: for messages that hold such names.
std::string asUtf8(std::string_view bytes);

/// For a path in JSON: \xNN for each byte that is no UTF-8, and for the backslash of what would read as such
/// an escape. bytesOf() is the reverse.
std::string escapedPath(std::string_view bytes);
std::string bytesOf(std::string_view escapedPath);

} // namespace mantissa

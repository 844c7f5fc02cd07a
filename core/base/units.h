// SPDX-License-Identifier: Apache-2.0
#pragma once

// Bytes, counts and durations as people write and read them. Locale never matters here.

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mantissa {

constexpr std::int64_t kibibyte = 1024;
constexpr std::int64_t mebibyte = 1024 * kibibyte;
constexpr std::int64_t gibibyte = 1024 * mebibyte;

/// "4GiB", "2.6 GiB", "500MB", "123" (bytes). KiB…TiB are powers of 1024, KB…TB of 1000.
Result<std::int64_t> parseBytes(std::string_view text);

/// "2.60 GiB", "512 B": three significant digits, binary units.
std::string formatBytes(std::int64_t bytes);
/// Of a measurement, where 0 means that nothing is known: "–" then.
std::string formatMeasuredBytes(double bytes);

/// "12,345".
std::string formatCount(std::int64_t count);
/// "7/20"; "210" where more is done than was planned: the plan was shortened later.
std::string formatProgress(std::int64_t done, std::int64_t planned);

/// "3 h 05 min", "2 min 07 s", "4.1 s", "12 ms".
std::string formatSeconds(double seconds);

/// Shortest text that reads back as the same number; "NaN", "Infinity", "-Infinity".
std::string formatNumber(double value);

} // namespace mantissa

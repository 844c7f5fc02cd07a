// SPDX-License-Identifier: Apache-2.0
#pragma once

// Files of rows (JSON Lines, JSON, CSV) as objects, one after the other, read with suspicion: what is broken
// is named by file and line. Text in, so that anything can be tried on it. UTF-8 alone; a NUL byte is
// refused.

#include "core/base/json.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mantissa {

enum class RecordFormat { JsonLines, JsonList, Csv };

/// By the ending of its name (.jsonl, .ndjson, .json, .csv); nothing for another.
std::optional<RecordFormat> recordFormatOf(const std::filesystem::path& file);

/// A record is an object; of CSV one whose values are texts. `place` is where it stands: "a.jsonl line 12".
/// What it refuses ends the reading.
using TakeRecord = std::function<Status(const Json& record, const std::string& place)>;

/// A line of JSON, or a row of CSV, that is longer is taken for what was not meant to be one.
constexpr std::size_t longestRecord = std::size_t{64} << 20; // bytes

/// Hands over each record of `text`, in order. `what` names the file. JSON is a list of objects, or an object
/// with such a list under "data"; what is JSON Lines inside is read as such. Blank lines are none. A text
/// without a record is refused.
Status readRecords(
    std::string_view text, RecordFormat format, const std::string& what, const TakeRecord& take);

} // namespace mantissa

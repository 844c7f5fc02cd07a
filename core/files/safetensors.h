// SPDX-License-Identifier: Apache-2.0
#pragma once

// safetensors: named tensors in one file that cannot execute anything. Read with every check of the reference
// reader.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mantissa {

/// One entry of the header. Offsets count from the start of the data.
struct SafetensorsEntry {
    std::string name{};
    std::string format{}; ///< "F32", "BF16", "F16", "I16", …
    std::vector<std::int64_t> sizes{};
    std::int64_t begin = 0;
    std::int64_t end = 0;
};

struct SafetensorsHeader {
    std::vector<SafetensorsEntry> entries; ///< in the order of their data
    std::map<std::string, std::string> metadata;
    std::int64_t dataStart = 0; ///< in the file
    const SafetensorsEntry* find(const std::string& name) const;
};

/// Checks the header of a file of `fileBytes` bytes whose first bytes are `head` (all of the header at
/// least).
Result<SafetensorsHeader> parseSafetensorsHeader(
    const std::string& head, std::int64_t fileBytes, const std::string& what);
Result<SafetensorsHeader> readSafetensorsHeader(const std::filesystem::path& file);

/// Reads the bytes of one entry into `target`, which has room for end - begin of them.
Status readSafetensorsEntry(const std::filesystem::path& file, const SafetensorsHeader& header,
    const SafetensorsEntry& entry, void* target);

/// A tensor to write; `fill` puts its bytes into the buffer given.
struct SafetensorsSource {
    std::string name;
    std::string format;
    std::vector<std::int64_t> sizes;
    std::function<void(void* target)> fill;
};

/// Writes and fsyncs a file, one tensor in memory at a time; returns its bytes.
Result<std::int64_t> writeSafetensors(const std::filesystem::path& file,
    const std::vector<SafetensorsSource>& tensors, const std::map<std::string, std::string>& metadata);

} // namespace mantissa

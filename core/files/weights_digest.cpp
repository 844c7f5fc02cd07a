// SPDX-License-Identifier: Apache-2.0
#include "core/files/weights_digest.h"

#include "core/base/digest.h"
#include "core/files/safetensors.h"

#include <fmt/format.h>

#include <algorithm>

namespace mantissa {

Result<std::string> weightsDigest(const std::filesystem::path& safetensorsFile)
{
    auto header = readSafetensorsHeader(safetensorsFile);
    if (!header)
        return fail(header.error());
    auto entries = header->entries;
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    Sha256 digest;
    std::vector<char> bytes;
    for (const SafetensorsEntry& entry : entries) {
        if (entry.format != "F32")
            return fail(fmt::format("{}: tensor '{}' is {}; a digest is over FP32 weights",
                safetensorsFile.string(), entry.name, entry.format));
        bytes.resize(static_cast<std::size_t>(entry.end - entry.begin));
        if (auto status = readSafetensorsEntry(safetensorsFile, *header, entry, bytes.data()); !status)
            return fail(status.error());
        digest.add(entry.name);
        digest.add("\0", 1);
        digest.add(bytes.data(), bytes.size());
    }
    return digest.hex();
}

} // namespace mantissa

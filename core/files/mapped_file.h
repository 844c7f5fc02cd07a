// SPDX-License-Identifier: Apache-2.0
#pragma once

// A file seen as memory: read when it is touched, and the system's to drop again.

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <span>

namespace mantissa {

/// Read only. Whoever cuts the file while it is mapped ends the process that reads on (SIGBUS).
class MappedFile {
public:
    /// Errors: not there, not readable, no plain file.
    static Result<MappedFile> open(const std::filesystem::path& file);
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();

    std::span<const std::byte> bytes() const { return {m_data, m_size}; }

private:
    MappedFile(const std::byte* data, std::size_t size)
        : m_data(data)
        , m_size(size)
    {
    }

    const std::byte* m_data;
    std::size_t m_size;
};

} // namespace mantissa

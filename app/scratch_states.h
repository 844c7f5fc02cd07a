// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a command that only measures steps lets states on Disk rest.

#include "core/record/run_config.h"

#include <filesystem>

namespace mantissa {

/// A file of this process in memory.scratch, or where temporary files go; it goes with this object, which
/// must outlive the engine.
class ScratchStates {
public:
    explicit ScratchStates(const MemoryConfig& memory);
    ~ScratchStates();
    ScratchStates(const ScratchStates&) = delete;
    ScratchStates& operator=(const ScratchStates&) = delete;

    const std::filesystem::path& file() const { return m_file; }

private:
    std::filesystem::path m_file;
};

} // namespace mantissa

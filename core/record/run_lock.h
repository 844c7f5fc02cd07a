// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who writes a run: one process at a time.

#include "core/base/result.h"

#include <filesystem>

namespace mantissa {

/// Held by the process that writes a run; an flock, which a dead holder frees at once.
class RunLock {
public:
    RunLock() = default;
    RunLock(RunLock&& other) noexcept;
    RunLock& operator=(RunLock&& other) noexcept;
    ~RunLock();
    static Result<RunLock> take(const std::filesystem::path& runFolder);
    /// True while another process (or another RunLock) holds it.
    static bool isHeld(const std::filesystem::path& runFolder);
    /// True where this machine took it, since it was last started: not held then, nobody writes the run.
    static bool wasTakenHere(const std::filesystem::path& runFolder);

private:
    int m_descriptor = -1;
};

} // namespace mantissa

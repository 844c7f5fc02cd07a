// SPDX-License-Identifier: Apache-2.0
#pragma once

// How much room this machine has for a process now: memory, within what the kernel calls available, the
// limits of its control groups and of the process; and space on a disk.

#include <cstdint>
#include <filesystem>
#include <optional>

namespace mantissa {

/// What may still be taken. Memory that the kernel would give up for it (caches) counts as free.
std::int64_t availableMemoryBytes();
/// The same from a tree of files like / has (/proc, /sys/fs/cgroup), without the process's own limits.
std::int64_t availableMemoryBytes(const std::filesystem::path& root);

/// What a user may still write below a folder that is there, or will be made; nothing where it cannot be
/// known.
std::optional<std::int64_t> freeDiskBytes(std::filesystem::path folder);

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/record/run_lock.h"

#include "core/base/file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

/// Another one after each start of a machine, and on each machine; empty where the system tells none.
std::string bootId()
{
    std::string id;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
    return id;
}

} // namespace

RunLock::RunLock(RunLock&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

RunLock& RunLock::operator=(RunLock&& other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

RunLock::~RunLock()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Result<RunLock> RunLock::take(const fs::path& runFolder)
{
    RunLock lock;
    lock.m_descriptor = ::open((runFolder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock.m_descriptor < 0)
        return fail(fmt::format(
            "cannot write in {}: {}; check its permissions", runFolder.string(), std::strerror(errno)));
    constexpr int attempts = 20; // isHeld() of another holds a shared lock for an instant
    int attempt = 0;
    while (::flock(lock.m_descriptor, LOCK_EX | LOCK_NB) != 0 && ++attempt < attempts)
        ::usleep(5000);
    if (attempt == attempts)
        return fail(fmt::format(
            "{} is being written by another process; wait for it, or stop it first", runFolder.string()));
    const std::string id = bootId();
    if (::ftruncate(lock.m_descriptor, 0) == 0) {
        [[maybe_unused]] const auto written = ::write(
            lock.m_descriptor, id.data(), id.size()); // without it readers wait a minute for the log to grow
    }
    return lock;
}

bool RunLock::isHeld(const fs::path& runFolder)
{
    const int descriptor = ::open((runFolder / "lock").c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0;
    ::close(descriptor);
    return held;
}

bool RunLock::wasTakenHere(const fs::path& runFolder)
{
    const auto taken = readFile(runFolder / "lock");
    return taken && !taken->empty() && *taken == bootId();
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/files/mapped_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace mantissa {

Result<MappedFile> MappedFile::open(const std::filesystem::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status { };
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0)
        return fail(fmt::format("cannot open {}: {}; check the path", file.string(), std::strerror(errno)),
            ExitCode::Usage);
    const auto size = static_cast<std::size_t>(status.st_size);
    const bool isPlain = S_ISREG(status.st_mode);
    void* data = isPlain && size > 0 ? ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0) : nullptr;
    const int reason = errno;
    ::close(descriptor);
    if (!isPlain)
        return fail(fmt::format("{} is no plain file; give one that can be read again", file.string()),
            ExitCode::Usage);
    if (data == MAP_FAILED) // NOLINT: the system's macro
        return fail(fmt::format("cannot map {}: {}; free some memory", file.string(), std::strerror(reason)));
    return MappedFile(static_cast<const std::byte*>(data), size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr))
    , m_size(std::exchange(other.m_size, 0))
{
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept
{
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

MappedFile::~MappedFile()
{
    if (m_data)
        ::munmap(const_cast<std::byte*>(m_data), m_size);
}

} // namespace mantissa

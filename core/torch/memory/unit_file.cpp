// SPDX-License-Identifier: Apache-2.0
#include "core/torch/memory/unit_file.h"

#include "core/base/open_file.h"
#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace mantissa {

namespace {

constexpr std::int64_t requestBytes = 8 << 20; // larger requests gain nothing (docs/measurements)
constexpr std::uint64_t magic = 0x335353494E414D44ull;

struct HeaderStart {
    std::uint64_t magic = 0;
    std::int64_t sequence = 0;
    std::uint64_t layout = 0; ///< what units it was made for
    std::uint64_t units = 0;
    std::array<char, 64> owner{};
    std::uint64_t checksum = 0; ///< of the entries and what stands above, this one being 0
};

std::string systemWord(int number = errno)
{
    return std::strerror(number);
} // NOLINT(concurrency-mt-unsafe): glibc's is per thread

struct FreeBytes {
    void operator()(std::byte* bytes) const { std::free(bytes); } // NOLINT: from posix_memalign
};
using AlignedBytes = std::unique_ptr<std::byte, FreeBytes>;

/// For O_DIRECT; zeroed. Null: no memory.
AlignedBytes alignedBytes(std::int64_t bytes)
{
    void* memory = nullptr;
    if (::posix_memalign(&memory, filePage, static_cast<std::size_t>(bytes)) != 0)
        return nullptr;
    std::memset(memory, 0, static_cast<std::size_t>(bytes));
    return AlignedBytes(static_cast<std::byte*>(memory));
}

} // namespace

std::uint64_t checksumOf(const std::byte* data, std::int64_t bytes)
{
    std::array<std::uint64_t, 8> lanes{};
    for (std::int64_t at = 0; at < bytes; at += 64) {
        std::array<std::uint64_t, 8> words{};
        std::memcpy(
            words.data(), data + at, static_cast<std::size_t>(std::min<std::int64_t>(64, bytes - at)));
        for (std::size_t i = 0; i < lanes.size(); ++i)
            lanes[i] = (lanes[i] ^ words[i]) * 0x9E3779B97F4A7C15ull;
    }
    std::uint64_t sum = 0;
    for (const std::uint64_t lane : lanes)
        sum = (sum ^ lane ^ lane >> 29) * 0xBF58476D1CE4E5B9ull;
    return sum;
}

UnitFile::UnitFile(std::filesystem::path path, std::vector<UnitLayout> layouts, const std::string& owner)
    : m_path(std::move(path))
    , m_layouts(std::move(layouts))
{
    std::copy_n(owner.data(), std::min(owner.size(), m_owner.size()), m_owner.data());
    const auto headers
        = static_cast<std::int64_t>(sizeof(HeaderStart) + m_layouts.size() * sizeof(UnitEntry));
    m_headerBytes = roundedUp(headers, filePage);
    m_bytes = 2 * m_headerBytes;
    for (const UnitLayout& unit : m_layouts) {
        m_offsets.push_back(std::exchange(m_bytes, m_bytes + unit.end));
        if (std::find(m_spareSizes.begin(), m_spareSizes.end(), unit.end) == m_spareSizes.end())
            m_spareSizes.push_back(unit.end);
    }
    for (const std::int64_t size : m_spareSizes)
        m_offsets.push_back(std::exchange(m_bytes, m_bytes + size));
}

UnitFile::UnitFile(UnitFile&& other) noexcept
    : m_path(std::move(other.m_path))
    , m_layouts(std::move(other.m_layouts))
    , m_offsets(std::move(other.m_offsets))
    , m_spareSizes(std::move(other.m_spareSizes))
    , m_headerBytes(other.m_headerBytes)
    , m_bytes(other.m_bytes)
    , m_owner(other.m_owner)
    , m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_notice(std::move(other.m_notice))
    , m_opened(std::move(other.m_opened))
{
}

UnitFile::~UnitFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Status UnitFile::openDescriptor(int flags)
{
    m_descriptor = ::open(m_path.c_str(), O_RDWR | O_CLOEXEC | O_DIRECT | flags, 0600);
    if (m_descriptor < 0 && errno == EINVAL) {
        m_descriptor = ::open(m_path.c_str(), O_RDWR | O_CLOEXEC | flags, 0600);
        m_notice = fmt::format(
            "{} is on a file system without O_DIRECT: reads and writes pass the page cache and are slower",
            m_path.string());
    }
    if (m_descriptor < 0)
        return fail(
            fmt::format("cannot open {}: {}; name another memory.scratch", m_path.string(), systemWord()));
    return claim();
}

Status UnitFile::claim() const
{
    if (::flock(m_descriptor, LOCK_EX | LOCK_NB) != 0)
        return fail(
            fmt::format("{} is in use by another process; wait for it, or stop it first", m_path.string()));
    const AlignedBytes image = alignedBytes(filePage);
    if (!image)
        return fail("no memory for the header of " + m_path.string(), ExitCode::OutOfMemory);
    HeaderStart start;
    if (::pread(m_descriptor, image.get(), filePage, 0) != filePage) // made just now
        return {};
    std::memcpy(&start, image.get(), sizeof start);
    if (start.magic != magic || start.owner == m_owner)
        return {};
    return fail(fmt::format(
        "{} holds the states of another run ({}); name another memory.scratch, or remove it if that "
        "run is no longer wanted",
        m_path.string(), std::string(start.owner.data(), ::strnlen(start.owner.data(), start.owner.size()))));
}

Result<UnitFile> UnitFile::make(
    const std::filesystem::path& path, std::vector<UnitLayout> units, const std::string& owner)
{
    UnitFile file(path, std::move(units), owner);
    std::error_code failure;
    const auto folder = path.parent_path();
    if (!std::filesystem::is_directory(folder, failure))
        return fail(fmt::format("memory.scratch {} is no folder; make it, or name another", folder.string()),
            ExitCode::Usage);
    TRY(file.openDescriptor(O_CREAT));
    const std::int64_t reserved = static_cast<std::int64_t>(std::filesystem::file_size(path, failure));
    const auto space = std::filesystem::space(folder, failure);
    if (static_cast<std::int64_t>(space.available) + std::max<std::int64_t>(0, reserved) < file.m_bytes)
        return fail(fmt::format("memory.scratch {} has {} free and the states on disk need {}; free some "
                                "space or name another folder",
            folder.string(), formatBytes(static_cast<std::int64_t>(space.available)),
            formatBytes(file.m_bytes)));
    // emptied, so that no old header is left should this be killed
    if (::ftruncate(file.m_descriptor, 0) != 0)
        return fail(
            fmt::format("cannot empty {}: {}; name another memory.scratch", path.string(), systemWord()));
    if (const int problem = ::posix_fallocate(file.m_descriptor, 0, file.m_bytes); problem != 0)
        return fail(fmt::format("cannot reserve {} in {}: {}; free some space or name another memory.scratch",
            formatBytes(file.m_bytes), folder.string(), systemWord(problem)));
    file.m_opened.entries.resize(file.m_layouts.size());
    for (std::size_t i = 0; i < file.m_layouts.size(); ++i)
        file.m_opened.entries[i].offset = file.m_offsets[i];
    if (const std::string problem = file.writeHeader(file.m_opened); !problem.empty())
        return fail(problem);
    return file;
}

Result<UnitFile> UnitFile::reopen(
    const std::filesystem::path& path, std::vector<UnitLayout> units, const std::string& owner)
{
    UnitFile file(path, std::move(units), owner);
    TRY(file.openDescriptor(0));
    const auto even = file.readHeader(0);
    const auto odd = file.readHeader(1);
    if (!even && !odd)
        return fail(even.error());
    file.m_opened = even && (!odd || even->sequence > odd->sequence) ? *even : *odd;
    for (std::size_t i = 0; i < file.m_layouts.size(); ++i) {
        const std::int64_t offset = file.m_opened.entries[i].offset;
        if (offset < 2 * file.m_headerBytes || offset + file.m_layouts[i].end > file.m_bytes)
            return fail(fmt::format("{} is damaged: unit {} is said to be outside of it", path.string(), i));
    }
    return file;
}

Result<UnitTable> UnitFile::readHeader(int which) const
{
    const AlignedBytes image = alignedBytes(m_headerBytes);
    if (!image)
        return fail("no memory for the header of " + m_path.string(), ExitCode::OutOfMemory);
    if (const std::string problem = transfer(false, image.get(), m_headerBytes, which * m_headerBytes);
        !problem.empty())
        return fail(problem);
    HeaderStart start;
    std::memcpy(&start, image.get(), sizeof start);
    const auto checksum = std::exchange(start.checksum, 0);
    if (start.magic != magic || start.layout != layoutHash() || start.units != m_layouts.size())
        return fail(fmt::format("{} was made for another model or other moments", m_path.string()));
    std::memcpy(image.get(), &start, sizeof start);
    const auto entryBytes = m_layouts.size() * sizeof(UnitEntry);
    if (checksumOf(image.get(), static_cast<std::int64_t>(sizeof start + entryBytes)) != checksum)
        return fail(fmt::format("{} is damaged: its header does not have its checksum", m_path.string()));
    UnitTable table{.entries = std::vector<UnitEntry>(m_layouts.size()), .sequence = start.sequence};
    std::memcpy(table.entries.data(), image.get() + sizeof start, entryBytes);
    return table;
}

std::string UnitFile::writeHeader(const UnitTable& table) const
{
    const AlignedBytes image = alignedBytes(m_headerBytes);
    if (!image)
        return "no memory for the header of " + m_path.string();
    HeaderStart start{.magic = magic,
        .sequence = table.sequence,
        .layout = layoutHash(),
        .units = table.entries.size(),
        .owner = m_owner};
    const std::size_t entryBytes = table.entries.size() * sizeof(UnitEntry);
    std::memcpy(image.get(), &start, sizeof start);
    std::memcpy(image.get() + sizeof start, table.entries.data(), entryBytes);
    start.checksum = checksumOf(image.get(), static_cast<std::int64_t>(sizeof start + entryBytes));
    std::memcpy(image.get(), &start, sizeof start);
    if (std::string problem = transfer(true, image.get(), m_headerBytes, table.sequence % 2 * m_headerBytes);
        !problem.empty())
        return problem;
    if (::fdatasync(m_descriptor) != 0)
        return fmt::format("cannot make {} last: {}", m_path.string(), systemWord());
    return {};
}

std::string UnitFile::transfer(bool write, std::byte* data, std::int64_t bytes, std::int64_t offset) const
{
    while (bytes > 0) {
        const auto size = static_cast<std::size_t>(std::min(bytes, requestBytes));
        const ssize_t done
            = write ? ::pwrite(m_descriptor, data, size, offset) : ::pread(m_descriptor, data, size, offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return fmt::format("cannot {} {}: {}", write ? "write" : "read", m_path.string(),
                done == 0 ? "it ended early" : systemWord());
        data += done;
        offset += done;
        bytes -= done;
    }
    return {};
}

std::string UnitFile::readSection(
    const UnitEntry& entry, std::size_t unit, int section, std::byte* data, bool verify) const
{
    const UnitLayout& layout = m_layouts[unit];
    const std::int64_t start = layout.start(section);
    const std::int64_t size = layout.start(section + 1) - start;
    std::string problem = transfer(false, data + start, size, entry.offset + start);
    if (problem.empty() && verify
        && checksumOf(data + start, size) != entry.checksums[static_cast<std::size_t>(section)])
        problem = fmt::format(
            "{} is damaged: unit {} does not have its checksum; go back to a checkpoint or start anew",
            m_path.string(), unit);
    dropCache(entry.offset + start, size);
    return problem;
}

std::string UnitFile::commit(
    UnitTable& table, std::size_t unit, std::int64_t step, const std::byte* data) const
{
    UnitTable next = table;
    UnitEntry& entry = next.entries[unit];
    const UnitLayout& layout = m_layouts[unit];
    entry.offset = spareFor(table, unit);
    entry.step = step;
    for (int section = 0; section < 3; ++section)
        entry.checksums[static_cast<std::size_t>(section)]
            = checksumOf(data + layout.start(section), layout.start(section + 1) - layout.start(section));
    std::string problem
        = transfer(true, const_cast<std::byte*>(data), layout.end, entry.offset); // pwrite only reads it
    if (problem.empty() && ::fdatasync(m_descriptor) != 0)
        problem = fmt::format("cannot make {} last: {}", m_path.string(), systemWord());
    ++next.sequence;
    if (problem.empty())
        problem = writeHeader(next);
    dropCache(entry.offset, layout.end);
    if (problem.empty())
        table = std::move(next);
    return problem;
}

std::int64_t UnitFile::spareFor(const UnitTable& table, std::size_t unit) const
{
    const std::int64_t size = m_layouts[unit].end;
    for (std::size_t slot = 0; slot < m_offsets.size(); ++slot) {
        const std::int64_t slotSize
            = slot < m_layouts.size() ? m_layouts[slot].end : m_spareSizes[slot - m_layouts.size()];
        if (slotSize == size
            && std::none_of(table.entries.begin(), table.entries.end(),
                [&](const UnitEntry& entry) { return entry.offset == m_offsets[slot]; }))
            return m_offsets[slot];
    }
    std::abort(); // there is one slot more of each size than units
}

/// Where the page cache is in between, it must not fill Host memory.
void UnitFile::dropCache(std::int64_t offset, std::int64_t bytes) const
{
    if (!m_notice.empty())
        ::posix_fadvise(m_descriptor, offset, bytes, POSIX_FADV_DONTNEED);
}

std::uint64_t UnitFile::layoutHash() const
{
    return checksumOf(reinterpret_cast<const std::byte*>(m_layouts.data()),
        static_cast<std::int64_t>(m_layouts.size() * sizeof(UnitLayout)));
}

void UnitFile::remove() const
{
    std::error_code ignored;
    std::filesystem::remove(placeOfOpen(m_descriptor), ignored);
}

std::int64_t UnitFile::largestUnit() const
{
    std::int64_t largest = 0;
    for (const UnitLayout& unit : m_layouts)
        largest = std::max(largest, unit.end);
    return largest;
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/torch/memory/disk_storage.h"

#include "core/base/units.h"
#include "core/torch/memory/tier_scope.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <mutex>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace mantissa {

namespace {

constexpr std::int64_t page = 4096;
constexpr std::int64_t requestBytes = 8 << 20; // larger requests gain nothing (docs/measurements)
constexpr std::size_t buffers = 3;             // one in use, one arriving, one leaving
constexpr std::uint64_t magic = 0x315353494E414D44ull;

std::int64_t roundedUp(std::int64_t value, std::int64_t step) { return (value + step - 1) / step * step; }

/// Eight lanes of multiply and xor: as fast as memory, and any changed word changes it.
std::uint64_t checksumOf(const std::byte* data, std::int64_t bytes)
{
    std::array<std::uint64_t, 8> lanes{};
    for (std::int64_t at = 0; at < bytes; at += 64) {
        std::array<std::uint64_t, 8> words{};
        std::memcpy(words.data(), data + at, static_cast<std::size_t>(std::min<std::int64_t>(64, bytes - at)));
        for (std::size_t i = 0; i < lanes.size(); ++i)
            lanes[i] = (lanes[i] ^ words[i]) * 0x9E3779B97F4A7C15ull;
    }
    std::uint64_t sum = 0;
    for (const std::uint64_t lane : lanes)
        sum = (sum ^ lane ^ lane >> 29) * 0xBF58476D1CE4E5B9ull;
    return sum;
}

struct UnitEntry {
    std::int64_t slot = 0;
    std::int64_t step = -1;
    std::array<std::uint64_t, 3> checksums{}; ///< of the sections
};

struct HeaderStart {
    std::uint64_t magic = 0;
    std::uint64_t sequence = 0;
    std::uint64_t layout = 0; ///< what units it was made for
    std::uint64_t units = 0;
    std::uint64_t checksum = 0; ///< of the entries and the three above
};

std::string systemWord() { return std::strerror(errno); } // NOLINT(concurrency-mt-unsafe): glibc's is per thread

using Clock = std::chrono::steady_clock;

} // namespace

struct DiskStorage::Impl {
    enum class State { Free, Reading, Ready, Writing };
    struct Buffer {
        at::Tensor memory{};
        std::byte* data = nullptr;
        State state = State::Free;
        std::size_t unit = 0;
        Parts parts = Parts::None;
        bool isAcquired = false;
        std::int64_t step = -1;
    };

    std::filesystem::path file;
    std::vector<UnitLayout> layouts;
    std::string notice;
    int descriptor = -1;
    std::int64_t headerBytes = 0;
    std::int64_t slotBytes = 0;
    std::int64_t offsetInMemory = 0;

    mutable std::mutex mutex;
    std::condition_variable changed;
    // all below guarded by mutex
    std::vector<UnitEntry> entries;
    std::vector<bool> isVerified; ///< read once by this process, or written by it
    std::int64_t freeSlot = 0;
    std::uint64_t sequence = 0;
    std::array<Buffer, buffers> ring;
    std::deque<std::pair<std::size_t, Parts>> reads; ///< buffer, parts to add
    std::deque<std::size_t> writes;                 ///< buffers
    std::string error;
    bool isClosing = false;
    DiskTraffic traffic{};
    std::thread reader;
    std::thread writer;

    ~Impl()
    {
        {
            const std::lock_guard lock(mutex);
            isClosing = true;
        }
        changed.notify_all();
        if (reader.joinable())
            reader.join();
        if (writer.joinable())
            writer.join();
        if (descriptor >= 0)
            ::close(descriptor);
        std::error_code ignored;
        std::filesystem::remove(file, ignored);
    }

    std::int64_t sectionStart(std::size_t unit, int section) const
    {
        const UnitLayout& layout = layouts[unit];
        return section == 0 ? 0 : section == 1 ? layout.remainder : section == 2 ? layout.moments : layout.end;
    }
    std::int64_t slotOffset(std::int64_t slot) const { return 2 * headerBytes + slot * slotBytes; }
    std::uint64_t layoutHash() const
    {
        return checksumOf(reinterpret_cast<const std::byte*>(layouts.data()), static_cast<std::int64_t>(layouts.size() * sizeof(UnitLayout)));
    }

    /// Empty, or what went wrong.
    std::string transfer(bool write, std::byte* data, std::int64_t bytes, std::int64_t offset) const
    {
        while (bytes > 0) {
            const auto size = static_cast<std::size_t>(std::min(bytes, requestBytes));
            const ssize_t done = write ? ::pwrite(descriptor, data, size, offset) : ::pread(descriptor, data, size, offset);
            if (done < 0 && errno == EINTR)
                continue;
            if (done <= 0)
                return fmt::format("cannot {} {}: {}", write ? "write" : "read", file.string(), done == 0 ? "it ended early" : systemWord());
            data += done;
            offset += done;
            bytes -= done;
        }
        return {};
    }

    std::vector<std::byte> headerImage(const std::vector<UnitEntry>& table, std::uint64_t number) const
    {
        std::vector<std::byte> image(static_cast<std::size_t>(headerBytes));
        HeaderStart start{.magic = magic, .sequence = number, .layout = layoutHash(), .units = table.size()};
        const std::size_t entryBytes = table.size() * sizeof(UnitEntry);
        std::memcpy(image.data() + sizeof start, table.data(), entryBytes);
        std::memcpy(image.data(), &start, sizeof start);
        start.checksum = checksumOf(image.data(), static_cast<std::int64_t>(sizeof start + entryBytes));
        std::memcpy(image.data(), &start, sizeof start);
        return image;
    }

    /// Writes one of the two headers and makes it last. Empty, or what went wrong.
    std::string commit(const std::vector<UnitEntry>& table, std::uint64_t number) const
    {
        const auto image = headerImage(table, number);
        void* aligned = nullptr;
        if (::posix_memalign(&aligned, page, image.size()) != 0)
            return "no memory for the header of " + file.string();
        std::memcpy(aligned, image.data(), image.size());
        std::string problem = transfer(true, static_cast<std::byte*>(aligned), headerBytes, static_cast<std::int64_t>(number % 2) * headerBytes);
        std::free(aligned); // NOLINT: from posix_memalign
        if (problem.empty() && ::fdatasync(descriptor) != 0)
            problem = fmt::format("cannot make {} last: {}", file.string(), systemWord());
        struct stat facts {};
        if (problem.empty() && (::fstat(descriptor, &facts) != 0 || facts.st_nlink == 0))
            problem = file.string() + " was removed while the run used it";
        return problem;
    }

    void failWith(std::string problem)
    {
        if (error.empty())
            error = std::move(problem);
        changed.notify_all();
    }

    void readLoop()
    {
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [&] { return isClosing || !reads.empty(); });
            if (isClosing)
                return;
            const auto [index, parts] = reads.front();
            reads.pop_front();
            Buffer& buffer = ring[index];
            const std::size_t unit = buffer.unit;
            const UnitEntry entry = entries[unit];
            const bool verify = !isVerified[unit];
            lock.unlock();
            std::string problem;
            std::int64_t bytes = 0;
            for (int section = 0; section < 3 && problem.empty(); ++section) {
                if (!has(parts, static_cast<Parts>(1u << section)))
                    continue;
                const std::int64_t start = sectionStart(unit, section);
                const std::int64_t size = sectionStart(unit, section + 1) - start;
                problem = transfer(false, buffer.data + start, size, slotOffset(entry.slot) + start);
                bytes += size;
                if (problem.empty() && verify && checksumOf(buffer.data + start, size) != entry.checksums[static_cast<std::size_t>(section)])
                    problem = fmt::format("{} is damaged: unit {} does not have its checksum; go back to a checkpoint or start anew", file.string(), unit);
            }
            dropCache(slotOffset(entry.slot));
            lock.lock();
            traffic.bytesRead += bytes;
            if (!problem.empty())
                failWith(std::move(problem));
            if (verify && parts == Parts::All)
                isVerified[unit] = true;
            buffer.parts = buffer.parts | parts;
            buffer.state = State::Ready;
            changed.notify_all();
        }
    }

    void writeLoop()
    {
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [&] { return isClosing || !writes.empty(); });
            if (writes.empty())
                return; // closing, and what was released is written
            const std::size_t index = writes.front();
            writes.pop_front();
            Buffer& buffer = ring[index];
            const std::size_t unit = buffer.unit;
            const std::int64_t slot = freeSlot;
            auto table = entries;
            const std::uint64_t number = sequence + 1;
            lock.unlock();
            const std::int64_t bytes = layouts[unit].end;
            std::string problem = transfer(true, buffer.data, bytes, slotOffset(slot));
            if (problem.empty() && ::fdatasync(descriptor) != 0)
                problem = fmt::format("cannot make {} last: {}", file.string(), systemWord());
            const std::int64_t before = std::exchange(table[unit].slot, slot);
            table[unit].step = buffer.step;
            for (int section = 0; section < 3; ++section)
                table[unit].checksums[static_cast<std::size_t>(section)]
                    = checksumOf(buffer.data + sectionStart(unit, section), sectionStart(unit, section + 1) - sectionStart(unit, section));
            if (problem.empty())
                problem = commit(table, number);
            dropCache(slotOffset(slot));
            lock.lock();
            traffic.bytesWritten += bytes;
            if (problem.empty()) {
                entries = std::move(table);
                sequence = number;
                freeSlot = before;
                isVerified[unit] = true;
            } else {
                failWith(std::move(problem));
            }
            buffer.state = State::Free;
            buffer.parts = Parts::None;
            changed.notify_all();
        }
    }

    /// Where the page cache is in between, it must not fill Host memory.
    void dropCache(std::int64_t offset) const
    {
        if (!notice.empty())
            ::posix_fadvise(descriptor, offset, slotBytes, POSIX_FADV_DONTNEED);
    }

    Buffer* bufferOf(std::size_t unit)
    {
        for (Buffer& buffer : ring)
            if (buffer.state != State::Free && buffer.unit == unit)
                return &buffer;
        return nullptr;
    }

    Buffer* freeBuffer()
    {
        for (Buffer& buffer : ring)
            if (buffer.state == State::Free)
                return &buffer;
        return nullptr;
    }

    void startRead(Buffer& buffer, std::size_t unit, Parts parts)
    {
        if (buffer.state == State::Free)
            buffer.parts = Parts::None;
        buffer.state = State::Reading;
        buffer.unit = unit;
        reads.emplace_back(static_cast<std::size_t>(&buffer - ring.data()), parts);
        changed.notify_all();
    }

    void checkError() const { TORCH_CHECK(error.empty(), error); }
};

DiskStorage::DiskStorage(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}

DiskStorage::~DiskStorage() = default;

Result<std::unique_ptr<DiskStorage>> DiskStorage::open(const std::filesystem::path& file, std::vector<UnitLayout> units)
{
    auto impl = std::make_unique<Impl>();
    impl->file = file;
    impl->layouts = std::move(units);
    for (const UnitLayout& unit : impl->layouts)
        impl->slotBytes = std::max(impl->slotBytes, unit.end);
    const auto count = static_cast<std::int64_t>(impl->layouts.size());
    impl->headerBytes = roundedUp(static_cast<std::int64_t>(sizeof(HeaderStart)) + count * static_cast<std::int64_t>(sizeof(UnitEntry)), page);
    const std::int64_t total = 2 * impl->headerBytes + (count + 1) * impl->slotBytes;

    std::error_code failure;
    const auto folder = file.parent_path();
    if (!std::filesystem::is_directory(folder, failure))
        return fail(fmt::format("memory.scratch {} is no folder; make it, or name another", folder.string()), ExitCode::Usage);
    std::filesystem::remove(file, failure); // of a process that was killed: a checkpoint holds what was acknowledged
    const auto space = std::filesystem::space(folder, failure);
    if (static_cast<std::int64_t>(space.available) < total)
        return fail(fmt::format("memory.scratch {} has {} free and the states on disk need {}; free some space or name another folder",
            folder.string(), formatBytes(static_cast<std::int64_t>(space.available)), formatBytes(total)));
    impl->descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_DIRECT, 0600);
    if (impl->descriptor < 0 && errno == EINVAL) {
        impl->descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        impl->notice = fmt::format("{} is on a file system without O_DIRECT: reads and writes pass the page cache and are slower", file.string());
    }
    if (impl->descriptor < 0)
        return fail(fmt::format("cannot open {}: {}; name another memory.scratch", file.string(), systemWord()));
    if (const int problem = ::posix_fallocate(impl->descriptor, 0, total); problem != 0)
        return fail(fmt::format("cannot reserve {} in {}: {}; free some space or name another memory.scratch", formatBytes(total),
            folder.string(), std::strerror(problem))); // NOLINT(concurrency-mt-unsafe)
    impl->entries.resize(impl->layouts.size());
    impl->isVerified.assign(impl->layouts.size(), false); // every unit's first read is checked
    for (std::size_t i = 0; i < impl->entries.size(); ++i)
        impl->entries[i].slot = static_cast<std::int64_t>(i);
    impl->freeSlot = count;
    if (const std::string problem = impl->commit(impl->entries, 0); !problem.empty())
        return fail(problem);
    const PurposeScope purpose(Tier::Host, MemoryClass::Workspace);
    for (Impl::Buffer& buffer : impl->ring) {
        buffer.memory = at::empty({impl->slotBytes + page}, at::kByte);
        auto* start = static_cast<std::byte*>(buffer.memory.mutable_data_ptr());
        buffer.data = start + (page - static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(start) % page)) % page;
    }
    impl->reader = std::thread([raw = impl.get()] { raw->readLoop(); });
    impl->writer = std::thread([raw = impl.get()] { raw->writeLoop(); });
    return std::unique_ptr<DiskStorage>(new DiskStorage(std::move(impl)));
}

at::Tensor DiskStorage::acquire(std::size_t unit, Parts parts, bool read)
{
    Impl& s = *m_impl;
    std::unique_lock lock(s.mutex);
    const auto start = Clock::now();
    Impl::Buffer* buffer = nullptr;
    while (true) {
        s.checkError();
        buffer = s.bufferOf(unit);
        if (buffer && buffer->state == Impl::State::Ready) {
            if (!read || has(buffer->parts, parts))
                break;
            s.startRead(*buffer, unit, static_cast<Parts>(static_cast<unsigned>(parts) & ~static_cast<unsigned>(buffer->parts)));
        } else if (!buffer) {
            Impl::Buffer* free = s.freeBuffer();
            if (!free) // something was read ahead and nobody came for it
                for (Impl::Buffer& idle : s.ring)
                    if (idle.state == Impl::State::Ready && !idle.isAcquired)
                        free = &idle;
            if (free) {
                free->state = Impl::State::Free;
                if (read) {
                    s.startRead(*free, unit, parts);
                } else {
                    free->unit = unit;
                    free->parts = Parts::None;
                    free->state = Impl::State::Ready;
                    buffer = free;
                    break;
                }
            }
        }
        s.changed.wait(lock);
    }
    buffer->isAcquired = true;
    s.traffic.waitSeconds += std::chrono::duration<double>(Clock::now() - start).count();
    const auto offset = buffer->data - static_cast<std::byte*>(buffer->memory.mutable_data_ptr());
    return buffer->memory.narrow(0, offset, s.layouts[unit].end);
}

void DiskStorage::release(std::size_t unit, bool changed, std::int64_t step)
{
    Impl& s = *m_impl;
    const std::lock_guard lock(s.mutex);
    Impl::Buffer* buffer = s.bufferOf(unit);
    if (!buffer || !buffer->isAcquired)
        return; // an error on the way here has let it go already
    buffer->isAcquired = false;
    if (!changed) {
        buffer->state = Impl::State::Free;
        buffer->parts = Parts::None;
    } else {
        buffer->state = Impl::State::Writing;
        buffer->step = step;
        s.writes.push_back(static_cast<std::size_t>(buffer - s.ring.data()));
    }
    s.changed.notify_all();
}

void DiskStorage::prefetch(std::size_t unit, Parts parts)
{
    Impl& s = *m_impl;
    const std::lock_guard lock(s.mutex);
    if (s.bufferOf(unit))
        return;
    if (Impl::Buffer* free = s.freeBuffer())
        s.startRead(*free, unit, parts);
}

void DiskStorage::drain()
{
    Impl& s = *m_impl;
    std::unique_lock lock(s.mutex);
    s.changed.wait(lock, [&] {
        return !s.error.empty() || std::none_of(s.ring.begin(), s.ring.end(), [](const Impl::Buffer& b) { return b.state == Impl::State::Writing; });
    });
    s.checkError();
}

std::int64_t DiskStorage::stepOf(std::size_t unit) const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->entries[unit].step;
}

std::int64_t DiskStorage::fileBytes() const
{
    return 2 * m_impl->headerBytes + (static_cast<std::int64_t>(m_impl->layouts.size()) + 1) * m_impl->slotBytes;
}

DiskTraffic DiskStorage::traffic() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->traffic;
}

const std::filesystem::path& DiskStorage::file() const { return m_impl->file; }
const std::string& DiskStorage::notice() const { return m_impl->notice; }

} // namespace mantissa

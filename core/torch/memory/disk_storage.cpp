// SPDX-License-Identifier: Apache-2.0
#include "core/torch/memory/disk_storage.h"

#include "core/base/seconds.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/memory/work_span.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace mantissa {

namespace {

constexpr std::size_t buffers = 3; // one in use, one arriving, one leaving

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

    const UnitFile file;
    bool isKept = false; ///< trainer thread

    mutable std::mutex mutex{};
    std::condition_variable changed{};
    // all below guarded by mutex
    UnitTable table;
    std::vector<bool> isVerified; ///< read once by this process, or written by it
    std::array<Buffer, buffers> ring{};
    std::deque<std::pair<std::size_t, Parts>> reads{}; ///< buffer, parts to add
    std::deque<std::size_t> writes{}; ///< buffers
    std::string error{};
    bool isClosing = false;
    DiskTraffic traffic{};
    std::thread reader{};
    std::thread writer{};

    explicit Impl(UnitFile own)
        : file(std::move(own))
        , table(file.opened())
        , isVerified(file.units(), false)
    {
        const PurposeScope purpose(Tier::Host, MemoryClass::Workspace);
        for (Buffer& buffer : ring) {
            buffer.memory = at::empty({file.largestUnit() + filePage}, at::kByte);
            auto* start = static_cast<std::byte*>(buffer.memory.mutable_data_ptr());
            buffer.data = start
                + (filePage - static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(start) % filePage))
                    % filePage;
        }
        reader = std::thread([this] { readLoop(); });
        writer = std::thread([this] { writeLoop(); });
    }

    ~Impl()
    {
        {
            const std::lock_guard lock(mutex);
            isClosing = true;
        }
        changed.notify_all();
        reader.join();
        writer.join();
        if (!isKept)
            file.remove();
    }

    void failWith(std::string problem)
    {
        if (error.empty())
            error = std::move(problem);
        changed.notify_all();
    }

    /// A row of the trace for each thread of each file.
    Spans* namedSpans(const char* does) const
    {
        Spans* spans = listeningSpans();
        if (spans)
            spans->nameThread(does + file.path().filename().string());
        return spans;
    }

    void readLoop()
    {
        Spans* spans = namedSpans("reads ");
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [&] { return isClosing || !reads.empty(); });
            if (isClosing)
                return;
            const auto [index, parts] = reads.front();
            reads.pop_front();
            Buffer& buffer = ring[index];
            const std::size_t unit = buffer.unit;
            const UnitEntry entry = table.entries[unit];
            const bool verify = !isVerified[unit];
            lock.unlock();
            std::string problem;
            std::int64_t bytes = 0;
            std::optional<SpanScope> span(
                std::in_place, spans, WorkKind::Disk, "read", static_cast<std::int64_t>(unit));
            for (int section = 0; section < 3 && problem.empty(); ++section) {
                if (!has(parts, static_cast<Parts>(1u << section)))
                    continue;
                problem = file.readSection(entry, unit, section, buffer.data, verify);
                bytes += file.layout(unit).start(section + 1) - file.layout(unit).start(section);
            }
            span.reset();
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
        Spans* spans = namedSpans("writes ");
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [&] { return isClosing || !writes.empty(); });
            if (writes.empty())
                return; // closing, and what was released is written
            Buffer& buffer = ring[writes.front()];
            writes.pop_front();
            UnitTable next = table; // nobody else changes it
            lock.unlock();
            std::optional<SpanScope> span(
                std::in_place, spans, WorkKind::Disk, "write", static_cast<std::int64_t>(buffer.unit));
            std::string problem = file.commit(next, buffer.unit, buffer.step, buffer.data);
            span.reset();
            lock.lock();
            traffic.bytesWritten += file.layout(buffer.unit).end;
            if (problem.empty()) {
                table = std::move(next);
                isVerified[buffer.unit] = true;
            } else {
                failWith(std::move(problem));
            }
            buffer.state = State::Free;
            buffer.parts = Parts::None;
            changed.notify_all();
        }
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

DiskStorage::DiskStorage(UnitFile file)
    : m_impl(std::make_unique<Impl>(std::move(file)))
{
}

DiskStorage::~DiskStorage() = default;

at::Tensor DiskStorage::acquire(std::size_t unit, Parts parts, bool read)
{
    Impl& s = *m_impl;
    std::unique_lock lock(s.mutex);
    const auto start = Clock::now();
    std::optional<SpanScope> span; // most often it is there already
    Impl::Buffer* buffer = nullptr;
    while (true) {
        s.checkError();
        buffer = s.bufferOf(unit);
        if (buffer && buffer->state == Impl::State::Ready) {
            if (!read || has(buffer->parts, parts))
                break;
            s.startRead(*buffer, unit,
                static_cast<Parts>(static_cast<unsigned>(parts) & ~static_cast<unsigned>(buffer->parts)));
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
        if (!span)
            span.emplace(listeningSpans(), WorkKind::Disk, "wait", static_cast<std::int64_t>(unit));
        s.changed.wait(lock);
    }
    buffer->isAcquired = true;
    s.traffic.waitSeconds += secondsSince(start);
    const auto offset = buffer->data - static_cast<std::byte*>(buffer->memory.mutable_data_ptr());
    return buffer->memory.narrow(0, offset, s.file.layout(unit).end);
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
    const SpanScope span(listeningSpans(), WorkKind::Disk, "wait for writes");
    std::unique_lock lock(s.mutex);
    const auto start = Clock::now();
    s.changed.wait(lock, [&] {
        return !s.error.empty() || std::none_of(s.ring.begin(), s.ring.end(), [](const Impl::Buffer& b) {
            return b.state == Impl::State::Writing;
        });
    });
    s.traffic.waitSeconds += secondsSince(start);
    s.checkError();
}

void DiskStorage::keep(bool kept) { m_impl->isKept = kept; }

std::int64_t DiskStorage::stepOf(std::size_t unit) const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->table.entries[unit].step;
}

std::int64_t DiskStorage::fileBytes() const { return m_impl->file.bytes(); }

MemoryComposition DiskStorage::composition() const
{
    MemoryComposition composition;
    for (std::size_t unit = 0; unit < m_impl->file.units(); ++unit) {
        const UnitLayout& layout = m_impl->file.layout(unit);
        composition.at(MemoryClass::Weights) += layout.remainder;
        composition.at(MemoryClass::Remainder) += layout.moments - layout.remainder;
        composition.at(MemoryClass::Moments) += layout.end - layout.moments;
    }
    composition.at(MemoryClass::Workspace) = fileBytes() - composition.total();
    return composition;
}

DiskTraffic DiskStorage::traffic() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->traffic;
}

const std::filesystem::path& DiskStorage::file() const { return m_impl->file.path(); }
const std::string& DiskStorage::notice() const { return m_impl->file.notice(); }

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/record/run_log.h"

#include "core/base/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace mantissa {

namespace {

constexpr auto syncInterval = std::chrono::seconds(1);

std::string because() { return std::strerror(errno); }

/// Marks are on disk before the trainer goes on.
bool isMark(const RunEvent& event)
{
    return !std::holds_alternative<StepDone>(event) && !std::holds_alternative<ProbeDone>(event);
}

/// Length of the file up to and with its last newline.
Result<off_t> wholeLength(int descriptor)
{
    struct stat info = {};
    if (::fstat(descriptor, &info) != 0)
        return fail(fmt::format("cannot look at the event log: {}", because()));
    for (off_t at = info.st_size; at > 0; --at) {
        char last = 0;
        if (::pread(descriptor, &last, 1, at - 1) != 1)
            return fail(fmt::format("cannot read the event log: {}", because()));
        if (last == '\n')
            return at;
    }
    return off_t{0};
}

} // namespace

RunLog::~RunLog()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Status RunLog::open(const std::filesystem::path& file)
{
    m_descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (m_descriptor < 0)
        return fail(
            fmt::format("cannot write {}: {}; choose a folder you may write to", file.string(), because()));
    const auto length = wholeLength(m_descriptor);
    if (!length)
        return fail(length.error());
    if (::ftruncate(m_descriptor, *length) != 0)
        return fail(fmt::format("cannot cut the torn end of {}: {}", file.string(), because()));
    return syncFolder(file.parent_path()); // a new log outlives a crash by its name too
}

Status RunLog::append(const RunEvent& event)
{
    std::string line = toLine(event);
    line += '\n';
    std::string_view rest = line;
    while (!rest.empty()) {
        const ssize_t written = ::write(m_descriptor, rest.data(), rest.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            const std::string reason = because();
            // what went out of this line is no line: take it back, so that the log stays whole
            if (const auto whole = wholeLength(m_descriptor); whole && ::ftruncate(m_descriptor, *whole) != 0)
                return fail(fmt::format("cannot write the event log ({}) nor mend it", reason));
            return fail(
                fmt::format("cannot write the event log: {}; free some space, then resume the run", reason));
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    const auto now = std::chrono::steady_clock::now();
    if (isMark(event) || now - m_lastSync >= syncInterval)
        return flush();
    return {};
}

Status RunLog::flush()
{
    m_lastSync = std::chrono::steady_clock::now();
    struct stat file { };
    if (::fstat(m_descriptor, &file) == 0 && file.st_nlink == 0)
        return fail("the event log was deleted, and with it what the run would be known by; leave its folder "
                    "alone while it trains");
    if (::fdatasync(m_descriptor) != 0 && errno != EINVAL) // EINVAL: a pipe or the like, which has no disk
        return fail(
            fmt::format("cannot write the event log: {}; free some space, then resume the run", because()));
    return {};
}

RunLogReader::RunLogReader(std::filesystem::path file)
    : m_file(std::move(file))
{
}

Result<std::vector<RunEvent>> RunLogReader::readNew()
{
    std::vector<RunEvent> events;
    TRY(readNew([&](RunEvent event) {
        events.push_back(std::move(event));
        return true;
    }));
    return events;
}

Status RunLogReader::readNew(const std::function<bool(RunEvent)>& take, std::int64_t end)
{
    std::ifstream stream(m_file, std::ios::binary);
    if (!stream)
        return fail(fmt::format("cannot open {}: {}; check the run folder", m_file.string(), because()));
    stream.seekg(m_offset); // the start of a line: a torn end is read again, since its writer may cut it off
    std::vector<char> buffer(1 << 20);
    std::string line;
    std::int64_t left = std::max<std::int64_t>(0, end - m_offset);
    while (stream && left > 0) {
        stream.read(buffer.data(), std::min(static_cast<std::int64_t>(buffer.size()), left));
        left -= stream.gcount();
        std::string_view text(buffer.data(), static_cast<std::size_t>(stream.gcount()));
        for (auto newline = text.find('\n'); newline != std::string_view::npos; newline = text.find('\n')) {
            line += text.substr(0, newline);
            text.remove_prefix(newline + 1);
            m_offset += static_cast<std::int64_t>(line.size()) + 1;
            auto event = parseLine(line);
            line.clear();
            if (!event)
                ++m_skipped;
            else if (!take(std::move(*event)))
                return {};
        }
        line += text;
    }
    if (stream.bad())
        return fail(fmt::format(
            "cannot read {} beyond byte {}: {}; check the disk", m_file.string(), m_offset, because()));
    m_tornEnd = !line.empty();
    return {};
}

std::vector<RunEvent> readLastEvents(const std::filesystem::path& file, std::int64_t bytes)
{
    std::vector<RunEvent> events;
    std::ifstream stream(file, std::ios::binary | std::ios::ate);
    if (!stream)
        return events;
    const auto size = static_cast<std::int64_t>(stream.tellg());
    stream.seekg(std::max<std::int64_t>(0, size - bytes));
    std::string line;
    if (size > bytes)
        std::getline(stream, line); // the end of a line
    while (std::getline(stream, line))
        if (auto event = parseLine(line))
            events.push_back(std::move(*event));
    return events;
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
// Scalars of event files that any program wrote.

#include "core/base/shown_text.h"
#include "core/files/crc32c.h"
#include "core/files/event_file.h"
#include "core/files/proto_wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <fstream>
#include <optional>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t headSize = 12; // length and its checksum
constexpr std::size_t checkSize = 4;

/// Of a tensor that holds one number; TensorFlow 2 writes scalars as such.
std::optional<double> numberOf(std::string_view tensor)
{
    constexpr std::uint64_t float32 = 1, float64 = 2; // DataType
    std::uint64_t type = 0;
    std::string_view content;
    ProtoReader reader(tensor);
    while (const auto field = reader.next()) {
        if (field->number == 1)
            type = field->value;
        else if ((field->number == 4 && !field->bytes.empty()) || (field->number == 5 && type == float32)
            || (field->number == 6 && type == float64)) {
            if (field->bytes.empty()) // one that is not packed
                return field->number == 5 ? static_cast<double>(field->real32()) : field->real();
            content = field->bytes;
        }
    }
    if (type == float32 && content.size() == sizeof(float))
        return std::bit_cast<float>(static_cast<std::uint32_t>(littleEndian(content)));
    if (type == float64 && content.size() == sizeof(double))
        return std::bit_cast<double>(littleEndian(content));
    return std::nullopt;
}

struct ReadEvent {
    std::int64_t step = 0;
    double unixSeconds = 0;
    bool isRestart = false;
    std::vector<std::pair<std::string, double>> scalars{};
};

void readValue(std::string_view bytes, ReadEvent& event)
{
    std::string tag;
    std::optional<double> value;
    ProtoReader reader(bytes);
    while (const auto field = reader.next()) {
        if (field->number == 1)
            tag = asUtf8(field->bytes);
        else if (field->number == 2)
            value = field->real32();
        else if (field->number == 8)
            value = numberOf(field->bytes);
    }
    if (value && !tag.empty())
        event.scalars.emplace_back(std::move(tag), *value);
}

/// Nothing for bytes that are no message.
std::optional<ReadEvent> readEvent(std::string_view bytes)
{
    ReadEvent event;
    ProtoReader reader(bytes);
    while (const auto field = reader.next()) {
        if (field->number == 1)
            event.unixSeconds = field->real();
        else if (field->number == 2)
            event.step = static_cast<std::int64_t>(field->value);
        else if (field->number == 5) {
            ProtoReader summary(field->bytes);
            while (const auto value = summary.next())
                if (value->number == 1)
                    readValue(value->bytes, event);
        } else if (field->number == 7) {
            ProtoReader session(field->bytes);
            while (const auto status = session.next())
                event.isRestart = event.isRestart || (status->number == 1 && status->value == 1);
        }
    }
    return reader.isBroken() ? std::nullopt : std::optional(std::move(event));
}

void apply(ReadEvent event, EventScalars& scalars)
{
    if (event.isRestart)
        for (auto& [tag, points] : scalars.byTag)
            std::erase_if(points, [&](const EventPoint& point) { return point.step >= event.step; });
    for (const auto& [tag, value] : event.scalars)
        scalars.byTag[tag].push_back({event.step, event.unixSeconds, value});
}

/// Takes the records of one file.
class Records {
public:
    explicit Records(const fs::path& file)
        : m_file(file)
        , m_stream(file, std::ios::binary)
    {
        std::error_code error;
        m_size = fs::file_size(file, error);
        m_isOpen = m_stream.good() && !error;
    }
    bool isOpen() const { return m_isOpen; }
    /// Why the last record was not given; empty at the end of the file.
    const std::string& problem() const { return m_problem; }

    std::optional<std::string> next()
    {
        const std::uint64_t left = m_size - m_at;
        std::string head(headSize, '\0');
        if (left == 0)
            return std::nullopt;
        if (left < headSize || !m_stream.read(head.data(), static_cast<std::streamsize>(head.size())))
            return stopped("is cut off");
        const std::string_view length = std::string_view(head).substr(0, 8);
        if (littleEndian(std::string_view(head).substr(8)) != maskedCrc32c(length))
            return stopped("has a wrong checksum of its length");
        const std::uint64_t size = littleEndian(length);
        if (size > left || left - size < headSize + checkSize)
            return stopped("is cut off");
        std::string data(size + checkSize, '\0');
        if (!m_stream.read(data.data(), static_cast<std::streamsize>(data.size())))
            return stopped("cannot be read");
        const std::uint64_t check = littleEndian(std::string_view(data).substr(size));
        data.resize(size);
        if (check != maskedCrc32c(data))
            return stopped("has a wrong checksum");
        m_at += headSize + size + checkSize;
        ++m_records;
        return data;
    }
    std::int64_t records() const { return m_records; }

private:
    std::optional<std::string> stopped(std::string_view finding)
    {
        m_problem = fmt::format("record {} of {} (byte {}) {}; what follows is left out", m_records + 1,
            shown(m_file.filename().string()), m_at, finding);
        return std::nullopt;
    }

    fs::path m_file;
    std::ifstream m_stream;
    std::uint64_t m_size = 0;
    std::uint64_t m_at = 0;
    std::int64_t m_records = 0;
    bool m_isOpen = false;
    std::string m_problem{};
};

Status readOne(const fs::path& file, EventScalars& scalars)
{
    const auto wrong = [&](std::string_view finding) {
        return fail(fmt::format("{} {}", file.string(), finding), ExitCode::Usage);
    };
    Records records(file);
    if (!records.isOpen())
        return wrong("cannot be opened; check the path");
    while (const auto data = records.next()) {
        auto event = readEvent(*data);
        if (event)
            apply(std::move(*event), scalars);
        else
            scalars.remarks.push_back(fmt::format("record {} of {} is no event; it is left out",
                records.records(), shown(file.filename().string())));
    }
    if (records.records() == 0)
        return wrong(records.problem().empty()
                ? "is empty; a writer may not have begun"
                : "begins with no whole record; it is no event file of TensorBoard");
    if (!records.problem().empty())
        scalars.remarks.push_back(records.problem());
    scalars.records += records.records();
    return {};
}

} // namespace

Result<EventScalars> readEventScalars(const fs::path& fileOrFolder)
{
    EventScalars scalars;
    std::vector<fs::path> files{fileOrFolder};
    std::error_code error;
    if (fs::is_directory(fileOrFolder, error)) {
        files.clear();
        for (fs::directory_iterator at(fileOrFolder, error), end; !error && at != end; at.increment(error))
            if (at->path().filename().string().find("tfevents") != std::string::npos)
                files.push_back(at->path());
        std::sort(files.begin(), files.end());
    }
    if (files.empty())
        return fail(
            fmt::format("the folder {} holds no event files (names with tfevents); name one that does",
                fileOrFolder.string()),
            ExitCode::Usage);
    for (const fs::path& file : files)
        TRY(readOne(file, scalars));
    return scalars;
}

} // namespace mantissa

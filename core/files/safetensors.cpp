// SPDX-License-Identifier: Apache-2.0
#include "core/files/safetensors.h"

#include "core/base/json.h"
#include "core/base/shown_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <set>
#include <unistd.h>

namespace mantissa {

namespace {

constexpr std::int64_t largestHeader = 100'000'000; // the reference reader's limit
constexpr std::int64_t lengthBytes = 8;

std::int64_t bytesOf(const std::string& format)
{
    if (format == "F64" || format == "I64" || format == "U64" || format == "C64")
        return 8;
    if (format == "F32" || format == "I32" || format == "U32")
        return 4;
    if (format == "F16" || format == "BF16" || format == "I16" || format == "U16")
        return 2;
    if (format == "I8" || format == "U8" || format == "BOOL" || format == "F8_E4M3" || format == "F8_E5M2")
        return 1;
    return 0;
}

/// Elements of a shape times bytes of a format, or -1 when that overflows or makes no sense.
std::int64_t sizeOf(const std::string& format, const std::vector<std::int64_t>& sizes)
{
    std::int64_t bytes = bytesOf(format);
    if (bytes == 0)
        return -1;
    for (const std::int64_t size : sizes) {
        if (size < 0 || (size > 0 && bytes > INT64_MAX / size))
            return -1;
        bytes *= size;
    }
    return bytes;
}

Result<SafetensorsEntry> entryFrom(const std::string& name, const Json& json, const std::string& what)
{
    SafetensorsEntry entry{.name = name};
    const auto wrong = [&](const std::string& finding) {
        return fail(
            fmt::format("{}: the entry of tensor '{}' {}; the file is damaged, fetch or save it again", what,
                shown(name), finding));
    };
    const auto broken = [&] { return wrong("is broken"); };
    if (!json.is_object() || json.size() != 3 || !json.contains("dtype") || !json.contains("shape")
        || !json.contains("data_offsets"))
        return broken();
    const Json& shape = json["shape"];
    const Json& offsets = json["data_offsets"];
    if (!json["dtype"].is_string() || !shape.is_array() || !offsets.is_array() || offsets.size() != 2)
        return broken();
    entry.format = json["dtype"].get<std::string>();
    for (const Json& size : shape) {
        if (!size.is_number_unsigned())
            return broken();
        entry.sizes.push_back(size.get<std::int64_t>());
    }
    if (!offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned())
        return broken();
    entry.begin = offsets[0].get<std::int64_t>();
    entry.end = offsets[1].get<std::int64_t>();
    if (bytesOf(entry.format) == 0)
        return wrong(fmt::format("has the type {}, which is not known", shown(entry.format)));
    const std::int64_t needed = sizeOf(entry.format, entry.sizes);
    if (needed < 0 || entry.begin < 0 || entry.end < entry.begin)
        return broken();
    if (needed != entry.end - entry.begin)
        return wrong(fmt::format("names {} bytes for {} of {}, which take {}", entry.end - entry.begin,
            entry.format, fmt::join(entry.sizes, " × "), needed));
    return entry;
}

Status checkCover(std::vector<SafetensorsEntry>& entries, std::int64_t dataBytes, const std::string& what)
{
    std::stable_sort(entries.begin(), entries.end(),
        [](const auto& a, const auto& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    std::int64_t at = 0;
    for (const SafetensorsEntry& entry : entries) {
        if (entry.begin != at)
            return fail(fmt::format(
                "{}: tensor '{}' overlaps another or leaves a hole; the file is damaged", what, entry.name));
        at = entry.end;
    }
    if (at != dataBytes)
        return fail(
            fmt::format("{}: the header covers {} bytes of data and the file has {}; it is cut or damaged",
                what, at, dataBytes));
    return {};
}

} // namespace

const SafetensorsEntry* SafetensorsHeader::find(const std::string& name) const
{
    const auto found
        = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.name == name; });
    return found == entries.end() ? nullptr : &*found;
}

Result<SafetensorsHeader> parseSafetensorsHeader(
    const std::string& head, std::int64_t fileBytes, const std::string& what)
{
    if (head.size() < lengthBytes)
        return fail(fmt::format("{} is too short for a safetensors file", what));
    std::uint64_t length = 0;
    std::memcpy(&length, head.data(), lengthBytes);
    if (length > largestHeader || static_cast<std::int64_t>(length) > fileBytes - lengthBytes
        || head.size() < lengthBytes + length || length == 0 || head[lengthBytes] != '{')
        return fail(fmt::format("{} is no safetensors file (its header is not one)", what));
    // a name given twice would silently win or lose in a JSON parser; count names while parsing
    std::set<std::string> names;
    bool twice = false;
    const auto text = std::string_view(head).substr(lengthBytes, length);
    const Json json = Json::parse(
        text,
        [&](int depth, Json::parse_event_t event, Json& key) {
            if (event == Json::parse_event_t::key && depth == 1)
                twice = !names.insert(key.get<std::string>()).second || twice;
            return true;
        },
        false);
    if (json.is_discarded() || !json.is_object() || twice)
        return fail(fmt::format(
            "{}: the header is not valid JSON{}; the file is damaged", what, twice ? " (a name twice)" : ""));
    SafetensorsHeader header;
    header.dataStart = lengthBytes + static_cast<std::int64_t>(length);
    for (const auto& [name, value] : json.items()) {
        if (name == "__metadata__") {
            if (!value.is_object())
                return fail(fmt::format("{}: the metadata is not a list of texts", what));
            for (const auto& [key, entry] : value.items()) {
                if (!entry.is_string())
                    return fail(fmt::format("{}: metadata '{}' is not text", what, key));
                header.metadata[key] = entry.get<std::string>();
            }
            continue;
        }
        auto entry = entryFrom(name, value, what);
        if (!entry)
            return fail(entry.error());
        header.entries.push_back(std::move(*entry));
    }
    TRY(checkCover(header.entries, fileBytes - header.dataStart, what));
    return header;
}

Result<SafetensorsHeader> readSafetensorsHeader(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::error_code error;
    const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(file, error));
    if (!stream || error)
        return fail(fmt::format("cannot open {}; check the path", file.string()), ExitCode::Usage);
    std::string head(lengthBytes, '\0');
    stream.read(head.data(), lengthBytes);
    std::uint64_t length = 0;
    std::memcpy(&length, head.data(), lengthBytes);
    if (stream && length <= largestHeader && static_cast<std::int64_t>(length) <= bytes) {
        head.resize(lengthBytes + length);
        stream.read(head.data() + lengthBytes, static_cast<std::streamsize>(length));
    }
    return parseSafetensorsHeader(head, bytes, file.string());
}

Status readSafetensorsEntry(const std::filesystem::path& file, const SafetensorsHeader& header,
    const SafetensorsEntry& entry, void* target)
{
    std::ifstream stream(file, std::ios::binary);
    stream.seekg(header.dataStart + entry.begin);
    stream.read(static_cast<char*>(target), entry.end - entry.begin);
    if (!stream)
        return fail(fmt::format("cannot read tensor '{}' of {}; the file is cut", entry.name, file.string()));
    return {};
}

Result<std::int64_t> writeSafetensors(const std::filesystem::path& file,
    const std::vector<SafetensorsSource>& tensors, const std::map<std::string, std::string>& metadata)
{
    Json header = Json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::int64_t at = 0;
    for (const SafetensorsSource& tensor : tensors) {
        const std::int64_t bytes = sizeOf(tensor.format, tensor.sizes);
        header[tensor.name]
            = {{"dtype", tensor.format}, {"shape", tensor.sizes}, {"data_offsets", {at, at + bytes}}};
        at += bytes;
    }
    std::string text = jsonLine(header);
    text.append((8 - text.size() % 8) % 8, ' ');
    const auto failed = [&] {
        return fail(fmt::format("cannot write {}: {}; free some space", file.string(), std::strerror(errno)));
    };
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(
        std::fopen(file.c_str(), "wbe"), std::fclose);
    if (!stream)
        return failed();
    const auto length = static_cast<std::uint64_t>(text.size());
    if (std::fwrite(&length, lengthBytes, 1, stream.get()) != 1
        || std::fwrite(text.data(), text.size(), 1, stream.get()) != 1)
        return failed();
    std::vector<char> buffer;
    for (const SafetensorsSource& tensor : tensors) {
        buffer.resize(static_cast<std::size_t>(sizeOf(tensor.format, tensor.sizes)));
        tensor.fill(buffer.data());
        if (!buffer.empty() && std::fwrite(buffer.data(), buffer.size(), 1, stream.get()) != 1)
            return failed();
    }
    if (std::fflush(stream.get()) != 0 || ::fsync(::fileno(stream.get())) != 0)
        return failed();
    return static_cast<std::int64_t>(lengthBytes + text.size()) + at;
}

} // namespace mantissa

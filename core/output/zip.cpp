// SPDX-License-Identifier: Apache-2.0
#include "core/output/zip.h"

#include <cassert>
#include <cstdint>
#include <zlib.h>

namespace mantissa {

namespace {

void put16(std::string& out, std::uint32_t value)
{
    out += static_cast<char>(value & 0xFF);
    out += static_cast<char>(value >> 8 & 0xFF);
}

void put32(std::string& out, std::uint32_t value)
{
    put16(out, value & 0xFFFF);
    put16(out, value >> 16);
}

std::string deflated(const std::string& bytes)
{
    z_stream stream{};
    [[maybe_unused]] int status = deflateInit2(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY); // raw, as ZIP has it
    assert(status == Z_OK);
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    status = deflate(&stream, Z_FINISH);
    assert(status == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

} // namespace

std::string zipOf(const std::vector<ZipEntry>& entries)
{
    constexpr std::uint32_t version = 20; // what deflate needs
    constexpr std::uint32_t utf8 = 1 << 11;
    constexpr std::uint32_t deflate = 8;
    constexpr std::uint32_t firstDay = 0x21; // 1980-01-01: the same files give the same bytes
    std::string out;
    std::string directory;
    for (const ZipEntry& entry : entries) {
        const std::string body = deflated(entry.bytes);
        const auto offset = static_cast<std::uint32_t>(out.size());
        std::string head;
        put16(head, version);
        put16(head, utf8);
        put16(head, deflate);
        put16(head, 0); // time
        put16(head, firstDay);
        put32(head,
            static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(entry.bytes.data()),
                static_cast<uInt>(entry.bytes.size()))));
        put32(head, static_cast<std::uint32_t>(body.size()));
        put32(head, static_cast<std::uint32_t>(entry.bytes.size()));
        put16(head, static_cast<std::uint32_t>(entry.name.size()));
        put16(head, 0); // no extra field
        out += "PK\x03\x04" + head + entry.name + body;
        directory += "PK\x01\x02";
        put16(directory, version);
        directory += head;
        put16(directory, 0); // no comment
        put16(directory, 0); // one disk
        put16(directory, 0);
        put32(directory, 0);
        put32(directory, offset);
        directory += entry.name;
    }
    const auto begin = static_cast<std::uint32_t>(out.size());
    out += directory + "PK\x05\x06";
    put32(out, 0); // one disk
    put16(out, static_cast<std::uint32_t>(entries.size()));
    put16(out, static_cast<std::uint32_t>(entries.size()));
    put32(out, static_cast<std::uint32_t>(directory.size()));
    put32(out, begin);
    put16(out, 0);
    return out;
}

} // namespace mantissa

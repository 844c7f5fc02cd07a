// SPDX-License-Identifier: Apache-2.0
#include "core/data/token_file.h"

#include "core/base/file.h"
#include "core/base/shown_text.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <unistd.h>
#include <vector>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

static_assert(std::endian::native == std::endian::little, "ids are written as they lie in memory");

constexpr std::string_view magic = "mantissa tokens 1\n";
constexpr std::size_t magicBytes = 24;
constexpr std::size_t digestBytes = 64; // hexadecimal digits
constexpr TokenId largestNarrow = UINT16_MAX;

struct Header {
    std::array<char, magicBytes> magic{};
    std::uint32_t bytesPerId = 0;
    std::uint32_t unused = 0;
    std::int64_t count = 0;
    std::array<char, digestBytes> key{}; ///< of what the ids are, digested to fit
    std::array<char, digestBytes> digest{}; ///< of the ids
};
static_assert(sizeof(Header) == 168);

std::string_view textOf(const std::array<char, digestBytes>& field) { return {field.data(), field.size()}; }

void put(std::string_view text, std::array<char, digestBytes>& field)
{
    std::memcpy(field.data(), text.data(), digestBytes);
}

/// What is wrong with a file; empty where nothing is.
std::string findingOf(std::span<const std::byte> bytes, const std::string& key, Header& header)
{
    if (bytes.size() < sizeof(Header))
        return "it is cut";
    std::memcpy(&header, bytes.data(), sizeof(Header));
    if (std::memcmp(header.magic.data(), magic.data(), magic.size()) != 0)
        return "it does not begin as one";
    const bool isWide = header.bytesPerId == sizeof(std::uint32_t);
    if (!isWide && header.bytesPerId != sizeof(std::uint16_t))
        return fmt::format("its ids have {} bytes", header.bytesPerId);
    const std::span ids = bytes.subspan(sizeof(Header));
    if (header.count < 0 || ids.size() % header.bytesPerId != 0
        || ids.size() / header.bytesPerId != static_cast<std::size_t>(header.count))
        return "it is cut";
    if (textOf(header.key) != sha256Of(key))
        return "it is of another text or tokenizer";
    Sha256 digest;
    digest.add(ids.data(), ids.size());
    if (digest.hex() != textOf(header.digest))
        return "its bytes are not those that were written";
    return {};
}

tl::unexpected<Error> cannotWrite(const fs::path& file)
{
    return fail(
        fmt::format("cannot write {}: {}; free some space, or set XDG_CACHE_HOME to a folder that has some",
            shown(file.string()), std::strerror(errno)));
}

} // namespace

Result<TokenFile> TokenFile::open(const fs::path& file, const std::string& key)
{
    auto mapped = MappedFile::open(file);
    if (!mapped)
        return fail(mapped.error());
    Header header;
    if (const std::string finding = findingOf(mapped->bytes(), key, header); !finding.empty())
        return fail(fmt::format(
            "{} is no file of tokens that can be used: {}; remove it", shown(file.string()), finding));
    return TokenFile(std::move(*mapped), header.count, header.bytesPerId == sizeof(std::uint16_t));
}

TokenId TokenFile::at(std::int64_t at) const
{
    TokenId id = 0;
    copy(at, std::span(&id, 1));
    return id;
}

void TokenFile::copy(std::int64_t begin, std::span<TokenId> into) const
{
    const std::byte* ids = m_file.bytes().data() + sizeof(Header);
    const auto first = static_cast<std::size_t>(begin);
    if (!m_isNarrow) {
        std::memcpy(into.data(), ids + first * sizeof(std::uint32_t), into.size_bytes());
        return;
    }
    for (std::size_t i = 0; i < into.size(); ++i) {
        std::uint16_t id = 0;
        std::memcpy(&id, ids + (first + i) * sizeof(id), sizeof(id));
        into[i] = id;
    }
}

void TokenFileWriter::Close::operator()(std::FILE* file) const { std::fclose(file); }

Result<TokenFileWriter> TokenFileWriter::make(const fs::path& file, TokenId largestId)
{
    static std::atomic<unsigned> count = 0;
    TokenFileWriter writer;
    writer.m_place = file;
    writer.m_made
        = file.parent_path() / fmt::format("{}.{}-{}.part", file.filename().string(), ::getpid(), ++count);
    writer.m_file.reset(std::fopen(writer.m_made.c_str(), "wbxe"));
    writer.m_digest = std::make_unique<Sha256>();
    writer.m_isNarrow = largestId <= largestNarrow;
    if (!writer.m_file)
        return cannotWrite(writer.m_made);
    const Header room; // filled in when all is known
    TRY(writer.write(&room, sizeof(room)));
    return writer;
}

TokenFileWriter::~TokenFileWriter()
{
    if (m_file)
        ::unlink(m_made.c_str());
}

Status TokenFileWriter::write(const void* bytes, std::size_t count)
{
    if (count > 0 && std::fwrite(bytes, count, 1, m_file.get()) != 1)
        return cannotWrite(m_made);
    return {};
}

Status TokenFileWriter::add(std::span<const TokenId> ids)
{
    m_count += static_cast<std::int64_t>(ids.size());
    if (!m_isNarrow) {
        m_digest->add(ids.data(), ids.size_bytes());
        return write(ids.data(), ids.size_bytes());
    }
    std::vector<std::uint16_t> narrow(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i)
        narrow[i] = static_cast<std::uint16_t>(ids[i]);
    const std::size_t bytes = narrow.size() * sizeof(std::uint16_t);
    m_digest->add(narrow.data(), bytes);
    return write(narrow.data(), bytes);
}

Status TokenFileWriter::finish(const std::string& key)
{
    Header header;
    std::memcpy(header.magic.data(), magic.data(), magic.size());
    header.bytesPerId = m_isNarrow ? sizeof(std::uint16_t) : sizeof(std::uint32_t);
    header.count = m_count;
    put(sha256Of(key), header.key);
    put(m_digest->hex(), header.digest);
    if (std::fseek(m_file.get(), 0, SEEK_SET) != 0)
        return cannotWrite(m_made);
    TRY(write(&header, sizeof(header)));
    if (std::fflush(m_file.get()) != 0 || ::fsync(::fileno(m_file.get())) != 0
        || std::rename(m_made.c_str(), m_place.c_str()) != 0)
        return cannotWrite(m_made);
    m_file.reset();
    return syncFolder(m_place.parent_path());
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/files/idx.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <memory>

namespace mantissa {

namespace {

constexpr std::uint8_t unsignedByteType = 0x08;
constexpr std::int64_t largestArray = std::int64_t{4} << 30;

} // namespace

Result<IdxArray> parseIdx(const std::vector<std::uint8_t>& bytes, const std::string& what)
{
    if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0)
        return fail(fmt::format(
            "{} is no IDX file (it does not begin with two zero bytes); give MNIST-style images", what));
    if (bytes[2] != unsignedByteType)
        return fail(fmt::format(
            "{} holds IDX type 0x{:02x}; only unsigned bytes (0x08) can be read", what, bytes[2]));
    const std::size_t dimensions = bytes[3];
    if (dimensions == 0 || dimensions > 4 || bytes.size() < 4 + 4 * dimensions)
        return fail(fmt::format("{} has a broken IDX header ({} dimensions in {} bytes); fetch it again",
            what, dimensions, bytes.size()));
    IdxArray array;
    std::int64_t elements = 1;
    for (std::size_t i = 0; i < dimensions; ++i) {
        std::int64_t size = 0;
        for (std::size_t k = 0; k < 4; ++k)
            size = size << 8 | bytes[4 + 4 * i + k];
        array.sizes.push_back(size);
        if (size == 0 || elements > largestArray / size)
            return fail(fmt::format("{} claims an empty or too large array; fetch it again", what));
        elements *= size;
    }
    const std::size_t start = 4 + 4 * dimensions;
    if (bytes.size() - start != static_cast<std::size_t>(elements))
        return fail(
            fmt::format("{} should hold {} bytes of data and holds {}; it is cut or damaged, fetch it again",
                what, elements, bytes.size() - start));
    array.bytes.assign(bytes.begin() + static_cast<std::ptrdiff_t>(start), bytes.end());
    return array;
}

Result<IdxArray> readIdx(const std::filesystem::path& file)
{
    // gzread passes plain files through unchanged
    const std::unique_ptr<gzFile_s, int (*)(gzFile)> stream(::gzopen(file.c_str(), "rb"), ::gzclose);
    if (!stream)
        return fail(fmt::format("cannot open {}; check the path", file.string()), ExitCode::Usage);
    std::vector<std::uint8_t> bytes;
    std::array<std::uint8_t, 1 << 16> buffer{};
    while (true) {
        const int got = ::gzread(stream.get(), buffer.data(), static_cast<unsigned>(buffer.size()));
        if (got < 0)
            return fail(fmt::format(
                "{} is damaged (gzip: {}); fetch it again", file.string(), ::gzerror(stream.get(), nullptr)));
        if (got == 0) {
            int problem = Z_OK;
            ::gzerror(stream.get(), &problem);
            if (problem == Z_BUF_ERROR) // ends in the middle of the packed stream
                return fail(fmt::format("{} is cut; fetch it again", file.string()));
            break;
        }
        bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + got);
        if (static_cast<std::int64_t>(bytes.size()) > largestArray)
            return fail(fmt::format(
                "{} unpacks to more than 4 GiB; that is no data set of this kind", file.string()));
    }
    return parseIdx(bytes, file.string());
}

} // namespace mantissa

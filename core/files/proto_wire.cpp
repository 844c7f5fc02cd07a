// SPDX-License-Identifier: Apache-2.0
#include "core/files/proto_wire.h"

#include <bit>

namespace mantissa {

namespace {

enum WireKind : std::uint32_t { Varint = 0, Bits64 = 1, Length = 2, Bits32 = 5 };

} // namespace

std::uint64_t littleEndian(std::string_view bytes)
{
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = (value << 8U) | static_cast<unsigned char>(bytes[i]);
    return value;
}

void appendLittleEndian(std::string& bytes, std::uint64_t value, std::size_t size)
{
    for (std::size_t i = 0; i < size; ++i)
        bytes += static_cast<char>((value >> (8 * i)) & 0xFFU);
}

void ProtoMessage::varint(std::uint64_t value)
{
    for (; value >= 0x80; value >>= 7U)
        m_bytes += static_cast<char>((value & 0x7FU) | 0x80U);
    m_bytes += static_cast<char>(value);
}

void ProtoMessage::key(std::uint32_t field, std::uint32_t kind) { varint((field << 3U) | kind); }

ProtoMessage& ProtoMessage::number(std::uint32_t field, std::int64_t value)
{
    key(field, Varint);
    varint(static_cast<std::uint64_t>(value));
    return *this;
}

ProtoMessage& ProtoMessage::real(std::uint32_t field, double value)
{
    key(field, Bits64);
    appendLittleEndian(m_bytes, std::bit_cast<std::uint64_t>(value), sizeof value);
    return *this;
}

ProtoMessage& ProtoMessage::real32(std::uint32_t field, float value)
{
    key(field, Bits32);
    appendLittleEndian(m_bytes, std::bit_cast<std::uint32_t>(value), sizeof value);
    return *this;
}

ProtoMessage& ProtoMessage::bytes(std::uint32_t field, std::string_view value)
{
    key(field, Length);
    varint(value.size());
    m_bytes += value;
    return *this;
}

double ProtoField::real() const { return std::bit_cast<double>(value); }
float ProtoField::real32() const { return std::bit_cast<float>(static_cast<std::uint32_t>(value)); }

std::optional<std::uint64_t> ProtoReader::varint()
{
    constexpr unsigned mostBits = 64;
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < mostBits && !m_rest.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(m_rest.front());
        m_rest.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7FU} << shift;
        if (byte < 0x80)
            return value;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> ProtoReader::fixed(std::size_t size)
{
    if (m_rest.size() < size)
        return std::nullopt;
    const std::uint64_t value = littleEndian(m_rest.substr(0, size));
    m_rest.remove_prefix(size);
    return value;
}

std::optional<ProtoField> ProtoReader::broken()
{
    m_isBroken = true;
    m_rest = {};
    return std::nullopt;
}

std::optional<ProtoField> ProtoReader::next()
{
    if (m_rest.empty())
        return std::nullopt;
    const auto key = varint();
    if (!key || *key >> 3U == 0 || *key > UINT32_MAX)
        return broken();
    ProtoField field{.number = static_cast<std::uint32_t>(*key >> 3U)};
    const std::uint64_t kind = *key & 7U;
    const auto value = kind == Bits64 ? fixed(8) : kind == Bits32 ? fixed(4) : varint();
    const bool isKnown = kind == Varint || kind == Bits64 || kind == Bits32 || kind == Length;
    if (!isKnown || !value || (kind == Length && *value > m_rest.size()))
        return broken();
    field.value = *value;
    if (kind == Length) {
        field.bytes = m_rest.substr(0, *value);
        m_rest.remove_prefix(*value);
    }
    return field;
}

} // namespace mantissa

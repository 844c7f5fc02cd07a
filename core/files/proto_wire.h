// SPDX-License-Identifier: Apache-2.0
#pragma once

// Protocol buffers by hand, as far as a few small messages need them: a library of its own would meet
// LibTorch's.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mantissa {

/// Fields of one message, appended to its bytes.
class ProtoMessage {
public:
    ProtoMessage& number(std::uint32_t field, std::int64_t value); ///< varint
    ProtoMessage& real(std::uint32_t field, double value); ///< 64 bits
    ProtoMessage& real32(std::uint32_t field, float value);
    ProtoMessage& bytes(std::uint32_t field, std::string_view value); ///< text, or a message
    ProtoMessage& message(std::uint32_t field, const ProtoMessage& value)
    {
        return bytes(field, value.m_bytes);
    }
    const std::string& wire() const { return m_bytes; }

private:
    void varint(std::uint64_t value);
    void key(std::uint32_t field, std::uint32_t kind);
    std::string m_bytes{};
};

struct ProtoField {
    std::uint32_t number = 0;
    std::uint64_t value = 0; ///< of a varint, or the bits of 32 or 64
    std::string_view bytes{}; ///< of what has a length
    double real() const;
    float real32() const;
};

/// The fields of a message one after the other. What is no message ends it, and isBroken() says so.
class ProtoReader {
public:
    explicit ProtoReader(std::string_view wire)
        : m_rest(wire)
    {
    }
    /// Nothing at the end.
    std::optional<ProtoField> next();
    bool isBroken() const { return m_isBroken; }

private:
    std::optional<std::uint64_t> varint();
    std::optional<std::uint64_t> fixed(std::size_t size);
    std::optional<ProtoField> broken();
    std::string_view m_rest;
    bool m_isBroken = false;
};

/// `size` bytes, the least first.
std::uint64_t littleEndian(std::string_view bytes);
void appendLittleEndian(std::string& bytes, std::uint64_t value, std::size_t size);

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#pragma once

// One long text as token ids that lie side by side in memory, or in a file that is mapped there.

#include "core/data/tokenizer.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace mantissa {

class TokenRun {
public:
    /// `width`: bytes of an id, little-endian: 1, 2 or 4. `owner` keeps `data` there.
    TokenRun(std::shared_ptr<const void> owner, const void* data, std::int64_t size, std::int64_t width)
        : m_owner(std::move(owner))
        , m_data(static_cast<const unsigned char*>(data))
        , m_size(size)
        , m_width(width)
    {
    }
    /// Bytes as ids.
    explicit TokenRun(std::string text)
        : TokenRun(std::make_shared<const std::string>(std::move(text)))
    {
    }

    std::int64_t size() const { return m_size; }
    TokenId at(std::int64_t index) const
    {
        std::uint32_t id = 0; // the machine is little-endian, as the files are
        std::memcpy(&id, m_data + index * m_width, static_cast<std::size_t>(m_width));
        return static_cast<TokenId>(id);
    }

private:
    explicit TokenRun(const std::shared_ptr<const std::string>& text)
        : TokenRun(text, text->data(), static_cast<std::int64_t>(text->size()), 1)
    {
    }

    std::shared_ptr<const void> m_owner;
    const unsigned char* m_data;
    std::int64_t m_size;
    std::int64_t m_width;
};

} // namespace mantissa

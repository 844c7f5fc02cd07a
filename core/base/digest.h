// SPDX-License-Identifier: Apache-2.0
#pragma once

// SHA-256 of bytes as they arrive.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace mantissa {

class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void add(const void* bytes, std::size_t size);
    void add(std::string_view text) { add(text.data(), text.size()); }
    /// 64 hexadecimal digits. The object is used up.
    std::string hex();

private:
    evp_md_ctx_st* m_context = nullptr;
};

std::string sha256Of(std::string_view text);

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/base/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cassert>

namespace mantissa {

Sha256::Sha256()
    : m_context(EVP_MD_CTX_new())
{
    const int started = EVP_DigestInit_ex(m_context, EVP_sha256(), nullptr);
    assert(started == 1);
    static_cast<void>(started);
}

Sha256::~Sha256() { EVP_MD_CTX_free(m_context); }

void Sha256::add(const void* bytes, std::size_t size) { EVP_DigestUpdate(m_context, bytes, size); }

std::string Sha256::hex()
{
    std::array<unsigned char, 32> digest{};
    EVP_DigestFinal_ex(m_context, digest.data(), nullptr);
    return fmt::format("{:02x}", fmt::join(digest, ""));
}

std::string sha256Of(std::string_view text)
{
    Sha256 digest;
    digest.add(text);
    return digest.hex();
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#pragma once

// A file of token ids, mapped: it may be larger than memory. docs/file-formats.md describes it.

#include "core/base/digest.h"
#include "core/data/tokenizer.h"
#include "core/files/mapped_file.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace mantissa {

/// Any thread may read.
class TokenFile {
public:
    /// `key` is what the file must be of. Every byte is checked, at the speed of the digest. Errors: not
    /// there, damaged, of another key.
    static Result<TokenFile> open(const std::filesystem::path& file, const std::string& key);

    std::int64_t size() const { return m_count; }
    /// `at` counts from 0 and is less than size().
    TokenId at(std::int64_t at) const;
    /// The ids from `begin` on, as many as `into` holds.
    void copy(std::int64_t begin, std::span<TokenId> into) const;

private:
    TokenFile(MappedFile file, std::int64_t count, bool isNarrow)
        : m_file(std::move(file))
        , m_count(count)
        , m_isNarrow(isNarrow)
    {
    }

    MappedFile m_file;
    std::int64_t m_count;
    bool m_isNarrow; ///< two bytes an id
};

/// Writes one beside its place and moves it there when it is whole; one that was not finished is removed.
class TokenFileWriter {
public:
    /// `largestId` of the tokenizer decides how wide an id is.
    static Result<TokenFileWriter> make(const std::filesystem::path& file, TokenId largestId);
    TokenFileWriter(TokenFileWriter&&) noexcept = default;
    TokenFileWriter& operator=(TokenFileWriter&&) noexcept = default;
    ~TokenFileWriter();

    Status add(std::span<const TokenId> ids);
    Status finish(const std::string& key);

private:
    struct Close {
        void operator()(std::FILE* file) const;
    };
    TokenFileWriter() = default;
    Status write(const void* bytes, std::size_t count);

    std::filesystem::path m_place;
    std::filesystem::path m_made; ///< under its name for the time being
    std::unique_ptr<std::FILE, Close> m_file;
    std::unique_ptr<Sha256> m_digest;
    bool m_isNarrow = false;
    std::int64_t m_count = 0;
};

} // namespace mantissa

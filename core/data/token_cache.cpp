// SPDX-License-Identifier: Apache-2.0
#include "core/data/token_cache.h"

#include "core/base/installation.h"
#include "core/base/shown_text.h"

#include <fmt/format.h>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

Result<fs::path> cacheFolder()
{
    if (const fs::path cache = userCacheFolder(); !cache.empty())
        return cache / "tokens";
    return fail("there is no place to keep encoded text: neither XDG_CACHE_HOME nor HOME names a folder; set "
                "one of them");
}

bool isOurs(const fs::directory_entry& entry)
{
    const std::string ending = entry.path().extension().string();
    std::error_code error;
    return (ending == ".tokens" || ending == ".part") && entry.is_regular_file(error);
}

/// Calls `act` with each file of the cache and its bytes.
template <class Act> void forEachFile(const fs::path& folder, Act act)
{
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (isOurs(*at))
            if (const auto bytes = at->file_size(error); !error)
                act(at->path(), static_cast<std::int64_t>(bytes));
}

Result<TokenFile> makeTokens(const fs::path& file, const std::string& key, std::string_view text,
    const Tokenizer& tokenizer, const std::function<bool()>& isInterrupted)
{
    auto writer = TokenFileWriter::make(file, static_cast<TokenId>(tokenizer.size() - 1));
    if (!writer)
        return fail(writer.error());
    const auto add = [&](std::span<const TokenId> ids) -> Status {
        if (isInterrupted && isInterrupted())
            return fail("interrupted while the text was encoded", ExitCode::Interrupted);
        return writer->add(ids);
    };
    Status status;
    tokenizer.stream(text, [&](std::span<const TokenId> ids) {
        status = add(ids);
        return status.has_value();
    });
    TRY(status);
    TRY(writer->finish(key));
    return TokenFile::open(file, key);
}

} // namespace

Result<CachedTokens> cachedTokens(std::string_view text, const std::string& sha256,
    const Tokenizer& tokenizer, const std::function<bool()>& isInterrupted)
{
    constexpr std::size_t nameDigits = 32;
    const auto folder = cacheFolder();
    if (!folder)
        return fail(folder.error());
    std::error_code error;
    fs::create_directories(*folder, error);
    if (error)
        return fail(
            fmt::format("cannot make the folder {}: {}; set XDG_CACHE_HOME to a place that can be written to",
                shown(folder->string()), error.message()));
    const std::string key = fmt::format("text {} tokenizer {}", sha256, tokenizer.digest());
    const fs::path file = *folder / (sha256Of(key).substr(0, nameDigits) + ".tokens");
    std::string remark;
    if (fs::exists(file, error)) {
        auto kept = TokenFile::open(file, key);
        if (kept)
            return CachedTokens{std::move(*kept)};
        remark = fmt::format("{}: encoded anew", kept.error().message);
    }
    auto made = makeTokens(file, key, text, tokenizer, isInterrupted);
    if (!made)
        return fail(made.error());
    return CachedTokens{std::move(*made), std::move(remark)};
}

Result<TokenCache> tokenCache()
{
    const auto folder = cacheFolder();
    if (!folder)
        return fail(folder.error());
    TokenCache cache{.folder = *folder};
    forEachFile(*folder, [&](const fs::path&, std::int64_t bytes) {
        ++cache.files;
        cache.bytes += bytes;
    });
    return cache;
}

Result<TokenCache> clearTokenCache()
{
    const auto folder = cacheFolder();
    if (!folder)
        return fail(folder.error());
    TokenCache removed{.folder = *folder};
    Status status;
    forEachFile(*folder, [&](const fs::path& file, std::int64_t bytes) {
        std::error_code error;
        fs::remove(file, error);
        if (error)
            status = fail(fmt::format(
                "cannot remove {}: {}; remove it by hand", shown(file.string()), error.message()));
        removed.files += error ? 0 : 1;
        removed.bytes += error ? 0 : bytes;
    });
    TRY(status);
    return removed;
}

} // namespace mantissa

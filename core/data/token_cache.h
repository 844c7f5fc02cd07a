// SPDX-License-Identifier: Apache-2.0
#pragma once

// Text that was encoded once stays encoded: files of tokens in XDG_CACHE_HOME/mantissa/tokens (~/.cache
// without).

#include "core/data/token_file.h"

#include <functional>

namespace mantissa {

struct CachedTokens {
    TokenFile tokens;
    std::string remark{}; ///< a cached file that was damaged and made anew; empty for none
};

/// The ids of a text whose SHA-256 is `sha256`: those kept for it and this tokenizer, or new ones, which are
/// kept. The text is gone through once, from left to right, and may be mapped: a tokenizer whose normalizer
/// leaves it alone needs no memory for it; one that changes it (▁ for spaces, NFC of what is not) holds what
/// it becomes. `isInterrupted` is asked every 65,536 tokens; once it says yes, the error is Interrupted and
/// nothing is kept.
Result<CachedTokens> cachedTokens(std::string_view text, const std::string& sha256,
    const Tokenizer& tokenizer, const std::function<bool()>& isInterrupted = {});

struct TokenCache {
    std::filesystem::path folder{};
    std::int64_t files = 0;
    std::int64_t bytes = 0;
};
/// What is kept now. Errors: neither XDG_CACHE_HOME nor HOME names a folder.
Result<TokenCache> tokenCache();
/// Removes it, and says what was removed. Runs that read a file keep what they have mapped.
Result<TokenCache> clearTokenCache();

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#pragma once

// Characters that were added to Unicode after version 14, which PCRE2 and utf8proc of Debian 12 do not know,
// or not all of them: the reference, and with it the ids of models, does.

#include <utf8proc.h>

#include <optional>
#include <string>
#include <string_view>

namespace mantissa {

/// Null for characters of Unicode 14, and for those that are none.
std::optional<utf8proc_category_t> categoryOfNewer(char32_t code);

/// The text with an older character of the same category and length in place of each newer one, so that what
/// is found in it is found at the same places; null where there is none. Symbols and punctuation give way too
/// where `withSymbols` says so: emoji are many, and most expressions do not ask for them.
std::optional<std::string> withOlderCharacters(std::string_view text, bool withSymbols);

} // namespace mantissa

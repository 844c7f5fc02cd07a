// SPDX-License-Identifier: Apache-2.0
#pragma once

// Regular expressions of tokenizer.json are Oniguruma's Ruby syntax; PCRE2 reads Perl's.

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace mantissa {

/// The same expression for PCRE2. What means something else there and has no short counterpart is refused.
Result<std::string> perlSyntaxOf(std::string_view ruby);

} // namespace mantissa

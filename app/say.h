// SPDX-License-Identifier: Apache-2.0
#pragma once

// Words on stderr. Unlike results on stdout they may be lost: training goes on where nobody listens.

#include "core/base/shown_text.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

namespace mantissa {

template <class... Values> void say(fmt::format_string<Values...> words, Values&&... values)
{
    // fmt::print would throw; names of files may be no UTF-8
    std::fputs(asUtf8(fmt::format(words, std::forward<Values>(values)...)).c_str(), stderr);
}

} // namespace mantissa

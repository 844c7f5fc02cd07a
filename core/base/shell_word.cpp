// SPDX-License-Identifier: Apache-2.0
#include "core/base/shell_word.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace mantissa {

std::string shellWord(const std::string& word)
{
    const auto isPlain = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0
            || std::string_view("._-/=,+:").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), isPlain))
        return word;
    std::string text = "'";
    for (const char c : word)
        text += c == '\'' ? "'\\''" : std::string(1, c);
    return text + "'";
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace mantissa {

/// Without the blanks around it: spaces, tabs and line ends.
inline std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n\v\f";
    const auto begin = text.find_first_not_of(blanks);
    return begin == std::string_view::npos ? std::string_view{}
                                           : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

} // namespace mantissa

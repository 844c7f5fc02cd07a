// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether a text says something; where it does not, the test's output shows the whole of it.

#include <QtGlobal>

#include <string>

namespace mantissa {

inline bool holds(const std::string& text, const std::string& words)
{
    if (text.find(words) != std::string::npos)
        return true;
    qWarning("%s", text.c_str());
    return false;
}

} // namespace mantissa

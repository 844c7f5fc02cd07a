// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a row says, whatever shape its file has: who says what, in order.

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

/// Text: a row that is no talk at all, and the only turn of it.
enum class Role { Text, System, User, Assistant, Tool };

std::string_view nameOf(Role role);

struct Turn {
    Role role = Role::Text;
    std::string text{};
    bool trains = false; ///< it is what the model is to learn to say
    friend bool operator==(const Turn&, const Turn&) = default;
};

struct Conversation {
    std::vector<Turn> turns{};
    friend bool operator==(const Conversation&, const Conversation&) = default;
};

/// At most one system turn, at the front; then user and answers in turn, tools between answers; the last turn
/// is an answer; none that trains is empty.
Status checkTurns(const Conversation& conversation);

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#pragma once

// What `resume --set` does with each key: it takes effect, or it is refused with the reason.

#include "core/record/run_config.h"

#include <string>
#include <string_view>

namespace mantissa {

struct ResumeRule {
    std::string_view keys; ///< a key, or all that begin with it where it ends in a dot
    bool takesEffect = true;
    std::string_view why{}; ///< from when on it counts, or what stands against it
};

/// The rule with the longest match; every key of a config has one.
const ResumeRule& resumeRuleOf(std::string_view key);
/// Of a key that says where states rest: those on disk that are a run's checkpoint stay as they are.
bool movesStates(std::string_view key);
/// A Markdown table of every key of a config and its rule: docs/resume-settings.md.
std::string resumeRulesTable();

} // namespace mantissa

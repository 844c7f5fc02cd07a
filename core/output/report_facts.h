// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a report says about a run, in words and numbers, before it becomes HTML or Markdown.

#include "core/evidence/comparison.h"
#include "core/output/html_report.h"

#include <string>
#include <utility>
#include <vector>

namespace mantissa {

struct ReportTable {
    std::string title{};
    std::string note{}; ///< what the numbers mean; may be empty
    std::vector<std::string> header{};
    std::vector<std::vector<std::string>> rows{}; ///< the first column is text, the others are numbers
};

struct ReportFacts {
    std::string title{};
    std::string outcome{};
    std::vector<std::pair<std::string, std::string>> figures{}; ///< label, value: the five on top
    std::vector<std::string> verdict{}; ///< sentences on memory and on quality; last what the user noted
    std::vector<ReportTable> tables{};
    std::string repeatCommand{};
};

ReportFacts factsOf(const ReportInput& input);
/// The same JSON without a "<", so that it can neither close a script block nor open a tag.
std::string withoutTags(const std::string& json);

} // namespace mantissa

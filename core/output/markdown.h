// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every Markdown file of ours is made of.

#include "core/output/report_facts.h"

#include <string>

namespace mantissa {

/// Text inside a table cell: a pipe would end it, and < could begin HTML.
std::string markdownCell(const std::string& text);
/// With its title as a heading and its note.
std::string markdownTable(const ReportTable& table);

} // namespace mantissa

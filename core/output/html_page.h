// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every HTML file of ours is made of: the page with its style and security policy, figures, charts,
// tables.

#include "core/output/report_facts.h"

#include <string>
#include <utility>
#include <vector>

namespace mantissa {

/// Title and subtitle are escaped here; `body` is HTML already.
std::string htmlPage(const std::string& title, const std::string& subtitle, const std::string& body);
/// The numbers on top, label and value.
std::string figuresHtml(const std::vector<std::pair<std::string, std::string>>& figures);
/// "Repeat it" and the command, which breaks where it is too long for a line.
std::string commandHtml(const std::string& command);
std::string cardHtml(const std::string& svg);
/// Folded away; nothing for null.
std::string environmentHtml(const Json* environment);
/// Long tables are folded away.
std::string tableHtml(const ReportTable& table);

} // namespace mantissa

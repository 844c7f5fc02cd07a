// SPDX-License-Identifier: Apache-2.0
#include "core/output/texts_table.h"

#include "core/base/units.h"

#include <fmt/format.h>

namespace mantissa {

namespace {

/// On one line.
std::string inOneLine(const std::string& text)
{
    std::string line;
    for (const char c : text)
        if (c == '\n')
            line += " ⏎ ";
        else if (c != '\r')
            line += c;
    return line;
}

} // namespace

ReportTable textsTable(const Run& run)
{
    ReportTable table{.title = "Texts",
        .note
        = "What the model wrote after the prompt, with the weights of that step; the same seed each time.",
        .header = {"Text", "Step"}};
    for (const TextWritten& written : run.texts().all())
        table.rows.push_back({fmt::format("{} → {}", inOneLine(written.prompt), inOneLine(written.text)),
            formatCount(written.step)});
    return table;
}

} // namespace mantissa

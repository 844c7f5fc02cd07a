// SPDX-License-Identifier: Apache-2.0
#include "core/output/card_table.h"

#include "core/base/statistics.h"
#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace mantissa {

namespace {

using Value = std::function<std::optional<double>(const CardReading&)>;
using Word = std::function<std::string(double)>;

void addRow(ReportTable& table, const Run& run, const std::string& name, const Value& of, const Word& word)
{
    std::vector<double> values;
    for (const CardMeasured& measured : run.card().readings())
        if (const auto value = of(measured.reading))
            values.push_back(*value);
    if (values.empty())
        return;
    const auto [least, most] = std::ranges::minmax(values);
    table.rows.push_back({name, word(least), word(medianOf(values)), word(most),
        formatCount(static_cast<std::int64_t>(values.size()))});
}

Word with(const char* unit)
{
    return [unit](double value) { return fmt::format("{:.0f} {}", value, unit); };
}

Value bytes(std::optional<std::int64_t> CardReading::*member)
{
    return [member](const CardReading& reading) {
        const auto& value = reading.*member;
        return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
    };
}

} // namespace

ReportTable cardTable(const Run& run)
{
    ReportTable table{.title = "Card",
        .note
        = "By its driver, about once a second while the run trained. Used counts all programs, contexts "
          "and what the driver keeps.",
        .header = {"Reading", "Least", "Median", "Most", "Readings"}};
    const auto add = [&](const std::string& name, const Value& of, const Word& word) {
        addRow(table, run, name, of, word);
    };
    add("Temperature", &CardReading::celsius, with("°C"));
    add("Power", &CardReading::watts, with("W"));
    add("Clock", &CardReading::megahertz, with("MHz"));
    add("Memory clock", &CardReading::memoryMegahertz, with("MHz"));
    add("Load", &CardReading::loadPercent, with("%"));
    const Word size = [](double value) { return formatBytes(static_cast<std::int64_t>(value)); };
    add("Memory used", bytes(&CardReading::usedBytes), size);
    add("Used by others", bytes(&CardReading::othersBytes), size);
    return table;
}

} // namespace mantissa

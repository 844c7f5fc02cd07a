// SPDX-License-Identifier: Apache-2.0
#include "core/base/units.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace mantissa {

namespace {

struct Unit {
    std::string_view name;
    double bytes;
};

constexpr std::array<Unit, 10> units{{{"", 1.0}, {"b", 1.0}, {"kib", 1024.0}, {"mib", 1048576.0},
    {"gib", 1073741824.0}, {"tib", 1099511627776.0}, {"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"tb", 1e12}}};

} // namespace

Result<std::int64_t> parseBytes(std::string_view text)
{
    const auto wrong = [&] {
        return fail(
            fmt::format(
                "'{}' is not a size; write for example 4GiB, 2.6GiB, 500MB or a number of bytes", text),
            ExitCode::Usage);
    };
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || !(number >= 0))
        return wrong();
    std::string unit;
    for (const char c : std::string_view(end, static_cast<std::size_t>(text.data() + text.size() - end)))
        if (c != ' ')
            unit += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    for (const Unit& known : units)
        if (known.name == unit) {
            const double bytes = number * known.bytes;
            if (bytes >= 9e18)
                return wrong();
            return static_cast<std::int64_t>(std::llround(bytes));
        }
    return wrong();
}

std::string formatBytes(std::int64_t bytes)
{
    constexpr std::array<const char*, 5> names{"B", "KiB", "MiB", "GiB", "TiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (std::abs(value) >= 1023.5 && unit + 1 < names.size()) {
        value /= 1024;
        ++unit;
    }
    if (unit == 0)
        return fmt::format("{} B", bytes);
    const int digits = std::abs(value) < 9.995 ? 2 : std::abs(value) < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f} {}", value, digits, names[unit]);
}

std::string formatMeasuredBytes(double bytes)
{
    constexpr double most = 9e18; // below 2^63
    return bytes > 0 && bytes < most ? formatBytes(static_cast<std::int64_t>(bytes)) : "–";
}

std::string formatCount(std::int64_t count)
{
    std::string digits = std::to_string(count);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (count < 0 ? 1 : 0); at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string formatProgress(std::int64_t done, std::int64_t planned)
{
    return done > planned ? formatCount(done) : formatCount(done) + "/" + formatCount(planned);
}

std::string formatSeconds(double seconds)
{
    if (!std::isfinite(seconds))
        return "–";
    if (seconds < 1)
        return fmt::format("{:.0f} ms", seconds * 1000);
    if (seconds < 59.95)
        return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<std::int64_t>(seconds + 0.5);
    if (whole < 3600)
        return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

std::string formatNumber(double value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "Infinity" : "-Infinity";
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return error == std::errc{} ? std::string(buffer.data(), end) : "NaN";
}

} // namespace mantissa

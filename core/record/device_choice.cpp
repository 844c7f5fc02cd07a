// SPDX-License-Identifier: Apache-2.0
#include "core/record/device_choice.h"

#include "core/base/units.h"
#include "core/record/run_config.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace mantissa {

namespace {

constexpr std::string_view cardPrefix = "cuda:";
constexpr std::string_view simulatedPrefix = "simulated:";
constexpr int mostIndex = 127; // LibTorch keeps the number of a device in one signed byte
constexpr std::int64_t mostBytes = 1024 * gibibyte; // no card is near it, and sums of it stay small

Result<DeviceChoice> parseCard(std::string_view text)
{
    const std::string_view digits = text.substr(cardPrefix.size());
    int index = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error != std::errc{} || end != digits.data() + digits.size() || index < 0 || index > mostIndex)
        return wrong(fmt::format(
            "'{}' names no card; write cuda:0 for the first, and numbers up to {}", text, mostIndex));
    return DeviceChoice{.kind = DeviceKind::Card, .index = index};
}

Result<DeviceChoice> parseSimulated(std::string_view text)
{
    const auto bytes = parseBytes(text.substr(simulatedPrefix.size()));
    if (!bytes)
        return wrong(fmt::format(
            "'{}' does not say how much the simulated card holds; write for example simulated:8GiB, "
            "or simulated:512MiB",
            text));
    if (*bytes < 1 || *bytes > mostBytes)
        return wrong(fmt::format("'{}' is a simulated card of {}; write one of 1 B to {}, for example "
                                 "simulated:8GiB",
            text, formatBytes(*bytes), formatBytes(mostBytes)));
    return DeviceChoice{.kind = DeviceKind::Simulated, .bytes = *bytes};
}

/// In the largest unit that divides it, so that reading it gives the same number.
std::string exactSize(std::int64_t bytes)
{
    constexpr std::array<std::string_view, 5> units{"", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    while (bytes > 0 && bytes % kibibyte == 0 && unit + 1 < units.size()) {
        bytes /= kibibyte;
        ++unit;
    }
    return fmt::format("{}{}", bytes, units[unit]);
}

} // namespace

Result<DeviceChoice> parseDevice(std::string_view text)
{
    if (text == "cpu" || text == "cpu:0")
        return DeviceChoice{};
    if (text == "cuda")
        return DeviceChoice{.kind = DeviceKind::Card};
    if (text.starts_with(cardPrefix))
        return parseCard(text);
    if (text.starts_with(simulatedPrefix))
        return parseSimulated(text);
    return wrong(
        fmt::format("'{}' is no device that this program computes on; expected cpu, cuda:0 and so on, "
                    "or simulated:8GiB for a card that you do not have",
            text));
}

std::string nameOf(const DeviceChoice& device)
{
    switch (device.kind) {
    case DeviceKind::Cpu:
        return "cpu";
    case DeviceKind::Card:
        return fmt::format("{}{}", cardPrefix, device.index);
    case DeviceKind::Simulated:
        return fmt::format("{}{}", simulatedPrefix, exactSize(device.bytes));
    }
    return {};
}

bool computesOnCpu(std::string_view device) { return device == "cpu" || device.starts_with(simulatedPrefix); }

bool hasRealSeconds(const RunConfig& config) { return !config.memory.device.starts_with(simulatedPrefix); }

std::string whyNoSpeed(const RunConfig& config)
{
    const auto device = parseDevice(config.memory.device);
    if (!device || device->kind != DeviceKind::Simulated)
        return {};
    return fmt::format(
        "Trained on a simulated card of {}: bytes and bits are real, seconds are not, so no speed "
        "is told.",
        formatBytes(device->bytes));
}

} // namespace mantissa

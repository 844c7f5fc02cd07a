// SPDX-License-Identifier: Apache-2.0
#include "core/card/cards.h"

#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace mantissa {

namespace {

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

/// The card that one entry of CUDA_VISIBLE_DEVICES means: a number, or the beginning of a UUID.
const CardFacts* cardNamed(const std::vector<CardFacts>& all, std::string_view entry)
{
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(entry.data(), entry.data() + entry.size(), index);
    if (error == std::errc{} && end == entry.data() + entry.size())
        return index < all.size() ? &all[index] : nullptr;
    if (entry.empty())
        return nullptr;
    const auto fits = [&](const CardFacts& card) { return card.uuid.starts_with(entry); };
    const auto found = std::ranges::find_if(all, fits);
    return found != all.end() && std::ranges::count_if(all, fits) == 1 ? &*found : nullptr;
}

std::vector<CardFacts> allCards(const Nvml& nvml)
{
    std::vector<CardFacts> all;
    for (const Nvml::Handle handle : nvml.handles())
        all.push_back({nvml.nameOf(handle), nvml.uuidOf(handle), nvml.read(handle)});
    return all;
}

std::optional<std::string> visibleDevices()
{
    const char* value
        = std::getenv("CUDA_VISIBLE_DEVICES"); // NOLINT(concurrency-mt-unsafe): nobody sets it here
    return value ? std::optional<std::string>(value) : std::nullopt;
}

} // namespace

std::vector<CardFacts> visibleCards(
    const std::vector<CardFacts>& all, const std::optional<std::string>& visible)
{
    if (!visible)
        return all;
    std::vector<CardFacts> cards;
    std::string_view rest = *visible;
    while (true) {
        const std::size_t comma = rest.find(',');
        const CardFacts* card = cardNamed(all, trimmed(rest.substr(0, comma)));
        if (!card) // as CUDA does: what follows an entry that names none is not seen either
            return cards;
        cards.push_back(*card);
        if (comma == std::string_view::npos)
            return cards;
        rest.remove_prefix(comma + 1);
    }
}

CardList listCards(const std::string& library)
{
    const auto nvml = Nvml::open(library);
    if (!nvml)
        return {.problem = nvml.error().message};
    const auto all = allCards(*nvml);
    CardList list{.cards = visibleCards(all, visibleDevices()), .driver = nvml->driverVersion()};
    if (all.empty())
        list.problem = "the NVIDIA driver lists no card";
    else if (list.cards.empty())
        list.problem = fmt::format(
            "CUDA_VISIBLE_DEVICES is '{}' and shows none of this machine's cards", *visibleDevices());
    return list;
}

std::string sentenceOf(const CardReading& reading)
{
    std::vector<std::string> parts;
    if (reading.totalBytes && reading.usedBytes)
        parts.push_back(formatBytes(*reading.totalBytes - *reading.usedBytes) + " free");
    if (reading.celsius)
        parts.push_back(fmt::format("{:.0f} °C", *reading.celsius));
    if (reading.watts)
        parts.push_back(reading.limitWatts
                ? fmt::format("{:.0f} of {:.0f} W", *reading.watts, *reading.limitWatts)
                : fmt::format("{:.0f} W", *reading.watts));
    if (reading.megahertz)
        parts.push_back(fmt::format("{:.0f} MHz", *reading.megahertz));
    if (reading.loadPercent)
        parts.push_back(fmt::format("load {:.0f} %", *reading.loadPercent));
    return parts.empty() ? "the driver says nothing of it" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string titleOf(const CardFacts& card)
{
    std::string name = card.name.empty() ? "card" : card.name;
    if (const std::size_t gb = name.find("GB"); gb != std::string::npos) { // "NVIDIA H100 80GB HBM3"
        const std::size_t word = name.rfind(' ', gb);
        if (word != std::string::npos)
            name.erase(word);
    }
    return card.now.totalBytes ? fmt::format("{}, {}", name, formatBytes(*card.now.totalBytes)) : name;
}

Result<CardMeter> CardMeter::open(const std::string& uuid, int index, const std::string& library)
{
    auto nvml = Nvml::open(library);
    if (!nvml)
        return fail(nvml.error());
    std::string wanted = uuid;
    if (wanted.empty()) {
        const auto cards = visibleCards(allCards(*nvml), visibleDevices());
        const auto place = static_cast<std::size_t>(index);
        if (index < 0 || place >= cards.size() || cards[place].uuid.empty())
            return fail(fmt::format("the NVIDIA driver shows no card with the number {}", index));
        wanted = cards[place].uuid;
    }
    const auto card = nvml->handleOf(wanted);
    if (!card)
        return fail(card.error());
    return CardMeter(std::move(*nvml), *card);
}

} // namespace mantissa

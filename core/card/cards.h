// SPDX-License-Identifier: Apache-2.0
#pragma once

// The cards of this machine as their driver tells of them, in the order in which the engine counts them.

#include "core/card/nvml.h"

#include <optional>
#include <string>
#include <vector>

namespace mantissa {

struct CardFacts {
    std::string name{}; ///< "NVIDIA H100 80GB HBM3"
    std::string uuid{}; ///< "GPU-…"
    CardReading now{};
};

struct CardList {
    std::vector<CardFacts> cards{}; ///< card i is cuda:i
    std::string driver{}; ///< its version; empty without one
    std::string problem{}; ///< why there are none: a sentence
};

/// Those that CUDA shows to this process: all, or those that CUDA_VISIBLE_DEVICES names (nothing: unset).
/// Numbers in it count as the driver does, which CUDA follows where CUDA_DEVICE_ORDER is PCI_BUS_ID.
std::vector<CardFacts> visibleCards(
    const std::vector<CardFacts>& all, const std::optional<std::string>& visibleDevices);

/// A look at this machine. May take some tenths of a second; any thread.
CardList listCards(const std::string& library = nvmlLibrary);

/// "79.1 GiB free, 61 °C, 215 of 700 W, 1980 MHz, load 97 %": what is known of it.
std::string sentenceOf(const CardReading& reading);
/// "NVIDIA H100, 80 GiB": its name without what repeats its size.
std::string titleOf(const CardFacts& card);

/// One card, to be read again and again. Any one thread.
class CardMeter {
public:
    /// By its UUID; without one by its place among those that listCards() gives.
    static Result<CardMeter> open(
        const std::string& uuid, int index, const std::string& library = nvmlLibrary);
    CardReading read() const { return m_nvml.read(m_card); }

private:
    CardMeter(Nvml nvml, Nvml::Handle card)
        : m_nvml(std::move(nvml))
        , m_card(card)
    {
    }
    Nvml m_nvml;
    Nvml::Handle m_card;
};

} // namespace mantissa

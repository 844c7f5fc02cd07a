// SPDX-License-Identifier: Apache-2.0
#pragma once

// Random numbers of the simulated card: the CPU's generator, a second time.

#include <ATen/core/Generator.h>

namespace mantissa::card {

/// The card's default generator.
const at::Generator& defaultGenerator();
at::Generator newGenerator();
/// The CPU's generator behind one of the card's.
at::Generator innerGenerator(const at::Generator& card);

/// The card's default generator stands in for the CPU's while an operation draws from it.
class GeneratorSwap {
public:
    explicit GeneratorSwap(bool isOn);
    ~GeneratorSwap();
    GeneratorSwap(const GeneratorSwap&) = delete;
    GeneratorSwap& operator=(const GeneratorSwap&) = delete;

private:
    bool m_isOn;
};

} // namespace mantissa::card

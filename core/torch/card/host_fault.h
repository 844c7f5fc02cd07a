// SPDX-License-Identifier: Apache-2.0
#pragma once

// Says whose fault it is when the host follows an address of the simulated card.

namespace mantissa::card {

/// From here on a SIGSEGV in [begin, end) writes a sentence and a backtrace to stderr before it goes its way.
void tellHostFaults(const void* begin, const void* end);

} // namespace mantissa::card

// SPDX-License-Identifier: Apache-2.0
#pragma once

// How long something took, in seconds that nobody sets back: the clock on the wall only names moments
// (record/environment.h).

#include <chrono>

namespace mantissa {

using SteadyTime = std::chrono::steady_clock::time_point;

inline SteadyTime steadyNow() { return std::chrono::steady_clock::now(); }

inline double secondsSince(SteadyTime start)
{
    return std::chrono::duration<double>(steadyNow() - start).count();
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
// Rotary positions in one pass: halves of a head turn by their angle, what lies behind them is copied.

#include "core/torch/kernels/cpu/elements.h"
#include "core/torch/kernels/cpu/rows.h"

namespace mantissa::MANTISSA_SET {

namespace {

template <class T> void turn(const RotationCall& call, long first, long last, T)
{
    const long half = call.width / 2;
    for (long at = first; at < last; ++at) {
        const float* cosine = call.cosine + at % call.length * half;
        const float* sine = call.sine + at % call.length * half;
        for (long head = 0; head < call.heads; ++head) {
            const T* from = static_cast<const T*>(call.input) + at * call.inputStep + head * call.headWidth;
            T* to = static_cast<T*>(call.output) + (at * call.heads + head) * call.headWidth;
            for (long i = 0; i < half; i += lanes) {
                const Vec left = loadAt(from, i, half);
                const Vec right = loadAt(from + half, i, half);
                const Vec c = loadAt(cosine, i, half);
                const Vec s = call.turnsBack ? -loadAt(sine, i, half) : loadAt(sine, i, half);
                storeAt(to, i, half, left * c - right * s);
                storeAt(to + half, i, half, right * c + left * s);
            }
            for (long i = call.width; i < call.headWidth; ++i)
                to[i] = from[i];
        }
    }
}

} // namespace

void rotation(const RotationCall& call, std::int64_t first, std::int64_t last)
{
    withElement(call.element, [&](auto type) { turn(call, first, last, type); });
}

} // namespace mantissa::MANTISSA_SET

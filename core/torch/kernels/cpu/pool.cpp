// SPDX-License-Identifier: Apache-2.0
// A map rectified and pooled by two in one pass: of each 2 x 2 the largest number, and a byte that says which
// it was, where LibTorch keeps the whole map and eight bytes.

#include "core/torch/kernels/cpu/elements.h"
#include "core/torch/kernels/cpu/rows.h"

namespace mantissa::MANTISSA_SET {

namespace {

constexpr std::uint8_t nobody = 4; // was above zero

/// Numbers of a row as FP32, in `room` unless they are.
template <class T> const float* asFloats(const T* row, long n, float* room)
{
    for (long i = 0; i < n; i += lanes)
        storeAt(room, i, n, loadAt(row, i, n));
    return room;
}
const float* asFloats(const float* row, long, float*) { return row; }

template <class T> void forward(const PoolCall& call, long first, long last, T)
{
    const long width = call.width;
    const long half = width / 2;
    float upperRoom[mostPoolWidth];
    float lowerRoom[mostPoolWidth];
    float tops[mostPoolWidth / 2];
    for (long plane = first; plane < last; ++plane)
        for (long y = 0; y < call.height / 2; ++y) {
            const T* from = static_cast<const T*>(call.map) + (plane * call.height + 2 * y) * width;
            const float* upper = asFloats(from, width, upperRoom);
            const float* lower = asFloats(from + width, width, lowerRoom);
            const long at = (plane * (call.height / 2) + y) * half;
            std::uint8_t* places = call.places + at;
            for (long x = 0; x < half; ++x) {
                // the first of equal ones, and NaN before any number, as LibTorch has it
                const float a = upper[2 * x];
                const float b = upper[2 * x + 1];
                const float c = lower[2 * x];
                const float d = lower[2 * x + 1];
                float top = a;
                std::uint8_t place = 0;
                place = (b > top) | (b != b) ? 1 : place;
                top = (b > top) | (b != b) ? b : top;
                place = (c > top) | (c != c) ? 2 : place;
                top = (c > top) | (c != c) ? c : top;
                place = (d > top) | (d != d) ? 3 : place;
                top = (d > top) | (d != d) ? d : top;
                tops[x] = top <= 0 ? 0 : top;
                places[x] = top <= 0 ? nobody : place;
            }
            T* pooled = static_cast<T*>(call.pooled) + at;
            for (long x = 0; x < half; x += lanes)
                storeAt(pooled, x, half, loadAt(tops, x, half));
        }
}

template <class T> void backward(const PoolCall& call, long first, long last, T)
{
    const long width = call.width;
    const long half = width / 2;
    for (long plane = first; plane < last; ++plane) {
        T* to = static_cast<T*>(call.map) + plane * call.height * width;
        if ((width | call.height) & 1) // what no window covers
            std::memset(to, 0, sizeof(T) * call.height * width);
        for (long y = 0; y < call.height / 2; ++y) {
            const long at = (plane * (call.height / 2) + y) * half;
            const T* flow = static_cast<const T*>(call.pooled) + at;
            const std::uint8_t* places = call.places + at;
            T* upper = to + 2 * y * width;
            T* lower = upper + width;
            for (long x = 0; x < half; ++x) {
                upper[2 * x] = places[x] == 0 ? flow[x] : T{};
                upper[2 * x + 1] = places[x] == 1 ? flow[x] : T{};
                lower[2 * x] = places[x] == 2 ? flow[x] : T{};
                lower[2 * x + 1] = places[x] == 3 ? flow[x] : T{};
            }
        }
    }
}

} // namespace

void pool(const PoolCall& call, std::int64_t first, std::int64_t last)
{
    withElement(call.element, [&](auto type) { forward(call, first, last, type); });
}

void poolBackward(const PoolCall& call, std::int64_t first, std::int64_t last)
{
    withElement(call.element, [&](auto type) { backward(call, first, last, type); });
}

} // namespace mantissa::MANTISSA_SET

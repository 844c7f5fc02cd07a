// SPDX-License-Identifier: Apache-2.0
// Layer norm and RMS norm by rows: sums in FP32, the result rounded once.

#include "core/torch/kernels/cpu/elements.h"
#include "core/torch/kernels/cpu/rows.h"

namespace mantissa::MANTISSA_SET {

namespace {

template <class T> Vec weightAt(const NormCall& call, long i)
{
    return call.weight ? loadAt(static_cast<const T*>(call.weight), i, call.width) + call.weightOffset
                       : splat(1.0F);
}

template <class T> void forward(const NormCall& call, long first, long last, T)
{
    const long width = call.width;
    const long whole = width / lanes * lanes;
    const float share = 1.0F / static_cast<float>(width);
    for (long row = first; row < last; ++row) {
        const T* input = static_cast<const T*>(call.input) + row * width;
        T* output = static_cast<T*>(call.output) + row * width;
        float mean = 0;
        if (call.mean) {
            Vec sum{};
            for (long i = 0; i < width; i += lanes)
                sum += loadAt(input, i, width);
            mean = sumOf(sum) * share;
            call.mean[row] = mean;
        }
        Vec squares{};
        for (long i = 0; i < whole; i += lanes) {
            const Vec x = load(input + i) - mean;
            squares += x * x;
        }
        float sum = sumOf(squares);
        if (whole < width) {
            const Vec x = loadFirst(input + whole, width - whole) - mean; // lanes beyond the end do not count
            for (long i = 0; i < width - whole; ++i)
                sum += x[i] * x[i];
        }
        const float factor = 1.0F / __builtin_sqrtf(sum * share + call.epsilon);
        call.factor[row] = factor;
        for (long i = 0; i < width; i += lanes) {
            Vec x = (loadAt(input, i, width) - mean) * factor * weightAt<T>(call, i);
            if (call.bias)
                x += loadAt(static_cast<const T*>(call.bias), i, width);
            storeAt(output, i, width, x);
        }
    }
}

template <class T>
void backward(const NormCall& call, long first, long last, float* toWeight, float* toBias, T)
{
    const long width = call.width;
    const float share = 1.0F / static_cast<float>(width);
    for (long row = first; row < last; ++row) {
        const T* input = static_cast<const T*>(call.input) + row * width;
        const T* flow = static_cast<const T*>(call.toOutput) + row * width;
        T* toInput = static_cast<T*>(call.toInput) + row * width;
        const float mean = call.mean ? call.mean[row] : 0;
        const float factor = call.factor[row];
        Vec sum{};
        Vec along{};
        for (long i = 0; i < width; i += lanes) {
            const Vec g = loadAt(flow, i, width); // 0 beyond the end, and so is all that is made of it
            const Vec x = (loadAt(input, i, width) - mean) * factor;
            const Vec weighted = g * weightAt<T>(call, i);
            sum += weighted;
            along += weighted * x;
            if (toWeight)
                storeAt(toWeight, i, width, loadAt(toWeight, i, width) + g * x);
            if (toBias)
                storeAt(toBias, i, width, loadAt(toBias, i, width) + g);
        }
        const float meanOfFlow = call.mean ? sumOf(sum) * share : 0;
        const float meanAlong = sumOf(along) * share;
        for (long i = 0; i < width; i += lanes) {
            const Vec x = (loadAt(input, i, width) - mean) * factor;
            const Vec weighted = loadAt(flow, i, width) * weightAt<T>(call, i);
            storeAt(toInput, i, width, (weighted - meanOfFlow - x * meanAlong) * factor);
        }
    }
}

} // namespace

void norm(const NormCall& call, std::int64_t first, std::int64_t last)
{
    withElement(call.element, [&](auto type) { forward(call, first, last, type); });
}

void normBackward(const NormCall& call, std::int64_t first, std::int64_t last, float* toWeight, float* toBias)
{
    withElement(call.element, [&](auto type) { backward(call, first, last, toWeight, toBias, type); });
}

} // namespace mantissa::MANTISSA_SET

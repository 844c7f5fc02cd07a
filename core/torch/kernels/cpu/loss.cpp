// SPDX-License-Identifier: Apache-2.0
// Cross entropy by rows with its gradient: a row of logits is read twice and written once.

#include "core/torch/kernels/cpu/elements.h"
#include "core/torch/kernels/cpu/rows.h"

namespace mantissa::MANTISSA_SET {

namespace {

template <class T> void rows(const LossCall& call, long first, long last, T)
{
    const long vocab = call.vocab;
    const long whole = vocab / lanes * lanes;
    for (long row = first; row < last; ++row) {
        const T* logits = static_cast<const T*>(call.logits) + row * vocab;
        const auto tail = [&] { // lanes beyond the end weigh nothing
            Vec x = loadFirst(logits + whole, vocab - whole);
            for (long i = vocab - whole; i < lanes; ++i)
                x[i] = -__builtin_inff();
            return x;
        };
        Vec top = whole < vocab ? tail() : load(logits);
        for (long i = 0; i < whole; i += lanes)
            top = larger(top, load(logits + i));
        const float highest = largestOf(top);
        Vec sum = whole < vocab ? exponential(tail() - highest) : Vec{};
        for (long i = 0; i < whole; i += lanes)
            sum += exponential(load(logits + i) - highest);
        const float total = sumOf(sum);
        const long target = call.targets[row];
        const float chosen = loadFirst(logits + target, 1)[0];
        call.losses[row] = __builtin_log(total) + highest - chosen;
        if (!call.gradient)
            continue;
        T* gradient = static_cast<T*>(call.gradient) + row * vocab;
        const float factor = call.scale / total;
        for (long i = 0; i < vocab; i += lanes)
            storeAt(gradient, i, vocab, exponential(loadAt(logits, i, vocab) - highest) * factor);
        // from the share itself, before it was rounded
        const float share = exponential(splat(chosen - highest))[0] / total;
        storeFirst(gradient + target, splat((share - 1.0F) * call.scale), 1);
    }
}

} // namespace

void loss(const LossCall& call, std::int64_t first, std::int64_t last)
{
    withElement(call.element, [&](auto type) { rows(call, first, last, type); });
}

} // namespace mantissa::MANTISSA_SET

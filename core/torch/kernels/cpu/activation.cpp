// SPDX-License-Identifier: Apache-2.0
// Activations of an MLP in one pass over memory, plain or gated, forward and backward.

#include "core/torch/kernels/cpu/elements.h"
#include "core/torch/kernels/cpu/rows.h"

namespace mantissa::MANTISSA_SET {

namespace {

/// A function and its slope at once.
struct Bent {
    Vec value;
    Vec slope;
};

struct Silu {
    MANTISSA_INLINE Bent of(Vec x)
    {
        const Vec share = 1.0F / (1.0F + exponential(-x));
        return {x * share, share * (1.0F + x * (1.0F - share))};
    }
};

/// x (1 + tanh(u)) / 2 = x / (1 + e^-2u), u = sqrt(2 / pi) (x + 0.044715 x^3).
struct GeluTanh {
    MANTISSA_INLINE Bent of(Vec x)
    {
        constexpr float root = 0.797884560802865F;
        constexpr float cube = 0.044715F;
        const Vec square = x * x;
        const Vec share = 1.0F / (1.0F + exponential(x * (square * (-2 * root * cube) - 2 * root)));
        // of the share: share (1 - share) 2 u'
        const Vec inner = square * (6 * root * cube) + 2 * root;
        return {x * share, share + x * share * (1.0F - share) * inner};
    }
};

/// x times the normal distribution of x: formula 7.1.26 of Abramowitz and Stegun, at most 1.5e-7 off, whose
/// e^(-x^2 / 2) is the density's as well.
struct Gelu {
    MANTISSA_INLINE Bent of(Vec x)
    {
        const Vec bell = exponential(x * x * -0.5F);
        const Vec z = (x < Vec{} ? -x : x) * 0.707106781186548F;
        const Vec t = 1.0F / (1.0F + 0.3275911F * z);
        Vec sum = t * 1.061405429F - 1.453152027F;
        sum = sum * t + 1.421413741F;
        sum = sum * t - 0.284496736F;
        sum = sum * t + 0.254829592F;
        const Vec tail = 0.5F * sum * t * bell;
        const Vec share = x < Vec{} ? tail : 1.0F - tail;
        return {x * share, share + x * 0.398942280401433F * bell};
    }
};

template <class Use> MANTISSA_INLINE void withKind(ActivationKind kind, const Use& use)
{
    if (kind == ActivationKind::Silu)
        use(Silu{});
    else if (kind == ActivationKind::Gelu)
        use(Gelu{});
    else
        use(GeluTanh{});
}

template <class T> const T* rowOf(const void* data, long row, long step)
{
    return static_cast<const T*>(data) + row * step;
}
template <class T> T* rowOf(void* data, long row, long step) { return static_cast<T*>(data) + row * step; }

template <class T, class Kind> void forward(const ActivationCall& call, long first, long last, T, Kind)
{
    for (long row = first; row < last; ++row) {
        const T* gate = rowOf<T>(call.gate, row, call.inputStep);
        const T* up = call.up ? rowOf<T>(call.up, row, call.inputStep) : nullptr;
        T* output = rowOf<T>(call.output, row, call.width);
        for (long i = 0; i < call.width; i += lanes) {
            Vec value = Kind::of(loadAt(gate, i, call.width)).value;
            if (up)
                value *= loadAt(up, i, call.width);
            storeAt(output, i, call.width, value);
        }
    }
}

template <class T, class Kind> void backward(const ActivationCall& call, long first, long last, T, Kind)
{
    for (long row = first; row < last; ++row) {
        const T* gate = rowOf<T>(call.gate, row, call.inputStep);
        const T* up = call.up ? rowOf<T>(call.up, row, call.inputStep) : nullptr;
        const T* toOutput = rowOf<T>(call.toOutput, row, call.width);
        T* toGate = rowOf<T>(call.toGate, row, call.gradientStep);
        T* toUp = call.up ? rowOf<T>(call.toUp, row, call.gradientStep) : nullptr;
        for (long i = 0; i < call.width; i += lanes) {
            const Bent bent = Kind::of(loadAt(gate, i, call.width));
            Vec flow = loadAt(toOutput, i, call.width);
            if (up) {
                storeAt(toUp, i, call.width, flow * bent.value);
                flow *= loadAt(up, i, call.width);
            }
            storeAt(toGate, i, call.width, flow * bent.slope);
        }
    }
}

} // namespace

void activation(const ActivationCall& call, std::int64_t first, std::int64_t last)
{
    withElement(call.element,
        [&](auto type) { withKind(call.kind, [&](auto kind) { forward(call, first, last, type, kind); }); });
}

void activationBackward(const ActivationCall& call, std::int64_t first, std::int64_t last)
{
    withElement(call.element,
        [&](auto type) { withKind(call.kind, [&](auto kind) { backward(call, first, last, type, kind); }); });
}

} // namespace mantissa::MANTISSA_SET

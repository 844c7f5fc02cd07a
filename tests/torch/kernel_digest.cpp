// SPDX-License-Identifier: Apache-2.0
// Prints one digest of everything the kernels give for fixed inputs. Built once for each instruction set;
// kernel_bits.cmake holds the digests side by side. Exits 77 where this processor lacks the instructions it
// was built for.

#include "core/torch/optim/adamw_kernel.h"
#include "core/torch/state/pair.h"
#include "core/torch/state/random_values.h"

#include <cstdio>
#include <cstring>
#include <vector>

using namespace mantissa;

namespace {

std::uint64_t digest = 0xCBF29CE484222325u; // FNV-1a

template <class T> void take(const std::vector<T>& values)
{
    std::vector<unsigned char> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    for (const unsigned char byte : bytes)
        digest = (digest ^ byte) * 0x100000001B3u;
}

std::vector<float> normals(const char* name, std::size_t n, float scale)
{
    std::vector<float> values(n);
    fillNormal(values.data(), n, randomStream(7, name), 3, scale);
    return values;
}

/// A few updates in one form of weights, moments and gradients.
void update(std::size_t n, bool pairs, bool keepsLow, bool isStochastic, bool int8, bool gradient16)
{
    std::vector<float> value = normals("w", n, 0.05F);
    std::vector<std::uint16_t> high(n), low(n), g16(n), spare(n);
    splitBf16(value.data(), high.data(), low.data(), n);
    std::vector<float> m(n), v(n), mScale((n + 255) / 256), vScale((n + 255) / 256);
    std::vector<std::int8_t> m8(n);
    std::vector<std::uint8_t> v8(n);
    for (int t = 1; t <= 4; ++t) {
        const std::vector<float> g = normals(t % 2 ? "g" : "h", n, 0.3F);
        splitBf16(g.data(), g16.data(), spare.data(), n);
        AdamwSlice slice{.n = n, .isStochastic = isStochastic, .noise = 11};
        pairs ? void(slice.high = high.data()) : void(slice.value = value.data());
        slice.low = keepsLow ? low.data() : nullptr;
        int8 ? void((slice.m8 = m8.data(), slice.v8 = v8.data(), slice.mScale = mScale.data(),
            slice.vScale = vScale.data()))
             : void((slice.m = m.data(), slice.v = v.data()));
        gradient16 ? void(slice.gradient16 = g16.data()) : void(slice.gradient = g.data());
        updateAdamw(slice, adamwScalars(1e-3, 0.9, 0.95, 1e-8, 0.1, t, 0.7));
    }
    if (int8)
        decodeMoments(m8.data(), v8.data(), mScale.data(), vScale.data(), m.data(), v.data(), n);
    take(value), take(high), take(low), take(m), take(v), take(m8), take(v8), take(mScale), take(vScale);
}

} // namespace

int main()
{
#ifdef MANTISSA_NEEDS_V4
    if (!__builtin_cpu_supports("x86-64-v4"))
        return 77;
#elif defined(MANTISSA_NEEDS_V3)
    if (!__builtin_cpu_supports("x86-64-v3"))
        return 77;
#endif
    for (const std::size_t n : {1UL, 255UL, 1003UL, 4096UL})
        for (const bool int8 : {false, true})
            for (const bool gradient16 : {false, true}) {
                update(n, false, false, false, int8, gradient16);
                update(n, true, true, false, int8, gradient16);
                update(n, true, false, false, int8, gradient16);
                update(n, true, false, true, int8, gradient16);
            }
    // every 65,521st pattern, NaN, infinities and subnormals among them
    std::vector<float> patterns;
    for (std::uint64_t bits = 0; bits < 1ULL << 32; bits += 65521) {
        const auto pattern = static_cast<std::uint32_t>(bits);
        float value = 0;
        std::memcpy(&value, &pattern, sizeof value);
        patterns.push_back(value);
    }
    const std::size_t n = patterns.size();
    std::vector<std::uint16_t> high(n), low(n);
    std::vector<std::int16_t> rest(n);
    std::vector<float> back(n);
    std::vector<PairEscape> escapes;
    splitBf16(patterns.data(), high.data(), low.data(), n);
    joinBf16(high.data(), low.data(), back.data(), n);
    take(high), take(low), take(back);
    splitFp16(patterns.data(), high.data(), rest.data(), n, 5, escapes);
    joinFp16(high.data(), rest.data(), back.data(), n);
    take(high), take(rest), take(back);
    for (const PairEscape& escape : escapes)
        take(std::vector{escape.index}), take(std::vector{escape.bits});
    std::vector<float> uniform(1003);
    fillUniform(uniform.data(), uniform.size(), randomStream(1, "u"), 9, 2);
    take(uniform);
    std::printf("%016llx\n", static_cast<unsigned long long>(digest));
    return 0;
}

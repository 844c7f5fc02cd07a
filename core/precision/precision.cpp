// SPDX-License-Identifier: Apache-2.0
#include "core/precision/precision.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace mantissa {

std::string_view nameOf(Precision precision)
{
    switch (precision) {
    case Precision::Fp32:
        return "fp32";
    case Precision::Bf16:
        return "bf16";
    case Precision::Fp16:
        return "fp16";
    }
    return {};
}

bool emulatedOnThisCpu(Precision precision)
{
    if (precision == Precision::Fp32)
        return false;
#if defined(__x86_64__)
    if (precision == Precision::Bf16)
        return !__builtin_cpu_supports("avx512bw");
    // AVX512-FP16 came after GCC 12's names for __builtin_cpu_supports; ask the processor itself (leaf 7, edx
    // bit 23)
    unsigned a = 7;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return (d >> 23 & 1u) == 0;
#else
    return precision == Precision::Fp16;
#endif
}

Result<Precision> parsePrecision(std::string_view name)
{
    struct Alias {
        std::string_view name;
        Precision precision;
    };
    constexpr std::array<Alias, 15> aliases{
        {{"fp32", Precision::Fp32}, {"float32", Precision::Fp32}, {"f32", Precision::Fp32},
            {"float_32", Precision::Fp32}, {"32-true", Precision::Fp32}, {"bf16", Precision::Bf16},
            {"bfloat16", Precision::Bf16}, {"bfloat_16", Precision::Bf16}, {"bf16-true", Precision::Bf16},
            {"pure_bf16", Precision::Bf16}, {"fp16", Precision::Fp16}, {"float16", Precision::Fp16},
            {"f16", Precision::Fp16}, {"float_16", Precision::Fp16}, {"16-true", Precision::Fp16}}};
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
        [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const Alias& alias : aliases)
        if (alias.name == lower)
            return alias.precision;
    return fail(
        fmt::format("'{}' is no number format here; expected fp32, bf16 or fp16", name), ExitCode::Usage);
}

} // namespace mantissa

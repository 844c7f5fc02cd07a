// SPDX-License-Identifier: Apache-2.0
#include "core/precision/precision.h"

#include "core/base/instruction_set.h"

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
    switch (precision) {
    case Precision::Fp32:
        return false;
    case Precision::Bf16:
        return usableInstructionSet() < InstructionSet::Avx512;
    case Precision::Fp16:
        return usableInstructionSet() < InstructionSet::Avx512Fp16;
    }
    return false;
}

Result<Precision> parsePrecision(std::string_view name)
{
    struct Alias {
        std::string_view name;
        Precision precision;
    };
    // "mixed" is a compute format over whole FP32 weights, which is what a compute format is here
    constexpr std::array<Alias, 21> aliases{
        {{"fp32", Precision::Fp32}, {"float32", Precision::Fp32}, {"f32", Precision::Fp32},
            {"float_32", Precision::Fp32}, {"32-true", Precision::Fp32}, {"bf16", Precision::Bf16},
            {"bfloat16", Precision::Bf16}, {"bfloat_16", Precision::Bf16}, {"bf16-true", Precision::Bf16},
            {"pure_bf16", Precision::Bf16}, {"fp16", Precision::Fp16}, {"float16", Precision::Fp16},
            {"f16", Precision::Fp16}, {"float_16", Precision::Fp16}, {"16-true", Precision::Fp16},
            {"bf16-mixed", Precision::Bf16}, {"amp_bf16", Precision::Bf16}, {"16-mixed", Precision::Fp16},
            {"fp16-mixed", Precision::Fp16}, {"amp_fp16", Precision::Fp16}, {"half", Precision::Fp16}}};
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

// SPDX-License-Identifier: Apache-2.0
#include "core/base/instruction_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string>

namespace mantissa {

namespace {

constexpr const char* mostVariable = "MANTISSA_MAX_ISA";
constexpr const char* kernelsVariable = "MANTISSA_CPU_KERNELS";

struct Limit {
    std::string_view name;
    InstructionSet set;
    const char* oneDnn;
    const char* aten;
    const char* mkl;
};
constexpr std::array<Limit, 3> limits{{{"avx2", InstructionSet::Avx2, "AVX2", "avx2", "AVX2"},
    {"avx512", InstructionSet::Avx512, "AVX512_CORE", "avx512", "AVX512"},
    {"avx512_bf16", InstructionSet::Avx512Bf16, "AVX512_CORE_BF16", "avx512", "AVX512"}}};

std::string_view valueOf(const char* name)
{
    const char* value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): nobody changes it
    return value ? value : "";
}

std::string_view asked() { return valueOf(mostVariable); }

const Limit* limit()
{
    const auto found = std::ranges::find(limits, asked(), &Limit::name);
    return found == limits.end() ? nullptr : &*found;
}

/// A bit of edx in leaf 7, asked of the processor itself: GCC 12 has no name for what came last.
bool hasFeature([[maybe_unused]] unsigned bit)
{
#if defined(__x86_64__)
    unsigned a = 7;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return (d >> bit & 1u) != 0;
#else
    return false;
#endif
}

InstructionSet detected()
{
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("x86-64-v3"))
        return InstructionSet::Baseline;
    if (!__builtin_cpu_supports("x86-64-v4"))
        return InstructionSet::Avx2;
    if (!__builtin_cpu_supports("avx512bf16")) // a virtual machine may hide it and show the other
        return InstructionSet::Avx512;
    constexpr unsigned avx512Fp16 = 23;
    return hasFeature(avx512Fp16) ? InstructionSet::Avx512Fp16 : InstructionSet::Avx512Bf16;
#else
    return InstructionSet::Baseline;
#endif
}

} // namespace

std::string_view nameOf(InstructionSet set)
{
    switch (set) {
    case InstructionSet::Baseline:
        return "baseline";
    case InstructionSet::Avx2:
        return "avx2";
    case InstructionSet::Avx512:
        return "avx512";
    case InstructionSet::Avx512Bf16:
        return "avx512_bf16";
    case InstructionSet::Avx512Fp16:
        return "avx512_fp16";
    }
    return {};
}

InstructionSet usableInstructionSet()
{
    static const InstructionSet usable = [] {
        const Limit* most = limit();
        return most ? std::min(detected(), most->set) : detected();
    }();
    return usable;
}

bool hasMatrixTiles()
{
    constexpr unsigned amxBf16 = 22;
    static const bool has = usableInstructionSet() >= InstructionSet::Avx512Fp16 && hasFeature(amxBf16);
    return has;
}

bool usesCpuKernels()
{
    static const bool uses
        = usableInstructionSet() >= InstructionSet::Avx2 && valueOf(kernelsVariable) != "off";
    return uses;
}

Status checkInstructionSet()
{
    if (const auto kernels = valueOf(kernelsVariable);
        !kernels.empty() && kernels != "on" && kernels != "off")
        return fail(
            fmt::format("{} is '{}'; expected on or off, or leave it unset", kernelsVariable, kernels),
            ExitCode::Usage);
    if (asked().empty() || limit())
        return {};
    return fail(fmt::format("{} is '{}'; expected avx2, avx512 or avx512_bf16, or leave it unset",
                    mostVariable, asked()),
        ExitCode::Usage);
}

void limitLibraries()
{
    const Limit* most = limit();
    if (!most)
        return;
    constexpr int overwrite = 1;
    ::setenv("ONEDNN_MAX_CPU_ISA", most->oneDnn, overwrite); // NOLINT(concurrency-mt-unsafe): no thread yet
    ::setenv("ATEN_CPU_CAPABILITY", most->aten, overwrite); // NOLINT(concurrency-mt-unsafe)
    ::setenv("MKL_ENABLE_INSTRUCTIONS", most->mkl, overwrite); // NOLINT(concurrency-mt-unsafe)
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/record/divergence_finding.h"

#include <fmt/format.h>

#include <initializer_list>

namespace mantissa {

namespace {

template <class T>
Result<T> named(std::string_view name, std::initializer_list<T> values, std::string_view what)
{
    for (const T value : values)
        if (nameOf(value) == name)
            return value;
    return fail(fmt::format("'{}' is no {}", name, what));
}

} // namespace

std::string_view nameOf(DivergenceLevel level)
{
    switch (level) {
    case DivergenceLevel::Normal:
        return "normal";
    case DivergenceLevel::Caution:
        return "caution";
    case DivergenceLevel::Warning:
        return "warning";
    case DivergenceLevel::Critical:
        return "critical";
    }
    return {};
}

std::string_view nameOf(DivergenceSignal signal)
{
    switch (signal) {
    case DivergenceSignal::NotFinite:
        return "not_finite";
    case DivergenceSignal::Loss:
        return "loss";
    case DivergenceSignal::GradientNorm:
        return "gradient_norm";
    case DivergenceSignal::Oscillation:
        return "oscillation";
    }
    return {};
}

std::string_view nameOf(DivergenceAnswer answer)
{
    switch (answer) {
    case DivergenceAnswer::Told:
        return "told";
    case DivergenceAnswer::FullForced:
        return "full_forced";
    case DivergenceAnswer::RolledBack:
        return "rolled_back";
    case DivergenceAnswer::Stopped:
        return "stopped";
    }
    return {};
}

Result<DivergenceLevel> parseDivergenceLevel(std::string_view name)
{
    return named(name,
        {DivergenceLevel::Normal, DivergenceLevel::Caution, DivergenceLevel::Warning,
            DivergenceLevel::Critical},
        "level of divergence");
}

Result<DivergenceSignal> parseDivergenceSignal(std::string_view name)
{
    return named(name,
        {DivergenceSignal::NotFinite, DivergenceSignal::Loss, DivergenceSignal::GradientNorm,
            DivergenceSignal::Oscillation},
        "signal of divergence");
}

Result<DivergenceAnswer> parseDivergenceAnswer(std::string_view name)
{
    return named(name,
        {DivergenceAnswer::Told, DivergenceAnswer::FullForced, DivergenceAnswer::RolledBack,
            DivergenceAnswer::Stopped},
        "answer to divergence");
}

std::string sentenceOf(const DivergenceFinding& finding)
{
    switch (finding.signal) {
    case DivergenceSignal::NotFinite:
        return "a number is not finite";
    case DivergenceSignal::Loss:
        return fmt::format(
            "the loss is {:.1f} σ above its trend (limit {:.1f})", finding.value, finding.limit);
    case DivergenceSignal::GradientNorm:
        return fmt::format(
            "the gradient norm is {:.0f} times its usual size (limit {:.0f})", finding.value, finding.limit);
    case DivergenceSignal::Oscillation:
        return fmt::format("the loss swings from step to step (autocorrelation {:.2f}, limit {:.2f})",
            finding.value, finding.limit);
    }
    return {};
}

} // namespace mantissa

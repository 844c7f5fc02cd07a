// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/profile.h"

#include "core/base/seconds.h"

#include <ATen/record_function.h>

#include <atomic>
#include <chrono>
#include <string_view>

namespace mantissa {

namespace {

using Clock = std::chrono::steady_clock;

std::atomic<double> matrixSeconds = 0;
std::atomic<double> attentionSeconds = 0;

struct Stopwatch final : at::ObserverContext {
    std::atomic<double>* target = nullptr;
    Clock::time_point start = Clock::now();
};

/// The counter an operation adds to; the ones named do not call each other.
std::atomic<double>* counterOf(std::string_view name)
{
    if (name == "aten::mm" || name == "mkldnn::_linear_pointwise" || name == "aten::addmm"
        || name == "aten::bmm")
        return &matrixSeconds;
    return name.starts_with("aten::_scaled_dot_product_flash") || name.starts_with("mantissa::attention")
        ? &attentionSeconds
        : nullptr;
}

} // namespace

OperationProfile::OperationProfile()
    : m_handle(at::addGlobalCallback(at::RecordFunctionCallback(
        [](const at::RecordFunction& function) -> std::unique_ptr<at::ObserverContext> {
            std::atomic<double>* counter = counterOf(function.name());
            if (!counter)
                return nullptr;
            auto watch = std::make_unique<Stopwatch>();
            watch->target = counter;
            return watch;
        },
        [](const at::RecordFunction&, at::ObserverContext* context) {
            if (auto* watch = static_cast<Stopwatch*>(context))
                watch->target->fetch_add(secondsSince(watch->start));
        }).scopes({at::RecordScope::FUNCTION})))
{
}

OperationProfile::~OperationProfile() { at::removeCallback(m_handle); }

OperationSeconds operationSeconds() { return {matrixSeconds, attentionSeconds}; }

} // namespace mantissa

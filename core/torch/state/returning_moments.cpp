// SPDX-License-Identifier: Apache-2.0
#include "core/torch/state/returning_moments.h"

#include "core/base/seconds.h"
#include "core/torch/memory/work_span.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>

namespace mantissa {

namespace {

/// Without the compute threads, which belong to the step that goes on meanwhile.
void copyBytes(const at::Tensor& from, const at::Tensor& to)
{
    if (from.is_cpu() && to.is_cpu())
        std::memcpy(to.mutable_data_ptr(), from.const_data_ptr(), from.nbytes());
    else
        to.copy_(from);
}

} // namespace

struct ReturningMoments::Impl {
    std::vector<MomentsTransfer> transfers; // of the thread alone
    mutable std::mutex mutex{};
    std::condition_variable arrived{};
    std::vector<std::size_t> missing{}; // by block; guarded by mutex, like the next two
    std::size_t left = 0;
    std::exception_ptr error{};
    double waitSeconds = 0; // trainer thread
    std::jthread thread{}; // last, so that it ends before what it uses

    void run()
    {
        const c10::NoGradGuard noGrad;
        Spans* spans = listeningSpans();
        if (spans)
            spans->nameThread("moments on their way back");
        while (!transfers.empty()) {
            MomentsTransfer& transfer = transfers.back();
            std::exception_ptr failed;
            try {
                const SpanScope span(
                    spans, WorkKind::Move, "moments", static_cast<std::int64_t>(transfer.block));
                const auto from = transfer.from.parts();
                const auto to = transfer.to.parts();
                for (std::size_t i = 0; i < from.size(); ++i)
                    copyBytes(*from[i].second, *to[i].second);
            } catch (...) {
                failed = std::current_exception();
            }
            const std::size_t block = transfer.block;
            transfers.pop_back(); // frees what rested elsewhere
            const std::lock_guard lock(mutex);
            error = error ? error : failed;
            --missing[block];
            --left;
            arrived.notify_all();
        }
    }
};

ReturningMoments::ReturningMoments(std::vector<MomentsTransfer> transfers, std::size_t blocks)
    : m_impl(std::make_unique<Impl>(std::move(transfers)))
{
    m_impl->missing.resize(blocks);
    m_impl->left = m_impl->transfers.size();
    for (const MomentsTransfer& transfer : m_impl->transfers)
        ++m_impl->missing[transfer.block];
    m_impl->thread = std::jthread([impl = m_impl.get()] { impl->run(); });
}

ReturningMoments::~ReturningMoments() = default;

void ReturningMoments::wait(std::size_t block)
{
    const SpanScope span(
        listeningSpans(), WorkKind::Move, "wait for moments", static_cast<std::int64_t>(block));
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(m_impl->mutex);
    m_impl->arrived.wait(lock, [&] { return m_impl->missing[block] == 0; });
    m_impl->waitSeconds += secondsSince(start);
    if (m_impl->error)
        std::rethrow_exception(m_impl->error);
}

bool ReturningMoments::isDone() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->left == 0;
}

double ReturningMoments::waitSeconds() const { return m_impl->waitSeconds; }

} // namespace mantissa

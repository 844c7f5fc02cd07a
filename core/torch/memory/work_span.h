// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tells core/training/spans what the engine does. One place for the whole library, since its threads belong
// to no step. Off (nobody listens) a span costs one read of a pointer.

#include "core/training/spans.h"

#include <c10/core/Device.h>

#include <cstddef>
#include <string_view>

namespace mantissa {

/// Where all engines of this process tell what they do from now on; null: nowhere. It outlives them.
void tellSpansTo(Spans* spans);
/// For threads that compute nothing, as those of the disk; may be null. Any thread.
Spans* listeningSpans();
/// The device that work is waited for on, so that what was only started counts where it belongs.
void setSpanDevice(c10::Device device);

/// Work on the thread of a step, as long as it lives. With a card and somebody who listens, it waits for the
/// card at both ends.
class WorkSpan {
public:
    WorkSpan(WorkKind kind, std::string_view name)
        : WorkSpan(kind, name, std::int64_t{-1})
    {
    }
    WorkSpan(WorkKind kind, std::string_view name, std::size_t block)
        : WorkSpan(kind, name, static_cast<std::int64_t>(block))
    {
    }
    ~WorkSpan() { waitForDevice(m_spans); }
    WorkSpan(const WorkSpan&) = delete;
    WorkSpan& operator=(const WorkSpan&) = delete;

private:
    WorkSpan(WorkKind kind, std::string_view name, std::int64_t index)
        : m_spans(waitForDevice(listeningSpans()))
        , m_scope(m_spans, kind, name, index)
    {
    }
    /// Returns what it was given; nothing to do where that is null.
    static Spans* waitForDevice(Spans* spans);

    Spans* m_spans;
    SpanScope m_scope;
};

} // namespace mantissa

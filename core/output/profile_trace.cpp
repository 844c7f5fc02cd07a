// SPDX-License-Identifier: Apache-2.0
#include "core/output/profile_trace.h"

#include "core/output/trace_writer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

std::string profileTrace(const Spans& spans, const std::string& title)
{
    TraceWriter writer(title);
    std::vector<int> rows;
    for (const std::string& thread : spans.threads())
        rows.push_back(writer.track(thread));
    for (const Span& span : spans.kept())
        writer.addSpan(rows[span.thread],
            span.index < 0 ? std::string(span.name) : fmt::format("{} {}", span.name, span.index), span.begin,
            span.seconds, Json::object(), std::string(nameOf(span.kind)));
    return writer.text();
}

} // namespace mantissa

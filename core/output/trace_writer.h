// SPDX-License-Identifier: Apache-2.0
#pragma once

// The format of Chrome's and Perfetto's traces: what lasted, on tracks, over time. Knows no runs.

#include "core/base/json.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mantissa {

class TraceWriter {
public:
    using Numbers = std::vector<std::pair<std::string, double>>;

    /// `process` is the name over all tracks.
    explicit TraceWriter(const std::string& process);

    /// A row of the picture, from top to bottom in the order in which they are asked for.
    int track(const std::string& name);
    /// Seconds from the beginning of the trace; spans of one track nest or lie apart. `facts` is an
    /// object. Readers can sum spans by category.
    void addSpan(int track, const std::string& name, double begin, double seconds, const Json& facts,
        const std::string& category = "run");
    void addMoment(int track, const std::string& name, double at, const Json& facts);
    /// Values that hold from here on, drawn one on the other. NaN and infinities are left out: the format has
    /// none.
    void addCounter(const std::string& name, double at, const Numbers& values);

    /// All that was added, ordered by time: {"displayTimeUnit": "ms", "traceEvents": […]}, an event a line.
    std::string text() const;

private:
    struct Event {
        double begin = 0;
        double seconds = 0; ///< for the order of those that begin together: the outer one first
        std::string line{};
    };
    std::vector<std::string> m_names{};
    std::vector<Event> m_events{};
    int m_tracks = 0;
};

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/output/trace_writer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

constexpr int process = 1;

/// Microseconds to a thousandth, which is finer than any clock here.
Json microseconds(double seconds) { return std::round(seconds * 1e9) / 1e3; }

Json nameEvent(std::string_view what, const std::string& name, int track)
{
    return {{"ph", "M"}, {"name", what}, {"pid", process}, {"tid", track}, {"args", {{"name", name}}}};
}

} // namespace

TraceWriter::TraceWriter(const std::string& name)
{
    m_names.push_back(jsonLine(nameEvent("process_name", name, 0)));
}

int TraceWriter::track(const std::string& name)
{
    ++m_tracks;
    m_names.push_back(jsonLine(nameEvent("thread_name", name, m_tracks)));
    m_names.push_back(jsonLine({{"ph", "M"}, {"name", "thread_sort_index"}, {"pid", process},
        {"tid", m_tracks}, {"args", {{"sort_index", m_tracks}}}}));
    return m_tracks;
}

void TraceWriter::addSpan(int track, const std::string& name, double begin, double seconds, const Json& facts,
    const std::string& category)
{
    // both ends rounded alike, so that spans that touch do not overlap
    const double first = std::round(begin * 1e9) / 1e3;
    const double last = std::round((begin + seconds) * 1e9) / 1e3;
    const Json event{{"ph", "X"}, {"name", name}, {"cat", category}, {"pid", process}, {"tid", track},
        {"ts", first}, {"dur", std::max(0.0, std::round((last - first) * 1e3) / 1e3)}, {"args", facts}};
    m_events.push_back({begin, seconds, jsonLine(event)});
}

void TraceWriter::addMoment(int track, const std::string& name, double at, const Json& facts)
{
    const Json event{{"ph", "i"}, {"s", "t"}, {"name", name}, {"cat", "run"}, {"pid", process},
        {"tid", track}, {"ts", microseconds(at)}, {"args", facts}};
    m_events.push_back({at, 0, jsonLine(event)});
}

void TraceWriter::addCounter(const std::string& name, double at, const Numbers& values)
{
    Json known = Json::object();
    for (const auto& [key, value] : values)
        if (std::isfinite(value))
            known[key] = value;
    if (known.empty())
        return;
    const Json event{
        {"ph", "C"}, {"name", name}, {"pid", process}, {"ts", microseconds(at)}, {"args", known}};
    m_events.push_back({at, 0, jsonLine(event)});
}

std::string TraceWriter::text() const
{
    std::vector<const Event*> ordered;
    ordered.reserve(m_events.size());
    for (const Event& event : m_events)
        ordered.push_back(&event);
    std::stable_sort(ordered.begin(), ordered.end(), [](const Event* a, const Event* b) {
        return a->begin < b->begin || (a->begin == b->begin && a->seconds > b->seconds);
    });
    std::string text = "{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n";
    for (const std::string& line : m_names)
        text += line + ",\n";
    for (const Event* event : ordered)
        text += event->line + ",\n";
    text.resize(text.size() - 2); // the last comma
    return text + "\n]}\n";
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/output/csv.h"

#include "core/record/run_log.h"

#include <fmt/format.h>

#include <cmath>

namespace mantissa {

namespace {

struct Row {
    std::int64_t tick = 0;
    std::int64_t step = 0;
    bool isEvaluation = false;
    std::string text{};
};

std::string number(double value)
{
    if (std::isnan(value))
        return "NaN";
    return std::isinf(value) ? (value > 0 ? "Infinity" : "-Infinity") : fmt::format("{}", value);
}

std::string bytesOf(const MemoryReading& memory)
{
    std::string text = fmt::format("{},{},{},{}", memory.devicePeak.total(), memory.deviceReservedPeak,
        memory.hostPeak.total(), memory.diskPeak.total());
    for (const MemoryClass memoryClass : allMemoryClasses)
        text += fmt::format(",{}", memory.devicePeak.at(memoryClass));
    return text + fmt::format(",{}", memory.devicePeak.other);
}

std::string header()
{
    std::string text = "tick,step,kind,phase,compute,loss,readout_loss,accuracy,grad_norm,learning_rate,loss_"
                       "scale,skipped,seconds,"
                       "device_bytes,reserved_bytes,host_bytes,disk_bytes";
    for (const MemoryClass memoryClass : allMemoryClasses)
        text += fmt::format(",{}_bytes", nameOf(memoryClass));
    return text + ",other_bytes\n";
}

/// Takes events one by one.
class Rows {
public:
    void add(const RunEvent& event)
    {
        if (const auto* start = std::get_if<RunStarted>(&event))
            std::erase_if(m_rows, [&](const Row& row) {
                return row.isEvaluation
                    ? row.step > start->step || (row.step == start->step && row.tick > start->tick)
                    : row.tick >= start->tick;
            });
        else if (const auto* segment = std::get_if<SegmentStarted>(&event))
            m_where = fmt::format("{},{}", nameOf(segment->phase), nameOf(segment->plan.compute));
        else if (const auto* step = std::get_if<StepDone>(&event))
            m_rows.push_back({step->tick, step->step, false,
                fmt::format("step,{},{},,,{},{},{},{},{},{}", m_where, number(step->loss),
                    number(step->gradNorm), number(step->learningRate), number(step->lossScale),
                    step->skipped ? 1 : 0, number(step->seconds), bytesOf(step->memory))});
        else if (const auto* probe = std::get_if<ProbeDone>(&event))
            m_rows.push_back({probe->tick, probe->step, false,
                fmt::format("probe,{},{},{},,,,,,{},{}", m_where, number(probe->loss),
                    number(probe->readoutLoss), number(probe->seconds), bytesOf(probe->memory))});
        else if (const auto* evaluated = std::get_if<Evaluated>(&event))
            m_rows.push_back({evaluated->tick, evaluated->step, true,
                fmt::format("evaluation,{},{},,{},,,,,{},{}", m_where, number(evaluated->loss),
                    std::isnan(evaluated->accuracy) ? "" : number(evaluated->accuracy),
                    number(evaluated->seconds), bytesOf(evaluated->memory))});
    }
    std::string text() const
    {
        std::string text = header();
        for (const Row& row : m_rows)
            text += fmt::format("{},{},{}\n", row.tick, row.step, row.text);
        return text;
    }

private:
    std::vector<Row> m_rows{};
    std::string m_where = ","; // phase and format
};

} // namespace

std::string eventsCsv(const std::vector<RunEvent>& events)
{
    Rows rows;
    for (const RunEvent& event : events)
        rows.add(event);
    return rows.text();
}

Result<std::string> runCsv(const std::filesystem::path& runFolder)
{
    RunLogReader reader(runFolder / "events.jsonl");
    Rows rows;
    TRY(reader.readNew([&](const RunEvent& event) {
        rows.add(event);
        return true;
    }));
    return rows.text();
}

} // namespace mantissa

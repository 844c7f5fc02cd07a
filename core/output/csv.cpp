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

} // namespace

std::string eventsCsv(const std::vector<RunEvent>& events)
{
    std::vector<Row> rows;
    std::string where = ","; // phase and format
    for (const RunEvent& event : events) {
        if (const auto* start = std::get_if<RunStarted>(&event))
            std::erase_if(rows, [&](const Row& row) {
                return row.isEvaluation
                    ? row.step > start->step || (row.step == start->step && row.tick > start->tick)
                    : row.tick >= start->tick;
            });
        else if (const auto* segment = std::get_if<SegmentStarted>(&event))
            where = fmt::format("{},{}", nameOf(segment->phase), nameOf(segment->plan.compute));
        else if (const auto* step = std::get_if<StepDone>(&event))
            rows.push_back({step->tick, step->step, false,
                fmt::format("step,{},{},,,{},{},{},{},{},{}", where, number(step->loss),
                    number(step->gradNorm), number(step->learningRate), number(step->lossScale),
                    step->skipped ? 1 : 0, number(step->seconds), bytesOf(step->memory))});
        else if (const auto* probe = std::get_if<ProbeDone>(&event))
            rows.push_back({probe->tick, probe->step, false,
                fmt::format("probe,{},{},{},,,,,,{},{}", where, number(probe->loss),
                    number(probe->readoutLoss), number(probe->seconds), bytesOf(probe->memory))});
        else if (const auto* evaluated = std::get_if<Evaluated>(&event))
            rows.push_back({evaluated->tick, evaluated->step, true,
                fmt::format("evaluation,{},{},,{},,,,,{},{}", where, number(evaluated->loss),
                    std::isnan(evaluated->accuracy) ? "" : number(evaluated->accuracy),
                    number(evaluated->seconds), bytesOf(evaluated->memory))});
    }
    std::string text = header();
    for (const Row& row : rows)
        text += fmt::format("{},{},{}\n", row.tick, row.step, row.text);
    return text;
}

Result<std::string> runCsv(const std::filesystem::path& runFolder)
{
    RunLogReader reader(runFolder / "events.jsonl");
    const auto events = reader.readNew();
    if (!events)
        return fail(events.error());
    return eventsCsv(*events);
}

} // namespace mantissa

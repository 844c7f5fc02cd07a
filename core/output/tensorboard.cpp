// SPDX-License-Identifier: Apache-2.0
#include "core/output/tensorboard.h"

#include "core/base/file.h"
#include "core/record/run_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>

namespace mantissa {

namespace {

namespace fs = std::filesystem;
using Values = std::vector<std::pair<std::string, double>>;

void addMemory(const MemoryReading& memory, Values& values)
{
    values.emplace_back("memory/allocated_bytes_peak", static_cast<double>(memory.devicePeak.total()));
    values.emplace_back("memory/reserved_bytes_peak", static_cast<double>(memory.deviceReservedPeak));
    values.emplace_back("memory/host_bytes_peak", static_cast<double>(memory.hostPeak.total()));
    values.emplace_back("memory/disk_bytes_peak", static_cast<double>(memory.diskPeak.total()));
    for (const MemoryClass memoryClass : allMemoryClasses)
        values.emplace_back(fmt::format("memory/{}_bytes", nameOf(memoryClass)),
            static_cast<double>(memory.devicePeak.at(memoryClass)));
}

void addCard(const CardReading& reading, Values& values)
{
    const auto add = [&](const char* tag, const std::optional<double>& value) {
        if (value)
            values.emplace_back(tag, *value);
    };
    add("card/celsius", reading.celsius);
    add("card/watts", reading.watts);
    add("card/load_percent", reading.loadPercent);
}

/// The leaves of a config by their dotted keys. What is unset, and lists, are left out.
void addSettings(const Json& json, const std::string& path,
    std::vector<std::pair<std::string, EventFile::Setting>>& settings)
{
    for (const auto& [key, value] : json.items()) {
        const std::string here = path.empty() ? key : path + "." + key;
        if (value.is_object())
            addSettings(value, here, settings);
        else if (value.is_boolean())
            settings.emplace_back(here, value.get<bool>());
        else if (value.is_number())
            settings.emplace_back(here, value.get<double>());
        else if (value.is_string())
            settings.emplace_back(here, value.get<std::string>());
    }
}

} // namespace

RunEventFile::RunEventFile(const RunConfig& config, double unixSeconds)
    : m_file(unixSeconds)
{
    std::vector<std::pair<std::string, EventFile::Setting>> settings;
    addSettings(toJson(config), "", settings);
    m_file.addSettings(unixSeconds, settings);
}

void RunEventFile::addScalars(std::int64_t step, double unixSeconds, const Values& values)
{
    m_lastStep = std::max(m_lastStep, step);
    m_file.addScalars({step, unixSeconds}, values);
}

/// What was written beyond a step does not count any more.
void RunEventFile::restartAfter(std::int64_t step)
{
    if (m_lastStep > step)
        m_file.addRestart({step + 1, m_clock.unixBegin() + m_clock.now()});
    m_lastStep = std::min(m_lastStep, step);
}

void RunEventFile::add(const RunEvent& event)
{
    const RunClock::Span span = m_clock.take(event);
    const double end = m_clock.unixBegin() + span.begin + span.seconds;
    if (const auto* start = std::get_if<RunStarted>(&event)) {
        restartAfter(start->step);
    } else if (const auto* segment = std::get_if<SegmentStarted>(&event)) {
        m_phase = segment->phase;
    } else if (const auto* step = std::get_if<StepDone>(&event)) {
        m_skipped += step->skipped ? 1 : 0;
        Values values{{"train/loss", step->loss}, {"train/grad_norm", step->gradNorm},
            {"train/learning_rate", step->learningRate}, {"train/step_seconds", step->seconds},
            {"precision/loss_scale", step->lossScale},
            {"precision/skipped_steps", static_cast<double>(m_skipped)},
            {"phase/id", static_cast<double>(m_phase)}};
        addMemory(step->memory, values);
        addScalars(step->step + 1, end, values);
    } else if (const auto* evaluated = std::get_if<Evaluated>(&event)) {
        Values values{{"eval/loss", evaluated->loss}, {"eval/seconds", evaluated->seconds},
            {"train/tokens", static_cast<double>(evaluated->trainedTokens)}};
        if (!std::isnan(evaluated->accuracy))
            values.emplace_back("eval/accuracy", evaluated->accuracy);
        addScalars(evaluated->step, end, values);
    } else if (const auto* annealed = std::get_if<AnnealedEstimated>(&event)) {
        addScalars(annealed->step, end, {{"eval/annealed_loss", annealed->loss}});
    } else if (const auto* jump = std::get_if<JumpJudged>(&event)) {
        if (jump->verdict == JumpVerdict::Rejected)
            restartAfter(jump->toStep);
    } else if (const auto* answered = std::get_if<DivergenceAnswered>(&event)) {
        if (answered->answer == DivergenceAnswer::RolledBack)
            restartAfter(answered->toStep);
    } else if (const auto* text = std::get_if<TextWritten>(&event)) {
        m_file.addText({text->step, end}, "samples/text", text->prompt + text->text);
    } else if (const auto* card = std::get_if<CardMeasured>(&event)) {
        Values values;
        addCard(card->reading, values);
        if (!values.empty())
            addScalars(m_lastStep, end, values);
    }
}

TensorboardFolder::TensorboardFolder(const RunConfig& config, double unixSeconds, const fs::path& log)
    : m_events(config, unixSeconds)
    , m_log(log)
    , m_reader(log)
{
}

Result<TensorboardFolder> TensorboardFolder::open(const fs::path& runFolder, const fs::path& folder)
{
    const auto config = readRunConfig(runFolder); // says in words when this is no run
    if (!config)
        return fail(config.error());
    const double created = listRun(runFolder).createdUnixSeconds;
    std::error_code error;
    fs::create_directories(folder, error);
    if (!fs::is_directory(folder))
        return fail(fmt::format("cannot make the folder {}: {}; name another", folder.string(),
                        error ? error.message() : "a file of this name is there"),
            ExitCode::Usage);
    TensorboardFolder opened(*config, created, runFolder / "events.jsonl");
    opened.m_target = folder / eventFileName(created, runIdentity(runFolder));
    TRY(writeFileAtomically(opened.m_target, opened.m_events.take()));
    return opened;
}

Status TensorboardFolder::append()
{
    std::ofstream stream(m_target, std::ios::binary | std::ios::app);
    stream << m_events.take();
    stream.close();
    if (!stream)
        return fail(fmt::format("cannot write {}: {}; free some space or choose another folder",
            m_target.string(), std::strerror(errno)));
    return {};
}

Status TensorboardFolder::update()
{
    std::error_code error;
    if (!fs::exists(m_log, error))
        return {};
    Status status;
    TRY(m_reader.readNew([&](const RunEvent& event) {
        m_events.add(event);
        m_hasEnded = std::holds_alternative<RunEnded>(event);
        constexpr std::size_t enough = std::size_t{1} << 20; // bytes to hold of a long log
        if (m_events.pendingBytes() > enough)
            status = append();
        return status.has_value();
    }));
    TRY(status);
    return append();
}

} // namespace mantissa

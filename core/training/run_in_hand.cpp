// SPDX-License-Identifier: Apache-2.0
#include "core/training/run_in_hand.h"

#include "core/base/open_file.h"
#include "core/record/environment.h"
#include "core/record/run_family.h"
#include "core/record/run_length.h"
#include "core/record/run_store.h"
#include "core/record/run_summary.h"
#include "core/record/settings_history.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace mantissa {

RunInHand::RunInHand(RunConfig config, std::filesystem::path folder, EventChannel& channel,
    std::vector<std::string> notices, Spans* spans)
    : m_config(std::move(config))
    , m_folder(std::move(folder))
    , m_channel(channel)
    , m_spans(spans)
    , m_waitingNotices(std::move(notices))
{
}

RunInHand::~RunInHand()
{
    if (m_folderDescriptor >= 0)
        ::close(m_folderDescriptor);
}

Status RunInHand::open(bool resume)
{
    m_folderDescriptor = ::open(m_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    m_startedUnix = unixNow();
    m_start = steadyNow();
    auto run = openRun(m_folder);
    if (!run)
        return fail(run.error());
    m_run = resume ? std::move(*run) : Run(m_config, m_folder);
    m_identity = runIdentity(m_folder);
    TRY(m_log.open(m_folder / "events.jsonl"));
    m_isOpen = true;
    return {};
}

bool RunInHand::settleLength()
{
    const std::int64_t before = maxSteps();
    const DataRead data = engine().facts().data;
    m_config.training.maxSteps
        = lastStepOf(m_config.training, data.trainingSamples, m_step, samplesLearned(m_run, data, m_step));
    if (std::string words = lengthInWords(m_config, data.trainingSamples); !words.empty())
        noticeLater(std::move(words));
    return maxSteps() != before;
}

Status RunInHand::followFolder()
{
    std::error_code error;
    const auto place = placeOfOpen(m_folderDescriptor);
    if (std::filesystem::equivalent(m_folder, place, error))
        return {};
    if (place.empty())
        return fail(fmt::format(
            "the run's folder {} was removed while it trained: nothing can be kept; train it again, "
            "or resume from a copy of the folder",
            m_folder.string()));
    const std::string before = m_folder.string();
    m_folder = place;
    return notice(Severity::Warning,
        fmt::format("the run's folder was moved from {} to {}; it goes on there", before, place.string()));
}

Status RunInHand::makeEngine(const EngineFactory& makeEngine, const EngineSetup& setup)
{
    auto made = makeEngine(setup);
    if (!made)
        return fail(made.error());
    m_engine.emplace(std::move(*made));
    engine().keepStates(setup.goesOn); // before anything can fail
    return {};
}

Status RunInHand::keepShares() const
{
    const SpanScope span(m_spans, WorkKind::Log, "shares");
    return m_spans ? writeTimeShares(m_folder, m_spans->shares()) : Status{};
}

Status RunInHand::emit(RunEvent event)
{
    const SpanScope span(m_spans, WorkKind::Log, "log");
    if (const auto status = m_log.append(event); !status) {
        m_channel.push(std::move(event));
        return status;
    }
    m_run.apply(event);
    m_channel.push(std::move(event));
    return {};
}

Status RunInHand::notice(Severity severity, std::string text)
{
    return emit(Notice{m_tick, severity, std::move(text)});
}

Status RunInHand::tellStart(const std::optional<TrialMeasured>& trial)
{
    const EngineFacts facts = engine().facts();
    Json environment = machineEnvironment();
    for (const auto& [name, value] : facts.environment)
        std::visit([&](const auto& known) { environment[name] = known; }, value);
    TRY(writeFileAtomically(m_folder / "environment.json", jsonText(environment) + "\n"));
    if (facts.data.isKnown())
        TRY(writeData(m_folder, facts.data));
    if (m_run.started() && m_step > 0)
        TRY(noteContinued(m_folder, m_step));
    TRY(emit(RunStarted{.unixSeconds = m_startedUnix,
        .tick = m_tick,
        .step = m_step,
        .parameters = facts.parameters,
        .tokensPerStep = facts.tokensPerStep,
        .device = facts.device,
        .lastStep = maxSteps(),
        .data = facts.data}));
    std::error_code error;
    if (const auto summary = m_folder / "summary.json"; std::filesystem::exists(summary, error))
        // what an earlier process ended with is not how this one ends, should it be killed
        TRY(writeFileAtomically(summary, jsonText(summaryOf(m_run)) + "\n"));
    return trial ? emit(*trial) : Status{};
}

Status RunInHand::tellSettings(const RunConfig& now)
{
    std::vector<SettingChanged> changes;
    forEachDifference(
        configInForce(m_run), now, [&](const std::string& key, const Json& from, const Json& to) {
            if (key != "precision.preset") // a name for the others
                changes.push_back({m_tick, m_step, key, jsonLine(from), jsonLine(to)});
        });
    for (SettingChanged& change : changes)
        TRY(emit(std::move(change)));
    return {};
}

Status RunInHand::saveConfig(const RunConfig& now) const
{
    return writeFileAtomically(m_folder / "config.json", jsonText(toJson(now)) + "\n");
}

Status RunInHand::tellWaitingNotices()
{
    for (std::string& text : std::exchange(m_waitingNotices, {}))
        TRY(notice(Severity::Info, std::move(text)));
    const EngineFacts facts = engine().facts();
    if (facts.data.isKnown())
        TRY(notice(Severity::Info, sentenceOf(facts.data) + "; " + orderInWords(m_config)));
    for (const std::string& remark : facts.data.remarks)
        TRY(notice(Severity::Warning, remark));
    for (const std::string& text : facts.notices)
        TRY(notice(Severity::Info, text));
    return {};
}

RunEnded RunInHand::end(Outcome outcome, const std::string& message)
{
    RunEnded ended{.tick = m_tick,
        .step = m_step,
        .outcome = outcome,
        .message = message,
        .seconds = secondsSince(m_start)};
    Status status = emit(ended);
    if (status)
        status = followFolder();
    if (status)
        status = writeFileAtomically(m_folder / "summary.json", jsonText(summaryOf(m_run)) + "\n");
    if (status)
        status = keepShares();
    if (!status && outcome == Outcome::Completed) {
        ended.outcome = Outcome::Failed;
        ended.message = status.error().message;
    }
    return ended;
}

void RunInHand::savePosition(Json& position) const { position["global_step"] = m_step; }

Status RunInHand::takePosition(const Json& position)
{
    m_step = position.at("global_step").get<std::int64_t>();
    return {};
}

void RunInHand::saveState(Json& state) const
{
    state["tick"] = m_tick;
    state["max_steps"] = m_config.training.maxSteps;
}

Status RunInHand::takeState(const Json& state)
{
    m_tick = state.at("tick").get<std::int64_t>();
    return {};
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/training/run_in_hand.h"

#include "core/record/environment.h"
#include "core/record/run_store.h"
#include "core/record/run_summary.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace mantissa {

RunInHand::RunInHand(RunConfig config, std::filesystem::path folder, EventChannel& channel)
    : m_config(std::move(config))
    , m_folder(std::move(folder))
    , m_channel(channel)
    , m_startSeconds(unixNow())
{
}

Status RunInHand::open(bool resume)
{
    m_startSeconds = unixNow();
    auto run = openRun(m_folder);
    if (!run)
        return fail(run.error());
    m_run = resume ? std::move(*run) : Run(m_config, m_folder);
    TRY(m_log.open(m_folder / "events.jsonl"));
    m_isOpen = true;
    return {};
}

Status RunInHand::makeEngine(const EngineFactory& makeEngine, const EngineSetup& setup)
{
    auto made = makeEngine(setup);
    if (!made)
        return fail(made.error());
    m_engine.emplace(std::move(*made));
    engine().keepStates(setup.goesOn); // before anything can fail
    if (const EngineFacts facts = engine().facts(); facts.data.isKnown())
        TRY(writeData(m_folder, facts.data));
    if (!(m_run.config() == m_config)) { // a resume with other settings, which nobody has refused
        TRY(writeFileAtomically(m_folder / "config.json", toJson(m_config).dump(2) + "\n"));
        m_run.setConfig(m_config);
    }
    Json environment = machineEnvironment();
    for (const auto& [name, value] : engine().facts().environment)
        std::visit([&](const auto& known) { environment[name] = known; }, value);
    return writeFileAtomically(m_folder / "environment.json", environment.dump(2) + "\n");
}

Status RunInHand::emit(RunEvent event)
{
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
    TRY(emit(RunStarted{.unixSeconds = m_startSeconds,
        .tick = m_tick,
        .step = m_step,
        .parameters = facts.parameters,
        .tokensPerStep = facts.tokensPerStep,
        .device = facts.device,
        .lastStep = maxSteps(),
        .data = facts.data}));
    return trial ? emit(*trial) : Status{};
}

Status RunInHand::tellWaitingNotices()
{
    for (std::string& text : std::exchange(m_waitingNotices, {}))
        TRY(notice(Severity::Info, std::move(text)));
    const EngineFacts facts = engine().facts();
    if (facts.data.isKnown())
        TRY(notice(Severity::Info, sentenceOf(facts.data)));
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
        .seconds = unixNow() - m_startSeconds};
    Status status = emit(ended);
    if (status)
        status = writeFileAtomically(m_folder / "summary.json", summaryOf(m_run).dump(2) + "\n");
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

// SPDX-License-Identifier: Apache-2.0
// The part of the trainer that keeps and restores where a run is.

#include "core/record/checkpoint.h"
#include "core/record/environment.h"
#include "core/training/trainer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

constexpr const char* stateFile = "trainer_state.json";
constexpr const char* recordFile
    = "states.json"; ///< where a run stands whose states on disk are its checkpoint

} // namespace

Json Trainer::position() const
{
    return {{"global_step", m_at.step}, {"phases", m_phases.state()}, {"loss_scale", m_lossScale.state()},
        {"divergence", m_monitor.state()}, {"race", m_race ? m_race->state() : Json()}, {"window", m_window},
        {"last_lead", m_lastLead}, {"estimate_due", m_isEstimateDue},
        {"last_evaluated_step", m_lastEvaluatedStep},
        {"inside",
            m_resumedInside || (m_segmentPhase.has_value() && *m_segmentPhase == m_phases.current().phase)}};
}

Status Trainer::takePosition(const Json& state)
{
    m_at.step = state.at("global_step").get<std::int64_t>();
    m_lastEvaluatedStep = state.at("last_evaluated_step").get<std::int64_t>();
    TRY(m_phases.restore(state.at("phases")));
    TRY(m_lossScale.restore(state.at("loss_scale")));
    if (state.contains("divergence"))
        TRY(m_monitor.restore(state.at("divergence")));
    m_race.reset();
    if (const auto race = state.find("race"); race != state.end() && race->is_object()) {
        auto read = ReadoutRace::from(*race);
        if (!read)
            return fail(read.error());
        m_race = std::move(*read);
    }
    m_window = state.value("window", std::int64_t{-1});
    m_lastLead = state.value("last_lead", 0.0);
    m_isEstimateDue = state.value("estimate_due", false);
    m_resumedInside = state.at("inside").get<bool>();
    return {};
}

Json Trainer::state() const
{
    Json state = {{"format", 1}, {"tick", m_at.tick}, {"max_steps", m_setup.config.training.maxSteps},
        {"table", tableToJson(m_choices.table)}, {"execution", nameOf(m_choices.execution)},
        {"release_gradients", m_choices.releaseGradients}, {"jumps", jumpsState()},
        {"trouble_step", m_troubleStep}, {"rollbacks_there", m_rollbacksThere}};
    if (m_raised)
        state["raised"] = {{"phase", nameOf(m_raised->phase)}, {"until_step", m_raised->untilStep}};
    state.update(position());
    return state;
}

Status Trainer::recordStates()
{
    TRY(writeFileAtomically(m_setup.folder / recordFile, state().dump(2) + "\n"));
    m_isRecorded = true;
    m_backend->keepStates(true);
    return {};
}

Status Trainer::checkStates()
{
    std::error_code error;
    if (!m_isRecorded || std::filesystem::exists(statesFile(), error))
        return {};
    forgetStates(); // the engine still reads what it has open, so an ordinary checkpoint can be written
    return fail(fmt::format("{} was removed while the run used it; resume goes on from the checkpoint of "
                            "step {}, with the states in memory.scratch again",
        statesFile().string(), m_at.step));
}

void Trainer::forgetStates()
{
    if (!std::exchange(m_isRecorded, false))
        return;
    std::error_code ignored;
    std::filesystem::remove(m_setup.folder / recordFile, ignored);
    m_backend->keepStates(false);
}

Status Trainer::saveCheckpoint()
{
    const double start = unixNow();
    auto writer = CheckpointWriter::begin(m_setup.folder, m_at.step);
    if (!writer)
        return fail(writer.error());
    const auto bytes = m_backend->save(writer->folder());
    Status status = bytes ? Status{} : fail(bytes.error());
    if (status) {
        status = writeFileAtomically(writer->folder() / stateFile, state().dump(2) + "\n");
    }
    if (!status) {
        writer->discard();
        return status;
    }
    const auto folder = writer->commit();
    if (!folder)
        return fail(folder.error());
    m_lastSavedStep = m_at.step;
    pruneCheckpoints(m_setup.folder, m_setup.config.training.keepCheckpoints);
    return emit(CheckpointSaved{.tick = m_at.tick,
        .step = m_at.step,
        .folder = std::filesystem::relative(*folder, m_setup.folder).string(),
        .bytes = *bytes,
        .seconds = unixNow() - start});
}

Status Trainer::saveIfPossible()
{
    const auto saved = saveCheckpoint();
    if (saved)
        return {};
    return notice(
        Severity::Critical, "no checkpoint was written, training goes on: " + saved.error().message);
}

Status Trainer::restore()
try {
    const auto checkpoint = newestCheckpoint(m_setup.folder);
    const auto recorded = m_setup.folder / recordFile;
    std::error_code error;
    m_isRecorded = std::filesystem::exists(recorded, error);
    if (!m_isRecorded && !checkpoint)
        return {}; // killed before its first checkpoint: begin again
    auto read = readJsonFile(m_isRecorded ? recorded : *checkpoint / stateFile);
    if (!read)
        return fail(read.error());
    if (m_isRecorded && checkpoint) { // the record is older when its removal was cut short
        const auto kept = readJsonFile(*checkpoint / stateFile);
        if (kept
            && kept->at("global_step").get<std::int64_t>() > read->at("global_step").get<std::int64_t>()) {
            read = kept;
            std::filesystem::remove(recorded, error);
            m_isRecorded = false;
        }
    }
    if (m_isRecorded && !std::filesystem::exists(statesFile(), error))
        return fail(fmt::format("{} says that the states of this run are in {}, which is gone; put it back, "
                                "or remove {} to go on from {}",
            recorded.string(), statesFile().string(), recordFile,
            checkpoint ? checkpoint->filename().string() : "the start"));
    TRY(restoreFrom(*read));
    if (!m_isRecorded)
        m_loadFrom = *checkpoint;
    return {};
} catch (const Json::exception& e) {
    return fail(fmt::format(
        "the newest checkpoint of {} cannot be read ({}); remove its folder to go on from the one before",
        m_setup.folder.string(), e.what()));
}

Status Trainer::restoreFrom(const Json& state)
{
    TRY(takePosition(state));
    m_at.tick = state.at("tick").get<std::int64_t>();
    m_lastSavedStep = m_isRecorded ? -1 : m_at.step;
    if (const auto jumps = state.find("jumps"); jumps != state.end() && jumps->is_object())
        takeJumps(*jumps);
    m_troubleStep = state.value("trouble_step", m_troubleStep);
    m_rollbacksThere = state.value("rollbacks_there", m_rollbacksThere);
    if (const auto raised = state.find("raised"); raised != state.end())
        if (const auto phase = parsePhase(raised->at("phase").get<std::string>()))
            m_raised = Raised{*phase, raised->at("until_step").get<std::int64_t>()};
    const auto table = tableFromJson(state.at("table"));
    if (!table)
        return fail(table.error());
    m_choices.table = *table;
    if (const auto execution
        = parseExecution(state.value("execution", std::string(nameOf(m_choices.execution)))))
        m_choices.execution = *execution;
    m_choices.releaseGradients = state.value("release_gradients", m_choices.releaseGradients);
    m_segmentReason = "resumed";
    return {};
}

} // namespace mantissa

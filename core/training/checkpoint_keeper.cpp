// SPDX-License-Identifier: Apache-2.0
#include "core/training/checkpoint_keeper.h"

#include "core/base/seconds.h"
#include "core/record/best_evaluation.h"
#include "core/record/checkpoint.h"
#include "core/record/run_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace mantissa {

namespace {

constexpr const char* stateFile = "trainer_state.json";
constexpr const char* recordFile = "states.json";

} // namespace

Result<Json> readTrainerState(const std::filesystem::path& checkpoint)
{
    return readJsonFile(checkpoint / stateFile);
}

Result<std::optional<NewestState>> readNewestState(const std::filesystem::path& runFolder)
{
    const auto checkpoint = newestCheckpoint(runFolder);
    std::error_code error;
    if (!std::filesystem::exists(runFolder / recordFile, error)) {
        if (!checkpoint)
            return std::nullopt;
        auto kept = readTrainerState(*checkpoint);
        return kept ? Result<std::optional<NewestState>>(NewestState{std::move(*kept)}) : fail(kept.error());
    }
    auto recorded = readJsonFile(runFolder / recordFile);
    if (!recorded)
        return fail(recorded.error());
    if (checkpoint) // the record is older when its removal was cut short
        if (auto kept = readTrainerState(*checkpoint); kept
            && kept->at("global_step").get<std::int64_t>() > recorded->at("global_step").get<std::int64_t>())
            return NewestState{std::move(*kept)};
    return NewestState{std::move(*recorded), true};
}

Status CheckpointKeeper::restore()
try {
    const auto newest = readNewestState(m_run.folder());
    if (!newest)
        return fail(newest.error());
    if (!*newest)
        return {}; // killed before its first checkpoint: begin again
    m_isRecorded = (*newest)->isRecorded;
    const auto checkpoint = newestCheckpoint(m_run.folder());
    std::error_code error;
    if (m_isRecorded && !std::filesystem::exists(statesFile(), error))
        return fail(fmt::format("{} says that the states of this run are in {}, which is gone; put it back, "
                                "or remove {} to go on from {}",
            (m_run.folder() / recordFile).string(), statesFile().string(), recordFile,
            checkpoint ? checkpoint->filename().string() : "the start"));
    if (!m_isRecorded)
        std::filesystem::remove(m_run.folder() / recordFile, error);
    TRY(m_parts.takeState((*newest)->state));
    m_lastSavedStep = m_isRecorded ? -1 : m_run.step();
    m_mustStep = m_isRecorded;
    if (!m_isRecorded)
        m_loadFrom = *checkpoint;
    return {};
} catch (const Json::exception& e) {
    return fail(fmt::format(
        "the newest checkpoint of {} cannot be read ({}); remove its folder to go on from the one before",
        m_run.folder().string(), e.what()));
}

Status CheckpointKeeper::loadEngine()
{
    if (!m_loadFrom)
        return {};
    m_isInDoubt = true;
    TRY(m_run.engine().load(*m_loadFrom));
    m_isInDoubt = false;
    return {};
}

Status CheckpointKeeper::save()
{
    const SpanScope span(m_run.spans(), WorkKind::Disk, "checkpoint");
    const SteadyTime start = steadyNow();
    m_triedAt = start; // one that fails is not tried again at every step
    TRY(m_run.followFolder());
    auto writer = CheckpointWriter::begin(m_run.folder(), m_run.step());
    if (!writer)
        return fail(writer.error());
    const auto bytes = m_run.engine().save(writer->folder());
    Status status = bytes ? Status{} : fail(bytes.error());
    if (status)
        status = writeFileAtomically(writer->folder() / stateFile, jsonText(m_parts.state()) + "\n");
    if (!status) {
        writer->discard();
        return status;
    }
    const auto folder = writer->commit();
    if (!folder)
        return fail(folder.error());
    m_lastSavedStep = m_run.step();
    const TrainingConfig& training = m_run.config().training;
    const auto best = training.keepBest ? bestCheckpoint(m_run.run()) : std::nullopt;
    pruneCheckpoints(m_run.folder(), training.keepCheckpoints, best ? best->folder : std::filesystem::path());
    return m_run.emit(CheckpointSaved{.tick = m_run.tick(),
        .step = m_run.step(),
        .folder = std::filesystem::relative(*folder, m_run.folder()).string(),
        .bytes = *bytes,
        .seconds = secondsSince(start)});
}

Status CheckpointKeeper::saveIfPossible() { return tellFailure(save()); }

Status CheckpointKeeper::tellFailure(const Status& saved)
{
    if (saved)
        return {};
    return m_run.notice(
        Severity::Critical, "no checkpoint was written, training goes on: " + saved.error().message);
}

Status CheckpointKeeper::checkSaved() const
{
    if (hasLastCheckpoint(m_run.folder(), m_run.step()))
        return {};
    return fail(
        fmt::format("the checkpoint of step {} is gone from {}; resume trains again from the one before",
            m_run.step(), m_run.folder().string()));
}

void CheckpointKeeper::forgetLater()
{
    removeCheckpointsAfter(m_run.folder(), m_run.step());
    m_lastSavedStep = -1;
}

std::filesystem::path CheckpointKeeper::statesFile() const
{
    const auto& scratch = m_run.config().memory.scratch;
    return scratch.empty() ? m_run.folder() / "states"
                           : std::filesystem::path(scratch) / ("mantissa-" + m_run.identity() + ".states");
}

Status CheckpointKeeper::record()
{
    const SpanScope span(m_run.spans(), WorkKind::Disk, "record");
    TRY(m_run.followFolder());
    TRY(writeFileAtomically(m_run.folder() / recordFile, jsonText(m_parts.state()) + "\n"));
    m_isRecorded = true;
    m_run.engine().keepStates(true);
    return {};
}

Status CheckpointKeeper::checkRecorded()
{
    std::error_code error;
    if (!m_isRecorded || std::filesystem::exists(statesFile(), error))
        return {};
    forgetRecorded(); // the engine still reads what it has open, so an ordinary checkpoint can be written
    return fail(fmt::format("{} was removed while the run used it; resume goes on from the checkpoint of "
                            "step {}, with the states in memory.scratch again",
        statesFile().string(), m_run.step()));
}

void CheckpointKeeper::forgetRecorded()
{
    if (!std::exchange(m_isRecorded, false))
        return;
    std::error_code ignored;
    std::filesystem::remove(m_run.folder() / recordFile, ignored);
    m_run.engine().keepStates(false);
}

} // namespace mantissa

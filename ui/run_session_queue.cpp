// SPDX-License-Identifier: GPL-3.0-or-later
// What trains later: the queue, runs that go on after others, forks whose copy is still being made.

#include "core/evidence/experiment_folder.h"
#include "core/record/config_remarks.h"
#include "core/record/run_store.h"
#include "core/training/resume.h"
#include "ui/models/run_queue_model.h"
#include "ui/run_session.h"

namespace mantissa::ui {

Status RunSession::continueRun(const std::filesystem::path& folder, const std::vector<std::string>& settings)
{
    if (!m_trainer)
        return resume(folder, settings);
    auto setup = planResume(folder, settings); // told now, and not when its turn comes
    if (!setup)
        return fail(setup.error());
    m_queue->add(
        {.config = std::move(setup->config), .folder = folder, .settings = settings, .goesOn = true});
    return {};
}

void RunSession::fork(const ForkOrder& order, const std::vector<std::string>& settings)
{
    if (m_forking.work) {
        Q_EMIT failed(tr("a copy of a checkpoint is still being made; fork again once it trains"));
        return;
    }
    m_forking.settings = settings;
    m_forking.work = std::make_unique<Background<Result<std::filesystem::path>>>(
        [order, runs = m_runsFolder](const std::stop_token&) { return forkRun(order, runs); });
    m_wait.start();
}

void RunSession::queueBaseline()
{
    m_queue->add({.config = baselineOf(m_run.config()), .returnTo = m_run.folder()});
    if (!m_trainer)
        startQueue();
}

void RunSession::enqueue(const RunConfig& config)
{
    const bool isFirst = m_queue->isEmpty();
    m_queue->add({.config = config});
    if (!m_trainer && (isFirst || !m_queueWaits))
        startQueue();
}

void RunSession::enqueueIn(const std::vector<std::pair<RunConfig, std::filesystem::path>>& runs)
{
    for (const auto& [config, folder] : runs)
        m_queue->add({.config = config, .folder = folder});
    if (!m_trainer)
        startQueue();
}

Status RunSession::startQueued(const QueuedRun& run, Place place)
{
    if (!run.folder) {
        const auto folder = createRunFolder(m_runsFolder, run.config);
        return folder
            ? launch({.config = run.config, .folder = *folder, .notices = remarksOn(run.config)}, place)
            : fail(folder.error());
    }
    if (run.goesOn) { // and nothing else, should it be gone meanwhile
        auto planned = planResume(*run.folder, run.settings);
        return planned ? launch(std::move(*planned), place) : fail(planned.error());
    }
    const auto setup = setUpRun(
        {.config = run.config, .folder = run.folder->filename().string()}, run.folder->parent_path());
    if (!setup)
        return fail(setup.error());
    if (!setup->resume)
        return launch(std::move(*setup), place);
    auto planned = planResume(setup->folder, {});
    return planned ? launch(std::move(*planned), place) : fail(planned.error());
}

void RunSession::startQueue()
{
    m_queueWaits = false;
    if (!m_trainer)
        finishTraining(Place::Shown);
}

} // namespace mantissa::ui

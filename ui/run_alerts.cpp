// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run_alerts.h"

#include "core/evidence/quality_delta.h"
#include "ui/run_session.h"
#include "ui/theme/format.h"

#include <algorithm>
#include <utility>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

RunAlerts::RunAlerts(RunSession* session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    for (const auto change : {&RunSession::runChanged, &RunSession::rowsAppended, &RunSession::trainingAside,
             &RunSession::baselineChanged})
        connect(session, change, this, &RunAlerts::look);
}

void RunAlerts::look()
{
    const Run* run = m_session->trainingRun();
    if (!run && m_session->isFollowing())
        run = &m_session->run();
    if (!run || m_session->isReadingHistory()) // what it had before is nothing new, once it is there
        return;
    if (std::exchange(m_folder, run->folder()) != run->folder()) {
        m_notices = run->notices().size();
        m_divergences = run->divergences().size();
        m_evaluations = run->evaluations().size();
        m_isOverLimit = false;
    }
    const auto say
        = [&](const std::string& words) { Q_EMIT raised(text(run->config().name) % u": "_s % text(words)); };
    // a divergence is among the notices too: those at its tick are told by it
    std::vector<std::int64_t> told;
    for (; m_divergences < run->divergences().size(); ++m_divergences) {
        const DivergenceAnswered& found = run->divergences()[m_divergences];
        told.push_back(found.tick);
        if (found.finding.level == DivergenceLevel::Critical || found.answer != DivergenceAnswer::Told)
            say(found.text);
    }
    for (; m_notices < run->notices().size(); ++m_notices) {
        const Notice& notice = run->notices()[m_notices];
        if (notice.severity == Severity::Critical && std::ranges::find(told, notice.tick) == told.end())
            say(notice.text);
    }
    if (run == &m_session->run())
        lookAtQuality(*run);
}

void RunAlerts::lookAtQuality(const Run& run)
{
    const Run* baseline = m_session->baseline();
    if (!baseline || std::exchange(m_evaluations, run.evaluations().size()) == run.evaluations().size())
        return; // it is reckoned at evaluations alone
    const auto points = qualityDelta(run, *baseline);
    const bool isOver = !points.empty() && points.back().deltaPercent > claimedDeltaPercent;
    if (!std::exchange(m_isOverLimit, isOver) && isOver)
        Q_EMIT raised(tr("%1: quality %2 against FP32, above the limit of %3")
                          .arg(text(run.config().name), percentText(points.back().deltaPercent, 2),
                              percentText(claimedDeltaPercent, 1, false)));
}

} // namespace mantissa::ui

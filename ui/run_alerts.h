// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What of a run that trains must not wait until somebody looks: the loss left its course, something critical
// (such as a disk on which no checkpoint fits), quality beyond its limit. Each is raised once. Of a run that
// is opened later only what comes from then on counts.

#include <QObject>

#include <filesystem>

namespace mantissa {
class Run;
}

namespace mantissa::ui {

class RunSession;

class RunAlerts : public QObject {
    Q_OBJECT
public:
    RunAlerts(RunSession* session, QObject* parent);

Q_SIGNALS:
    void raised(const QString& words);

private:
    void look();
    void lookAtQuality(const Run& run);

    RunSession* m_session;
    std::filesystem::path m_folder{}; ///< of the run that the counts are of
    std::size_t m_notices = 0;
    std::size_t m_divergences = 0;
    std::size_t m_evaluations = 0;
    bool m_isOverLimit = false;
};

} // namespace mantissa::ui

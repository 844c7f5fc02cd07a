// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a step of a set-up costs in seconds on this machine, measured by mantissa-cli in a process of its own:
// cancelled at once, and what does not fit into memory ends there and not here. One after the other; what is
// known is kept. GUI thread.

#include "core/record/run_config.h"

#include <QObject>
#include <QTemporaryDir>

#include <deque>
#include <map>

class QProcess;

namespace mantissa::ui {

/// The seconds of a step, or why they could not be measured; neither while it is not known.
struct StepPrice {
    double seconds = 0;
    QString problem{};
};

class RungPrices : public QObject {
    Q_OBJECT
public:
    explicit RungPrices(QObject* parent);
    ~RungPrices() override;

    /// The command line program; without one nothing is measured.
    void setProgram(const QString& program) { m_program = program; }
    /// Measures those that are not known, in this order, instead of what was asked for before.
    void measure(const std::vector<RunConfig>& configs);
    /// Ends what is being measured.
    void cancel();

    bool canMeasure() const { return !m_program.isEmpty(); }
    bool isMeasuring(const RunConfig& config) const;
    bool isBusy() const { return m_process != nullptr; }
    /// Null while it is not known.
    const StepPrice* of(const RunConfig& config) const;

Q_SIGNALS:
    void changed();

private:
    void next();
    void take(const std::string& key);

    QString m_program{};
    QTemporaryDir m_folder{};
    std::deque<std::pair<std::string, RunConfig>> m_waiting{};
    std::map<std::string, StepPrice> m_known{};
    QProcess* m_process = nullptr;
    std::string m_measured{}; ///< key of the set-up that is being measured
};

} // namespace mantissa::ui

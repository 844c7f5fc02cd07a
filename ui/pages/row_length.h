// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How long the rows of a set-up are, read on a thread of its own whenever its data change: no batch is longer
// than its longest row, so the estimate is of that.

#include "core/record/run_config.h"
#include "ui/background.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <string>

namespace mantissa::ui {

class RowLength : public QObject {
    Q_OBJECT
public:
    explicit RowLength(QObject* parent);

    /// The config as an estimate is to take it. While rows are read, or cannot be, it is the config itself;
    /// the check of the data tells what is wrong with them.
    RunConfig fitted(const RunConfig& config);

Q_SIGNALS:
    void known(); ///< ask again

private:
    std::string m_of{}; ///< what decides the rows, of the reading below
    std::optional<std::int64_t> m_context{};
    std::unique_ptr<Background<std::optional<std::int64_t>>> m_reading{};
    QTimer m_wait;
};

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What can be said of a set-up before it trains: what holds, what to watch, or why it cannot start.

#include "core/record/run_config.h"

#include <QLabel>

namespace mantissa::ui {

class ChecksLabel : public QLabel {
    Q_OBJECT
public:
    explicit ChecksLabel(QWidget* parent);
    void showConfig(const RunConfig& config);
    void showProblem(const QString& problem);
};

} // namespace mantissa::ui

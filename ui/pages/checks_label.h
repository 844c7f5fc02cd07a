// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What can be said of a set-up before it trains: what holds, what to watch, or why it cannot start.

#include "core/card/cards.h"
#include "core/record/machine_needs.h"

#include <QLabel>

namespace mantissa::ui {

class ChecksLabel : public QLabel {
    Q_OBJECT
public:
    explicit ChecksLabel(QWidget* parent);
    /// `room`: what this machine has free for it. `cards`: null while they are looked for.
    void showConfig(const RunConfig& config, const MachineRoom& room, const CardList* cards);
    void showProblem(const QString& problem);
};

} // namespace mantissa::ui

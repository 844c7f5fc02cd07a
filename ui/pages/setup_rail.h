// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Stands for the set-up where the window is too narrow for both it and a run: a click brings it back, another
// folds it again.

#include <QAbstractButton>

namespace mantissa::ui {

class SetupRail : public QAbstractButton {
    Q_OBJECT
public:
    explicit SetupRail(QWidget* parent);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace mantissa::ui

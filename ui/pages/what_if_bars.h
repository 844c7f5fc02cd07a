// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// For each phase what a run measured, above what a change would make of it, by class. A prediction is hatched
// and called one.

#include "core/evidence/what_if.h"

#include <QWidget>

namespace mantissa::ui {

class WhatIfBars : public QWidget {
    Q_OBJECT
public:
    explicit WhatIfBars(QWidget* parent);
    void showResult(const WhatIf& result);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintBar(
        QPainter& painter, int y, const MemoryComposition& peak, double most, bool isMeasured) const;
    WhatIf m_result{};
};

} // namespace mantissa::ui

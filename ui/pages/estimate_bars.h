// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The estimated peak of each phase by class, with FP32 everywhere above for scale. Says that it is an
// estimate.

#include "core/record/run_config.h"

#include <QWidget>

namespace mantissa::ui {

class EstimateBars : public QWidget {
    Q_OBJECT
public:
    explicit EstimateBars(QWidget* parent);
    void setConfig(const RunConfig& config);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Bar {
        QString title;
        MemoryComposition peak{};
        bool isLargest = false;
    };
    std::vector<Bar> m_bars{};
    std::optional<std::int64_t> m_budget{};
};

} // namespace mantissa::ui

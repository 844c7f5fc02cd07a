// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The five figures on top of the train page. Measured ones say so; what is not known is a dash with the reason.

#include "core/record/run.h"

#include <QWidget>

#include <array>
#include <optional>

class QLabel;

namespace mantissa::ui {

class FiguresBar : public QWidget {
    Q_OBJECT
public:
    explicit FiguresBar(QWidget* parent);
    /// `baseline` may be null.
    void showRun(const Run& run, const Run* baseline, bool isTraining, bool isPaused);

private:
    struct Figure {
        QLabel* caption = nullptr;
        QLabel* value = nullptr;
        QLabel* note = nullptr;
    };
    void set(std::size_t i, const QString& value, const QString& note);
    std::array<Figure, 5> m_figures{};
    std::optional<RunConfig> m_estimated{}; ///< what the ratio was computed for
    bool m_isBaseline = false;              ///< that config is its own baseline
    double m_estimatedRatio = 1;            ///< peak to that of FP32, from shapes
};

} // namespace mantissa::ui

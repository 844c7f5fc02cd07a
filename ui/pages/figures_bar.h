// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The five figures on top of the train page. Measured ones say so; what is not known is a dash with the reason.

#include "core/record/run_config.h"

#include <QWidget>

#include <array>
#include <optional>
#include <tuple>

class QLabel;

namespace mantissa::ui {

class RunSession;

class FiguresBar : public QWidget {
    Q_OBJECT
public:
    explicit FiguresBar(QWidget* parent);
    void showRun(const RunSession& session);

private:
    struct Figure {
        QLabel* caption = nullptr;
        QLabel* value = nullptr;
        QLabel* note = nullptr;
    };
    void set(std::size_t i, const QString& value, const QString& note);
    std::array<Figure, 5> m_figures{};
    std::optional<std::tuple<RunConfig, std::size_t, std::int64_t>> m_estimated{}; ///< what the ratio was computed for: config, segments, measured peak
    bool m_isBaseline = false;   ///< the run is its own baseline
    double m_estimatedRatio = 1; ///< peak to that of FP32, from shapes and the plans that ran
};

} // namespace mantissa::ui

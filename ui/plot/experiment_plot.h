// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An experiment at a glance: a row for each arm with a dot for each seed, a bar for the 95 % interval of the
// mean and the claim as a band; the verdict with a mark of its own. Arrow keys go through the arms.

#include "core/evidence/experiment.h"

#include <QWidget>

#include <utility>
#include <vector>

namespace mantissa::ui {

class ExperimentPlot : public QWidget {
    Q_OBJECT
public:
    explicit ExperimentPlot(QWidget* parent);

    void showResult(const ExperimentResult& result);
    /// The arm that keys stand on, as an index into the result's arms; -1 without any.
    int currentArm() const;
    void setCurrentArm(int arm);

    QSize minimumSizeHint() const override;
    /// The height at which every seed has a line of its own.
    QSize sizeHint() const override;

Q_SIGNALS:
    void currentArmChanged(int arm);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    QRect area() const;
    double x(double percent) const;
    /// As high as there is room: at least what dots on one line need, at most a line for each seed.
    int rowHeight() const;
    /// Whether each seed of an arm has a line of its own.
    bool hasLines(const ArmResult& arm) const;
    int rowTop(int row) const;
    int rowAt(int y) const;
    void drawArm(QPainter& painter, int row) const;
    void drawSeeds(QPainter& painter, const ArmResult& arm, int top) const;
    static QString wordsOf(const ArmResult& arm);

    std::vector<ArmResult> m_arms{}; ///< without the baseline, which is the zero line
    std::vector<int> m_indices{}; ///< where each of m_arms is among the result's arms
    double m_low = -1;
    double m_high = 1;
    int m_current = -1;
};

/// "✓ reached", "✗ not reached", "? not enough data".
QString verdictMark(const ArmResult& arm);

} // namespace mantissa::ui

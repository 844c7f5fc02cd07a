// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How large the numbers of one group are: shares by power of two of weights, gradients and updates, above the
// ranges that the 16-bit formats hold. The tip says the values of a column; rows() says all of them as a
// table.

#include "core/record/numbers_measured.h"

#include <QWidget>

#include <array>
#include <optional>
#include <vector>

namespace mantissa::ui {

class ExponentPlot : public QWidget {
    Q_OBJECT
public:
    explicit ExponentPlot(QWidget* parent);

    void showGroup(const std::optional<NumberGroup>& group);
    /// What is drawn, as numbers: a row for each power of two that holds anything.
    static QStringList header();
    std::vector<QStringList> rows() const;

    QSize minimumSizeHint() const override { return {320, 180}; }

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    struct Curve {
        QString title{};
        std::array<double, std::tuple_size_v<ExponentHistogram>> shares{}; ///< 0–1
        Qt::PenStyle pen = Qt::SolidLine;
        std::size_t colour = 0; ///< of the theme's series
    };
    QRect area() const;
    double x(double exponent) const;
    QString tipOf(int bin) const;
    void drawRanges(QPainter& painter) const;
    void drawAxes(QPainter& painter, double most) const;
    void drawCurves(QPainter& painter, double most) const;

    std::vector<Curve> m_curves{};
    QString m_name{};
    int m_from = 0; ///< bins in view
    int m_to = 0; ///< one past the last
    int m_cursor = -1;
};

} // namespace mantissa::ui

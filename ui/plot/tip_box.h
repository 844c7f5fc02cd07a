// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The box of a tip. Stands over the whole window, so that a low plot does not cut it off; never over the
// crosshair.

#include "ui/plot/tip.h"

#include <QWidget>

namespace mantissa::ui {

class TipBox : public QWidget {
    Q_OBJECT
public:
    /// `window` is what it may cover.
    explicit TipBox(QWidget* window);
    /// Beside `crosshair`, a point of the window; hidden without lines.
    void showLines(std::vector<TipLine> lines, const QPoint& crosshair);
    const std::vector<TipLine>& lines() const { return m_lines; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void measure();
    std::vector<TipLine> m_lines{};
    std::vector<int> m_widths{}; ///< of the columns
};

} // namespace mantissa::ui

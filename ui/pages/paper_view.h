// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Sheets of paper below each other, as wide as there is room. Each is drawn once and kept.

#include <QPixmap>
#include <QWidget>

#include <vector>

namespace mantissa::ui {

class ReportPages;

class PaperView : public QWidget {
    Q_OBJECT
public:
    explicit PaperView(QWidget* parent);
    /// May be null; lives until the next call.
    void showPages(const ReportPages* pages);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    double scale() const;
    QRect placeOf(int page) const;
    void measure();
    const ReportPages* m_pages = nullptr;
    std::vector<QPixmap> m_drawn{}; ///< null: not yet
};

} // namespace mantissa::ui

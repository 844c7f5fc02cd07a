// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A square and a word for each phase, then for each number format: what the colours of the timeline say where
// its bands are too narrow for words. Two rows where one is too narrow.

#include <QColor>
#include <QWidget>

#include <vector>

namespace mantissa::ui {

class PhaseLegend : public QWidget {
    Q_OBJECT
public:
    explicit PhaseLegend(QWidget* parent);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Entry {
        QString title{};
        QColor colour{};
    };
    static std::vector<Entry> phases();
    static std::vector<Entry> formats();
    int widthOf(const std::vector<Entry>& entries) const;
    int draw(QPainter& painter, const std::vector<Entry>& entries, int x, int y) const;
};

} // namespace mantissa::ui

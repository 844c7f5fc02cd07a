// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A square and a word for each memory class, in the order of the stack from the top. Wraps, so that none is
// ever lost. A click, or Space on the one that arrow keys chose, takes a class out of the stack and back.

#include "ui/plot/stack_item.h"

#include <QWidget>

#include <array>

namespace mantissa::ui {

class ClassLegend : public QWidget {
    Q_OBJECT
public:
    explicit ClassLegend(QWidget* parent);

    /// The place of each entry in a legend of this width; rows are flush right.
    std::array<QRect, allMemoryClasses.size()> entriesFor(int width) const;
    /// Every class in one row.
    int oneRowWidth() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

Q_SIGNALS:
    void hiddenChanged(ClassSet hidden);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void toggle(std::size_t entry);
    void describe();
    int entryWidth(MemoryClass memoryClass) const;

    ClassSet m_hidden{};
    std::size_t m_current = 0; ///< the entry that keys act on
};

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A square and a word for each memory class, in the order of the stack from the top. Wraps, so that none is ever lost.

#include "core/memory/memory_class.h"

#include <QWidget>

#include <array>

namespace mantissa::ui {

class ClassLegend : public QWidget {
    Q_OBJECT
public:
    explicit ClassLegend(QWidget* parent);

    /// Where each class stands for a width; rows are flush right.
    std::array<QRect, allMemoryClasses.size()> entriesFor(int width) const;
    /// Every class in one row.
    int oneRowWidth() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int entryWidth(MemoryClass memoryClass) const;
};

} // namespace mantissa::ui

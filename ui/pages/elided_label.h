// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One line of text that ends in … where there is no room for it; the tip then says all of it.

#include <QLabel>

namespace mantissa::ui {

class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(const QString& text, QWidget* parent);
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
};

} // namespace mantissa::ui

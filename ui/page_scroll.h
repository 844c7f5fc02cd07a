// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The pages on a screen that is smaller than one of them: they scroll there, and nowhere else. A scroll area
// by itself gives a page with broken lines the height that it would like, and not the one that it needs.

#include <QScrollArea>

namespace mantissa::ui {

class PageScroll : public QScrollArea {
    Q_OBJECT
public:
    PageScroll(QWidget* pages, QWidget* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    class Frame;
    Frame* m_frame;
};

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/page_scroll.h"

#include <QEvent>

namespace mantissa::ui {

/// Has no layout, and so asks for what its pages need at least.
class PageScroll::Frame : public QWidget {
public:
    explicit Frame(QWidget* pages)
        : m_pages(pages)
    {
        pages->setParent(this);
    }
    QSize minimumSizeHint() const override { return m_pages->minimumSizeHint(); }
    QSize sizeHint() const override { return m_pages->sizeHint(); }

protected:
    void resizeEvent(QResizeEvent*) override { m_pages->setGeometry(rect()); }

private:
    QWidget* m_pages;
};

PageScroll::PageScroll(QWidget* pages, QWidget* parent)
    : QScrollArea(parent)
    , m_frame(new Frame(pages))
{
    setObjectName(QStringLiteral("pageScroll"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setWidgetResizable(true);
    setWidget(m_frame);
    pages->installEventFilter(this);
}

bool PageScroll::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::LayoutRequest && watched != m_frame)
        m_frame->updateGeometry();
    return QScrollArea::eventFilter(watched, event);
}

} // namespace mantissa::ui

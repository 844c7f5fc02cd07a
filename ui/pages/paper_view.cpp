// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/paper_view.h"

#include "ui/report_pages.h"
#include "ui/theme/theme.h"

#include <QPaintEvent>
#include <QPainter>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int paperGap = 16;
constexpr int widest = 900; // pixels

} // namespace

PaperView::PaperView(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"setup"_s); // without a background of its own
    setAccessibleName(tr("Report preview"));
    setFocusPolicy(Qt::StrongFocus);
}

double PaperView::scale() const
{
    return std::max(100, std::min(widest, width() - 2 * paperGap)) / ReportPages::sheet.width();
}

QRect PaperView::placeOf(int page) const
{
    const QSize size = (ReportPages::sheet * scale()).toSize();
    return {QPoint((width() - size.width()) / 2, paperGap + page * (size.height() + paperGap)), size};
}

void PaperView::showPages(const ReportPages* pages)
{
    m_pages = pages;
    setAccessibleDescription(pages ? pages->words().join(u". "_s) : QString());
    measure();
}

void PaperView::measure()
{
    m_drawn.assign(m_pages ? static_cast<std::size_t>(m_pages->count()) : 0, {});
    setMinimumHeight(m_pages ? placeOf(m_pages->count() - 1).bottom() + paperGap : 0);
    update();
}

void PaperView::resizeEvent(QResizeEvent*) { measure(); }

void PaperView::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    const double ratio = painter.deviceTransform().m11(); // of the screen, or of a picture that is rendered
    for (int page = 0; m_pages && page < m_pages->count(); ++page) {
        const QRect place = placeOf(page);
        if (!place.intersects(event->rect()))
            continue;
        QPixmap& drawn = m_drawn[static_cast<std::size_t>(page)];
        const QSize pixels = (QSizeF(place.size()) * ratio).toSize();
        if (drawn.size() != pixels) {
            drawn = QPixmap(pixels);
            drawn.setDevicePixelRatio(ratio);
            QPainter inside(&drawn);
            inside.setRenderHint(QPainter::Antialiasing);
            inside.scale(scale(), scale());
            m_pages->paint(inside, page);
        }
        painter.drawPixmap(place.topLeft(), drawn);
        painter.setPen(theme().grid);
        painter.drawRect(place.adjusted(-1, -1, 0, 0));
    }
}

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/plot_layer.h"

#include <QPainter>

namespace mantissa::ui {

void PlotLayer::setFrame(const Frame& frame)
{
    if (frame == m_frame)
        return;
    prepareGeometryChange();
    m_frame = frame;
    markChanged();
}

void PlotLayer::markChanged()
{
    m_changed = true;
    update();
}

void PlotLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const double ratio = painter->deviceTransform().m11(); // of the screen, or of a picture that is rendered
    const QSize pixels = (m_frame.area.size() * ratio).toSize();
    if (pixels.isEmpty())
        return;
    if (m_changed || m_drawn.size() != pixels) {
        m_drawn = QPixmap(pixels);
        m_drawn.setDevicePixelRatio(ratio);
        m_drawn.fill(Qt::transparent);
        QPainter inside(&m_drawn);
        inside.translate(-m_frame.area.topLeft());
        draw(inside);
        m_changed = false;
        ++m_timesDrawn;
    }
    painter->drawPixmap(m_frame.area.topLeft(), m_drawn);
}

} // namespace mantissa::ui

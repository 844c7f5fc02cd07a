// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/stack_item.h"

#include "core/record/device_limit.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QImage>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

namespace {

/// Segments in view per pixel beyond which a pixel shows means.
constexpr double crowded = 0.5;

double segmentsPerPixel(const Run& run, const TickColumns& columns)
{
    const auto begun = run.segmentsBegunBy(static_cast<std::int64_t>(columns.to))
        - run.segmentsBegunBy(static_cast<std::int64_t>(columns.from)) + 1;
    return static_cast<double>(begun) / std::max(1, columns.pixels);
}

/// Columns as pixels of the device. A painter takes a call for each row of a rectangle that is a pixel wide;
/// that was a fifth of a frame.
class ColumnPicture {
public:
    ColumnPicture(const QRectF& area, double ratio)
        : m_image((area.size() * ratio).toSize(), QImage::Format_ARGB32_Premultiplied)
        , m_area(area)
        , m_ratio(ratio)
        , m_stride(m_image.bytesPerLine() / static_cast<qsizetype>(sizeof(QRgb)))
    {
        m_image.fill(Qt::transparent);
    }
    /// From one height to another, in the coordinates of the area; opaque.
    void fill(int column, double top, double bottom, QRgb colour)
    {
        const auto row
            = [&](double y) { return std::clamp(qRound((y - m_area.top()) * m_ratio), 0, m_image.height()); };
        const int right = std::min(static_cast<int>(std::ceil((column + 1) * m_ratio)), m_image.width());
        const int from = row(top);
        const int to = row(bottom);
        for (int x = qRound(column * m_ratio); x < right; ++x) {
            QRgb* pixel = reinterpret_cast<QRgb*>(m_image.bits()) + from * m_stride + x;
            for (int y = from; y < to; ++y, pixel += m_stride)
                *pixel = colour;
        }
    }
    void drawOn(QPainter& painter)
    {
        m_image.setDevicePixelRatio(m_ratio);
        painter.drawImage(m_area.topLeft(), m_image);
    }

private:
    QImage m_image;
    QRectF m_area;
    double m_ratio;
    qsizetype m_stride; ///< pixels from a row to the next
};

} // namespace

StackMode stackModeOf(const Run& run, const TickColumns& columns)
{
    if (columns.isExact())
        return StackMode::EveryTick;
    return segmentsPerPixel(run, columns) > crowded ? StackMode::Mean : StackMode::Largest;
}

std::vector<StackColumn> stackColumns(const Run& run, const TickColumns& columns)
{
    std::vector<StackColumn> result(static_cast<std::size_t>(std::max(0, columns.pixels)));
    const bool isMean = stackModeOf(run, columns) == StackMode::Mean;
    for (int i = 0; i < columns.pixels; ++i) {
        const auto [begin, end] = columns.bucketOf(i);
        StackColumn& column = result[static_cast<std::size_t>(i)];
        const std::int64_t tick = run.columns().deviceBytes.tickOfMost(begin, end);
        if (tick < 0)
            continue;
        column.peak = static_cast<double>(run.columns().deviceBytes.at(tick));
        column.reserved = static_cast<double>(run.columns().reservedBytes.over(begin, end).most);
        column.isMean = isMean;
        for (std::size_t k = 0; k < column.parts.size(); ++k) {
            const Series& series = run.columns().classBytes[k];
            column.parts[k] = isMean ? series.over(begin, end).mean() : static_cast<double>(series.at(tick));
        }
    }
    return result;
}

void StackItem::draw(QPainter& painter) const
{
    if (!m_run || m_run->ticks() == 0)
        return;
    const Frame& f = frame();
    const int pixels = static_cast<int>(f.area.width());
    const auto columns = stackColumns(*m_run, {f.from, f.to, pixels});
    painter.setRenderHint(QPainter::Antialiasing, false);
    ColumnPicture picture(f.area, painter.device()->devicePixelRatio());
    const QRgb wash = Theme::mixed(theme().plot, theme().muted, 0.35).rgba();
    std::array<QRgb, allMemoryClasses.size()> colours{};
    for (const MemoryClass memoryClass : allMemoryClasses)
        colours[indexOf(memoryClass)] = theme().of(memoryClass).rgba();
    QList<QLineF> crest;
    QList<QLineF> reserved;
    double lastY = -1;
    for (int i = 0; i < pixels; ++i) {
        const StackColumn& column = columns[static_cast<std::size_t>(i)];
        if (column.peak <= 0)
            continue;
        const double x = f.area.left() + i;
        double base = 0;
        for (const MemoryClass memoryClass : allMemoryClasses) {
            const double bytes = column.parts[indexOf(memoryClass)];
            if (bytes <= 0 || m_hidden[indexOf(memoryClass)])
                continue;
            picture.fill(i, f.y(base + bytes), f.y(base), colours[indexOf(memoryClass)]);
            base += bytes;
        }
        const double y = f.y(m_hidden.any() ? base : column.peak);
        if (column.isMean) // from the mean up to the peak: a wash
            picture.fill(i, y, f.y(base), wash);
        if (lastY >= 0 && lastY != y)
            crest.append(QLineF(x, lastY, x, y));
        crest.append(QLineF(x, y, x + 1, y));
        lastY = y;
        reserved.append(QLineF(x, f.y(column.reserved), x + 1, f.y(column.reserved)));
    }
    picture.drawOn(painter);
    painter.setPen(QPen(theme().muted, 1));
    painter.drawLines(reserved);
    painter.setPen(QPen(theme().isDark ? QColor(Qt::white) : theme().text, 1));
    painter.drawLines(crest);
    if (const auto budget = deviceLimit(m_run->config().memory)) {
        const double y = f.y(static_cast<double>(*budget));
        painter.setPen(QPen(theme().bad, 1, Qt::DashLine));
        painter.drawLine(QPointF(f.area.left(), y), QPointF(f.area.right(), y));
        painter.setFont(smallFont());
        painter.drawText(QPointF(f.area.left() + 6, y - 4),
            QObject::tr("budget %1").arg(bytesText(static_cast<double>(*budget))));
    }
}

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/exponent_plot.h"

#include "core/output/ticks.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int exponentLeftMargin = 52;
constexpr int exponentRightMargin = 14;
constexpr int exponentTopMargin = 26;
constexpr int rangeHeight = 16; ///< a format's bar under the axis
constexpr int exponentBottomMargin = 26 + 2 * (rangeHeight + 3) + 16;

/// Powers of two between which a 16-bit format is exact to its digits, and down to which it still holds
/// something.
struct FormatRange {
    const char* title;
    int normal;
    int subnormal;
    int beyond; ///< one past the largest
};
constexpr FormatRange formatRanges[] = {{"FP16", -14, -24, 16}, {"BF16", -126, -133, 128}};

QString powerText(int exponent)
{
    return u"2"_s % (exponent < 0 ? u"⁻"_s : QString()) % [exponent] {
        QString digits = QString::number(std::abs(exponent));
        constexpr char16_t raised[] = u"⁰¹²³⁴⁵⁶⁷⁸⁹";
        for (QChar& digit : digits)
            digit = QChar(raised[digit.digitValue()]);
        return digits;
    }();
}

} // namespace

ExponentPlot::ExponentPlot(QWidget* parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Sizes of weights, gradients and updates by power of two"));
    setToolTipDuration(60'000);
}

void ExponentPlot::showGroup(const std::optional<NumberGroup>& group)
{
    m_curves.clear();
    m_name = group ? text(group->name) : QString();
    m_from = m_to = 0;
    if (group) {
        const std::tuple<QString, const ExponentHistogram*, Qt::PenStyle, int> parts[]
            = {{tr("weights"), &group->weightExponents, Qt::SolidLine, 0},
                {tr("gradients"), &group->gradientExponents, Qt::DashLine, 1},
                {tr("updates"), &group->updateExponents, Qt::DotLine, 2}};
        m_from = static_cast<int>(group->weightExponents.size());
        for (const auto& [title, bins, pen, colour] : parts) {
            Curve curve{.title = title, .pen = pen, .colour = colour};
            const auto sum
                = static_cast<double>(std::accumulate(bins->begin(), bins->end(), std::int64_t{0}));
            for (std::size_t i = 0; i < bins->size() && sum > 0; ++i) {
                curve.shares[i] = static_cast<double>((*bins)[i]) / sum;
                if ((*bins)[i] > 0) {
                    m_from = std::min(m_from, static_cast<int>(i));
                    m_to = std::max(m_to, static_cast<int>(i) + 1);
                }
            }
            m_curves.push_back(std::move(curve));
        }
        m_from = std::max(0, std::min(m_from - 1, m_to - 8));
        m_to = std::min(static_cast<int>(group->weightExponents.size()), m_to + 1);
    }
    setAccessibleDescription(m_name);
    update();
}

QRect ExponentPlot::area() const
{
    return rect().adjusted(
        exponentLeftMargin, exponentTopMargin, -exponentRightMargin, -exponentBottomMargin);
}

double ExponentPlot::x(double exponent) const
{
    return area().left()
        + (exponent - firstExponentBin - m_from) / std::max(1, m_to - m_from) * area().width();
}

QStringList ExponentPlot::header() { return {tr("At least"), tr("weights"), tr("gradients"), tr("updates")}; }

std::vector<QStringList> ExponentPlot::rows() const
{
    std::vector<QStringList> rows;
    for (int bin = m_to - 1; bin >= m_from; --bin) {
        QStringList row{powerText(bin + firstExponentBin)};
        bool holds = false;
        for (const Curve& curve : m_curves) {
            const double share = curve.shares[static_cast<std::size_t>(bin)];
            row << percentText(100 * share, 3, false);
            holds = holds || share > 0;
        }
        if (holds)
            rows.push_back(row);
    }
    return rows;
}

QString ExponentPlot::tipOf(int bin) const
{
    QString words
        = tr("%1 ≤ |x| < %2").arg(powerText(bin + firstExponentBin), powerText(bin + firstExponentBin + 1));
    for (const Curve& curve : m_curves)
        words += u'\n'
            % tr("%1 of the %2")
                  .arg(percentText(100 * curve.shares[static_cast<std::size_t>(bin)], 3, false), curve.title);
    return words;
}

void ExponentPlot::drawRanges(QPainter& painter) const
{
    int top = area().bottom() + 26;
    for (const FormatRange& range : formatRanges) {
        const auto clampX = [&](int exponent) {
            return static_cast<int>(std::lround(std::clamp(
                x(exponent), static_cast<double>(area().left()), static_cast<double>(area().right()))));
        };
        const int normal = clampX(range.normal);
        const int subnormal = clampX(range.subnormal);
        const int beyond = clampX(range.beyond);
        painter.fillRect(
            normal, top, beyond - normal, rangeHeight, Theme::mixed(theme().panel, theme().good, 0.5));
        painter.fillRect(subnormal, top, normal - subnormal, rangeHeight,
            Theme::mixed(theme().panel, theme().series(1), 0.5));
        painter.setPen(theme().muted);
        painter.drawText(QRect(0, top, exponentLeftMargin - 8, rangeHeight),
            Qt::AlignRight | Qt::AlignVCenter, QString::fromLatin1(range.title));
        painter.setPen(Theme::inkOn(Theme::mixed(theme().panel, theme().good, 0.5)));
        if (beyond - normal > 60)
            painter.drawText(
                QRect(normal, top, beyond - normal, rangeHeight), Qt::AlignCenter, tr("all digits"));
        painter.setPen(Theme::inkOn(Theme::mixed(theme().panel, theme().series(1), 0.5)));
        if (normal - subnormal > 76)
            painter.drawText(
                QRect(subnormal, top, normal - subnormal, rangeHeight), Qt::AlignCenter, tr("fewer digits"));
        painter.setPen(theme().muted);
        if (subnormal - area().left() > 76)
            painter.drawText(QRect(area().left(), top, subnormal - area().left(), rangeHeight),
                Qt::AlignCenter, tr("becomes zero"));
        if (area().right() - beyond > 76)
            painter.drawText(
                QRect(beyond, top, area().right() - beyond, rangeHeight), Qt::AlignCenter, tr("overflows"));
        top += rangeHeight + 3;
    }
}

void ExponentPlot::drawAxes(QPainter& painter, double most) const
{
    painter.fillRect(area(), theme().plot);
    for (const Tick& tick : niceTicks(0, 100 * most, std::clamp(area().height() / 24, 2, 6))) {
        const int y
            = area().bottom() - static_cast<int>(std::lround(tick.value / (100 * most) * area().height()));
        painter.setPen(theme().grid);
        painter.drawLine(area().left(), y, area().right(), y);
        painter.setPen(theme().muted);
        painter.drawText(QRect(0, y - 8, exponentLeftMargin - 8, 16), Qt::AlignRight | Qt::AlignVCenter,
            text(tick.label) % u" %"_s);
    }
    const int bins = m_to - m_from;
    const int every = std::max(1, (bins * 46 + area().width() - 1) / std::max(1, area().width()));
    for (int bin = m_from; bin < m_to; ++bin)
        if ((bin + firstExponentBin) % every == 0) {
            const int at = static_cast<int>(x(bin + firstExponentBin));
            painter.setPen(theme().grid);
            painter.drawLine(at, area().bottom(), at, area().bottom() + 4);
            painter.setPen(theme().muted);
            painter.drawText(QRect(at - 24, area().bottom() + 5, 48, 16), Qt::AlignCenter,
                powerText(bin + firstExponentBin));
        }
}

void ExponentPlot::drawCurves(QPainter& painter, double most) const
{
    int left = area().left();
    for (const Curve& curve : m_curves) {
        QList<QLineF> lines;
        double last = 0;
        for (int bin = m_from; bin < m_to; ++bin) {
            const double share = curve.shares[static_cast<std::size_t>(bin)];
            const auto y = [&](double value) { return area().bottom() - value / most * area().height(); };
            const double begin = x(bin + firstExponentBin);
            if (share != last)
                lines.append(QLineF(begin, y(last), begin, y(share)));
            if (share > 0)
                lines.append(QLineF(begin, y(share), x(bin + 1 + firstExponentBin), y(share)));
            last = share;
        }
        const QPen pen(theme().series(curve.colour), 2, curve.pen, Qt::FlatCap);
        painter.setPen(pen);
        painter.drawLines(lines);
        painter.drawLine(left, exponentTopMargin / 2, left + 22, exponentTopMargin / 2);
        painter.setPen(theme().text);
        painter.drawText(
            QRect(left + 28, 0, 120, exponentTopMargin), Qt::AlignLeft | Qt::AlignVCenter, curve.title);
        left += 40 + painter.fontMetrics().horizontalAdvance(curve.title);
    }
}

void ExponentPlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setFont(smallFont());
    double most = 0;
    for (const Curve& curve : m_curves)
        most = std::max(most, *std::max_element(curve.shares.begin(), curve.shares.end()));
    if (most <= 0) {
        painter.setPen(theme().muted);
        painter.drawText(rect(), Qt::AlignCenter,
            tr("how large weights, gradients and updates are appears here once they are measured"));
        return;
    }
    drawAxes(painter, 1.08 * most);
    drawRanges(painter);
    if (m_cursor >= m_from && m_cursor < m_to)
        painter.fillRect(
            QRectF(x(m_cursor + firstExponentBin), area().top(),
                x(m_cursor + 1 + firstExponentBin) - x(m_cursor + firstExponentBin), area().height()),
            Theme::mixed(theme().plot, theme().muted, 0.25));
    drawCurves(painter, 1.08 * most);
    if (hasFocus()) {
        painter.setPen(QPen(theme().accent, 1));
        painter.drawRect(area());
    }
}

bool ExponentPlot::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        if (m_cursor >= m_from && m_cursor < m_to)
            QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), tipOf(m_cursor), this);
        return true;
    }
    return QWidget::event(event);
}

void ExponentPlot::mouseMoveEvent(QMouseEvent* event)
{
    const double bins
        = (event->position().x() - area().left()) / std::max(1, area().width()) * (m_to - m_from);
    m_cursor = m_from + static_cast<int>(std::floor(bins));
    update();
}

void ExponentPlot::leaveEvent(QEvent*)
{
    m_cursor = -1;
    update();
}

void ExponentPlot::keyPressEvent(QKeyEvent* event)
{
    if ((event->key() != Qt::Key_Left && event->key() != Qt::Key_Right) || m_to <= m_from)
        return QWidget::keyPressEvent(event);
    m_cursor = std::clamp(
        m_cursor < 0 ? m_from : m_cursor + (event->key() == Qt::Key_Left ? -1 : 1), m_from, m_to - 1);
    setAccessibleDescription(tipOf(m_cursor));
    QToolTip::showText(mapToGlobal(QPoint(static_cast<int>(x(m_cursor + firstExponentBin)), area().top())),
        tipOf(m_cursor), this);
    update();
}

} // namespace mantissa::ui

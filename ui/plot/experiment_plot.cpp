// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/experiment_plot.h"

#include "core/output/ticks.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int nameWidth = 190;
constexpr int figureWidth = 230;
constexpr int experimentTopMargin = 12;
constexpr int experimentBottomMargin = 44;
constexpr int leastRowHeight = 56;
constexpr int seedHeight = 18; ///< of a line for each seed, where there is room
constexpr int intervalHeight = 52; ///< above them
constexpr int experimentBarHeight = 12;
constexpr double dotRadius = 4;

} // namespace

QString verdictMark(const ArmResult& arm)
{
    if (!arm.verdict)
        return QObject::tr("baseline");
    switch (*arm.verdict) {
    case Verdict::Reached:
        return QObject::tr("✓ reached");
    case Verdict::NotReached:
        return QObject::tr("✗ not reached");
    case Verdict::NotEnoughData:
        return QObject::tr("? not enough data");
    }
    Q_UNREACHABLE();
}

ExperimentPlot::ExperimentPlot(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Quality delta by arm"));
}

void ExperimentPlot::showResult(const ExperimentResult& result)
{
    const int current = currentArm();
    m_arms.clear();
    m_indices.clear();
    m_low = -claimedDeltaPercent;
    m_high = 1.4 * claimedDeltaPercent;
    const auto include = [&](double value) {
        if (std::isfinite(value)) {
            m_low = std::min(m_low, value);
            m_high = std::max(m_high, value);
        }
    };
    for (std::size_t i = 0; i < result.arms.size(); ++i) {
        const ArmResult& arm = result.arms[i];
        if (arm.isBaseline)
            continue;
        m_arms.push_back(arm);
        m_indices.push_back(static_cast<int>(i));
        for (const SeedResult& seed : arm.seeds)
            include(seed.deltaPercent.value_or(0));
        if (arm.delta) {
            include(arm.delta->low);
            include(arm.delta->high);
        }
    }
    const double pad = 0.06 * (m_high - m_low);
    m_low -= pad;
    m_high += pad;
    const auto kept = std::find(m_indices.begin(), m_indices.end(), current);
    m_current = m_arms.empty()    ? -1
        : kept == m_indices.end() ? 0
                                  : static_cast<int>(kept - m_indices.begin());
    updateGeometry();
    update();
}

int ExperimentPlot::currentArm() const
{
    return m_current < 0 || m_current >= static_cast<int>(m_indices.size())
        ? -1
        : m_indices[static_cast<std::size_t>(m_current)];
}

void ExperimentPlot::setCurrentArm(int arm)
{
    const auto found = std::find(m_indices.begin(), m_indices.end(), arm);
    if (found == m_indices.end() || arm == currentArm())
        return;
    m_current = static_cast<int>(found - m_indices.begin());
    setAccessibleDescription(wordsOf(m_arms[static_cast<std::size_t>(m_current)]));
    update();
    Q_EMIT currentArmChanged(arm);
}

QSize ExperimentPlot::minimumSizeHint() const
{
    return {nameWidth + figureWidth + 240,
        experimentTopMargin + experimentBottomMargin
            + leastRowHeight * std::max(1, static_cast<int>(m_arms.size()))};
}

QSize ExperimentPlot::sizeHint() const
{
    std::size_t seeds = 0;
    for (const ArmResult& arm : m_arms)
        seeds = std::max(seeds, arm.seeds.size());
    const int row = std::max(leastRowHeight, intervalHeight + seedHeight * static_cast<int>(seeds) + 8);
    return {minimumSizeHint().width(),
        experimentTopMargin + experimentBottomMargin + row * std::max(1, static_cast<int>(m_arms.size()))};
}

bool ExperimentPlot::hasLines(const ArmResult& arm) const
{
    return rowHeight() >= intervalHeight + seedHeight * static_cast<int>(arm.seeds.size());
}

int ExperimentPlot::rowHeight() const
{
    const int rows = std::max(1, static_cast<int>(m_arms.size()));
    return std::max(leastRowHeight,
        (std::min(height(), sizeHint().height()) - experimentTopMargin - experimentBottomMargin) / rows);
}

QRect ExperimentPlot::area() const
{
    return {nameWidth, experimentTopMargin, width() - nameWidth - figureWidth,
        rowHeight() * std::max(1, static_cast<int>(m_arms.size()))};
}
double ExperimentPlot::x(double percent) const
{
    return area().left() + (percent - m_low) / (m_high - m_low) * area().width();
}
int ExperimentPlot::rowTop(int row) const { return experimentTopMargin + row * rowHeight(); }
int ExperimentPlot::rowAt(int y) const
{
    return y < experimentTopMargin ? -1 : (y - experimentTopMargin) / rowHeight();
}

QString ExperimentPlot::wordsOf(const ArmResult& arm)
{
    QString words = arm.delta ? tr("%1: %2, %3 to %4 over %5 seeds")
                                    .arg(text(arm.name), percentText(arm.delta->mean, 3),
                                        percentText(arm.delta->low, 3), percentText(arm.delta->high, 3))
                                    .arg(arm.delta->seeds)
                              : tr("%1: no interval yet").arg(text(arm.name));
    words += u'\n' % verdictMark(arm) % u": "_s % text(arm.reason);
    for (const SeedResult& seed : arm.seeds)
        if (seed.deltaPercent)
            words += u'\n' % tr("seed %1: %2").arg(seed.seed).arg(percentText(*seed.deltaPercent, 3));
    return words;
}

void ExperimentPlot::drawArm(QPainter& painter, int row) const
{
    const ArmResult& arm = m_arms[static_cast<std::size_t>(row)];
    if (row == m_current) {
        painter.fillRect(0, rowTop(row), area().left() - 6, rowHeight(),
            Theme::mixed(theme().panel, theme().accent, 0.18));
        if (hasFocus()) {
            painter.setPen(QPen(theme().accent, 1));
            painter.drawRect(0, rowTop(row), width() - 1, rowHeight() - 1);
        }
    }
    const int top = rowTop(row) + (hasLines(arm) ? 0 : (rowHeight() - leastRowHeight) / 2);
    const int middle = top + leastRowHeight / 2;
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    painter.setPen(theme().text);
    painter.drawText(
        QRect(12, top + 6, nameWidth - 24, 20), Qt::AlignLeft | Qt::AlignVCenter, text(arm.name));
    painter.setFont(smallFont());
    painter.setPen(!arm.verdict || *arm.verdict == Verdict::NotEnoughData ? theme().muted
            : *arm.verdict == Verdict::Reached                            ? theme().good
                                                                          : theme().bad);
    painter.drawText(
        QRect(12, top + 27, nameWidth - 24, 18), Qt::AlignLeft | Qt::AlignVCenter, verdictMark(arm));
    const QRect figures(area().right() + 14, top + 6, figureWidth - 24, 20);
    painter.setFont(font());
    painter.setPen(theme().text);
    painter.drawText(figures, Qt::AlignLeft | Qt::AlignVCenter,
        arm.delta ? tr("%1  [%2, %3]")
                        .arg(percentText(arm.delta->mean, 3), percentText(arm.delta->low, 3),
                            percentText(arm.delta->high, 3))
                  : tr("no interval yet"));
    painter.setFont(smallFont());
    painter.setPen(theme().muted);
    const auto pairs = std::count_if(arm.seeds.begin(), arm.seeds.end(),
        [](const SeedResult& seed) { return seed.deltaPercent.has_value(); });
    painter.drawText(figures.translated(0, 21), Qt::AlignLeft | Qt::AlignVCenter,
        tr("%1 of %2 pairs").arg(pairs).arg(arm.seeds.size())
            % (arm.peakRatio ? tr(" · peak × %1").arg(*arm.peakRatio, 0, 'f', 3) : QString()));
    if (arm.delta) {
        const double from = x(arm.delta->low);
        painter.fillRect(QRectF(from, middle - experimentBarHeight / 2.0,
                             std::max(2.0, x(arm.delta->high) - from), experimentBarHeight),
            Theme::mixed(theme().plot, theme().series(0), 0.45));
        painter.fillRect(
            QRectF(x(arm.delta->mean) - 1.5, middle - experimentBarHeight, 3, 2 * experimentBarHeight),
            theme().series(0));
    }
    drawSeeds(painter, arm, top);
}

void ExperimentPlot::drawSeeds(QPainter& painter, const ArmResult& arm, int top) const
{
    const bool hasLine = hasLines(arm);
    int y = top + (hasLine ? intervalHeight + seedHeight / 2 : leastRowHeight / 2);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const SeedResult& seed : arm.seeds) {
        if (seed.deltaPercent && std::isfinite(*seed.deltaPercent)) {
            painter.setPen(QPen(theme().plot, 1));
            painter.setBrush(theme().text);
            painter.drawEllipse(QPointF(x(*seed.deltaPercent), y), dotRadius, dotRadius);
        }
        if (hasLine) {
            painter.setPen(theme().muted);
            painter.drawText(QRect(nameWidth - 100, y - 8, 90, 16), Qt::AlignRight | Qt::AlignVCenter,
                tr("seed %1").arg(seed.seed));
            painter.drawText(QRect(area().right() + 14, y - 8, figureWidth - 24, 16),
                Qt::AlignLeft | Qt::AlignVCenter,
                seed.deltaPercent ? percentText(*seed.deltaPercent, 3) : tr("not measured yet"));
            y += seedHeight;
        }
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
}

void ExperimentPlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel); // the scroll area around it lets the window through
    if (m_arms.empty())
        return;
    const QRect plot = area();
    painter.fillRect(plot, theme().plot);
    painter.fillRect(QRectF(plot.left(), plot.top(), x(claimedDeltaPercent) - plot.left(), plot.height()),
        Theme::mixed(theme().plot, theme().good, 0.12));
    painter.setFont(smallFont());
    for (const Tick& tick : niceTicks(m_low, m_high, std::max(3, plot.width() / 90), true)) {
        const int at = static_cast<int>(std::lround(x(tick.value)));
        painter.setPen(theme().grid);
        painter.drawLine(at, plot.top(), at, plot.bottom());
        painter.setPen(theme().muted);
        painter.drawText(QRect(at - 40, plot.bottom() + 3, 80, 16), Qt::AlignCenter, text(tick.label));
    }
    painter.drawText(QRect(plot.left(), plot.bottom() + 20, plot.width(), 18), Qt::AlignCenter,
        tr("quality delta in % of the baseline's evaluation loss; left is better; green: within the limit of "
           "%1")
            .arg(percentText(claimedDeltaPercent, 1, false)));
    painter.setPen(QPen(theme().muted, 1));
    painter.drawLine(QPointF(x(0), plot.top()), QPointF(x(0), plot.bottom()));
    painter.setPen(QPen(theme().good, 1, Qt::DashLine));
    painter.drawLine(
        QPointF(x(claimedDeltaPercent), plot.top()), QPointF(x(claimedDeltaPercent), plot.bottom()));
    for (int row = 0; row < static_cast<int>(m_arms.size()); ++row)
        drawArm(painter, row);
}

bool ExperimentPlot::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const int row = rowAt(help->pos().y()); row >= 0 && row < static_cast<int>(m_arms.size()))
        QToolTip::showText(help->globalPos(), wordsOf(m_arms[static_cast<std::size_t>(row)]), this);
    return true;
}

void ExperimentPlot::keyPressEvent(QKeyEvent* event)
{
    const int step = event->key() == Qt::Key_Up ? -1 : event->key() == Qt::Key_Down ? 1 : 0;
    if (step == 0 || m_arms.empty())
        return QWidget::keyPressEvent(event);
    setCurrentArm(m_indices[static_cast<std::size_t>(
        std::clamp(m_current + step, 0, static_cast<int>(m_arms.size()) - 1))]);
}

void ExperimentPlot::mousePressEvent(QMouseEvent* event)
{
    if (const int row = rowAt(event->pos().y()); row >= 0 && row < static_cast<int>(m_indices.size()))
        setCurrentArm(m_indices[static_cast<std::size_t>(row)]);
}

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/time_share_bar.h"

#include "core/output/palette.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int shareBarHeight = 6;
constexpr int shareGap = 3; ///< to the words below
constexpr std::size_t namedBelow = 3;
constexpr double leastListed = 0.0005; // 0.1 % once rounded

QColor colourFor(WorkKind kind)
{
    const ColourPair pair = colourOf(kind);
    return QColor(text(theme().isDark ? pair.dark : pair.light));
}

/// An entry of the tip: a square in the bar's colour, the word, the share.
QString rowOf(WorkKind kind, const QString& title, double share)
{
    return u"<tr><td style='color:%1'>■</td><td>%2&nbsp;&nbsp;</td><td align='right'>%3</td></tr>"_s.arg(
        colourFor(kind).name(), title.toHtmlEscaped(), percentText(100 * share, 1, false));
}

} // namespace

TimeShareBar::TimeShareBar(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"timeShares"_s);
    setFont(smallFont());
    setAccessibleName(tr("Share of time by kind of work"));
    hide();
}

QSize TimeShareBar::sizeHint() const { return {120, shareBarHeight + shareGap + fontMetrics().height()}; }
QSize TimeShareBar::minimumSizeHint() const { return {0, sizeHint().height()}; }

void TimeShareBar::setLeftOut(bool isLeftOut)
{
    m_isLeftOut = isLeftOut;
    setVisible(m_shares.has_value() && !m_isLeftOut);
}

void TimeShareBar::setShares(const std::optional<TimeShares>& shares)
{
    m_shares = shares && shares->total() > 0 ? shares : std::nullopt;
    setVisible(m_shares.has_value() && !m_isLeftOut);
    if (!m_shares)
        return;
    const auto titleOf = [](WorkKind kind) {
        switch (kind) {
        case WorkKind::Forward:
            return tr("forward");
        case WorkKind::Backward:
            return tr("backward");
        case WorkKind::Update:
            return tr("update");
        case WorkKind::Cast:
            return tr("cast");
        case WorkKind::Move:
            return tr("move");
        case WorkKind::Disk:
            return tr("disk");
        case WorkKind::Data:
            return tr("data");
        case WorkKind::Evaluation:
            return tr("evaluation");
        case WorkKind::Log:
            return tr("log");
        case WorkKind::Other:
            return tr("other");
        }
        return QString();
    };
    auto kinds = allWorkKinds;
    std::ranges::stable_sort(
        kinds, std::ranges::greater(), [&](WorkKind kind) { return m_shares->share(kind); });
    QStringList below;
    for (const WorkKind kind : kinds)
        if (static_cast<std::size_t>(below.size()) < namedBelow && m_shares->share(kind) >= leastListed)
            below << titleOf(kind) % u' ' % percentText(100 * m_shares->share(kind), 0, false);
    m_words = below.join(u" · "_s);
    QString rows;
    QStringList all;
    for (const WorkKind kind : allWorkKinds)
        if (const double share = m_shares->share(kind); share >= leastListed) {
            rows += rowOf(kind, titleOf(kind), share);
            all << titleOf(kind) % u' ' % percentText(100 * share, 1, false);
        }
    setToolTip(tr("Where the time of %1 ticks went:").arg(countText(m_shares->ticks)) % u"<table>"_s % rows
        % u"</table>"_s);
    setAccessibleDescription(all.join(u", "_s));
    update();
}

void TimeShareBar::paintEvent(QPaintEvent*)
{
    if (!m_shares)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath clip;
    clip.addRoundedRect(QRectF(0, 0, width(), shareBarHeight), 3, 3);
    painter.setClipPath(clip);
    double x = 0;
    for (const WorkKind kind : allWorkKinds) {
        const double part = m_shares->share(kind) * width();
        // a line of the card between two, so that neighbours stay apart whatever their colours
        painter.fillRect(QRectF(x, 0, std::max(0.5, part - 1), shareBarHeight), colourFor(kind));
        x += part;
    }
    painter.setClipping(false);
    painter.setPen(theme().muted);
    const QRect below(0, shareBarHeight + shareGap, width(), height() - shareBarHeight - shareGap);
    painter.drawText(below, Qt::AlignLeft | Qt::AlignTop,
        fontMetrics().elidedText(m_words, Qt::ElideRight, below.width()));
}

} // namespace mantissa::ui

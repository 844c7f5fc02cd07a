// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/card_head.h"

#include <QEvent>
#include <QFrame>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int leftMargin = 14;
constexpr int rightMargin = 16;
constexpr int gap = 10;
constexpr int captionGap = 1; ///< between title and caption, one above the other

} // namespace

CardHead::CardHead(const QString& title, const QString& caption, QWidget* aside, QWidget* parent)
    : QWidget(parent)
    , m_title(new QLabel(title, this))
    , m_caption(new QLabel(this))
    , m_aside(aside)
{
    m_title->setStyleSheet(u"font-weight: 600;"_s);
    m_title->ensurePolished();
    m_caption->setObjectName(u"caption"_s);
    m_caption->ensurePolished();
    if (m_aside)
        m_aside->setParent(this);
    QSizePolicy policy(
        QSizePolicy::Preferred, QSizePolicy::Minimum); // Fixed would hold it at the height of one row
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setCaption(caption);
}

void CardHead::setCaption(const QString& caption)
{
    if (caption == m_text)
        return;
    m_text = caption;
    m_caption->setToolTip(m_captionTip.isEmpty() ? caption : QString(caption % u"\n"_s % m_captionTip));
    updateGeometry();
    arrange();
}

bool CardHead::fitsOneRow(int width) const
{
    const int caption = m_text.isEmpty() ? 0 : gap + m_caption->fontMetrics().horizontalAdvance(m_text) + 2;
    const int aside = m_aside ? 2 * gap + m_aside->sizeHint().width() : 0;
    return leftMargin + m_title->sizeHint().width() + caption + aside + rightMargin <= width;
}

int CardHead::asideWidth(int width) const
{
    if (!m_aside)
        return 0;
    const int inside = width - leftMargin - rightMargin;
    const int beside = std::max(m_title->sizeHint().width(),
        fitsOneRow(width) ? 0 : m_caption->fontMetrics().horizontalAdvance(m_text) + 2);
    // the caption elides before the aside has less than half
    const int least
        = std::max(m_aside->minimumSizeHint().width(), std::min(inside / 2, m_aside->sizeHint().width()));
    return std::min(m_aside->sizeHint().width(), std::max(least, inside - beside - 2 * gap));
}

int CardHead::heightForWidth(int width) const
{
    const int title = m_title->sizeHint().height();
    const int left = fitsOneRow(width) || m_text.isEmpty()
        ? title
        : title + captionGap + m_caption->fontMetrics().height();
    const int own = asideWidth(width);
    const int right = !m_aside         ? 0
        : m_aside->hasHeightForWidth() ? m_aside->heightForWidth(own)
                                       : m_aside->sizeHint().height();
    return std::max(left, right);
}

QSize CardHead::sizeHint() const
{
    const int width = leftMargin + m_title->sizeHint().width() + gap
        + m_caption->fontMetrics().horizontalAdvance(m_text) + 2
        + (m_aside ? 2 * gap + m_aside->sizeHint().width() : 0) + rightMargin;
    return {width, heightForWidth(width)};
}

QSize CardHead::minimumSizeHint() const
{
    const int aside = m_aside ? gap + m_aside->minimumSizeHint().width() : 0;
    return {leftMargin + m_title->sizeHint().width() + aside + rightMargin, m_title->sizeHint().height()};
}

void CardHead::arrange()
{
    const QSize title = m_title->sizeHint();
    const bool oneRow = fitsOneRow(width());
    const int aside = asideWidth(width());
    const int right = width() - rightMargin - (m_aside ? aside + gap : 0);
    m_title->setGeometry(leftMargin, 0, title.width(), title.height());
    const int captionHeight = m_caption->fontMetrics().height();
    const QRect place = oneRow
        ? QRect(leftMargin + title.width() + gap, 0, right - leftMargin - title.width() - gap, title.height())
        : QRect(leftMargin, title.height() + captionGap, right - leftMargin, captionHeight);
    m_caption->setGeometry(place);
    m_caption->setText(
        m_caption->fontMetrics().elidedText(m_text, Qt::ElideRight, std::max(0, place.width())));
    if (m_aside)
        m_aside->setGeometry(width() - rightMargin - aside, 0, aside,
            m_aside->hasHeightForWidth() ? m_aside->heightForWidth(aside) : height());
}

bool CardHead::event(QEvent* event)
{
    if (event->type() == QEvent::LayoutRequest
        || event->type() == QEvent::StyleChange) { // a label has another size
        updateGeometry();
        arrange();
    }
    return QWidget::event(event);
}

void CardHead::resizeEvent(QResizeEvent*) { arrange(); }

QWidget* cardOf(CardHead* head, QWidget* content, QWidget* parent)
{
    auto* frame = new QFrame(parent);
    frame->setObjectName(u"card"_s);
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(1, 6, 1, 2);
    column->setSpacing(2);
    column->addWidget(head);
    column->addWidget(content, 1);
    return frame;
}

} // namespace mantissa::ui

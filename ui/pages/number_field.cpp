// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/number_field.h"

#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QRegularExpression>
#include <QStyle>

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int narrowest = 56;
constexpr int edge = 8; // as the style sheet pads a field

} // namespace

QLabel* reasonLabel(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(u"reason"_s);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    label->hide();
    return label;
}

void markWrong(QWidget* field, QLabel* reason, const QString& words)
{
    const bool isWrong = !words.isEmpty();
    reason->setText(words);
    reason->setVisible(isWrong);
    field->setAccessibleDescription(words);
    if (field->property("wrong").toBool() == isWrong)
        return;
    field->setProperty("wrong", isWrong);
    field->style()->unpolish(field); // the sheet asks for the property only then
    field->style()->polish(field);
}

NumberField::NumberField(Kind kind, double least, double most, QWidget* parent)
    : QLineEdit(parent)
    , m_kind(kind)
    , m_least(least)
    , m_most(most)
    , m_reason(reasonLabel(parent))
{
    setMinimumWidth(narrowest);
    connect(this, &QLineEdit::textChanged, this, &NumberField::judge);
    setText(textOf(least));
}

QString NumberField::textOf(double value) const
{
    switch (m_kind) {
    case Kind::Count:
        return countText(std::llround(value));
    case Kind::Number:
        return QString::number(std::llround(value));
    case Kind::Real:
        break;
    }
    return QString::number(value, 'g', QLocale::FloatingPointShortest);
}

std::optional<double> NumberField::read(Kind kind, QString typed)
{
    static const QRegularExpression grouped(u"^[+-]?\\d{1,3}(,\\d{3})+$"_s);
    typed = typed.trimmed();
    if (kind != Kind::Real && grouped.match(typed).hasMatch())
        typed.remove(u',');
    if (kind == Kind::Real)
        typed.replace(u',', u'.'); // as it is written in half of the world
    else if (typed.contains(u'.') && !typed.contains(u'e', Qt::CaseInsensitive))
        return {}; // 1.000 is one here and a thousand there
    bool isNumber = false;
    const double value = typed.toDouble(&isNumber);
    const bool isOfKind
        = isNumber && std::isfinite(value) && (kind == Kind::Real || value == std::floor(value));
    return isOfKind ? std::optional(value) : std::nullopt;
}

void NumberField::judge()
{
    const auto number = read(m_kind, text());
    const bool isInside = number && *number >= m_least && *number <= m_most;
    m_value = isInside ? number : std::nullopt;
    const QString range = tr("%1 to %2").arg(textOf(m_least), textOf(m_most));
    m_problem = isInside       ? QString()
        : number               ? range
        : m_kind == Kind::Real ? tr("a number, %1").arg(range)
                               : tr("a whole number, %1").arg(range);
    markWrong(this, m_reason, m_problem);
}

void NumberField::setValue(double value)
{
    if (read(m_kind, text()) != value)
        setText(textOf(value));
}

void NumberField::setUnit(const QString& unit)
{
    m_unit = unit;
    setTextMargins(0, 0, fontMetrics().horizontalAdvance(unit) + edge, 0);
}

void NumberField::step(int direction)
{
    const auto now = read(m_kind, text());
    if (!now)
        return;
    const double size = std::abs(*now);
    const double by
        = m_kind != Kind::Real ? 1 : std::pow(10, std::floor(std::log10(size > 0 ? size : 0.1)) - 1);
    const double next = std::clamp(*now + direction * by, m_least, m_most);
    setText(textOf(m_kind == Kind::Real ? QString::number(next, 'g', 8).toDouble() : next));
}

void NumberField::keyPressEvent(QKeyEvent* event)
{
    if (event->modifiers() == Qt::NoModifier && (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down))
        return step(event->key() == Qt::Key_Up ? 1 : -1);
    QLineEdit::keyPressEvent(event);
}

void NumberField::paintEvent(QPaintEvent* event)
{
    QLineEdit::paintEvent(event);
    if (m_unit.isEmpty())
        return;
    QPainter painter(this);
    painter.setPen(theme().muted);
    painter.drawText(rect().adjusted(0, 0, -edge, 0), Qt::AlignRight | Qt::AlignVCenter, m_unit);
}

} // namespace mantissa::ui

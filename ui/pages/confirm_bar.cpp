// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/confirm_bar.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>

#include <utility>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

ConfirmBar::ConfirmBar(QWidget* parent)
    : QFrame(parent)
    , m_text(new QLabel(this))
    , m_yes(new QPushButton(this))
    , m_other(new QPushButton(this))
    , m_no(new QPushButton(this))
{
    setObjectName(u"card"_s);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 6, 8, 6);
    m_text->setWordWrap(true);
    m_text->setObjectName(u"question"_s);
    m_yes->setObjectName(u"yes"_s);
    m_other->setObjectName(u"other"_s);
    m_no->setObjectName(u"no"_s);
    row->addWidget(m_text, 1);
    row->addWidget(m_yes);
    row->addWidget(m_other);
    row->addWidget(m_no);
    for (QPushButton* button : {m_yes, m_other, m_no})
        button->setAutoDefault(true); // Return presses what has the focus
    connect(m_yes, &QPushButton::clicked, this, [this] { confirm(false); });
    connect(m_other, &QPushButton::clicked, this, [this] { confirm(true); });
    connect(m_no, &QPushButton::clicked, this, &ConfirmBar::dismiss);
    hide();
}

void ConfirmBar::ask(const QString& question, const QString& yes, std::function<void()> act)
{
    ask(question, yes, std::move(act), {}, {}, tr("Cancel"));
    m_no->setFocus(); // a key that was meant for something else changes nothing
}

void ConfirmBar::ask(const QString& question, const QString& yes, std::function<void()> act,
    const QString& other, std::function<void()> actOther, const QString& no)
{
    m_act = std::move(act);
    m_actOther = std::move(actOther);
    m_text->setText(question);
    m_yes->setText(yes);
    m_yes->show();
    m_other->setText(other);
    m_other->setVisible(!other.isEmpty());
    m_no->setText(no);
    m_before = QApplication::focusWidget();
    show();
    m_yes->setFocus();
}

void ConfirmBar::tell(const QString& message)
{
    m_act = {};
    m_text->setText(message);
    m_yes->hide();
    m_other->hide();
    m_no->setText(tr("Close"));
    m_before = QApplication::focusWidget();
    show();
}

void ConfirmBar::offer(const QString& message, const QString& yes, std::function<void()> act)
{
    tell(message);
    m_act = std::move(act);
    m_yes->setText(yes);
    m_yes->show();
}

void ConfirmBar::dismiss()
{
    m_act = {};
    m_actOther = {};
    hide();
    if (m_before)
        m_before->setFocus();
    m_before.clear();
}

void ConfirmBar::confirm(bool other)
{
    const auto act = other ? m_actOther : m_act;
    dismiss();
    if (act)
        act();
}

void ConfirmBar::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        dismiss();
    else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        m_no->hasFocus() ? dismiss() : confirm(m_other->hasFocus());
    else
        QFrame::keyPressEvent(event);
}

} // namespace mantissa::ui

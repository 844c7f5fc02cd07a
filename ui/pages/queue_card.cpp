// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/queue_card.h"

#include "ui/models/run_queue_model.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QShortcut>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

QueueCard::QueueCard(RunSession* session, QWidget* parent)
    : QFrame(parent)
    , m_session(session)
    , m_title(new QLabel(this))
    , m_list(new QListView(this))
    , m_go(new QPushButton(tr("Go on with the queue"), this))
{
    setObjectName(u"card"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 6, 8, 6);
    auto* row = new QHBoxLayout;
    m_title->setStyleSheet(u"font-weight: 600;"_s);
    row->addWidget(m_title, 1);
    m_go->setObjectName(u"startQueue"_s);
    connect(m_go, &QPushButton::clicked, session, &RunSession::startQueue);
    row->addWidget(m_go);
    row->addWidget(command(u"queueUp"_s, tr("Up"), Qt::CTRL | Qt::Key_Up, &QueueCard::moveUp));
    row->addWidget(command(u"queueDown"_s, tr("Down"), Qt::CTRL | Qt::Key_Down, &QueueCard::moveDown));
    row->addWidget(command(u"queueRemove"_s, tr("Remove"), QKeySequence::Delete, &QueueCard::remove));
    column->addLayout(row);
    m_list->setObjectName(u"queue"_s);
    m_list->setAccessibleName(tr("Queue"));
    m_list->setModel(session->queue());
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMaximumHeight(120);
    column->addWidget(m_list);
    for (const auto change : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(session->queue(), change, this, &QueueCard::showState);
    for (const auto change : {&RunSession::runChanged, &RunSession::trainingAside, &RunSession::ended})
        connect(session, change, this, &QueueCard::showState);
    showState();
}

QPushButton* QueueCard::command(
    const QString& name, const QString& title, const QKeySequence& keys, void (QueueCard::*slot)())
{
    auto* button = new QPushButton(title, this);
    button->setObjectName(name);
    button->setToolTip(keys.toString(QKeySequence::NativeText));
    connect(button, &QPushButton::clicked, this, slot);
    auto* shortcut = new QShortcut(keys, m_list);
    shortcut->setContext(Qt::WidgetShortcut);
    connect(shortcut, &QShortcut::activated, this, slot);
    return button;
}

int QueueCard::row() const { return m_list->currentIndex().row(); }
void QueueCard::select(int row) { m_list->setCurrentIndex(m_session->queue()->index(row)); }

void QueueCard::moveUp()
{
    const int at = row();
    if (m_session->queue()->move(at, -1))
        select(at - 1);
}

void QueueCard::moveDown()
{
    const int at = row();
    if (m_session->queue()->move(at, 1))
        select(at + 1);
}

void QueueCard::remove()
{
    const int at = row();
    if (at < 0)
        return;
    m_session->queue()->remove(at);
    select(std::min(at, m_session->queue()->rowCount() - 1));
}

void QueueCard::showState()
{
    const int count = m_session->queue()->rowCount();
    setVisible(count > 0);
    m_title->setText((m_session->showsTraining() ? tr("Queue: %1 to train after this run")
            : m_session->isTraining()            ? tr("Queue: %1 to train after the run that trains")
                                                 : tr("Queue: %1 waiting"))
                         .arg(count));
    m_go->setVisible(!m_session->isTraining());
    if (count > 0 && row() < 0)
        select(0);
}

} // namespace mantissa::ui

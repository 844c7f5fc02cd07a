// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/lists_card.h"

#include "ui/models/event_list_model.h"
#include "ui/models/text_table_model.h"
#include "ui/models/value_rows.h"
#include "ui/pages/advice_dialog.h"
#include "ui/pages/continue_dialog.h"
#include "ui/pages/what_if_dialog.h"
#include "ui/plot/view_range.h"
#include "ui/run_session.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QScrollBar>
#include <QTabBar>
#include <QTableView>
#include <QVBoxLayout>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

ListsCard::ListsCard(RunSession* session, ViewRange* range, QWidget* parent)
    : QFrame(parent)
    , m_session(session)
    , m_range(range)
    , m_eventModel(new EventListModel(this))
    , m_values(new TextTableModel(this))
    , m_events(new QTableView(this))
    , m_tabs(new QTabBar(this))
{
    buildTable();
    m_tabs->setObjectName(u"lists"_s);
    m_tabs->addTab(tr("Events"));
    m_tabs->addTab(tr("Values in view"));
    m_tabs->setTabToolTip(1, tr("What the plots show now, as numbers"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    setObjectName(u"card"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 2, 1, 2);
    column->setSpacing(2);
    auto* head = new QHBoxLayout;
    head->addWidget(m_tabs, 1);
    head->addWidget(continueButton());
    for (QPushButton* button : {adviceButton(), whatIfButton()}) {
        button->setEnabled(false);
        const auto enable = [this, button] { button->setEnabled(m_session->run().ticks() > 0); };
        connect(m_session, &RunSession::runChanged, button, enable);
        connect(m_session, &RunSession::rowsAppended, button, enable);
        head->addWidget(button);
    }
    column->addLayout(head);
    column->addWidget(m_events, 1);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_events->setModel(tab == 1 ? static_cast<QAbstractItemModel*>(m_values) : m_eventModel);
        m_events->setAccessibleName(m_tabs->tabText(tab));
        m_events->horizontalHeader()->setStretchLastSection(tab == 0);
        m_events->setColumnWidth(0, tab == 1 ? 120 : 70);
        m_events->setColumnWidth(1, 90);
        showValues();
    });
    connect(m_range, &ViewRange::changed, this, &ListsCard::showValues);
}

void ListsCard::buildTable()
{
    m_events->setObjectName(u"events"_s);
    m_events->setAccessibleName(tr("Events"));
    m_events->setTabKeyNavigation(false); // Tab goes on
    m_events->setModel(m_eventModel);
    m_events->verticalHeader()->hide();
    m_events->verticalHeader()->setDefaultSectionSize(22);
    m_events->setShowGrid(false);
    m_events->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_events->horizontalHeader()->setStretchLastSection(true);
    m_events->setColumnWidth(0, 70);
    m_events->setColumnWidth(1, 90);
    m_events->setMinimumHeight(52);
    m_events->horizontalHeader()->setHighlightSections(false);

    connect(m_events->verticalScrollBar(), &QScrollBar::valueChanged, m_eventModel, [this](int value) {
        if (m_events->model() == m_eventModel && value > 0
            && value == m_events->verticalScrollBar()->maximum())
            m_eventModel->showOlder();
    });
}

QPushButton* ListsCard::continueButton()
{
    auto* button = new QPushButton(tr("Continue…"), this);
    button->setObjectName(u"continueButton"_s);
    button->setToolTip(
        tr("Trains this run further, with more steps or another learning rate if wished, or forks a new run "
           "from one of its checkpoints"));
    button->setEnabled(false);
    const auto enable = [this, button] { button->setEnabled(canContinue(*m_session)); };
    connect(m_session, &RunSession::runChanged, button, enable);
    connect(m_session, &RunSession::ended, button, enable);
    connect(button, &QPushButton::clicked, this, &ListsCard::continueRequested);
    return button;
}

QPushButton* ListsCard::adviceButton()
{
    auto* button = new QPushButton(tr("Advice…"), this);
    button->setObjectName(u"adviceButton"_s);
    button->setToolTip(tr("What this run's own measurements say to overflow, savings, quality and rounding, "
                          "and what to change"));
    connect(button, &QPushButton::clicked, this, [this] {
        auto* dialog = new AdviceDialog(m_session, this);
        connect(dialog, &AdviceDialog::chosen, this, &ListsCard::settingsChosen);
        dialog->open();
    });
    return button;
}

QPushButton* ListsCard::whatIfButton()
{
    auto* button = new QPushButton(tr("What if…"), this);
    button->setObjectName(u"whatIfButton"_s);
    button->setToolTip(tr("What this run would have needed with other choices"));
    connect(button, &QPushButton::clicked, this, [this] {
        auto* dialog = new WhatIfDialog(m_session, this);
        connect(dialog, &WhatIfDialog::chosen, this, &ListsCard::configChosen);
        dialog->open();
    });
    return button;
}

void ListsCard::showValues()
{
    constexpr int mostRows = 50; // what can still be read through
    if (m_tabs->currentIndex() == 1)
        m_values->setTable(
            valueHeader(), valueRows(m_session->run(), {m_range->from(), m_range->to(), mostRows}));
}

void ListsCard::showRun() { m_eventModel->setRun(&m_session->run()); }

void ListsCard::showNewRows() { m_eventModel->showNewEvents(); }

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_page.h"

#include "core/output/ticks.h"
#include "core/record/plans_that_ran.h"
#include "ui/models/event_list_model.h"
#include "ui/models/precision_table_model.h"
#include "ui/models/text_table_model.h"
#include "ui/models/value_rows.h"
#include "ui/pages/advice_dialog.h"
#include "ui/pages/card_head.h"
#include "ui/pages/figures_bar.h"
#include "ui/pages/loss_card.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/what_if_dialog.h"
#include "ui/plot/class_legend.h"
#include "ui/plot/plot_view.h"
#include "ui/plot/stack_item.h"
#include "ui/plot/timeline_strip.h"
#include "ui/plot/tip.h"
#include "ui/plot/view_range.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitter>
#include <QTabBar>
#include <QTableView>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int setupWidth = 408;

/// As it was trained last: what was edited in the run belongs to it.
RunConfig configInForce(const Run& run)
{
    RunConfig config = run.config();
    config.choices = choicesInForce(run);
    return config;
}

} // namespace

TrainPage::TrainPage(RunSession* session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_range(new ViewRange(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 10, 12, 6);
    row->setSpacing(12);
    m_setup = new SetupPanel(this);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(m_setup);
    scroll->setWidgetResizable(true);
    scroll->setFixedWidth(setupWidth);
    scroll->setFocusPolicy(Qt::NoFocus); // it follows the focus of what is inside
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    row->addWidget(scroll);
    auto* column = new QVBoxLayout;
    column->setSpacing(8);
    buildCentre(column);
    row->addLayout(column, 1);

    connect(session, &RunSession::runChanged, this, &TrainPage::showRun);
    connect(session, &RunSession::rowsAppended, this, &TrainPage::showNewRows);
    connect(session, &RunSession::ended, this, &TrainPage::showNewRows);
    connect(session, &RunSession::baselineChanged, this, &TrainPage::showBaseline);
    connect(session, &RunSession::tableConfirmed, this, &TrainPage::showNewRows);
    connect(m_setup, &SetupPanel::tableEdited, this, [this] {
        if (!m_session->isTraining())
            return;
        m_session->setTable(m_setup->tableModel()->table());
        m_setup->tableModel()->setConfirmed(m_session->run().table());
    });
    showRun();
}

void TrainPage::buildCentre(QVBoxLayout* column)
{
    m_figures = new FiguresBar(this);
    column->addWidget(m_figures);
    m_memory = new PlotView(m_range, this);
    m_memory->setObjectName(u"memoryPlot"_s);
    m_memory->setAccessibleName(tr("Device memory by class over the run"));
    m_stack = new StackItem(m_memory->layerParent());
    m_memory->addLayer(m_stack);
    m_timeline = new TimelineStrip(m_range, this);
    m_loss = new LossCard(m_session, m_range, this);
    m_eventModel = new EventListModel(this);
    m_events = new QTableView(this);
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

    auto* splitter = m_splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(8);
    auto* legend = new ClassLegend(this);
    connect(legend, &ClassLegend::hiddenChanged, m_memory,
        [this](ClassSet hidden) { m_stack->setHidden(hidden); });
    m_memoryHead = new CardHead(tr("Device memory by class"), {}, legend, this);
    splitter->addWidget(cardOf(m_memoryHead, m_memory, this));
    splitter->addWidget(m_loss);
    splitter->addWidget(listCard());
    splitter->setStretchFactor(0, 5);
    splitter->setStretchFactor(1, 4);
    splitter->setStretchFactor(2, 2);
    // the timeline belongs to the memory plot above it
    auto* timelineCard
        = cardOf(new CardHead(tr("Phases"), tr("blue marks: casts; grey: checkpoints; red: skipped steps"),
                     axisBox(), this),
            m_timeline, this);
    column->addWidget(splitter, 1);
    splitter->insertWidget(1, timelineCard);
    splitter->setStretchFactor(1, 0);
    splitter->setStretchFactor(2, 4);
    splitter->setStretchFactor(3, 2);
    m_memory->setTip([this](const TickBucket& ticks) { return memoryTip(m_session->run(), ticks); });
    connect(m_memory, &PlotView::columnsChanged, this, &TrainPage::showCaptions);
}

QWidget* TrainPage::listCard()
{
    m_values = new TextTableModel(this);
    m_lists = new QTabBar(this);
    m_lists->setObjectName(u"lists"_s);
    m_lists->addTab(tr("Events"));
    m_lists->addTab(tr("Values in view"));
    m_lists->setTabToolTip(1, tr("What the plots show now, as numbers"));
    m_lists->setDrawBase(false);
    m_lists->setExpanding(false);
    auto* frame = new QFrame(this);
    frame->setObjectName(u"card"_s);
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(1, 2, 1, 2);
    column->setSpacing(2);
    auto* head = new QHBoxLayout;
    head->addWidget(m_lists, 1);
    for (QPushButton* button : {adviceButton(frame), whatIfButton(frame)}) {
        button->setEnabled(false);
        const auto enable = [this, button] { button->setEnabled(m_session->run().ticks() > 0); };
        connect(m_session, &RunSession::runChanged, button, enable);
        connect(m_session, &RunSession::rowsAppended, button, enable);
        head->addWidget(button);
    }
    column->addLayout(head);
    column->addWidget(m_events, 1);
    connect(m_lists, &QTabBar::currentChanged, this, [this](int tab) {
        m_events->setModel(tab == 1 ? static_cast<QAbstractItemModel*>(m_values) : m_eventModel);
        m_events->setAccessibleName(m_lists->tabText(tab));
        m_events->horizontalHeader()->setStretchLastSection(tab == 0);
        m_events->setColumnWidth(0, tab == 1 ? 120 : 70);
        m_events->setColumnWidth(1, 90);
        showValues();
    });
    connect(m_range, &ViewRange::changed, this, &TrainPage::showValues);
    return frame;
}

QPushButton* TrainPage::adviceButton(QWidget* parent)
{
    auto* button = new QPushButton(tr("Advice…"), parent);
    button->setObjectName(u"adviceButton"_s);
    button->setToolTip(tr("What this run's own measurements say to overflow, savings, quality and rounding, "
                          "and what to change"));
    connect(button, &QPushButton::clicked, this, [this] {
        auto* dialog = new AdviceDialog(m_session, this);
        connect(dialog, &AdviceDialog::chosen, m_setup, &SetupPanel::takeSettings);
        dialog->open();
    });
    return button;
}

QPushButton* TrainPage::whatIfButton(QWidget* parent)
{
    auto* button = new QPushButton(tr("What if…"), parent);
    button->setObjectName(u"whatIfButton"_s);
    button->setToolTip(tr("What this run would have needed with other choices"));
    connect(button, &QPushButton::clicked, this, [this] {
        auto* dialog = new WhatIfDialog(m_session, this);
        connect(dialog, &WhatIfDialog::chosen, m_setup, &SetupPanel::setConfig);
        dialog->open();
    });
    return button;
}

void TrainPage::showValues()
{
    constexpr int mostRows = 50; // what can still be read through
    if (m_lists->currentIndex() == 1)
        m_values->setTable(
            valueHeader(), valueRows(m_session->run(), {m_range->from(), m_range->to(), mostRows}));
}

QComboBox* TrainPage::axisBox()
{
    m_axis = new QComboBox(this);
    m_axis->setObjectName(u"axis"_s);
    m_axis->setAccessibleName(tr("Unit of the x axis"));
    m_axis->setToolTip(tr("What the x axis of all plots counts. A tick is a step or a probe of Predict, so "
                          "that every phase has a width."));
    for (const auto& [title, unit] :
        {std::pair(tr("axis: ticks"), AxisUnit::Tick), std::pair(tr("axis: steps"), AxisUnit::Step),
            std::pair(tr("axis: tokens"), AxisUnit::Tokens), std::pair(tr("axis: time"), AxisUnit::Seconds)})
        m_axis->addItem(title, static_cast<int>(unit));
    connect(m_axis, &QComboBox::currentIndexChanged, this, [this] {
        m_range->setAxis(&m_session->run(), static_cast<AxisUnit>(m_axis->currentData().toInt()));
    });
    return m_axis;
}

void TrainPage::showCaptions()
{
    m_memoryHead->setCaption(memoryCaption(m_session->run(), m_memory->columns()));
}

void TrainPage::showRun()
{
    const Run& run = m_session->run();
    m_stack->setRun(&run);
    m_timeline->setRun(&run);
    m_loss->showRun();
    m_eventModel->setRun(&run);
    if (!run.folder().empty())
        m_setup->setConfig(configInForce(run));
    m_range->setAxis(&run, m_range->unit());
    m_range->restart();
    showNewRows();
}

void TrainPage::showNewRows()
{
    const Run& run = m_session->run();
    m_eventModel->showNewEvents();
    m_figures->showRun(*m_session);
    m_setup->setTraining(m_session->isTraining());
    m_setup->tableModel()->setConfirmed(m_session->isTraining() ? std::optional(run.table()) : std::nullopt);
    showMemory();
    m_range->setTicks(run.ticks()); // redraws the loss
    m_loss->showNewRows();
}

void TrainPage::showBaseline()
{
    m_loss->showBaseline();
    showNewRows();
}

void TrainPage::showMemory()
{
    const Run& run = m_session->run();
    m_memory->setEmptyText(
        run.ticks() == 0 ? tr("memory by class appears here, measured, from the first step") : QString());
    const double reserved = static_cast<double>(run.columns().reservedBytes.over(0, run.ticks()).most);
    const double budget = static_cast<double>(run.config().memory.budgetBytes.value_or(0));
    const double peak = static_cast<double>(run.peakDeviceBytes());
    // reserved is a line: it sets the axis only while it is near
    double high = 1.1 * std::max(peak, budget < 2 * peak ? budget : 0);
    if (reserved < 3 * peak)
        high = std::max(high, 1.04 * reserved);
    m_memory->setY(
        0, std::max(1.0, high), run.ticks() > 0 ? byteTicks(std::max(1.0, high), 5) : std::vector<Tick>{});
    m_memory->showNewData();
}

QVariantMap TrainPage::choices() const
{
    QVariantMap choices = m_loss->choices();
    choices[u"axis"_s] = m_axis->currentData();
    choices[u"heights"_s] = m_splitter->saveState();
    return choices;
}

void TrainPage::setChoices(const QVariantMap& choices)
{
    if (const int index = m_axis->findData(choices.value(u"axis"_s)); index >= 0)
        m_axis->setCurrentIndex(index);
    if (const auto heights = choices.value(u"heights"_s).toByteArray(); !heights.isEmpty())
        m_splitter->restoreState(heights);
    if (!choices.isEmpty())
        m_loss->setChoices(choices);
}

void TrainPage::applyColours()
{
    m_memory->applyColours();
    m_loss->applyColours();
    m_setup->applyColours();
    showNewRows(); // not showRun(): it would put the run's config over what was typed
}

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_page.h"

#include "core/output/ticks.h"
#include "core/record/device_choice.h"
#include "core/record/device_limit.h"
#include "core/record/settings_history.h"
#include "ui/models/precision_table_model.h"
#include "ui/pages/axis_choice.h"
#include "ui/pages/card_head.h"
#include "ui/pages/figures_bar.h"
#include "ui/pages/lists_card.h"
#include "ui/pages/loss_card.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/setup_rail.h"
#include "ui/plot/card_lanes.h"
#include "ui/plot/class_legend.h"
#include "ui/plot/phase_legend.h"
#include "ui/plot/plot_view.h"
#include "ui/plot/stack_item.h"
#include "ui/plot/timeline_strip.h"
#include "ui/plot/tip.h"
#include "ui/plot/view_range.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QComboBox>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QSplitter>
#include <QUndoStack>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int setupWidth = 408;
constexpr int leastForBoth = 1280; ///< pixels for the set-up beside a run's plots

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
    m_setup->setRunsFolder(session->runsFolder());
    m_rail = new SetupRail(this);
    connect(m_rail, &QAbstractButton::toggled, this, &TrainPage::fitWidth);
    row->addWidget(m_rail);
    m_rail->hide();
    auto* scroll = m_setupArea = new QScrollArea(this);
    scroll->setWidget(m_setup);
    scroll->setWidgetResizable(true);
    scroll->setFixedWidth(setupWidth);
    scroll->setFocusPolicy(Qt::NoFocus); // it follows the focus of what is inside
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    row->addWidget(scroll);
    connect(qApp, &QApplication::focusChanged, scroll, [scroll, this](QWidget*, QWidget* now) {
        if (now && m_setup->isAncestorOf(now)) // it follows by itself only from one of its fields to the next
            scroll->ensureWidgetVisible(now);
    });
    auto* column = new QVBoxLayout;
    column->setSpacing(8);
    buildCentre(column);
    row->addLayout(column, 1);

    connect(session, &RunSession::runChanged, this, &TrainPage::showRun);
    connect(session, &RunSession::ended, this, [this] {
        m_isLoading = true;
        if (!m_session->isTraining())
            m_setup->takeBack();
        m_isLoading = false;
    });
    connect(session, &RunSession::rowsAppended, this, &TrainPage::showNewRows);
    connect(session, &RunSession::ended, this, &TrainPage::showNewRows);
    connect(session, &RunSession::baselineChanged, this, &TrainPage::showBaseline);
    connect(session, &RunSession::tableChanged, this, [this] {
        if (m_session->isControlled())
            m_setup->takeTableInForce(m_session->run().table());
    });
    connect(m_setup, &SetupPanel::tableEdited, this, [this](const PrecisionTable& from) {
        if (m_isLoading || !m_session->isControlled())
            return;
        m_session->setTable(m_setup->tableModel()->table(), from);
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
    m_lists = new ListsCard(m_session, m_range, this);
    connect(m_lists, &ListsCard::settingsChosen, m_setup, &SetupPanel::takeSettings);
    connect(m_lists, &ListsCard::continueRequested, this, &TrainPage::continueRequested);
    connect(m_lists, &ListsCard::configChosen, m_setup, &SetupPanel::setConfig);
    auto* splitter = m_splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(8);
    auto* legend = new ClassLegend(this);
    connect(legend, &ClassLegend::hiddenChanged, m_memory,
        [this](ClassSet hidden) { m_stack->setHidden(hidden); });
    m_memoryHead = new CardHead(tr("Device memory by class"), {}, legend, this);
    m_memoryHead->setCaptionTip(whatATickIs());
    splitter->addWidget(cardOf(m_memoryHead, m_memory, this));
    splitter->addWidget(m_loss);
    splitter->addWidget(m_lists);
    splitter->setStretchFactor(0, 5);
    splitter->setStretchFactor(1, 4);
    splitter->setStretchFactor(2, 2);
    // the timeline belongs to the memory plot above it
    auto* timelineCard
        = cardOf(new CardHead(tr("Phases"), tr("blue marks: casts; grey: checkpoints; red: skipped steps"),
                     timelineAside(), this),
            m_timeline, this);
    column->addWidget(splitter, 1);
    splitter->insertWidget(1, timelineCard);
    splitter->setStretchFactor(1, 0);
    splitter->setStretchFactor(2, 4);
    splitter->setStretchFactor(3, 2);
    buildLanes(splitter);
    m_memory->setTip([this](const TickBucket& ticks) { return memoryTip(m_session->run(), ticks); });
    connect(m_memory, &PlotView::columnsChanged, this, &TrainPage::showCaptions);
}

void TrainPage::buildLanes(QSplitter* splitter)
{
    m_lanes = new CardLanes(m_range, this);
    m_lanesCard = cardOf(
        new CardHead(tr("Card"), tr("by its driver, about once a second; dotted: limits"), nullptr, this),
        m_lanes, this);
    constexpr int belowPhases = 2;
    splitter->insertWidget(belowPhases, m_lanesCard);
    splitter->setStretchFactor(belowPhases, 0);
    splitter->setStretchFactor(belowPhases + 1, 4);
    splitter->setStretchFactor(belowPhases + 2, 2);
    m_lanesCard->hide();
}

QWidget* TrainPage::timelineAside()
{
    auto* aside = new QWidget(this);
    auto* row = new QHBoxLayout(aside);
    row->setContentsMargins({});
    row->setSpacing(14);
    row->addWidget(new PhaseLegend(aside));
    row->addWidget(axisBox());
    return aside;
}

void TrainPage::fitWidth()
{
    const bool isNarrow = width() < leastForBoth;
    const bool looksAtARun = m_session->run().ticks() > 0;
    m_rail->setVisible(isNarrow && looksAtARun);
    m_setupArea->setVisible(!isNarrow || !looksAtARun || m_rail->isChecked());
    m_figures->setShort(isNarrow);
}

void TrainPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitWidth();
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
    m_lanes->setRun(&run);
    offerTime(m_axis, hasRealSeconds(run.config()));
    m_loss->showRun();
    m_lists->showRun();
    if (!run.folder().empty()) {
        const RunConfig config = configInForce(run); // what was edited in the run belongs to it
        const bool isSame = m_setup->config() == config;
        m_isLoading = true;
        if (m_session->isErrand()) {
            m_setup->lend(config);
        } else {
            m_setup->takeBack();
            if (!m_session->isBackFromErrand())
                m_setup->setConfig(config);
        }
        m_isLoading = false;
        if (!isSame && m_session->isControlled())
            m_setup->undoStack()->clear(); // it would put another run's table into the one that trains
    }
    m_range->setAxis(&run, m_range->unit());
    m_range->restart();
    showNewRows();
}

void TrainPage::showNewRows()
{
    const Run& run = m_session->run();
    m_lists->showNewRows();
    if (isVisible()) // else its width is nobody's yet
        fitWidth();
    m_figures->showRun(*m_session);
    m_setup->setTraining(m_session->isControlled());
    m_setup->tableModel()->setConfirmed(
        m_session->isControlled() ? std::optional(run.table()) : std::nullopt);
    showMemory();
    m_lanesCard->setVisible(!run.card().isEmpty());
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
    const double budget = static_cast<double>(deviceLimit(run.config().memory).value_or(0));
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

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_page.h"

#include "core/evidence/quality_delta.h"
#include "core/output/chart_spec.h"
#include "ui/models/event_list_model.h"
#include "ui/models/precision_table_model.h"
#include "ui/pages/card_head.h"
#include "ui/pages/figures_bar.h"
#include "ui/pages/setup_panel.h"
#include "ui/plot/class_legend.h"
#include "ui/plot/line_item.h"
#include "ui/plot/plot_view.h"
#include "ui/plot/stack_item.h"
#include "ui/plot/timeline_strip.h"
#include "ui/plot/tip.h"
#include "ui/plot/view_range.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTabBar>
#include <QTableView>

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int setupWidth = 408;

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

QWidget* TrainPage::card(CardHead* head, QWidget* content)
{
    auto* frame = new QFrame(this);
    frame->setObjectName(u"card"_s);
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(1, 6, 1, 2);
    column->setSpacing(2);
    column->addWidget(head);
    column->addWidget(content, 1);
    return frame;
}

void TrainPage::buildCentre(QVBoxLayout* column)
{
    m_figures = new FiguresBar(this);
    column->addWidget(m_figures);
    m_memory = new PlotView(m_range, this);
    m_memory->setObjectName(u"memoryPlot"_s);
    m_stack = new StackItem(m_memory->layerParent());
    m_memory->addLayer(m_stack);
    m_timeline = new TimelineStrip(m_range, this);
    m_quality = new PlotView(m_range, this);
    m_lossLine = new LineItem(m_quality->layerParent());
    m_points = new PointsItem(m_quality->layerParent());
    m_quality->addLayer(m_lossLine);
    m_quality->addLayer(m_points);
    m_tabs = new QTabBar(this);
    m_tabs->addTab(tr("Loss"));
    m_tabs->addTab(tr("Quality delta vs FP32"));
    m_tabs->setDrawBase(false);
    connect(m_tabs, &QTabBar::currentChanged, this, &TrainPage::showQuality);
    m_measure = new QPushButton(tr("Measure quality"), this);
    m_measure->setToolTip(tr("Trains the FP32 baseline of this run next: same start, data and evaluation batches."));
    connect(m_measure, &QPushButton::clicked, this, [this] {
        m_session->queueBaseline();
        showNewRows();
    });

    auto* bottom = new QFrame(this);
    bottom->setObjectName(u"card"_s);
    auto* bottomColumn = new QVBoxLayout(bottom);
    bottomColumn->setContentsMargins(1, 2, 1, 2);
    bottomColumn->setSpacing(2);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(6, 0, 16, 0);
    head->addWidget(m_tabs);
    m_qualityNote = new QLabel(bottom);
    m_qualityNote->setObjectName(u"caption"_s);
    m_qualityNote->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    head->addWidget(m_qualityNote, 1);
    head->addWidget(m_measure);
    bottomColumn->addLayout(head);
    bottomColumn->addWidget(m_quality, 1);

    m_eventModel = new EventListModel(this);
    m_events = new QTableView(this);
    m_events->setObjectName(u"events"_s);
    m_events->setModel(m_eventModel);
    m_events->verticalHeader()->hide();
    m_events->verticalHeader()->setDefaultSectionSize(22);
    m_events->setShowGrid(false);
    m_events->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_events->horizontalHeader()->setStretchLastSection(true);
    m_events->setColumnWidth(0, 70);
    m_events->setColumnWidth(1, 90);
    m_events->setMinimumHeight(80);
    m_events->horizontalHeader()->setHighlightSections(false);

    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(8);
    m_memoryHead = new CardHead(tr("Device memory by class"), {}, new ClassLegend(this), this);
    splitter->addWidget(card(m_memoryHead, m_memory));
    splitter->addWidget(bottom);
    splitter->addWidget(card(new CardHead(tr("Events"), {}, nullptr, this), m_events));
    splitter->setStretchFactor(0, 5);
    splitter->setStretchFactor(1, 4);
    splitter->setStretchFactor(2, 2);
    // the timeline belongs to the memory plot above it
    auto* timelineCard = card(new CardHead(tr("Phases"), tr("blue marks: casts; grey: checkpoints; red: skipped steps"), nullptr, this), m_timeline);
    column->addWidget(splitter, 1);
    splitter->insertWidget(1, timelineCard);
    splitter->setStretchFactor(1, 0);
    splitter->setStretchFactor(2, 4);
    splitter->setStretchFactor(3, 2);
    m_memory->setTip([this](const TickBucket& ticks) { return memoryTip(m_session->run(), ticks); });
    m_quality->setTip([this](const TickBucket& ticks) {
        return m_tabs->currentIndex() == 1 ? qualityTip(m_session->run(), m_points->points(), ticks) : lossTip(m_session->run(), ticks);
    });
    connect(m_memory, &PlotView::columnsChanged, this, &TrainPage::showCaptions);
}

void TrainPage::showCaptions()
{
    m_memoryHead->setCaption(memoryCaption(m_session->run(), m_memory->columns()));
    m_qualityNote->setText(m_tabs->currentIndex() == 1 ? tr("dots: evaluations on the same batches; bars: 95 % over them") : lossCaption(m_quality->columns()));
}

void TrainPage::showRun()
{
    const Run& run = m_session->run();
    m_stack->setRun(&run);
    m_timeline->setRun(&run);
    m_lossLine->setSeries(&run.columns().loss);
    m_eventModel->setRun(&run);
    if (!run.folder().empty())
        m_setup->setConfig(run.config());
    m_range->setFollow(true);
    showNewRows();
}

void TrainPage::showNewRows()
{
    const Run& run = m_session->run();
    m_eventModel->showNewEvents();
    m_figures->showRun(run, m_session->baseline(), m_session->isTraining());
    m_setup->setTraining(m_session->isTraining());
    m_setup->tableModel()->setConfirmed(m_session->isTraining() ? std::optional(run.table()) : std::nullopt);
    m_measure->setVisible(!run.folder().empty() && !m_session->baseline() && run.config().preset != "conservative");
    m_measure->setEnabled(!m_session->hasQueuedBaseline());
    m_measure->setText(m_session->hasQueuedBaseline() ? tr("Baseline queued") : tr("Measure quality"));
    showMemory();
    showQuality();
    m_range->setTicks(run.ticks());
}

void TrainPage::showBaseline()
{
    m_tabs->setCurrentIndex(m_session->baseline() ? 1 : 0);
    showNewRows();
}

void TrainPage::showMemory()
{
    const Run& run = m_session->run();
    m_memory->setEmptyText(run.ticks() == 0 ? tr("memory by class appears here, measured, from the first step") : QString());
    const double reserved = static_cast<double>(run.columns().reservedBytes.over(0, run.ticks()).most);
    const double budget = static_cast<double>(run.config().memory.budgetBytes.value_or(0));
    const double peak = static_cast<double>(run.peakDeviceBytes());
    // reserved is a line: it sets the axis only while it is near
    double high = 1.1 * std::max(peak, budget < 2 * peak ? budget : 0);
    if (reserved < 1.6 * peak)
        high = std::max(high, 1.04 * reserved);
    m_memory->setY(0, std::max(1.0, high), byteTicks(std::max(1.0, high), 5));
    m_memory->showNewData();
}

void TrainPage::showQuality()
{
    const Run& run = m_session->run();
    const bool quality = m_tabs->currentIndex() == 1;
    std::vector<PlotPoint> points;
    double low = INFINITY;
    double high = -INFINITY;
    if (quality) {
        const auto deltas = m_session->baseline() ? qualityDelta(run, *m_session->baseline()) : std::vector<QualityPoint>{};
        for (const QualityPoint& delta : deltas)
            for (const Evaluated& evaluated : run.evaluations())
                if (evaluated.step == delta.step)
                    points.push_back({static_cast<double>(evaluated.tick), delta.deltaPercent, delta.overBatches ? delta.overBatches->halfWidth : 0});
        high = 1.4 * claimedDeltaPercent;
        for (const PlotPoint& point : points)
            high = std::max(high, 1.15 * (std::abs(point.value) + point.halfWidth));
        low = -high;
    } else {
        for (const Evaluated& evaluated : run.evaluations()) {
            points.push_back({static_cast<double>(evaluated.tick), evaluated.loss, 0});
            low = std::min(low, evaluated.loss);
            high = std::max(high, evaluated.loss);
        }
        const RangeSummary losses = run.columns().loss.over(0, run.ticks());
        if (losses.count > 0) {
            low = std::min(low, static_cast<double>(losses.least));
            high = std::max(high, static_cast<double>(losses.most));
        }
        const double pad = 0.06 * (high - low);
        low -= pad;
        high += pad;
    }
    if (!(high > low)) {
        low = 0;
        high = 1;
    }
    m_quality->setEmptyText(quality && points.empty() ? tr("the difference to an FP32 run with the same start and data appears here; press Measure quality")
            : run.ticks() == 0                         ? tr("training loss (line) and evaluation loss (dots) appear here")
                                                       : QString());
    m_lossLine->setVisible(!quality);
    m_lossLine->setColour(theme().accent);
    m_points->setJoined(quality);
    m_points->setColour(quality ? theme().accent : theme().series(1));
    m_points->setBand(quality && !points.empty() ? claimedDeltaPercent : 0);
    m_points->setPoints(std::move(points));
    m_quality->setY(low, high, niceTicks(low, high, 5, quality));
    m_quality->showNewData();
    showCaptions();
}

void TrainPage::applyColours()
{
    m_memory->applyColours();
    m_quality->applyColours();
    m_setup->applyColours();
    showNewRows(); // not showRun(): it would put the run's config over what was typed
}

} // namespace mantissa::ui

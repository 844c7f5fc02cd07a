// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/loss_card.h"

#include "core/evidence/quality_delta.h"
#include "ui/models/run_queue_model.h"
#include "ui/pages/elided_label.h"
#include "ui/plot/line_item.h"
#include "ui/plot/marks_item.h"
#include "ui/plot/plot_view.h"
#include "ui/plot/tip.h"
#include "ui/plot/view_range.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTabBar>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int smoothingSpans[] = {0, 10, 50, 200, 1000}; // steps
constexpr double padding = 0.06; ///< of the values' span, above and below

/// Dots at the ticks of evaluations; `deltas` are in the order of steps, as evaluations are.
std::vector<PlotPoint> pointsOf(const Run& run, const std::vector<QualityPoint>& deltas)
{
    std::vector<PlotPoint> points;
    auto evaluated = run.evaluations().begin();
    for (const QualityPoint& delta : deltas) {
        evaluated = std::find_if(
            evaluated, run.evaluations().end(), [&](const Evaluated& e) { return e.step == delta.step; });
        if (evaluated == run.evaluations().end())
            break;
        points.push_back({static_cast<double>(evaluated->tick), delta.deltaPercent,
            delta.overBatches ? delta.overBatches->halfWidth : 0});
    }
    return points;
}

} // namespace

LossCard::LossCard(RunSession* session, ViewRange* range, QWidget* parent)
    : QFrame(parent)
    , m_session(session)
    , m_range(range)
    , m_tabs(new QTabBar(this))
    , m_note(new ElidedLabel({}, this))
    , m_smoothing(new QComboBox(this))
    , m_log(new QToolButton(this))
    , m_measure(new QPushButton(tr("Measure quality"), this))
    , m_plot(new PlotView(range, this))
    , m_raw(new LineItem(m_plot->layerParent()))
    , m_smoothLine(new LineItem(m_plot->layerParent()))
    , m_points(new PointsItem(m_plot->layerParent()))
    , m_marks(new MarksItem(m_plot->layerParent()))
{
    setObjectName(u"card"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 2, 1, 2);
    column->setSpacing(2);
    auto* head = new QHBoxLayout;
    buildHead(head);
    column->addLayout(head);
    column->addWidget(m_plot, 1);
    m_plot->setObjectName(u"lossPlot"_s);
    m_plot->setAccessibleName(tr("Loss, or quality delta, over the run"));
    for (PlotLayer* layer : std::initializer_list<PlotLayer*>{m_raw, m_smoothLine, m_points, m_marks})
        m_plot->addLayer(layer);
    m_smoothLine->setStyle(LineItem::Style::Smooth);
    m_plot->setTip([this](const TickBucket& ticks) {
        return showsQuality()
            ? qualityTip(m_session->run(), m_points->points(), ticks)
            : lossTip(m_session->run(), m_smoothed.span() > 1 ? &m_smoothed.values() : nullptr, ticks);
    });
    connect(range, &ViewRange::changed, this, &LossCard::redraw);
    connect(m_plot, &PlotView::columnsChanged, this, &LossCard::showCaption);
}

void LossCard::buildHead(QHBoxLayout* head)
{
    head->setContentsMargins(6, 0, 16, 0);
    m_tabs->addTab(tr("Loss"));
    m_tabs->addTab(tr("Quality delta vs FP32"));
    m_tabs->setDrawBase(false);
    m_tabs->setObjectName(u"lossTabs"_s);
    connect(m_tabs, &QTabBar::currentChanged, this, &LossCard::redraw);
    m_note->setObjectName(u"caption"_s);
    m_note->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    for (const int span : smoothingSpans)
        m_smoothing->addItem(span == 0 ? tr("raw only") : tr("smoothed, %1 steps").arg(span), span);
    m_smoothing->setObjectName(u"smoothing"_s);
    m_smoothing->setAccessibleName(tr("Smoothing of the loss"));
    m_smoothing->setToolTip(tr("A running mean over about so many steps; the raw line stays behind it"));
    connect(m_smoothing, &QComboBox::currentIndexChanged, this, &LossCard::redraw);
    m_smoothing->setCurrentIndex(1);
    m_log->setText(tr("log"));
    m_log->setCheckable(true);
    m_log->setObjectName(u"logAxis"_s);
    m_log->setAccessibleName(tr("Logarithmic loss axis"));
    m_log->setToolTip(tr("Logarithmic loss axis"));
    connect(m_log, &QToolButton::toggled, this, &LossCard::redraw);
    m_measure->setToolTip(
        tr("Trains the FP32 baseline of this run next: same start, data and evaluation batches."));
    connect(m_measure, &QPushButton::clicked, this, &LossCard::measure);
    head->addWidget(m_tabs);
    head->addWidget(m_note, 1);
    head->addWidget(m_smoothing);
    head->addWidget(m_log);
    head->addWidget(m_measure);
}

bool LossCard::showsQuality() const { return m_tabs->currentIndex() == 1; }

void LossCard::measure()
{
    m_session->queueBaseline();
    showNewRows();
}

void LossCard::showRun()
{
    m_smoothed.reset();
    m_raw->setSeries(&m_session->run().columns().loss);
    m_marks->setRun(&m_session->run());
    showNewRows();
}

void LossCard::showNewRows()
{
    const Run& run = m_session->run();
    m_measure->setVisible(
        !run.folder().empty() && !m_session->baseline() && run.config().preset != "conservative");
    m_measure->setEnabled(!m_session->queue()->holdsBaseline());
    m_measure->setText(m_session->queue()->holdsBaseline() ? tr("Baseline queued") : tr("Measure quality"));
}

void LossCard::showBaseline()
{
    m_tabs->setCurrentIndex(m_session->baseline() ? 1 : 0);
    showNewRows();
}

void LossCard::redraw()
{
    const bool quality = showsQuality();
    m_raw->setVisible(!quality);
    m_smoothing->setVisible(!quality);
    m_log->setVisible(!quality);
    m_points->setJoined(quality);
    m_points->setColour(quality ? theme().accent : theme().series(1));
    quality ? showQuality() : showLoss();
    m_plot->showNewData();
    showCaption();
}

void LossCard::showLoss()
{
    const Run& run = m_session->run();
    m_smoothed.setSpan(m_smoothing->currentData().toInt());
    const bool smooth = m_smoothed.span() > 1;
    if (smooth)
        m_smoothed.follow(run.columns().loss);
    m_smoothLine->setVisible(smooth);
    m_smoothLine->setSeries(&m_smoothed.values());
    m_raw->setStyle(smooth ? LineItem::Style::Behind : LineItem::Style::Alone);
    for (LineItem* line : {m_raw, m_smoothLine})
        line->setColour(theme().accent);
    // the axis spans what is in view
    RangeSummary seen = run.columns().loss.over(
        static_cast<std::int64_t>(m_range->from()), static_cast<std::int64_t>(std::ceil(m_range->to())));
    double low = seen.count > 0 ? static_cast<double>(seen.least) : INFINITY;
    double high = seen.count > 0 ? static_cast<double>(seen.most) : -INFINITY;
    std::vector<PlotPoint> points;
    for (const Evaluated& evaluated : run.evaluations()) {
        const auto tick = static_cast<double>(evaluated.tick);
        points.push_back({tick, evaluated.loss, 0});
        if (tick < m_range->from() || tick > m_range->to() || !std::isfinite(evaluated.loss))
            continue;
        low = std::min(low, evaluated.loss);
        high = std::max(high, evaluated.loss);
    }
    m_points->setBand(0);
    m_points->setPoints(std::move(points));
    m_plot->setEmptyText(
        run.ticks() == 0 ? tr("training loss (line) and evaluation loss (dots) appear here") : QString());
    const bool isLog = m_log->isChecked() && low > 0 && high > low;
    if (!(high > low)) {
        low = std::isfinite(low) ? low - 1 : 0;
        high = low + 2;
    }
    if (isLog) {
        const double room = std::pow(high / low, padding);
        m_plot->setY(low / room, high * room, logTicks(low / room, high * room, 5), true);
    } else {
        const double room = padding * (high - low);
        m_plot->setY(low - room, high + room, niceTicks(low - room, high + room, 5));
    }
}

void LossCard::showQuality()
{
    const Run& run = m_session->run();
    auto points = m_session->baseline() ? pointsOf(run, qualityDelta(run, *m_session->baseline()))
                                        : std::vector<PlotPoint>{};
    double high = 1.4 * claimedDeltaPercent;
    for (const PlotPoint& point : points)
        high = std::max(high, 1.15 * (std::abs(point.value) + point.halfWidth));
    m_smoothLine->setVisible(false);
    m_plot->setEmptyText(
        points.empty() ? tr(
            "the difference to an FP32 run with the same start and data appears here; press Measure quality")
                       : QString());
    m_points->setBand(points.empty() ? 0 : claimedDeltaPercent);
    m_points->setPoints(std::move(points));
    m_plot->setY(-high, high, niceTicks(-high, high, 5, true));
}

void LossCard::showCaption()
{
    const QString note = showsQuality() ? tr("dots: evaluations on the same batches; bars: 95 % over them")
                                        : lossCaption(m_plot->columns());
    m_note->setText(note);
}

void LossCard::applyColours()
{
    m_plot->applyColours();
    redraw();
}

QVariantMap LossCard::choices() const
{
    return {{u"smoothing"_s, m_smoothing->currentData()}, {u"log"_s, m_log->isChecked()}};
}

void LossCard::setChoices(const QVariantMap& choices)
{
    if (const int index = m_smoothing->findData(choices.value(u"smoothing"_s)); index >= 0)
        m_smoothing->setCurrentIndex(index);
    m_log->setChecked(choices.value(u"log"_s).toBool());
}

} // namespace mantissa::ui

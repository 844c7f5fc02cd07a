// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/loss_card.h"

#include "core/evidence/quality_delta.h"
#include "core/record/plans_that_ran.h"
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
    m_plot->setAccessibleName(tr("Loss, quality delta or what the tabs say, over the run"));
    for (PlotLayer* layer : std::initializer_list<PlotLayer*>{m_raw, m_smoothLine, m_points, m_marks})
        m_plot->addLayer(layer);
    m_smoothLine->setStyle(LineItem::Style::Smooth);
    m_plot->setTip([this](const TickBucket& ticks) {
        switch (shown()) {
        case Shown::Quality:
            return qualityTip(m_session->run(), m_points->points(), ticks);
        case Shown::Loss:
        case Shown::Evaluation:
            return lossTip(m_session->run(), m_smoothed.span() > 1 ? &m_smoothed.values() : nullptr, ticks);
        default:
            return columnTip(m_session->run(), columnTitle(), this->column(), ticks);
        }
    });
    connect(range, &ViewRange::changed, this, &LossCard::redraw);
    connect(m_plot, &PlotView::columnsChanged, this, &LossCard::showCaption);
}

void LossCard::buildHead(QHBoxLayout* head)
{
    head->setContentsMargins(6, 0, 16, 0);
    for (const QString& title : {tr("Loss"), tr("Quality vs FP32"), tr("Evaluation"), tr("Gradient norm"),
             tr("Learning rate"), tr("Throughput")}) // as Shown has them
        m_tabs->addTab(title);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->setAccessibleName(tr("What the plot shows"));
    m_tabs->setDrawBase(false);
    m_tabs->setObjectName(u"lossTabs"_s);
    connect(m_tabs, &QTabBar::currentChanged, this, &LossCard::redraw);
    m_note->setObjectName(u"caption"_s);
    m_note->setToolTip(whatATickIs());
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

LossCard::Shown LossCard::shown() const { return static_cast<Shown>(std::max(0, m_tabs->currentIndex())); }

const Series& LossCard::column() const
{
    const RunColumns& columns = m_session->run().columns();
    return shown() == Shown::Gradient ? columns.gradNorm
        : shown() == Shown::Rate      ? columns.learningRate
                                      : m_speed.values();
}

QString LossCard::columnTitle() const
{
    return shown() == Shown::Gradient                           ? tr("Gradient norm before clipping")
        : shown() == Shown::Rate                                ? tr("Learning rate")
        : m_session->run().config().data.kind == DataKind::Text ? tr("Tokens a second")
                                                                : tr("Images a second");
}

void LossCard::measure()
{
    m_session->queueBaseline();
    showNewRows();
}

void LossCard::showRun()
{
    m_smoothed.reset();
    m_speed.reset();
    m_raw->setSeries(&m_session->run().columns().loss);
    m_marks->setRun(&m_session->run());
    m_judgedSegments = static_cast<std::size_t>(-1);
    showNewRows();
}

void LossCard::showNewRows()
{
    const Run& run = m_session->run();
    if (run.segments().size() != m_judgedSegments) { // not for every frame
        m_judgedSegments = run.segments().size();
        m_isBaseline = whyNoBaseline(run).empty();
    }
    m_measure->setVisible(!run.folder().empty() && !m_session->baseline() && !m_isBaseline);
    m_measure->setEnabled(!m_session->queue()->holdsBaseline());
    m_measure->setText(m_session->queue()->holdsBaseline() ? tr("Baseline queued") : tr("Measure quality"));
}

void LossCard::showBaseline()
{
    if (shown() == Shown::Loss || shown() == Shown::Quality) // else somebody looks at something else
        m_tabs->setCurrentIndex(static_cast<int>(m_session->baseline() ? Shown::Quality : Shown::Loss));
    showNewRows();
}

void LossCard::redraw()
{
    const Shown what = shown();
    m_raw->setVisible(what != Shown::Quality && what != Shown::Evaluation);
    m_raw->setStepped(what == Shown::Rate);
    m_raw->setStyle(LineItem::Style::Alone);
    m_smoothLine->setVisible(false);
    m_smoothing->setVisible(what == Shown::Loss);
    m_log->setVisible(what != Shown::Quality);
    m_points->setVisible(what == Shown::Loss || what == Shown::Quality || what == Shown::Evaluation);
    m_points->setJoined(what != Shown::Loss);
    m_points->setBand(0);
    m_points->setColour(what == Shown::Quality ? theme().accent : theme().series(1));
    m_plot->setEmptyText({});
    switch (what) {
    case Shown::Loss:
        showLoss();
        break;
    case Shown::Quality:
        showQuality();
        break;
    case Shown::Evaluation:
        showEvaluation();
        break;
    case Shown::Speed:
        m_speed.follow(m_session->run());
        showColumn(m_speed.values(), false);
        break;
    case Shown::Gradient:
    case Shown::Rate:
        showColumn(column(), what == Shown::Rate);
        break;
    }
    m_plot->showNewData();
    showCaption();
}

std::vector<PlotPoint> LossCard::evaluations(double& low, double& high) const
{
    std::vector<PlotPoint> points;
    for (const Evaluated& evaluated : m_session->run().evaluations()) {
        const auto tick = static_cast<double>(evaluated.tick);
        points.push_back({tick, evaluated.loss, 0});
        if (tick < m_range->from() || tick > m_range->to() || !std::isfinite(evaluated.loss))
            continue;
        low = std::min(low, evaluated.loss);
        high = std::max(high, evaluated.loss);
    }
    return points;
}

void LossCard::fitY(double low, double high)
{
    const bool isLog = m_log->isChecked() && low > 0 && high > low;
    if (!(high > low)) {
        const double room = std::isfinite(low) && low != 0 ? 0.5 * std::abs(low) : 1;
        low = std::isfinite(low) ? low - room : 0;
        high = low + 2 * room;
    }
    if (isLog) {
        const double room = std::pow(high / low, padding);
        m_plot->setY(low / room, high * room, logTicks(low / room, high * room, 5), true);
    } else {
        const double room = padding * (high - low);
        m_plot->setY(low - room, high + room, niceTicks(low - room, high + room, 5));
    }
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
    m_raw->setSeries(&run.columns().loss);
    m_raw->setStyle(smooth ? LineItem::Style::Behind : LineItem::Style::Alone);
    for (LineItem* line : {m_raw, m_smoothLine})
        line->setColour(theme().accent);
    // the axis spans what is in view
    const RangeSummary seen = run.columns().loss.over(
        static_cast<std::int64_t>(m_range->from()), static_cast<std::int64_t>(std::ceil(m_range->to())));
    double low = seen.count > 0 ? static_cast<double>(seen.least) : INFINITY;
    double high = seen.count > 0 ? static_cast<double>(seen.most) : -INFINITY;
    m_points->setPoints(evaluations(low, high));
    if (run.ticks() == 0)
        m_plot->setEmptyText(tr("training loss (line) and evaluation loss (dots) appear here"));
    fitY(low, high);
}

void LossCard::showEvaluation()
{
    double low = INFINITY;
    double high = -INFINITY;
    auto points = evaluations(low, high);
    if (points.empty())
        m_plot->setEmptyText(tr("the loss on batches that are never trained on appears here"));
    m_points->setPoints(std::move(points));
    fitY(low, high);
}

void LossCard::showColumn(const Series& column, bool isStepped)
{
    m_raw->setSeries(&column);
    m_raw->setColour(theme().accent);
    const RangeSummary seen = column.over(
        static_cast<std::int64_t>(m_range->from()), static_cast<std::int64_t>(std::ceil(m_range->to())));
    if (seen.count == 0)
        m_plot->setEmptyText(tr("%1 appears here").arg(columnTitle()));
    const bool fromZero = isStepped && !m_log->isChecked(); // a rate of zero is where it begins and ends
    fitY(seen.count == 0 ? INFINITY
            : fromZero   ? std::min(0.0, static_cast<double>(seen.least))
                         : static_cast<double>(seen.least),
        seen.count == 0 ? -INFINITY : static_cast<double>(seen.most));
}

void LossCard::showQuality()
{
    const Run& run = m_session->run();
    auto points = m_session->baseline() ? pointsOf(run, qualityDelta(run, *m_session->baseline()))
                                        : std::vector<PlotPoint>{};
    double low
        = -1.2 * claimedDeltaPercent; // the band is always in view, and the rest is for what was measured
    double high = -low;
    for (const PlotPoint& point : points) {
        low = std::min(low, point.value - point.halfWidth);
        high = std::max(high, point.value + point.halfWidth);
    }
    const double room = padding * (high - low);
    if (points.empty())
        m_plot->setEmptyText(m_isBaseline
                ? tr("this run is all FP32: others are measured by it")
                : tr("the difference to an FP32 run with the same start and data appears here; "
                     "press Measure quality"));
    m_points->setBand(points.empty() ? 0 : claimedDeltaPercent);
    m_points->setPoints(std::move(points));
    m_plot->setY(low - room, high + room, niceTicks(low - room, high + room, 5, true));
}

void LossCard::showCaption()
{
    switch (shown()) {
    case Shown::Quality:
        m_note->setText(tr("dots: evaluations on the same batches; bars: 95 % over them"));
        break;
    case Shown::Evaluation:
        m_note->setText(tr("on batches that are never trained on"));
        break;
    case Shown::Loss:
        m_note->setText(lossCaption(m_plot->columns()));
        break;
    default:
        m_note->setText(columnTitle());
    }
}

void LossCard::applyColours()
{
    m_plot->applyColours();
    redraw();
}

QVariantMap LossCard::choices() const
{
    return {{u"smoothing"_s, m_smoothing->currentData()}, {u"log"_s, m_log->isChecked()},
        {u"tab"_s, m_tabs->currentIndex()}};
}

void LossCard::setChoices(const QVariantMap& choices)
{
    if (const int index = m_smoothing->findData(choices.value(u"smoothing"_s)); index >= 0)
        m_smoothing->setCurrentIndex(index);
    m_log->setChecked(choices.value(u"log"_s).toBool());
    m_tabs->setCurrentIndex(choices.value(u"tab"_s).toInt()); // one that is not there changes nothing
}

} // namespace mantissa::ui

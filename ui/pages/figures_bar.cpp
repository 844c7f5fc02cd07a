// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/figures_bar.h"

#include "core/evidence/quality_delta.h"
#include "core/output/titles.h"
#include "core/record/device_choice.h"
#include "core/record/device_limit.h"
#include "core/record/plans_that_ran.h"
#include "core/record/run_summary.h"
#include "ui/models/run_queue_model.h"
#include "ui/pages/elided_label.h"
#include "ui/pages/time_share_bar.h"
#include "ui/run_session.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>

#include <algorithm>
#include <cmath>
#include <utility>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::size_t speed = 3; ///< place of the throughput

} // namespace

FiguresBar::FiguresBar(QWidget* parent)
    : QWidget(parent)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(8);
    const QStringList captions{
        tr("PEAK MEMORY"), tr("PEAK VS FP32"), tr("QUALITY DELTA"), tr("THROUGHPUT"), tr("PHASE")};
    const QStringList shortCaptions{tr("PEAK"), tr("VS FP32"), tr("QUALITY"), tr("SPEED"), tr("PHASE")};
    const QStringList tips{tr("The fullest instant of the device, over all ticks. A tick is a training step "
                              "or a probe of Predict."),
        tr("Against the same training in FP32 everywhere: measured once there is such a run, estimated from "
           "shapes before."),
        tr("Evaluation loss against the FP32 run at the same trained tokens, in percent; positive is worse."),
        tr("While it trains: by the mean of the last steps. Of an ended run: by the median step, as in its "
           "report."),
        tr("Warmup, then Full, Predict and Correct in turn; the table on the left says in which format each "
           "computes.")};
    for (std::size_t i = 0; i < m_figures.size(); ++i) {
        auto* card = new QFrame(this);
        m_figures[i].card = card;
        m_figures[i].tip = tips[static_cast<qsizetype>(i)];
        m_figures[i].shortCaption = shortCaptions[static_cast<qsizetype>(i)];
        m_figures[i].title = captions[static_cast<qsizetype>(i)];
        card->setToolTip(m_figures[i].tip);
        card->setObjectName(u"card"_s);
        auto* column = m_figures[i].column = new QBoxLayout(QBoxLayout::TopToBottom, card);
        column->setContentsMargins(14, 8, 10, 8);
        column->setSpacing(1);
        m_figures[i].caption = new ElidedLabel(captions[static_cast<qsizetype>(i)], card);
        m_figures[i].caption->setObjectName(u"caption"_s);
        m_figures[i].value = new ElidedLabel(u"–"_s, card);
        m_figures[i].value->setObjectName(u"figure"_s);
        m_figures[i].value->setFont(figureFont());
        m_figures[i].note = new ElidedLabel(u" "_s, card);
        m_figures[i].note->setObjectName(u"caption"_s);
        for (QLabel* label : {m_figures[i].caption, m_figures[i].value, m_figures[i].note}) {
            label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
            column->addWidget(label);
        }
        if (i == speed) {
            m_shares = new TimeShareBar(card);
            column->addWidget(m_shares);
        }
        row->addWidget(card, 1);
    }
    dress();
}

void FiguresBar::set(std::size_t i, const QString& value, const QString& note, bool isBad)
{
    Figure& figure = m_figures[i];
    figure.value->setText(value);
    figure.note->setText(note);
    figure.card->setToolTip(m_isShort ? figure.tip % u"\n\n"_s % note : figure.tip);
    if (std::exchange(figure.isBad, isBad) != isBad)
        dress();
}

void FiguresBar::setShort(bool isShort)
{
    if (std::exchange(m_isShort, isShort) == isShort)
        return;
    for (std::size_t i = 0; i < m_figures.size(); ++i) {
        Figure& figure = m_figures[i];
        figure.column->setDirection(isShort ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
        figure.column->setContentsMargins(
            isShort ? 8 : 14, isShort ? 4 : 8, isShort ? 6 : 10, isShort ? 4 : 8);
        figure.column->setSpacing(isShort ? 6 : 1);
        figure.caption->setText(isShort ? figure.shortCaption : figure.title);
        figure.value->setSizePolicy(
            isShort ? QSizePolicy::Minimum : QSizePolicy::Ignored, QSizePolicy::Preferred);
        figure.column->setStretchFactor(figure.caption, isShort ? 1 : 0); // the number is never cut
        figure.note->setVisible(!isShort);
        figure.card->setToolTip(isShort ? figure.tip % u"\n\n"_s % figure.note->text() : figure.tip);
    }
    m_shares->setLeftOut(isShort);
    dress();
}

void FiguresBar::dress()
{
    for (const Figure& figure : m_figures) {
        const QString sheet = u"font-size: %1px; font-weight: 600;%2"_s.arg(m_isShort ? 14 : 22)
                                  .arg(figure.isBad ? u" color: "_s % theme().bad.name() % u';' : QString());
        if (figure.value->styleSheet() != sheet)
            figure.value->setStyleSheet(sheet);
    }
}

void FiguresBar::showRun(const RunSession& session)
{
    dress(); // the theme may be another
    showPeak(session.run());
    showSaving(session.run(), session.baseline());
    showQuality(session);
    showSpeed(session);
    showPhase(session);
    showShares(session.run());
}

void FiguresBar::showShares(const Run& run)
{
    std::error_code none; // of a run that was not profiled there is no file
    const auto time = run.folder().empty()
        ? std::filesystem::file_time_type::min()
        : std::filesystem::last_write_time(timeSharesFile(run.folder()), none);
    if (std::exchange(m_sharesFolder, run.folder()) == run.folder() && time == m_sharesTime)
        return;
    m_sharesTime = time;
    m_shares->setShares(none || run.folder().empty() ? std::nullopt : readTimeShares(run.folder()));
}

void FiguresBar::showPeak(const Run& run)
{
    if (run.ticks() == 0)
        return set(0, u"–"_s, tr("measured once a run starts"));
    const auto budget = deviceLimit(run.config().memory);
    const auto reserved = static_cast<double>(run.columns().reservedBytes.over(0, run.ticks()).most);
    // on a card what is reserved counts against the budget; in main memory it is for others to use
    const bool countsReserved = reserved > 0 && run.config().memory.device != "cpu";
    const double counted = countsReserved ? reserved : static_cast<double>(run.peakDeviceBytes());
    const bool isOver = budget && counted > static_cast<double>(*budget);
    const QString mean = tr("measured; mean %1").arg(measuredBytesText(run.meanDeviceBytes()));
    const QString limit = budget ? bytesText(static_cast<double>(*budget)) : QString();
    QString note = countsReserved ? tr("reserved %1").arg(bytesText(reserved)) : mean;
    if (budget)
        note
            += isOver ? tr(", over the budget of %1").arg(limit) : tr(", within the budget of %1").arg(limit);
    if (countsReserved)
        note += u"; "_s % mean;
    set(0, measuredBytesText(static_cast<double>(run.peakDeviceBytes())), note, isOver);
}

void FiguresBar::showSaving(const Run& run, const Run* baseline)
{
    if (run.peakDeviceBytes() > 0 && baseline && baseline->peakDeviceBytes() > 0) {
        const double ratio
            = static_cast<double>(run.peakDeviceBytes()) / static_cast<double>(baseline->peakDeviceBytes());
        const double mean = run.meanDeviceBytes() / baseline->meanDeviceBytes();
        return set(1, percentText((ratio - 1) * 100, 1),
            tr("measured; mean %1").arg(percentText((mean - 1) * 100, 1)));
    }
    if (run.segments().size() != m_estimatedSegments
        || run.config() != m_estimatedConfig) { // not for every frame
        m_estimatedConfig = run.config();
        m_estimatedSegments = run.segments().size();
        m_isBaseline = whyNoBaseline(run).empty();
        m_estimatedBytes = estimateOfWhatRan(run).peakDeviceBytes();
        m_estimatedFp32Bytes = estimateMemory(baselineOf(run.config()).estimateInput()).peakDeviceBytes();
    }
    const auto own = static_cast<double>(
        std::max(m_estimatedBytes, run.peakDeviceBytes())); // never less than was measured
    set(1, percentText((own / static_cast<double>(m_estimatedFp32Bytes) - 1) * 100, 1),
        m_isBaseline ? tr("this run is all FP32") : tr("estimated, no baseline yet"));
}

void FiguresBar::showQuality(const RunSession& session)
{
    const Run* baseline = session.baseline();
    const auto points = baseline ? qualityDelta(session.run(), *baseline) : std::vector<QualityPoint>{};
    if (points.empty())
        set(2, u"–"_s,
            baseline                               ? tr("no common evaluation yet")
                : m_isBaseline                     ? tr("others are measured by it")
                : session.queue()->holdsBaseline() ? tr("the baseline is queued")
                                                   : tr("press Measure quality"));
    else {
        const bool isOver = points.back().deltaPercent > claimedDeltaPercent;
        const QString limit = percentText(claimedDeltaPercent, 1, false);
        set(2, percentText(points.back().deltaPercent, 2),
            isOver ? tr("above the limit of %1 · n = 1, no interval").arg(limit)
                   : tr("n = 1, no interval · limit %1").arg(limit),
            isOver);
    }
}

void FiguresBar::showSpeed(const RunSession& session)
{
    const Run& run = session.run();
    const bool isText = run.config().data.kind == DataKind::Text;
    Figure& figure = m_figures[speed];
    figure.title = isText ? tr("THROUGHPUT, TOKENS") : tr("THROUGHPUT, IMAGES");
    figure.shortCaption = isText ? tr("TOKENS") : tr("IMAGES");
    figure.caption->setText(m_isShort ? figure.shortCaption : figure.title);
    const double perSecond
        = session.showsTraining() || !run.ended() ? run.recentTokensPerSecond() : run.tokensPerSecond();
    if (m_products.folder != run.folder())
        m_products = {run.folder(), readProductBound(run.folder())};
    const bool isTimed = (session.showsTraining() || session.isFollowing()) && !session.isPaused()
        && std::isfinite(secondsLeft(run));
    set(speed, perSecond > 0 ? countText(static_cast<std::int64_t>(perSecond)) % u" /s"_s : u"–"_s,
        (isTimed                                ? tr("%1 left · ").arg(secondsText(secondsLeft(run)))
                : !hasRealSeconds(run.config()) ? tr("simulated card · ")
                                                : QString())
            % (run.steps() > run.config().training.maxSteps
                    ? tr("step %1").arg(countText(run.steps()))
                    : tr("step %1 / %2")
                          .arg(countText(run.steps()), countText(run.config().training.maxSteps)))
            % (m_products.bound ? tr(" · %1 of what the products allow")
                                      .arg(percentText(100 * m_products.bound->share(), 0, false))
                                : QString()));
}

void FiguresBar::showPhase(const RunSession& session)
{
    const Run& run = session.run();
    if (run.segments().empty())
        return set(4, u"–"_s, tr("not started"));
    const Segment& segment = run.segments().back();
    const TrainerState state = session.state();
    if (state == TrainerState::Stopping || state == TrainerState::Interrupting)
        return set(4, tr("stopping"),
            state == TrainerState::Stopping ? tr("evaluating, then saving…") : tr("saving…"));
    const bool isWritten = session.showsTraining() || session.isFollowing();
    set(4,
        session.isPaused() ? tr("paused")
            : isWritten
            ? text(titleOf(segment.start->phase))
            : text(nameOf(run.ended() ? run.ended()->outcome : Outcome::Interrupted)).replace(u'_', u' '),
        tr("%1 since step %2").arg(text(titleOf(segment.start->plan.compute)), countText(segment.step)));
}

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/tip.h"

#include "core/output/titles.h"
#include "core/record/device_choice.h"
#include "core/record/tick_axis.h"
#include "ui/plot/stack_item.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QObject>

#include <algorithm>
#include <cmath>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Each phase and format that the bucket holds, once.
QString phasesOf(const Run& run, const TickBucket& bucket)
{
    QStringList names;
    for (std::int64_t tick = bucket.begin; tick < bucket.end;) {
        const Segment* segment = run.segmentAt(tick);
        if (!segment)
            break;
        const QString name
            = text(titleOf(segment->start->phase)) % u" · "_s % text(titleOf(segment->start->plan.compute));
        if (!names.contains(name))
            names << name;
        tick = std::max(tick + 1, segment->endTick);
    }
    return names.join(u", "_s);
}

std::int64_t stepsBefore(const Run& run, std::int64_t tick)
{
    return std::llround(axisValueAt(run, AxisUnit::Step, static_cast<double>(tick)));
}

/// Tokens and time before a tick.
QString progressOf(const Run& run, std::int64_t tick)
{
    const auto at = static_cast<double>(tick);
    const bool text = run.config().data.kind == DataKind::Text;
    const QString count = countText(std::llround(axisValueAt(run, AxisUnit::Tokens, at)));
    const QString words = text ? QObject::tr("%1 tokens").arg(count) : QObject::tr("%1 images").arg(count);
    return hasRealSeconds(run.config())
        ? words % u" · "_s % secondsText(axisValueAt(run, AxisUnit::Seconds, at))
        : words;
}

bool holds(const std::vector<std::int64_t>& ticks, const TickBucket& bucket)
{
    const auto at = std::lower_bound(ticks.begin(), ticks.end(), bucket.begin);
    return at != ticks.end() && *at < bucket.end;
}

/// What the tip is about: the tick or the ticks, and their phases.
void addHead(std::vector<TipLine>& lines, const Run& run, const TickBucket& bucket)
{
    const Segment* segment = run.segmentAt(bucket.begin);
    if (bucket.ticks() == 1) {
        lines.push_back({segment ? theme().of(segment->start->phase) : QColor(),
            {QObject::tr("tick %1").arg(countText(bucket.begin)), phasesOf(run, bucket)}});
        lines.push_back({{},
            {QObject::tr("step %1").arg(countText(stepsBefore(run, bucket.begin))),
                progressOf(run, bucket.begin)}});
        return;
    }
    lines.push_back({{},
        {QObject::tr("%1 ticks: %2 to %3")
                .arg(countText(bucket.ticks()), countText(bucket.begin), countText(bucket.end - 1))}});
    lines.push_back({{}, {phasesOf(run, bucket)}});
    lines.push_back({{}, {QString(), QObject::tr("mean"), QObject::tr("least"), QObject::tr("most")}});
}

QStringList bytesRow(const QString& name, const RangeSummary& range)
{
    if (range.count == 1)
        return {name, bytesText(range.mean())};
    return {name, bytesText(range.mean()), bytesText(static_cast<double>(range.least)),
        bytesText(static_cast<double>(range.most))};
}

QStringList numberRow(const QString& name, const RangeSummary& range)
{
    const auto number = [](double value) { return QString::number(value, 'f', 4); };
    if (range.count == 1)
        return {name, number(range.mean())};
    return {name, number(range.mean()), number(static_cast<double>(range.least)),
        number(static_cast<double>(range.most))};
}

QString perPixel(const TickColumns& columns)
{
    const double ticks = columns.ticksPerPixel();
    return ticks < 10 ? QString::number(ticks, 'f', 1) : countText(std::llround(ticks));
}

TickBucket clipped(const Run& run, TickBucket bucket)
{
    bucket.begin = std::max<std::int64_t>(0, bucket.begin);
    bucket.end = std::min(bucket.end, run.ticks());
    return bucket;
}

} // namespace

std::vector<TipLine> memoryTip(const Run& run, const TickBucket& wanted)
{
    std::vector<TipLine> lines;
    const TickBucket bucket = clipped(run, wanted);
    if (bucket.ticks() < 1)
        return lines;
    addHead(lines, run, bucket);
    const auto over = [&](const Series& series) { return series.over(bucket.begin, bucket.end); };
    for (auto c = allMemoryClasses.rbegin(); c != allMemoryClasses.rend(); ++c)
        if (const RangeSummary range = over(run.columns().classBytes[indexOf(*c)]); range.most > 0)
            lines.push_back({theme().of(*c), bytesRow(text(titleOf(*c)), range)});
    lines.push_back({{}, bytesRow(QObject::tr("Total"), over(run.columns().deviceBytes))});
    lines.push_back({{}, bytesRow(QObject::tr("Reserved"), over(run.columns().reservedBytes))});
    const CardColumns& card = run.card().columns();
    if (const RangeSummary range = over(card.usedBytes); range.count > 0)
        lines.push_back({{}, bytesRow(QObject::tr("Used on the card"), range)});
    if (const RangeSummary range = over(card.othersBytes); range.count > 0)
        lines.push_back({{}, bytesRow(QObject::tr("Of it by others"), range)});
    return lines;
}

std::vector<TipLine> lossTip(const Run& run, const Series* smoothed, const TickBucket& wanted)
{
    std::vector<TipLine> lines;
    const TickBucket bucket = clipped(run, wanted);
    if (bucket.ticks() < 1)
        return lines;
    addHead(lines, run, bucket);
    if (const RangeSummary range = run.columns().loss.over(bucket.begin, bucket.end); range.count > 0)
        lines.push_back({theme().accent, numberRow(QObject::tr("Training loss"), range)});
    else
        lines.push_back({theme().accent, {QObject::tr("Training loss: none, probes do not train")}});
    if (smoothed && smoothed->size() > 0)
        if (const RangeSummary range = smoothed->over(bucket.begin, bucket.end); range.count > 0)
            lines.push_back({theme().accent, numberRow(QObject::tr("Smoothed"), range)});
    for (const Evaluated& evaluated : run.evaluations())
        if (evaluated.tick >= bucket.begin && evaluated.tick < bucket.end)
            lines.push_back({theme().series(1),
                {QObject::tr("Evaluation loss"), QString::number(evaluated.loss, 'f', 4)}});
    if (holds(run.nonFiniteTicks(), bucket))
        lines.push_back({theme().bad, {QObject::tr("A loss that is no number (NaN or infinite)")}});
    if (holds(run.skippedTicks(), bucket))
        lines.push_back({theme().bad, {QObject::tr("An update was skipped; the weights are untouched")}});
    for (const Notice& notice : run.notices())
        if (notice.severity != Severity::Info && notice.tick >= bucket.begin && notice.tick < bucket.end)
            lines.push_back({theme().series(1), {text(notice.text)}});
    for (const SettingChanged& change : run.settingChanges())
        if (change.tick >= bucket.begin && change.tick < bucket.end)
            lines.push_back({theme().series(1), {text(change.key), text(change.from + " → " + change.to)}});
    return lines;
}

std::vector<TipLine> columnTip(
    const Run& run, const QString& title, const Series& column, const TickBucket& wanted)
{
    std::vector<TipLine> lines;
    const TickBucket bucket = clipped(run, wanted);
    if (bucket.ticks() < 1)
        return lines;
    addHead(lines, run, bucket);
    const RangeSummary range = column.over(bucket.begin, bucket.end);
    const auto number = [](double value) { return QString::number(value, 'g', 6); };
    if (range.count == 0)
        lines.push_back({theme().accent, {title, QObject::tr("none in a probe")}});
    else if (range.count == 1)
        lines.push_back({theme().accent, {title, number(range.mean())}});
    else
        lines.push_back({theme().accent,
            {title, number(range.mean()), number(static_cast<double>(range.least)),
                number(static_cast<double>(range.most))}});
    return lines;
}

std::vector<TipLine> qualityTip(
    const Run& run, const std::vector<PlotPoint>& deltas, const TickBucket& wanted)
{
    std::vector<TipLine> lines;
    const TickBucket bucket = clipped(run, wanted);
    const PlotPoint* last = nullptr;
    for (const PlotPoint& point : deltas) // in the order of ticks
        if (point.tick <= static_cast<double>(bucket.end))
            last = &point;
    if (bucket.ticks() < 1 || !last)
        return lines;
    lines.push_back({{}, {QObject::tr("evaluated at tick %1").arg(countText(std::llround(last->tick)))}});
    QString delta = percentText(last->value, 3);
    if (last->halfWidth > 0)
        delta += u" ± "_s % QString::number(last->halfWidth, 'f', 3);
    lines.push_back({theme().accent, {QObject::tr("Quality delta"), delta}});
    return lines;
}

QString memoryCaption(const Run& run, const TickColumns& columns)
{
    switch (stackModeOf(run, columns)) {
    case StackMode::Mean:
        return QObject::tr(
            "measured; a pixel is %1 ticks: their mean by class, grey up to the largest; thin line: reserved")
            .arg(perPixel(columns));
    case StackMode::Largest:
        return QObject::tr("measured; a pixel is %1 ticks and shows the largest of them; thin line: reserved")
            .arg(perPixel(columns));
    case StackMode::EveryTick:
        break;
    }
    return QObject::tr("measured, every tick; thin line: reserved from the system");
}

QString whatATickIs()
{
    return QObject::tr("A tick is a step, or a forward-only batch of Predict (a probe).");
}

QString lossCaption(const TickColumns& columns)
{
    if (columns.isExact())
        return QObject::tr("line: training, every step; dots: evaluation; crosses: NaN");
    return QObject::tr("a pixel is %1 ticks: mean (line), least to most (pale); dots: evaluation")
        .arg(perPixel(columns));
}

} // namespace mantissa::ui

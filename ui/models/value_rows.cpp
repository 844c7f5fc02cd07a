// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/value_rows.h"

#include "core/output/titles.h"
#include "ui/theme/format.h"

#include <QObject>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

QString numberText(const Series& series, const TickBucket& bucket)
{
    const RangeSummary range = series.over(bucket.begin, bucket.end);
    return range.count > 0 ? QString::number(range.mean(), 'g', 5) : u"–"_s;
}

} // namespace

QStringList valueHeader()
{
    QStringList header{QObject::tr("Ticks"), QObject::tr("Phase"), QObject::tr("Format"),
        QObject::tr("Training loss"), QObject::tr("Evaluation loss"), QObject::tr("Learning rate"),
        QObject::tr("Memory")};
    for (const MemoryClass memoryClass : allMemoryClasses)
        header << text(titleOf(memoryClass));
    return header;
}

std::vector<QStringList> valueRows(const Run& run, const TickColumns& columns)
{
    std::vector<QStringList> rows;
    std::int64_t done = -1; // the last tick that has a row
    for (int i = 0; i < columns.pixels; ++i) {
        TickBucket bucket = columns.bucketOf(i);
        bucket.begin = std::max<std::int64_t>({bucket.begin, 0, done + 1});
        bucket.end = std::min(bucket.end, run.ticks());
        const std::int64_t largest = run.columns().deviceBytes.tickOfMost(bucket.begin, bucket.end);
        if (bucket.ticks() < 1 || largest < 0)
            continue;
        done = bucket.end - 1;
        const Segment* segment = run.segmentAt(largest);
        const auto evaluated = std::find_if(run.evaluations().rbegin(), run.evaluations().rend(),
            [&](const Evaluated& e) { return e.tick >= bucket.begin && e.tick < bucket.end; });
        rows.push_back({bucket.ticks() == 1 ? countText(bucket.begin)
                                            : countText(bucket.begin) % u"–"_s % countText(bucket.end - 1),
            segment ? text(titleOf(segment->start->phase)) : QString(),
            segment ? text(titleOf(segment->start->plan.compute)) : QString(),
            numberText(run.columns().loss, bucket),
            evaluated == run.evaluations().rend() ? u"–"_s : QString::number(evaluated->loss, 'f', 4),
            numberText(run.columns().learningRate, bucket),
            bytesText(static_cast<double>(run.columns().deviceBytes.at(largest)))});
        for (const MemoryClass memoryClass : allMemoryClasses)
            rows.back() << bytesText(
                static_cast<double>(run.columns().classBytes[indexOf(memoryClass)].at(largest)));
    }
    return rows;
}

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/checks_label.h"

#include "core/model/family.h"
#include "core/output/titles.h"
#include "core/record/config_remarks.h"
#include "core/record/device_choice.h"
#include "core/record/device_limit.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

QString line(bool good, const QString& text)
{
    return u"<span style='color:%1'>%2</span> %3"_s.arg(
        (good ? theme().good : theme().bad).name(), good ? u"✓"_s : u"!"_s, text.toHtmlEscaped());
}

QStringList roomLines(const MachineNeeds& needs, const MachineRoom& room)
{
    const auto bytes = [](std::int64_t value) { return bytesText(static_cast<double>(value)); };
    QStringList lines;
    const auto say = [&](std::int64_t needed, const std::optional<std::int64_t>& free, const QString& fits,
                         const QString& tooLarge) {
        if (free && needed > 0)
            lines << line(
                needed <= *free, (needed <= *free ? fits : tooLarge).arg(bytes(needed), bytes(*free)));
    };
    say(needs.memoryBytes(), room.memoryBytes, ChecksLabel::tr("about %1 of memory needed, %2 free here"),
        ChecksLabel::tr("about %1 of memory needed and only %2 free here: Start asks first"));
    const QString disk = ChecksLabel::tr("about %1 of disk needed, %2 free there");
    const QString noDisk
        = ChecksLabel::tr("about %1 of disk needed and only %2 free there: Start asks first");
    say(needs.checkpointBytes + (room.isOneDisk ? needs.statesBytes : 0), room.checkpointBytes, disk, noDisk);
    if (!room.isOneDisk)
        say(needs.statesBytes, room.statesBytes, disk, noDisk);
    return lines;
}

QStringList deviceLines(const RunConfig& config, const CardList* cards, std::int64_t peak)
{
    const auto device = parseDevice(config.memory.device);
    const auto bytes = [](std::int64_t value) { return bytesText(static_cast<double>(value)); };
    if (device && device->kind == DeviceKind::Simulated)
        return {line(peak <= *deviceLimit(config.memory),
                    (peak <= *deviceLimit(config.memory)
                            ? ChecksLabel::tr("the estimate, %1, fits the simulated card of %2")
                            : ChecksLabel::tr("the estimate, %1, is over the simulated card of %2"))
                        .arg(bytes(peak), bytes(device->bytes))),
            line(true,
                ChecksLabel::tr("simulated card: bytes and bits are real, seconds are not; no speed is "
                                "shown"))};
    if (!device || device->kind != DeviceKind::Card || !cards)
        return {};
    const auto index = static_cast<std::size_t>(device->index);
    if (index >= cards->cards.size())
        return {line(false,
            cards->cards.empty() ? ui::text(cards->problem)
                                 : ChecksLabel::tr("no card here has the number %1").arg(device->index))};
    const CardFacts& card = cards->cards[index];
    QStringList lines{line(true, ui::text(titleOf(card) + ": " + sentenceOf(card.now)))};
    if (card.now.totalBytes && card.now.usedBytes)
        if (const std::int64_t free = *card.now.totalBytes - *card.now.usedBytes; peak > free)
            lines << line(false,
                ChecksLabel::tr("the estimate, %1, is over the %2 that the card has free")
                    .arg(bytes(peak), bytes(free)));
    return lines;
}

} // namespace

ChecksLabel::ChecksLabel(QWidget* parent)
    : QLabel(parent)
{
    setObjectName(u"checks"_s);
    setWordWrap(true);
    setTextFormat(Qt::RichText);
}

void ChecksLabel::showProblem(const QString& problem) { setText(line(false, problem)); }

void ChecksLabel::showConfig(const RunConfig& config, const MachineRoom& room, const CardList* cards)
{
    QStringList lines;
    const Estimate estimate = estimateMemory(config.estimateInput());
    const Estimate fp32 = estimateMemory(baselineOf(config).estimateInput());
    lines << line(true,
        tr("%1 parameters; the exact FP32 value of every weight is kept")
            .arg(countText(parameterCount(config.model))));
    lines << deviceLines(config, cards, estimate.peakDeviceBytes());
    lines << roomLines(needsOf(config), room);
    if (const auto& budget = config.memory.budgetBytes) {
        const bool fits = estimate.peakDeviceBytes() <= *budget;
        lines << line(fits,
            fits ? tr("the estimate fits the budget")
                 : tr("the estimate is over the budget: Fit into lists what makes it smaller"));
    }
    const double ratio
        = static_cast<double>(estimate.peakDeviceBytes()) / static_cast<double>(fp32.peakDeviceBytes());
    if (ratio > 0.99 && config.choices.table != baselineOf(config).choices.table)
        lines << line(false,
            tr("the peak stays where FP32 has it, because %1 holds it")
                .arg(ui::text(nameOf(estimate.largestPhase()))));
    const auto runs = config.estimateInput().phaseRuns;
    for (const Precision format : allPrecisions) {
        const bool isUsed = std::ranges::any_of(allPhases, [&](Phase phase) {
            return runs[indexOf(phase)] && config.choices.resolve(phase).compute == format;
        });
        if (isUsed && computesOnCpu(config.memory.device) && emulatedOnThisCpu(format))
            lines << line(false,
                tr("this processor emulates %1: it saves memory and costs time")
                    .arg(ui::text(titleOf(format))));
    }
    for (const Phase phase : allPhases)
        if (config.choices.table.resolve(phase).compute == Precision::Fp16 && phase != Phase::Predict)
            lines << line(false,
                tr("FP16 in %1: a loss scale guards it; watch the skipped steps")
                    .arg(ui::text(nameOf(phase))));
    constexpr double highRate = 0.1;
    if (config.optimizer.learningRate > highRate)
        lines << line(false,
            tr("a learning rate of %1 is high: each step moves every weight by about as much")
                .arg(config.optimizer.learningRate));
    for (const std::string& remark : remarksOn(config))
        lines << line(false, ui::text(remark));
    setText(lines.join(u"<br>"_s));
}

} // namespace mantissa::ui

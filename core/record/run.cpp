// SPDX-License-Identifier: Apache-2.0
#include "core/record/run.h"

#include "core/record/device_choice.h"
#include "core/record/run_labels.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace mantissa {

namespace {

template <class... Handlers> struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers> Overloaded(Handlers...) -> Overloaded<Handlers...>;

template <class Rows> void dropFrom(Rows& rows, std::int64_t tick)
{
    std::erase_if(rows, [&](const auto& row) { return row.tick > tick; });
}

} // namespace

Run::Run(RunConfig config, std::filesystem::path folder)
    : m_config(std::move(config))
    , m_folder(std::move(folder))
    , m_firstConfig(m_config)
    , m_table(m_config.choices.table)
    , m_lastLoss(NAN)
{
}

const DataRead& Run::data() const
{
    static const DataRead unknown;
    return m_started ? m_started->data : unknown;
}

std::string Run::title() const { return m_folder.empty() ? m_config.name : runTitle(m_folder); }

void Run::appendTick(const MemoryReading& memory, std::int64_t tick)
{
    const bool isKnown = memory.devicePeak.total() > 0; // a damaged line says nothing, and not 0
    m_columns.deviceBytes.append(isKnown ? static_cast<double>(memory.devicePeak.total()) : NAN);
    m_columns.reservedBytes.append(static_cast<double>(memory.deviceReservedPeak));
    m_columns.hostBytes.append(static_cast<double>(memory.hostPeak.total()));
    for (const MemoryClass memoryClass : allMemoryClasses) {
        std::int64_t bytes = memory.devicePeak.at(memoryClass);
        if (memoryClass == MemoryClass::Workspace)
            bytes += memory.devicePeak.other; // so that the parts sum to the total
        m_columns.classBytes[indexOf(memoryClass)].append(static_cast<double>(bytes));
    }
    m_card.appendTick(tick);
    if (!m_segments.empty()) {
        m_segments.back().endTick = tick + 1;
        m_peaks[indexOf(m_segments.back().start->phase)].include(memory, tick, tick + 1);
    }
}

void Run::includeBetweenRows(const MemoryReading& memory, std::int64_t tick)
{
    if (!m_segments.empty())
        m_peaks[indexOf(m_segments.back().start->phase)].include(memory, tick, tick);
}

void Run::begin(const SegmentStarted& e)
{
    constexpr std::size_t remembered = 64; // phases alternate between a few
    Transition transition{e.phase, e.plan, e.reason, e.casts, e.castBytes, e.castMismatches, e.escapes,
        e.moves, e.moveBytes, e.memory};
    auto known = std::find_if(
        m_transitions.begin(), m_transitions.end(), [&](const auto& one) { return *one == transition; });
    if (known == m_transitions.end()) {
        if (m_transitions.size() == remembered)
            m_transitions.erase(m_transitions.begin());
        known = m_transitions.insert(
            m_transitions.end(), std::make_shared<const Transition>(std::move(transition)));
    }
    m_segments.push_back({e.tick, e.step, e.tick, e.castSeconds, *known});
    for (auto* peaks : {&m_peaks, &m_transitionPeaks})
        (*peaks)[indexOf(e.phase)].include(e.memory, e.tick, e.tick + 1); // void where the segment is
}

void Run::truncate(const RunStarted& start)
{
    for (Series* series : {&m_columns.loss, &m_columns.readoutGain, &m_columns.gradNorm,
             &m_columns.learningRate, &m_columns.seconds, &m_columns.lossScale, &m_columns.deviceBytes,
             &m_columns.reservedBytes, &m_columns.hostBytes})
        series->truncate(start.tick);
    for (Series& series : m_columns.classBytes)
        series.truncate(start.tick);
    m_card.truncate(start.tick);
    m_texts.truncate(start.tick);
    for (auto* peaks : {&m_peaks, &m_transitionPeaks})
        for (PeakHistory& history : *peaks)
            history.truncate(start.tick);
    std::erase_if(m_segments, [&](const Segment& segment) { return segment.tick >= start.tick; });
    if (!m_segments.empty())
        m_segments.back().endTick = std::min(m_segments.back().endTick, start.tick);
    dropFrom(m_predictions, start.tick);
    dropFrom(m_divergences, start.tick);
    dropFrom(m_jumpsMade, start.tick);
    dropFrom(m_jumps, start.tick);
    std::erase_if(m_numbers, [&](const NumbersMeasured& numbers) { return numbers.tick >= start.tick; });
    std::erase_if(m_annealed, [&](const AnnealedEstimated& e) {
        return e.step > start.step || (e.step == start.step && e.tick > start.tick);
    });
    for (auto* ticks : {&m_skippedTicks, &m_nonFiniteTicks})
        std::erase_if(*ticks, [&](std::int64_t tick) { return tick >= start.tick; });
    std::erase_if(m_evaluations, [&](const Evaluated& e) {
        return e.step > start.step || (e.step == start.step && e.tick > start.tick);
    });
    std::erase_if(m_checkpoints, [&](const CheckpointSaved& c) { return c.step > start.step; });
    std::erase_if(m_tableChanges, [&](const TableChanged& change) { return change.tick >= start.tick; });
    m_table = m_tableChanges.empty() ? m_firstConfig.choices.table : m_tableChanges.back().table;
    std::erase_if(m_settingChanges, [&](const SettingChanged& change) { return change.tick > start.tick; });
    m_tokens.begin(start.tick, start.step, start.tokensPerStep);
    m_steps = start.step;
    m_lastLoss = NAN;
    for (std::int64_t tick = m_columns.loss.size(); tick-- > 0 && std::isnan(m_lastLoss);)
        m_lastLoss = static_cast<double>(m_columns.loss.at(tick)); // of the last step that counts
    m_ended.reset();
}

void Run::stepped(const StepDone& e)
{
    m_columns.loss.append(e.loss);
    m_columns.readoutGain.append(NAN);
    m_columns.gradNorm.append(e.gradNorm);
    m_columns.learningRate.append(e.learningRate);
    m_columns.seconds.append(e.seconds);
    m_columns.lossScale.append(e.lossScale);
    appendTick(e.memory, e.tick);
    m_steps = e.step + (e.skipped ? 0 : 1);
    if (e.skipped)
        m_skippedTicks.push_back(e.tick);
    if (!std::isfinite(e.loss))
        m_nonFiniteTicks.push_back(e.tick);
    m_lastLoss = e.loss;
}

void Run::probed(const ProbeDone& e)
{
    m_columns.loss.append(NAN);
    m_columns.readoutGain.append(e.loss - e.readoutLoss);
    m_columns.gradNorm.append(NAN);
    m_columns.learningRate.append(NAN);
    m_columns.seconds.append(e.seconds);
    m_columns.lossScale.append(NAN);
    appendTick(e.memory, e.tick);
    m_predictSeconds += e.seconds;
}

void Run::apply(const RunEvent& event)
{
    std::visit(Overloaded{
                   [&](const RunStarted& e) {
                       truncate(e);
                       m_started = e;
                   },
                   [&](const TrialMeasured& e) { m_trial = e; },
                   [&](const SegmentStarted& e) { begin(e); },
                   [&](const StepDone& e) { stepped(e); },
                   [&](const ProbeDone& e) { probed(e); },
                   [&](const PredictJudged& e) { m_predictions.push_back(e); },
                   [&](const AnnealedEstimated& e) {
                       m_annealed.push_back(e);
                       m_predictSeconds += e.seconds;
                       includeBetweenRows(e.memory, e.tick);
                   },
                   [&](const JumpMade& e) { m_jumpsMade.push_back(e); },
                   [&](const JumpJudged& e) { judged(e); },
                   [&](const NumbersMeasured& e) { keep(e); },
                   [&](const Evaluated& e) {
                       m_evaluations.push_back(e);
                       includeBetweenRows(e.memory, e.tick);
                   },
                   [&](const CheckpointSaved& e) { m_checkpoints.push_back(e); },
                   [&](const TableChanged& e) {
                       m_tableChanges.push_back(e);
                       m_table = e.table;
                   },
                   [&](const SettingChanged& e) { take(e); },
                   [&](const DivergenceAnswered& e) { answered(e); },
                   [&](const CardMeasured& e) { m_card.add(e); },
                   [&](const TextWritten& e) { m_texts.add(e); },
                   [&](const Notice& e) { m_notices.push_back(e); },
                   [&](const RunEnded& e) {
                       m_ended = e;
                       m_card.release();
                       if (e.seconds >= 0)
                           m_endedSeconds += e.seconds;
                       else // of a version that asked the clock on the wall, which was set back
                           m_endedSeconds = std::max(m_endedSeconds, m_columns.seconds.over(0, ticks()).sum);
                   },
               },
        event);
}

void Run::answered(const DivergenceAnswered& e)
{
    m_divergences.push_back(e);
    const bool acted = e.answer != DivergenceAnswer::Told;
    m_notices.push_back({e.tick,
        e.finding.level == DivergenceLevel::Critical ? Severity::Critical
            : acted                                  ? Severity::Warning
                                                     : Severity::Info,
        e.text});
    rollBackTo(e.toStep);
}

void Run::rollBackTo(std::int64_t step)
{
    m_steps = step; // rows stay, since the time was spent
    if (!m_tokens.stretches().empty() && step < m_tokens.stretches().back().step)
        m_tokens.begin(ticks(), step, m_tokens.perStep());
    std::erase_if(m_evaluations, [&](const Evaluated& evaluated) { return evaluated.step > step; });
    std::erase_if(m_annealed, [&](const AnnealedEstimated& annealed) { return annealed.step > step; });
    std::erase_if(m_checkpoints, [&](const CheckpointSaved& checkpoint) { return checkpoint.step > step; });
}

void Run::judged(const JumpJudged& e)
{
    m_jumps.push_back(e);
    m_notices.push_back({e.tick, Severity::Info, e.text});
    if (e.verdict == JumpVerdict::Rejected)
        rollBackTo(e.toStep);
}

void Run::keep(const NumbersMeasured& e)
{
    constexpr std::size_t most = 256; // some MB for a model of a hundred groups
    if (m_numbers.size() == most)
        for (std::size_t i = 1; i < m_numbers.size(); ++i)
            m_numbers.erase(m_numbers.begin() + static_cast<std::ptrdiff_t>(i));
    m_numbers.push_back(e);
}

/// A key that goes back to what it was at the start of the same row has not changed.
void Run::take(const SettingChanged& e)
{
    const auto parsed
        = [](const std::string& text) { return Json::parse(text, nullptr, /*allow_exceptions*/ false); };
    const bool isFirst = std::none_of(m_settingChanges.begin(), m_settingChanges.end(),
        [&](const SettingChanged& known) { return known.key == e.key; });
    if (isFirst) // config.json may be of a later time
        if (auto first = withSetting(m_firstConfig, e.key, parsed(e.from)))
            m_firstConfig = std::move(*first);
    if (auto now = withSetting(m_config, e.key, parsed(e.to))) {
        now->choices = m_config.choices;
        m_config = std::move(*now);
    }
    const auto same = std::find_if(m_settingChanges.begin(), m_settingChanges.end(),
        [&](const SettingChanged& known) { return known.tick == e.tick && known.key == e.key; });
    if (same == m_settingChanges.end())
        m_settingChanges.push_back(e);
    else if (same->from == e.to)
        m_settingChanges.erase(same);
    else
        same->to = e.to;
}

std::int64_t Run::rollbacks() const
{
    return std::count_if(m_divergences.begin(), m_divergences.end(),
        [](const DivergenceAnswered& e) { return e.answer == DivergenceAnswer::RolledBack; });
}

const PrecisionTable& Run::tableAt(std::int64_t tick) const
{
    const auto latest = std::find_if(m_tableChanges.rbegin(), m_tableChanges.rend(),
        [&](const TableChanged& change) { return change.tick <= tick; });
    return latest == m_tableChanges.rend() ? m_firstConfig.choices.table : latest->table;
}

std::int64_t Run::segmentsBegunBy(std::int64_t tick) const
{
    return std::upper_bound(m_segments.begin(), m_segments.end(), tick,
               [](std::int64_t t, const Segment& segment) { return t < segment.tick; })
        - m_segments.begin();
}

const Segment* Run::segmentAt(std::int64_t tick) const
{
    const std::int64_t begun = segmentsBegunBy(tick);
    return begun == 0 ? nullptr : &m_segments[static_cast<std::size_t>(begun - 1)];
}

std::int64_t Run::peakDeviceBytes() const
{
    std::int64_t most = 0;
    for (const PeakHistory& peak : m_peaks)
        most = std::max(most, peak.largest() ? peak.largest()->memory.devicePeak.total() : 0);
    return most;
}

double Run::meanDeviceBytes() const { return m_columns.deviceBytes.over(0, ticks()).mean(); }

std::int64_t Run::peakHostBytes() const
{
    std::int64_t most = 0;
    for (const PeakHistory& peak : m_peaks)
        most = std::max(most, peak.largest() ? peak.largest()->memory.hostPeak.total() : 0);
    return most;
}

namespace {

constexpr std::int64_t warmUpSteps = 2; // page faults and first-use set-up

} // namespace

double Run::tokensIn(double stepSeconds) const
{
    return stepSeconds > 0 && hasRealSeconds(m_config) ? static_cast<double>(m_tokens.perStep()) / stepSeconds
                                                       : 0;
}

double Run::tokensPerSecond() const { return tokensIn(stepSecondsSince(0, warmUpSteps).median); }

double Run::recentTokensPerSecond() const { return tokensIn(recentSteps().mean); }
double Run::recentStepSeconds() const { return recentSteps().median; }

Run::StepSeconds Run::recentSteps() const
{
    constexpr std::int64_t recent = 300;
    return ticks() > recent ? stepSecondsSince(ticks() - recent, 0) : stepSecondsSince(0, warmUpSteps);
}

double Run::stepTimeSpread() const
{
    const StepSeconds seconds = stepSecondsSince(0, warmUpSteps);
    return seconds.median > 0 && hasRealSeconds(m_config) ? seconds.mean / seconds.median : 1;
}

Run::StepSeconds Run::stepSecondsSince(std::int64_t first, std::int64_t leaveOut) const
{
    std::vector<float> seconds;
    double sum = 0;
    std::int64_t seen = 0;
    for (std::int64_t tick = first; tick < ticks(); ++tick)
        if (!std::isnan(m_columns.learningRate.at(tick)) && seen++ >= leaveOut) {
            const std::int64_t tokens = m_tokens.perStepAt(tick);
            seconds.push_back(tokens == m_tokens.perStep() || tokens == 0 ? m_columns.seconds.at(tick)
                                                                          : m_columns.seconds.at(tick)
                        * static_cast<float>(m_tokens.perStep()) / static_cast<float>(tokens));
            sum += seconds.back();
        }
    if (seconds.empty())
        return {};
    const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
    std::nth_element(seconds.begin(), middle, seconds.end());
    return {.median = *middle, .mean = sum / static_cast<double>(seconds.size())};
}

std::int64_t Run::casts() const
{
    std::int64_t sum = 0;
    for (const Segment& segment : m_segments)
        sum += segment.start->casts;
    return sum;
}

double Run::castSeconds() const
{
    double sum = 0;
    for (const Segment& segment : m_segments)
        sum += segment.castSeconds;
    return sum;
}

std::int64_t Run::castMismatches() const
{
    std::int64_t sum = 0;
    for (const Segment& segment : m_segments)
        sum += segment.start->castMismatches;
    return sum;
}

std::int64_t Run::moves() const
{
    std::int64_t sum = 0;
    for (const Segment& segment : m_segments)
        sum += segment.start->moves;
    return sum;
}

double Run::seconds() const
{
    if (m_ended)
        return m_endedSeconds;
    return m_endedSeconds + m_columns.seconds.over(0, ticks()).sum;
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "app/progress.h"

#include "app/say.h"
#include "core/base/units.h"
#include "core/record/device_choice.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace mantissa {

namespace {

constexpr auto terminalInterval = std::chrono::milliseconds(200);
constexpr auto pipeInterval = std::chrono::seconds(5);

} // namespace

Progress::Progress()
    : m_isTerminal(::isatty(STDERR_FILENO) == 1)
    , m_start(std::chrono::steady_clock::now())
{
}

void Progress::line(const std::string& text)
{
    if (m_open)
        say("\r\033[K");
    m_open = false;
    say("{}\n", text);
}

void Progress::show(const Run& run)
{
    const auto now = std::chrono::steady_clock::now();
    if (!run.started() || run.ticks() == 0)
        return;
    if (m_firstStep < 0) {
        m_firstStep = run.steps();
        m_start = now;
    }
    if (m_last.time_since_epoch().count() != 0
        && now - m_last < (m_isTerminal ? std::chrono::nanoseconds(terminalInterval) : pipeInterval))
        return;
    m_last = now;
    const std::int64_t done = run.steps() - m_firstStep;
    const double elapsed = std::chrono::duration<double>(now - m_start).count();
    const double left = done > 0
        ? elapsed / static_cast<double>(done) * static_cast<double>(run.started()->lastStep - run.steps())
        : NAN;
    const Segment* segment = run.segments().empty() ? nullptr : &run.segments().back();
    const bool isTimed = hasRealSeconds(run.config());
    const std::string text = fmt::format("step {}/{}  {} {}  loss {:.4f}  {}peak {}{}",
        formatCount(run.steps()), formatCount(run.started()->lastStep),
        segment ? nameOf(segment->start->phase) : "", segment ? nameOf(segment->start->plan.compute) : "",
        run.lastLoss(), isTimed ? fmt::format("{:.0f} tokens/s  ", run.recentTokensPerSecond()) : "",
        formatBytes(run.peakDeviceBytes()), isTimed ? "  left " + formatSeconds(left) : "  simulated card");
    if (!m_isTerminal) {
        line(text);
        return;
    }
    say("\r\033[K{}", text);
    std::fflush(stderr);
    m_open = true;
}

void Progress::tell(const RunEvent& event)
{
    if (const auto* notice = std::get_if<Notice>(&event))
        line(fmt::format("{}: {}", nameOf(notice->severity), notice->text));
    else if (const auto* divergence = std::get_if<DivergenceAnswered>(&event))
        line(fmt::format("{}: {}", nameOf(divergence->finding.level), divergence->text));
    else if (const auto* evaluated = std::get_if<Evaluated>(&event))
        line(fmt::format("step {}: evaluation loss {:.4f}{}", formatCount(evaluated->step), evaluated->loss,
            std::isnan(evaluated->accuracy) ? ""
                                            : fmt::format(", accuracy {:.2f} %", evaluated->accuracy * 100)));
    else if (const auto* segment = std::get_if<SegmentStarted>(&event);
             segment && m_isTerminal && segment->casts > 0)
        line(fmt::format("step {}: {} in {} ({}): {} tensors cast, {} in {}, {} mismatches",
            formatCount(segment->step), nameOf(segment->phase), nameOf(segment->plan.compute),
            segment->reason, segment->casts, formatBytes(segment->castBytes),
            formatSeconds(segment->castSeconds), segment->castMismatches));
}

void Progress::finish()
{
    if (m_open)
        say("\n");
    m_open = false;
}

} // namespace mantissa

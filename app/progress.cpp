// SPDX-License-Identifier: Apache-2.0
#include "app/progress.h"

#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/record/device_choice.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace mantissa {

namespace {

constexpr auto terminalInterval = std::chrono::milliseconds(200);
constexpr auto pipeInterval = std::chrono::seconds(5);

/// Nothing while nothing is known, as at the first step.
std::string speedText(const Run& run)
{
    const double speed = hasRealSeconds(run.config()) ? run.recentTokensPerSecond() : 0;
    return speed > 0 ? fmt::format("{:.{}f} tokens/s  ", speed, speed < 10 ? 1 : 0) : "";
}

} // namespace

std::string progressText(const Run& run, double secondsLeft)
{
    const Segment* segment = run.segments().empty() ? nullptr : &run.segments().back();
    const bool isTimed = hasRealSeconds(run.config());
    return fmt::format("step {}/{}  {} {}  loss {:.4f}  {}peak {}{}", formatCount(run.steps()),
        formatCount(run.started() ? run.started()->lastStep : run.config().training.maxSteps),
        segment ? nameOf(segment->start->phase) : "", segment ? nameOf(segment->start->plan.compute) : "",
        run.lastLoss(), speedText(run), formatBytes(run.peakDeviceBytes()),
        isTimed ? "  left " + formatSeconds(secondsLeft) : "  simulated card");
}

bool isScreen(std::FILE* out)
{
    const char* kind = std::getenv("TERM"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    return ::isatty(::fileno(out)) == 1 && (!kind || std::string_view(kind) != "dumb");
}

bool isColoured(std::FILE* out)
{
    const char* refusal = std::getenv("NO_COLOR"); // NOLINT(concurrency-mt-unsafe): nobody sets it
    return isScreen(out) && (!refusal || std::string_view(refusal).empty());
}

std::string wordsOn(const RunEvent& event)
{
    if (const auto* notice = std::get_if<Notice>(&event))
        return fmt::format("{}: {}", nameOf(notice->severity), notice->text);
    if (const auto* divergence = std::get_if<DivergenceAnswered>(&event))
        return fmt::format("{}: {}", nameOf(divergence->finding.level), divergence->text);
    if (const auto* evaluated = std::get_if<Evaluated>(&event))
        return fmt::format("step {}: evaluation loss {:.4f}{}", formatCount(evaluated->step), evaluated->loss,
            std::isnan(evaluated->accuracy) ? ""
                                            : fmt::format(", accuracy {:.2f} %", evaluated->accuracy * 100));
    if (const auto* segment = std::get_if<SegmentStarted>(&event); segment && segment->casts > 0)
        return fmt::format("step {}: {} in {} ({}): {} tensors cast, {} in {}, {} mismatches",
            formatCount(segment->step), nameOf(segment->phase), nameOf(segment->plan.compute),
            segment->reason, segment->casts, formatBytes(segment->castBytes),
            formatSeconds(segment->castSeconds), segment->castMismatches);
    return {};
}

Progress::Progress(std::FILE* out)
    : m_out(out)
    , m_isTerminal(isScreen(out))
    , m_start(std::chrono::steady_clock::now())
{
}

void Progress::write(const std::string& text)
{
    std::fputs(asUtf8(text).c_str(), m_out); // may be lost: training goes on where nobody listens
    std::fflush(m_out);
}

void Progress::line(const std::string& text)
{
    if (m_open)
        write("\r\033[K");
    m_open = false;
    write(text + "\n");
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
    const std::string text = progressText(run, left);
    if (!m_isTerminal) {
        line(text);
        return;
    }
    write("\r\033[K" + text);
    m_open = true;
}

void Progress::tell(const RunEvent& event)
{
    if (!m_isTerminal && std::holds_alternative<SegmentStarted>(event))
        return;
    if (const std::string words = wordsOn(event); !words.empty())
        line(words);
}

void Progress::finish()
{
    if (m_open)
        write("\n");
    m_open = false;
}

} // namespace mantissa

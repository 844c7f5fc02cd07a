// SPDX-License-Identifier: Apache-2.0
#include "core/record/foreign_run.h"

#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/files/event_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <span>

namespace mantissa {

namespace {

namespace fs = std::filesystem;
using Points = std::vector<EventPoint>;

// By the names that the Hugging Face trainer, Lightning, Keras, nanoGPT and ourselves write, the likeliest
// first; case, and whether a slash or an underscore parts them, does not count.
constexpr std::array lossTags{"train/loss", "training/loss", "loss/train", "loss/training", "train/loss/step",
    "train/loss/epoch", "epoch/loss", "loss"};
constexpr std::array evaluationTags{"eval/loss", "evaluation/loss", "val/loss", "valid/loss",
    "validation/loss", "loss/eval", "loss/val", "loss/valid", "loss/validation", "test/loss", "loss/test"};
constexpr std::array normTags{"train/grad/norm", "grad/norm", "gradient/norm", "train/gradient/norm"};
constexpr std::array rateTags{"train/learning/rate", "learning/rate", "train/lr", "lr", "lr/adamw"};

std::string plainTag(std::string_view tag)
{
    std::string plain;
    for (const char c : tag)
        plain += c == '_' || c == '-' ? '/' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return plain;
}

/// The points of the first of these names that is there.
const Points* pointsOf(const EventScalars& scalars, std::span<const char* const> names)
{
    for (const std::string_view name : names)
        for (const auto& [tag, points] : scalars.byTag)
            if (plainTag(tag) == name && !points.empty())
                return &points;
    return nullptr;
}

/// The value of the first point at or after a step; NaN beyond the last.
double valueAt(const Points* points, std::int64_t step)
{
    if (!points)
        return NAN;
    const auto at = std::partition_point(
        points->begin(), points->end(), [&](const EventPoint& point) { return point.step < step; });
    return at == points->end() ? NAN : at->value;
}

/// What lies between two points took the time between them.
class StepSeconds {
public:
    explicit StepSeconds(const Points& points)
        : m_points(points)
    {
    }
    double at(std::int64_t step)
    {
        while (m_next < m_points.size() && m_points[m_next].step < step)
            ++m_next;
        if (m_next == 0 || m_next == m_points.size())
            return 0;
        const EventPoint& before = m_points[m_next - 1];
        const EventPoint& after = m_points[m_next];
        return std::max(0.0, after.unixSeconds - before.unixSeconds)
            / static_cast<double>(std::max<std::int64_t>(1, after.step - before.step));
    }

private:
    const Points& m_points;
    std::size_t m_next = 0;
};

Status checkTags(const EventScalars& scalars, const fs::path& place, bool hasLoss)
{
    if (hasLoss)
        return {};
    std::vector<std::string> tags;
    for (const auto& [tag, points] : scalars.byTag)
        tags.push_back(shown(tag));
    return fail(
        fmt::format("{} has no scalar that is known as a loss ({}); name it train/loss or eval/loss",
            place.string(), tags.empty() ? "it has none at all" : fmt::format("{}", fmt::join(tags, ", "))),
        ExitCode::Usage);
}

} // namespace

bool isForeignRun(const fs::path& place)
{
    std::error_code error;
    const auto isEventFile
        = [](const fs::path& file) { return file.filename().string().find("tfevents") != std::string::npos; };
    if (fs::exists(place / "run.json", error))
        return false;
    if (fs::is_regular_file(place, error))
        return isEventFile(place);
    for (fs::directory_iterator at(place, error), end; !error && at != end; at.increment(error))
        if (isEventFile(at->path()))
            return true;
    return false;
}

Result<Run> readForeignRun(const fs::path& given)
{
    constexpr std::int64_t mostSteps = 10'000'000;
    const fs::path place = placeOf(given);
    auto scalars = readEventScalars(place);
    if (!scalars)
        return fail(scalars.error());
    for (auto& [tag, points] : scalars->byTag) // several files in a folder may overlap
        std::stable_sort(points.begin(), points.end(),
            [](const EventPoint& a, const EventPoint& b) { return a.step < b.step; });
    const Points* losses = pointsOf(*scalars, lossTags);
    const Points* evaluations = pointsOf(*scalars, evaluationTags);
    TRY(checkTags(*scalars, place, losses || evaluations));
    const Points& clock = losses ? *losses : *evaluations;
    const std::int64_t last
        = std::max(clock.back().step, evaluations ? evaluations->back().step : std::int64_t{0});
    if (last > mostSteps)
        return fail(fmt::format("{} goes up to step {}, more than {} that can be shown", place.string(),
                        formatCount(last), formatCount(mostSteps)),
            ExitCode::Usage);
    RunConfig config;
    config.name = shown(place.filename().string());
    config.training.maxSteps = std::max<std::int64_t>(1, last);
    Run run(config, place);
    run.setForeign();
    run.apply(RunStarted{.unixSeconds = clock.front().unixSeconds, .lastStep = last});
    const Points* norms = pointsOf(*scalars, normTags);
    const Points* rates = pointsOf(*scalars, rateTags);
    StepSeconds seconds(clock);
    std::size_t evaluated = 0;
    for (std::int64_t step = 0; step <= last; ++step) {
        for (; evaluations && evaluated < evaluations->size() && (*evaluations)[evaluated].step <= step;
             ++evaluated)
            run.apply(Evaluated{
                .tick = step, .step = step, .loss = (*evaluations)[evaluated].value, .accuracy = NAN});
        if (step == last)
            break;
        const double rate = valueAt(rates, step + 1);
        run.apply(StepDone{.tick = step,
            .step = step,
            .loss = valueAt(losses, step + 1),
            .gradNorm = valueAt(norms, step + 1),
            .learningRate = std::isfinite(rate) ? rate : 0, // each row is an update, whatever is known of it
            .seconds = seconds.at(step + 1)});
    }
    for (const std::string& remark : scalars->remarks)
        run.apply(Notice{.tick = last, .severity = Severity::Warning, .text = remark});
    run.apply(RunEnded{.tick = last,
        .step = last,
        .seconds = std::max(0.0, clock.back().unixSeconds - clock.front().unixSeconds)});
    return run;
}

Result<Run> readAnyRun(const fs::path& place, const std::stop_token& stop)
{
    if (isForeignRun(place))
        return readForeignRun(place);
    auto read = readRun(place, stop);
    return read ? Result<Run>(std::move(read->run)) : fail(read.error());
}

} // namespace mantissa

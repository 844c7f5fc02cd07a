// SPDX-License-Identifier: Apache-2.0
#include "core/output/readout_export.h"

#include "core/base/json.h"
#include "core/evidence/experiment_folder.h"
#include "core/files/safetensors.h"
#include "core/record/run_store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdlib>
#include <vector>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view beforeEnding = ".before";

std::int64_t countIn(const SafetensorsHeader& header, const std::string& key)
{
    const auto found = header.metadata.find(key);
    return found == header.metadata.end() ? 0 : std::strtoll(found->second.c_str(), nullptr, 10);
}

Result<std::vector<float>> sumsOf(
    const fs::path& file, const SafetensorsHeader& header, const SafetensorsEntry& entry)
{
    if (entry.format != "F32")
        return fail(fmt::format(
            "{}: '{}' is {}, expected F32; it is damaged", file.string(), entry.name, entry.format));
    std::vector<float> values(static_cast<std::size_t>(entry.end - entry.begin) / sizeof(float));
    TRY(readSafetensorsEntry(file, header, entry, values.data()));
    return values;
}

/// Fills `target` with one weight of the read-out.
Status fillWeight(const fs::path& file, const SafetensorsHeader& header, const SafetensorsEntry& entry,
    double lead, float* target)
{
    const auto sums = sumsOf(file, header, entry);
    if (!sums)
        return fail(sums.error());
    const double own = (1 + lead) / static_cast<double>(countIn(header, "count"));
    for (std::size_t i = 0; i < sums->size(); ++i)
        target[i] = static_cast<float>(own * static_cast<double>((*sums)[i]));
    const SafetensorsEntry* earlier
        = lead == 0 ? nullptr : header.find(entry.name + std::string(beforeEnding));
    if (!earlier)
        return lead == 0
            ? Status{}
            : fail(fmt::format("{}: '{}' has no window before; it is damaged", file.string(), entry.name));
    const auto before = sumsOf(file, header, *earlier);
    if (!before)
        return fail(before.error());
    const double less = lead / static_cast<double>(countIn(header, "count_before"));
    for (std::size_t i = 0; i < sums->size(); ++i)
        target[i] = static_cast<float>(
            own * static_cast<double>((*sums)[i]) - less * static_cast<double>((*before)[i]));
    return {};
}

/// The lead of the run's last annealed estimate; 0 for a folder that is no run's, or without one.
double usualLead(const fs::path& folder)
{
    const auto run = openRun(folder);
    return run && !run->annealed().empty() ? run->annealed().back().lead : 0;
}

} // namespace

Result<ReadoutExport> exportReadout(const fs::path& run, const fs::path& folder, std::optional<double> lead)
{
    if (lead && !std::isfinite(*lead))
        return fail(fmt::format("--lead is {}, which is no number to go by; choose one such as 0.5", *lead),
            ExitCode::Usage);
    if (const auto status = checkNoExperiment(run); !status)
        return fail(status.error());
    std::error_code error;
    const bool isCheckpoint = fs::exists(run / "model.safetensors", error);
    const auto checkpoint = isCheckpoint ? std::optional(run) : newestCheckpoint(run);
    if (!checkpoint)
        return fail(fmt::format("{} has no checkpoint; train it to its end first", run.string()));
    const fs::path file = *checkpoint / "readout.safetensors";
    if (!fs::exists(file, error))
        return fail(fmt::format(
            "{} has no read-out: no weights were collected; it takes a run whose phases have a Predict",
            checkpoint->string()));
    const auto header = readSafetensorsHeader(file);
    if (!header)
        return fail(header.error());
    ReadoutExport done{
        .lead = lead ? *lead : usualLead(isCheckpoint ? placeOf(run).parent_path().parent_path() : run),
        .windowSteps = countIn(*header, "count")};
    if (done.windowSteps <= 0)
        return fail(file.string() + " has no valid count; it is damaged");
    if (done.lead != 0 && countIn(*header, "count_before") <= 0)
        return fail(
            fmt::format("lead {} needs a window before the last, and {} holds one window; choose lead 0",
                done.lead, file.string()),
            ExitCode::Usage);
    if (fs::exists(folder, error) && !fs::is_empty(folder, error))
        return fail(
            fmt::format("{} is there and not empty; name a new folder", folder.string()), ExitCode::Usage);
    fs::create_directories(folder, error);
    if (error)
        return fail(fmt::format("cannot make {}: {}", folder.string(), error.message()));
    std::vector<SafetensorsSource> sources;
    Status filled;
    for (const SafetensorsEntry& entry : header->entries)
        if (!entry.name.ends_with(beforeEnding) && entry.name != "earlier.thinned")
            sources.push_back({entry.name, "F32", entry.sizes, [&](void* target) {
                                   if (filled)
                                       filled = fillWeight(
                                           file, *header, entry, done.lead, static_cast<float*>(target));
                               }});
    const auto bytes = writeSafetensors(folder / "model.safetensors", sources, {{"format", "pt"}});
    if (!bytes || !filled) {
        fs::remove(folder / "model.safetensors", error);
        return fail(bytes ? filled.error() : bytes.error());
    }
    done.bytes = *bytes;
    const Json about = {{"lead", done.lead}, {"window_steps", done.windowSteps},
        {"checkpoint", placeOf(*checkpoint).string()}};
    TRY(writeFileAtomically(folder / "readout.json", jsonText(about) + "\n"));
    return done;
}

} // namespace mantissa

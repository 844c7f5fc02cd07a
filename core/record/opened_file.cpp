// SPDX-License-Identifier: Apache-2.0
#include "core/record/opened_file.h"

#include "core/base/json.h"
#include "core/record/foreign_run.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace mantissa {

namespace fs = std::filesystem;

namespace {

Result<OpenedFile> openedFolder(const fs::path& folder)
{
    std::error_code error;
    if (fs::exists(folder / "experiment.json", error))
        return OpenedFile{FileKind::Experiment, folder};
    if (const auto config = readRunConfig(folder); !config)
        return fail(config.error());
    return OpenedFile{FileKind::Run, folder};
}

bool hasOneOf(const Json& json, const auto& keys)
{
    return json.is_object() && std::ranges::any_of(keys, [&](const char* key) { return json.contains(key); });
}

} // namespace

Result<OpenedFile> openedFile(const fs::path& place)
{
    std::error_code error;
    if (isForeignRun(place))
        return OpenedFile{FileKind::Run, place};
    if (fs::is_directory(place, error))
        return openedFolder(place);
    if (place.filename() == "run.json" || place.filename() == "experiment.json")
        return openedFolder(placeOf(place).parent_path());
    const auto json = readJsonFile(place);
    if (!json)
        return fail(json.error());
    // a set-up says what is trained; a preset is how, and never says what
    constexpr std::array setupKeys{"model", "data", "training"};
    constexpr std::array presetKeys{"precision", "title"};
    if (hasOneOf(*json, setupKeys))
        return OpenedFile{FileKind::Setup, place};
    if (hasOneOf(*json, presetKeys))
        return OpenedFile{FileKind::Preset, place};
    return fail(
        fmt::format("{} is no run, set-up or preset of this program; open a run's folder or its run.json, "
                    "or a set-up or preset that was saved here",
            place.string()),
        ExitCode::Usage);
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every command takes that changes a config: a preset, and single keys over it.

#include "app/say.h"
#include "core/record/config_remarks.h"
#include "core/record/run_config.h"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace mantissa {

struct ConfigOptions {
    std::string preset{}; ///< empty: the config's own
    std::vector<std::string> settings{};

    ConfigOverrides overrides() const
    {
        ConfigOverrides result{.settings = settings};
        if (!preset.empty())
            result.preset = preset;
        return result;
    }
};

/// `whose`: what the preset replaces the preset of, "the config's".
inline void addConfigOptions(CLI::App& command, ConfigOptions& options, const std::string& whose)
{
    command.add_option("--preset", options.preset, "Preset that replaces " + whose);
    command.add_option("--set", options.settings, "key=value over everything else")->allow_extra_args(false);
}

/// What reading a config gave rise to, and what in it has no effect. A run that trains tells the latter
/// itself.
inline void tellWords(const LoadedConfig& loaded)
{
    for (const std::string& notice : loaded.notices)
        say("{}\n", notice);
    for (const std::string& remark : remarksOn(loaded.config))
        say("{}\n", remark);
}

} // namespace mantissa

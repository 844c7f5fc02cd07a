// SPDX-License-Identifier: Apache-2.0
// cache: what is kept of texts that were encoded, and how it goes.

#include "app/commands.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/data/token_cache.h"

#include <fmt/format.h>

#include <memory>

namespace mantissa {

namespace {

ExitCode showCache(bool clears)
{
    const auto cache = clears ? clearTokenCache() : tokenCache();
    if (!cache)
        return complain(cache.error());
    fmt::print("{}\n{} encoded {}, {}{}\n", shown(cache->folder.string()), formatCount(cache->files),
        cache->files == 1 ? "text" : "texts", formatBytes(cache->bytes), clears ? " removed" : "");
    return ExitCode::Done;
}

} // namespace

void addCache(CLI::App& app, Command& chosen)
{
    auto clears = std::make_shared<bool>(false);
    CLI::App* command
        = app.add_subcommand("cache", "Where encoded texts are kept, and how much of them there is");
    command->add_flag("--clear", *clears, "Remove them; a run that needs one encodes it again");
    command->callback([clears, &chosen] { chosen = [clears] { return showCache(*clears); }; });
}

} // namespace mantissa

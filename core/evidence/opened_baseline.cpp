// SPDX-License-Identifier: Apache-2.0
#include "core/evidence/opened_baseline.h"

#include "core/base/file.h"
#include "core/record/run_store.h"

namespace mantissa {

Result<std::optional<Run>> openBaseline(const Run& run, const std::filesystem::path& named)
{
    const auto place = named.empty() ? findBaseline(run.folder().parent_path(), run) : std::optional(named);
    if (!place || placeOf(*place) == run.folder())
        return std::optional<Run>();
    auto opened = openRun(*place);
    if (!opened)
        return fail(opened.error());
    return std::optional<Run>(std::move(*opened));
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "app/run_profile.h"

#include "core/base/file.h"
#include "core/output/profile_trace.h"

#include <fmt/format.h>

namespace mantissa {

void RunProfile::listenTo(CLI::App& command)
{
    m_option
        = command
              .add_option("--profile", m_file,
                  fmt::format("Measure where the time goes: shares at the end, and a trace of each phase's "
                              "first {} ticks for Perfetto in FILE (default: profile.json in the run's "
                              "folder)",
                      Spans::ticksOfAPhase))
              ->expected(0, 1)
              ->type_name("[FILE]");
}

Status RunProfile::check() const
{
    const auto folder = std::filesystem::path(m_file).parent_path();
    std::error_code error;
    if (isOn() && std::filesystem::is_directory(m_file, error))
        return fail(fmt::format("--profile {}: this is a folder; name a file", m_file), ExitCode::Usage);
    if (!isOn() || isStandardOutput(m_file) || folder.empty() || std::filesystem::is_directory(folder, error))
        return {};
    return fail(fmt::format("--profile {}: there is no folder {}; make it first", m_file, folder.string()),
        ExitCode::Usage);
}

std::string RunProfile::file(const std::filesystem::path& runFolder) const
{
    return m_file.empty() ? (runFolder / "profile.json").string() : m_file;
}

Status RunProfile::write(const std::filesystem::path& runFolder, const std::string& title) const
{
    return writeOutput(file(runFolder), profileTrace(m_spans, title));
}

} // namespace mantissa

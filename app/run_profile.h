// SPDX-License-Identifier: Apache-2.0
#pragma once

// `--profile [FILE]` of the commands that train: where the time of a run goes, as a trace and as shares.

#include "core/base/result.h"
#include "core/training/spans.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace mantissa {

class RunProfile {
public:
    /// Adds the flag.
    void listenTo(CLI::App& command);
    bool isOn() const { return m_option && m_option->count() > 0; }
    /// Null unless it is on.
    Spans* spans() { return isOn() ? &m_spans : nullptr; }
    /// Before training begins: whether the trace has a folder to be written into.
    Status check() const;
    /// Where the trace is to be, of a run in this folder.
    std::string file(const std::filesystem::path& runFolder) const;
    /// After the trainer has ended.
    Status write(const std::filesystem::path& runFolder, const std::string& title) const;

private:
    CLI::Option* m_option = nullptr;
    std::string m_file{};
    Spans m_spans{};
};

} // namespace mantissa

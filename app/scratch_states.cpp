// SPDX-License-Identifier: Apache-2.0
#include "app/scratch_states.h"

#include <fmt/format.h>

#include <system_error>
#include <unistd.h>

namespace mantissa {

ScratchStates::ScratchStates(const MemoryConfig& memory)
{
    std::error_code error;
    std::filesystem::path folder = memory.scratch;
    if (folder.empty())
        folder = std::filesystem::temp_directory_path(error);
    m_file = folder / fmt::format("mantissa-{}.states", ::getpid());
}

ScratchStates::~ScratchStates()
{
    std::error_code ignored;
    std::filesystem::remove(m_file, ignored);
}

} // namespace mantissa

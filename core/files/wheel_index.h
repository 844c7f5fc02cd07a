// SPDX-License-Identifier: Apache-2.0
#pragma once

// Python wheels as sources of libraries: which ones are pinned (packaging/wheels-*.txt, pip's format) and
// where an index of packages has them (its simple API as JSON, PEP 691 and 700). Nothing is fetched here.

#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

/// One wheel that is wanted and no other: "torch==2.11.0 --hash=sha256:…".
struct PinnedWheel {
    std::string package{}; ///< "nvidia-cuda-runtime"
    std::string version{};
    std::string sha256{}; ///< 64 hexadecimal digits
    /// The folder that every wheel unpacks beside its files: "nvidia_cuda_runtime-13.0.96.dist-info".
    std::string marker() const;
};

/// Errors: the file cannot be read, a line is not of that form.
Result<std::vector<PinnedWheel>> readWheelList(const std::filesystem::path& file);

/// Where an index has a wheel.
struct WheelFile {
    PinnedWheel wheel{};
    std::string url{};
    std::int64_t bytes = 0;
};

/// The page of a package in an index: "https://pypi.org/simple" has torch at
/// "https://pypi.org/simple/torch/".
std::string pageOf(const std::string& index, const PinnedWheel& wheel);
/// The file of the pinned digest on that page. Errors: the page is not in JSON, no file has the digest, no
/// size.
Result<WheelFile> fileOnPage(std::string_view page, const std::string& pageUrl, const PinnedWheel& wheel);

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#pragma once

// A LibTorch as it lies on a disk, and the places where one is looked for. Nothing of it is loaded here.

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

/// The versions that the engine can be loaded with: "2.11", which stands for 2.11.0, 2.11.1, …
std::string_view libtorchSeries();

/// PyTorch's wheel (site-packages/torch) or its zip (libtorch), unpacked.
struct LibTorchFolder {
    std::filesystem::path folder{};
    std::string version{}; ///< "2.11.0+cu130"
    std::filesystem::path libraries() const { return folder / "lib"; }
};

/// The LibTorch in a folder, or in its subfolder torch. Errors: none there, libraries missing, a version that
/// is not known or does not fit.
Result<LibTorchFolder> openLibTorchFolder(const std::filesystem::path& folder);

/// A place where a LibTorch may be.
struct LibTorchPlace {
    std::string name{}; ///< as messages and `check` call it
    Result<LibTorchFolder> found{};
    bool isUsed = false; ///< the first that serves
};

/// Where to look, in this order; what is empty is not there.
struct LibTorchPlaces {
    std::filesystem::path named{}; ///< by $MANTISSA_LIBTORCH: if it is set, nothing else is looked at
    std::filesystem::path
        built{}; ///< by who built or installed the program: libtorch-folder.txt beside the engine
    std::filesystem::path fetched{}; ///< what `mantissa-cli fetch-libtorch` has left
    std::vector<std::string> python{}; ///< asks a Python for the folder of its package torch

    /// Those of this process.
    static LibTorchPlaces ofThisProcess();
};

/// All places with what is there.
std::vector<LibTorchPlace> lookAtAll(const LibTorchPlaces& places);
/// The first that serves; later ones are not looked at. Errors: what each place lacks, and the ways out.
Result<LibTorchPlace> findLibTorch(const LibTorchPlaces& places);

/// Where `mantissa-cli fetch-libtorch` puts it; empty where the user has no folder for data.
std::filesystem::path fetchedLibTorchFolder();

} // namespace mantissa

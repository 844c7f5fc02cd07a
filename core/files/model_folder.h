// SPDX-License-Identifier: Apache-2.0
#pragma once

// A model's folder as transformers writes it: config.json, and weights as safetensors in one file or in
// shards with an index. Read with suspicion; nothing in it is executed.

#include "core/base/json.h"
#include "core/files/safetensors.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mantissa {

/// Where a tensor's bytes lie.
struct FolderTensor {
    std::size_t file = 0; ///< of ModelFolder::files
    std::string format{}; ///< "F32", "BF16", …
    std::vector<std::int64_t> sizes{};
    std::int64_t begin = 0; ///< in the file
    std::int64_t end = 0;
};

struct ModelFolder {
    std::filesystem::path folder{};
    std::vector<std::filesystem::path> files{};
    std::map<std::string, FolderTensor> tensors{};
};

/// Its config.json. Errors: no folder, none in it, no object.
Result<Json> readModelConfig(const std::filesystem::path& folder);
/// Its weights' headers. Errors: weights in another format alone (pytorch_model.bin), a shard that the index
/// names and that is missing, a tensor that is not in the shard that the index names, damage.
Result<ModelFolder> openModelFolder(const std::filesystem::path& folder);

} // namespace mantissa

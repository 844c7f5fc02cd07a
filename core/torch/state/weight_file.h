// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tensors to and from safetensors, one at a time.

#include "core/base/result.h"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mantissa {

struct NamedTensor {
    std::string name;
    std::vector<std::int64_t> sizes;
    std::function<at::Tensor()> value; ///< made when its turn comes
    at::ScalarType type = at::kFloat; ///< float, int8 or uint8
};

Result<std::int64_t> saveTensors(const std::filesystem::path& file, const std::vector<NamedTensor>& tensors,
    const std::map<std::string, std::string>& metadata = {});

/// Reads every tensor named and hands it to `take` with its position. A file that holds other tensors or
/// shapes is refused: it belongs to another model.
Status loadTensors(const std::filesystem::path& file, const std::vector<NamedTensor>& expected,
    const std::function<void(std::size_t, const at::Tensor&)>& take,
    std::map<std::string, std::string>* metadata = nullptr);

} // namespace mantissa

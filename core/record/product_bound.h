// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the matrix products of a step allow: their time, each at the fastest that was measured for its shape,
// beside the time of the step. Measured by `check RUN`, and kept in the run's folder.

#include "core/base/json.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mantissa {

/// Products of one operation and shape.
struct ProductMeasured {
    std::string operation{}; ///< as LibTorch calls it: "mm", "addmm", …
    std::string shape{}; ///< of the operands: "4096×384 · 384×1536"
    std::string format{}; ///< "fp32", …; of a format that is emulated the tiles are FP32
    std::int64_t count = 0; ///< in a step
    double seconds = 0; ///< of one of them, at its fastest
};

struct ProductBound {
    std::string device{}; ///< name for people
    std::int64_t threads = 0;
    double stepSeconds = 0; ///< median of `steps`
    std::int64_t steps = 0;
    double productSeconds = 0; ///< of all products of a step, attention's included
    double flops = 0; ///< of the plain products among them, a step
    double peakFlops = 0; ///< a second, of a large square product in the format of the phase
    std::vector<ProductMeasured> products{}; ///< the most time together first

    /// Of the step's time, 0–1: what is left to gain is what is missing to 1.
    double share() const { return stepSeconds > 0 ? productSeconds / stepSeconds : 0; }
    /// What the plain products reach over the whole step, of the fastest product.
    double shareOfPeak() const
    {
        return stepSeconds > 0 && peakFlops > 0 ? flops / stepSeconds / peakFlops : 0;
    }
};

Json toJson(const ProductBound& bound);
/// "71 % of what the products allow", for people.
std::string sentenceOf(const ProductBound& bound);

/// products.json of a run's folder.
Status writeProductBound(const std::filesystem::path& runFolder, const ProductBound& bound);
/// Nothing where it is not there, or cannot be read.
std::optional<ProductBound> readProductBound(const std::filesystem::path& runFolder);

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#pragma once

// The weights of a folder under the tensors of a model: each found by name, of the right shape, and turned
// into FP32 piece by piece from mapped files, so that no second copy of the model is ever there.

#include "core/files/mapped_file.h"
#include "core/files/model_folder.h"
#include "core/model/model_description.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace mantissa {

class FolderWeights {
public:
    /// Errors: a tensor missing, of another shape or of a format that holds no weights; one that the model
    /// has no place for.
    static Result<std::unique_ptr<FolderWeights>> open(
        const std::filesystem::path& folder, const ModelDescription& model);

    /// Elements first … first + n - 1 of a tensor in FP32. Any thread.
    void read(const TensorDescription& tensor, std::int64_t first, float* to, std::int64_t n) const;
    /// What reading has found: a weight that is NaN or infinite, by its tensor's name.
    Status status() const;
    /// Of each tensor, its name in the files.
    const std::vector<std::string>& names() const { return m_names; }

private:
    explicit FolderWeights(ModelFolder folder)
        : m_folder(std::move(folder))
    {
    }
    Status match(const ModelDescription& model);
    const FolderTensor* find(const std::string& name) const;

    ModelFolder m_folder;
    std::vector<MappedFile> m_files{};
    std::vector<const FolderTensor*> m_places{}; ///< by tensor
    std::vector<std::string> m_names{}; ///< of tensors
    mutable std::atomic<std::int64_t> m_bad{-1}; ///< a tensor with a weight that is not finite
};

} // namespace mantissa

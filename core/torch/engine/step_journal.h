// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a step over states on Disk must not lose while it changes them block by block: what entered each
// block, the gradient on its way down, norms and loss. After a kill the step goes forward from the first
// block that is not committed, with the bits it would have had. A file of records, one after another; a torn
// last one counts as not written. Trainer thread.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <tuple>

namespace mantissa {

/// Norms: of one block's gradients, in the order of its parameters. TiedGradient: the head's part of a tied
/// weight's.
enum class JournalKind : std::int32_t { Input, Gradient, TiedGradient, Norms, Loss };

/// Tensors on Host.
class JournalRecords {
public:
    /// Null when there is none.
    const at::Tensor* find(JournalKind kind, std::size_t block = 0, std::size_t micro = 0) const;
    /// Throws c10::Error when it is missing: the step cannot go forward.
    const at::Tensor& at(JournalKind kind, std::size_t block = 0, std::size_t micro = 0) const;
    void put(JournalKind kind, std::size_t block, std::size_t micro, at::Tensor tensor);

private:
    std::map<std::tuple<JournalKind, std::size_t, std::size_t>, at::Tensor> m_tensors{};
};

class StepJournal {
public:
    /// Opens or makes the file; all throw c10::Error with what the system said. Records of another `owner` (a
    /// run's identity) are not read.
    explicit StepJournal(std::filesystem::path file, const std::string& owner = {});
    ~StepJournal();
    StepJournal(const StepJournal&) = delete;
    StepJournal& operator=(const StepJournal&) = delete;

    /// Forgets the step before.
    void begin(std::int64_t step);
    void add(JournalKind kind, std::size_t block, std::size_t micro, const at::Tensor& tensor);
    /// What was added survives a power cut from here on.
    void sync() const;
    /// What an earlier process left of this step.
    JournalRecords read(std::int64_t step);

    /// Wherever it was moved to meanwhile.
    void remove() const;

private:
    std::filesystem::path m_file;
    std::uint64_t m_owner;
    int m_descriptor = -1;
    std::int64_t m_step = -1;
    std::int64_t m_end = 0;
};

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/torch/state/weight_file.h"

#include "core/files/safetensors.h"
#include "core/torch/memory/tier_scope.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>

namespace mantissa {

namespace {

std::string formatOf(at::ScalarType type)
{
    return type == at::kChar ? "I8" : type == at::kByte ? "U8" : "F32";
}

} // namespace

Result<std::int64_t> saveTensors(const std::filesystem::path& file, const std::vector<NamedTensor>& tensors,
    const std::map<std::string, std::string>& metadata)
{
    const c10::NoGradGuard noGrad;
    const PurposeScope purpose(MemoryClass::Workspace);
    std::vector<SafetensorsSource> sources;
    for (const NamedTensor& tensor : tensors)
        sources.push_back({tensor.name, formatOf(tensor.type), tensor.sizes, [&tensor](void* target) {
                               const at::Tensor value = tensor.value().cpu().contiguous();
                               std::memcpy(target, value.const_data_ptr(), value.nbytes());
                           }});
    return writeSafetensors(file, sources, metadata);
}

Status loadTensors(const std::filesystem::path& file, const std::vector<NamedTensor>& expected,
    const std::function<void(std::size_t, const at::Tensor&)>& take,
    std::map<std::string, std::string>* metadata)
{
    const auto header = readSafetensorsHeader(file);
    if (!header)
        return fail(header.error());
    const auto foreign = [&](const std::string& finding) {
        return fail(fmt::format("{} belongs to another model: {}; resume with the config it was made with",
            file.string(), finding));
    };
    if (header->entries.size() != expected.size())
        return foreign(fmt::format(
            "it holds {} tensors and this model has {}", header->entries.size(), expected.size()));
    const PurposeScope purpose(MemoryClass::Workspace);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const SafetensorsEntry* entry = header->find(expected[i].name);
        if (!entry)
            return foreign(fmt::format("it has no tensor '{}'", expected[i].name));
        if (entry->format != formatOf(expected[i].type) || entry->sizes != expected[i].sizes)
            return foreign(fmt::format("'{}' is {} [{}] there and {} [{}] here", entry->name, entry->format,
                fmt::join(entry->sizes, ", "), formatOf(expected[i].type),
                fmt::join(expected[i].sizes, ", ")));
        at::Tensor value = at::empty(entry->sizes, expected[i].type);
        if (auto status = readSafetensorsEntry(file, *header, *entry, value.mutable_data_ptr()); !status)
            return status;
        take(i, value);
    }
    if (metadata)
        *metadata = header->metadata;
    return {};
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/model/family.h"

#include "core/model/family_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace mantissa {

namespace {

const Family& familyOf(const ModelConfig& config)
{
    const auto all = families();
    const auto found = std::ranges::find(all, config.kind, &Family::name);
    assert(found != all.end());
    return *found;
}

} // namespace

std::span<const Family> families()
{
    static const std::vector<Family> all = listedFamilies();
    return all;
}

Result<Family> findFamily(std::string_view name)
{
    std::string known;
    for (const Family& family : families()) {
        if (family.name == name)
            return family;
        known += (known.empty() ? "" : ", ") + std::string(family.name);
    }
    return fail(fmt::format("'{}' is no kind of model; expected {}", name, known), ExitCode::Usage);
}

std::string familiesThatRead(InputKind input)
{
    std::string names;
    for (const Family& family : families())
        if (family.input == input)
            names += (names.empty() ? "" : ", ") + std::string(family.name);
    return names;
}

ModelDescription describe(const ModelConfig& config) { return familyOf(config).describe(config); }

InputKind inputOf(const ModelConfig& config) { return familyOf(config).input; }

std::int64_t parameterCount(const ModelConfig& config) { return describe(config).elements(); }

std::int64_t largestTensor(const ModelConfig& config) { return describe(config).largestTensor(); }

Status check(const ModelConfig& config)
{
    TRY(familyOf(config).check(config));
    if (config.frozen.empty())
        return {};
    const ModelDescription model = describe(config);
    for (const std::string& name : config.frozen)
        if (std::ranges::find(model.tensors, name, &TensorDescription::name) == model.tensors.end())
            return fail(fmt::format("model.frozen names '{}', and the model has no such tensor; the first is "
                                    "called '{}'",
                            name, model.tensors.front().name),
                ExitCode::Usage);
    if (model.trainedElements() == 0)
        return fail("model.frozen leaves nothing to train; take some tensors out of it", ExitCode::Usage);
    return {};
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/torch/numbers/saved_numbers.h"

#include "core/base/json.h"
#include "core/base/seconds.h"
#include "core/files/safetensors.h"
#include "core/record/run_config.h"
#include "core/record/run_store.h"
#include "core/record/settings_history.h"
#include "core/torch/numbers/number_statistics.h"
#include "core/torch/optim/adamw_kernel.h"
#include "core/training/learning_rate.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <map>
#include <optional>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

/// One file and what it says it holds.
struct TensorFile {
    fs::path path{};
    SafetensorsHeader header{};

    template <class T> Result<std::vector<T>> read(const SafetensorsEntry& entry) const
    {
        std::vector<T> values(static_cast<std::size_t>(entry.end - entry.begin) / sizeof(T));
        TRY(readSafetensorsEntry(path, header, entry, values.data()));
        return values;
    }
};

Result<TensorFile> openTensors(const fs::path& path)
{
    auto header = readSafetensorsHeader(path);
    if (!header)
        return fail(header.error());
    return TensorFile{path, std::move(*header)};
}

/// The optimizer at the checkpoint's last update; nothing where the checkpoint stands without its run.
struct LastUpdate {
    OptimizerConfig optimizer{};
    double rate = 0;
    std::int64_t t = 0;
};

std::optional<LastUpdate> lastUpdateOf(const fs::path& checkpoint)
{
    const auto state = readJsonFile(checkpoint / "trainer_state.json");
    const auto run = openRun(fs::absolute(checkpoint).lexically_normal().parent_path().parent_path());
    const auto step = state && state->is_object() ? state->value("global_step", Json()) : Json();
    if (!run || !step.is_number_integer() || step.get<std::int64_t>() < 1)
        return {};
    const auto t = step.get<std::int64_t>();
    RunConfig config = run->firstConfig(); // as it was at that update
    for (ConfigStretch& stretch : configsThatRan(*run))
        if (stretch.step <= t - 1)
            config = std::move(stretch.config);
    return LastUpdate{config.optimizer, learningRateAt(config.optimizer, t - 1, config.training.maxSteps), t};
}

struct SavedMoments {
    std::vector<float> m{};
    std::vector<float> v{};
    std::string format{};
    std::int64_t bytes = 0;
};

Result<SavedMoments> momentsOf(const TensorFile& file, const std::string& name, std::size_t n)
{
    SavedMoments moments;
    const SafetensorsEntry* m = file.header.find(name + ".m");
    const SafetensorsEntry* v = file.header.find(name + ".v");
    const SafetensorsEntry* mScale = file.header.find(name + ".m_scale");
    const SafetensorsEntry* vScale = file.header.find(name + ".v_scale");
    if (!m || !v)
        return fail(
            fmt::format("{} has no moments of '{}'; it belongs to another model", file.path.string(), name));
    moments.bytes = m->end - m->begin + v->end - v->begin;
    if (m->format == "F32" && v->format == "F32") {
        auto first = file.read<float>(*m);
        auto second = file.read<float>(*v);
        if (!first || !second)
            return fail(first ? second.error() : first.error());
        moments = {std::move(*first), std::move(*second), "fp32", moments.bytes};
    } else if (m->format == "I8" && v->format == "U8" && mScale && vScale) {
        const auto m8 = file.read<std::int8_t>(*m);
        const auto v8 = file.read<std::uint8_t>(*v);
        const auto mScales = file.read<float>(*mScale);
        const auto vScales = file.read<float>(*vScale);
        const std::size_t blocks = (n + momentBlock - 1) / momentBlock;
        if (!m8 || !v8 || !mScales || !vScales || m8->size() != n || v8->size() != n
            || mScales->size() != blocks || vScales->size() != blocks)
            return fail(fmt::format(
                "{}: the moments of '{}' cannot be read; it is damaged", file.path.string(), name));
        moments.m.resize(n), moments.v.resize(n);
        decodeMoments(
            m8->data(), v8->data(), mScales->data(), vScales->data(), moments.m.data(), moments.v.data(), n);
        moments.format = "int8";
        moments.bytes += static_cast<std::int64_t>(8 * blocks);
    }
    if (moments.m.size() != n || moments.v.size() != n)
        return fail(
            fmt::format("{}: the moments of '{}' are not as many as its weights; it belongs to another model",
                file.path.string(), name));
    return moments;
}

struct Seen {
    NumberGroup group{};
    NumberSums sums{};
};

Status look(const SafetensorsEntry& entry, const TensorFile& weights,
    const std::optional<TensorFile>& moments, const std::optional<LastUpdate>& update, Seen& seen)
{
    const auto before = weights.read<float>(entry);
    if (!before)
        return fail(before.error());
    NumberGroup& group = seen.group;
    ++group.tensors;
    group.elements += static_cast<std::int64_t>(before->size());
    group.weights = {"fp32", Tier::Disk, group.weights.bytes + entry.end - entry.begin};
    std::vector<float> after = *before;
    if (moments) {
        const auto saved = momentsOf(*moments, entry.name, before->size());
        if (!saved)
            return fail(saved.error());
        TensorsHeld& held = group.moments;
        held.tier = Tier::Disk;
        held.bytes += saved->bytes;
        if (held.format.find(saved->format) == std::string::npos)
            held.format += (held.format.empty() ? "" : ", ") + saved->format;
        if (update) {
            const OptimizerConfig& o = update->optimizer;
            const AdamwScalars s = adamwScalars(update->rate, o.beta1, o.beta2, o.epsilon,
                entry.sizes.size() > 1 ? o.weightDecay : 0, update->t, 1);
            for (std::size_t i = 0; i < after.size(); ++i)
                after[i] = after[i] * s.decay
                    + (-s.stepSize * saved->m[i]) / (std::sqrt(saved->v[i]) / s.rootCorrection + s.epsilon);
        }
    }
    seen.sums.addUpdates(*before, after);
    return {};
}

} // namespace

Result<NumbersMeasured> measureSaved(const fs::path& folder)
{
    const auto start = std::chrono::steady_clock::now();
    std::error_code error;
    const auto checkpoint
        = fs::exists(folder / "model.safetensors", error) ? std::optional(folder) : newestCheckpoint(folder);
    if (!checkpoint)
        return fail(fmt::format("{} is neither a checkpoint nor a run with one; name a run folder or a "
                                "folder with model.safetensors",
                        folder.string()),
            ExitCode::Usage);
    const auto weights = openTensors(*checkpoint / "model.safetensors");
    if (!weights)
        return fail(weights.error());
    std::optional<TensorFile> moments;
    if (fs::exists(*checkpoint / "moments.safetensors", error)) {
        auto opened = openTensors(*checkpoint / "moments.safetensors");
        if (!opened)
            return fail(opened.error());
        moments = std::move(*opened);
    }
    const auto update = lastUpdateOf(*checkpoint);
    NumbersMeasured measured{.step = update ? update->t : 0, .isExact = true};
    std::map<std::string, Seen> groups;
    std::vector<std::string> order;
    for (const SafetensorsEntry& entry : weights->header.entries) {
        if (entry.format != "F32")
            return fail(fmt::format("{}: '{}' is {}; only FP32 weights can be looked at",
                weights->path.string(), entry.name, entry.format));
        const std::string name = numberGroupOf(entry.name);
        if (!groups.contains(name))
            order.push_back(name);
        TRY(look(entry, *weights, moments, update, groups[name]));
    }
    for (const std::string& name : order) {
        measured.groups.push_back(groups[name].group);
        measured.groups.back().name = name;
        groups[name].sums.fill(measured.groups.back());
    }
    measured.seconds = secondsSince(start);
    return measured;
}

} // namespace mantissa

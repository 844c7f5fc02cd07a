// SPDX-License-Identifier: Apache-2.0
#include "core/record/folder_weights.h"

#include "core/precision/half_bits.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <cstring>
#include <set>
#include <vector>

namespace mantissa {

namespace {

/// What files hold beside weights: constants of positions and masks that older versions saved. A tied head's
/// copy of the embedding is passed over too.
bool isIgnorable(std::string_view name)
{
    return name.ends_with(".inv_freq") || name.ends_with("attn.bias") || name.ends_with("attn.masked_bias")
        || name.ends_with("attention.bias") || name.ends_with("attention.masked_bias")
        || name == "lm_head.weight" || name == "embed_out.weight";
}

/// What each FP16 number is in FP32, by its bits: their conversion has branches, which a loop would pay for.
const std::vector<float>& fp16Numbers()
{
    static const std::vector<float> numbers = [] {
        std::vector<float> all(1U << 16U);
        for (std::size_t bits = 0; bits < all.size(); ++bits)
            all[bits] = floatOfFp16(static_cast<std::uint16_t>(bits));
        return all;
    }();
    return numbers;
}

std::uint16_t bitsAt(const std::byte* from, std::int64_t i)
{
    std::uint16_t bits = 0;
    std::memcpy(&bits, from + 2 * i, sizeof bits);
    return bits;
}

/// True where all are finite. Loops without branches, so that they are done with vectors.
bool convertFrom(const std::string& format, const std::byte* from, float* to, std::int64_t n)
{
    constexpr std::uint32_t exponent = 0x7F800000U; // all ones in what is infinite or NaN
    if (format == "BF16") {
        for (std::int64_t i = 0; i < n; ++i)
            to[i] = floatOfBf16(bitsAt(from, i));
    } else if (format == "F16") {
        const std::vector<float>& numbers = fp16Numbers();
        for (std::int64_t i = 0; i < n; ++i)
            to[i] = numbers[bitsAt(from, i)];
    } else {
        std::memcpy(to, from, static_cast<std::size_t>(n) * sizeof(float));
    }
    std::uint32_t bad = 0;
    for (std::int64_t i = 0; i < n; ++i)
        bad |= static_cast<std::uint32_t>((std::bit_cast<std::uint32_t>(to[i]) & exponent) == exponent);
    return bad == 0;
}

std::int64_t widthOf(const std::string& format) { return format == "F32" ? 4 : 2; }

} // namespace

Result<std::unique_ptr<FolderWeights>> FolderWeights::open(
    const std::filesystem::path& folder, const ModelDescription& model)
{
    auto opened = openModelFolder(folder);
    if (!opened)
        return fail(opened.error());
    std::unique_ptr<FolderWeights> weights(new FolderWeights(std::move(*opened)));
    TRY(weights->match(model));
    for (const auto& file : weights->m_folder.files) {
        auto mapped = MappedFile::open(file);
        if (!mapped)
            return fail(mapped.error());
        for (const FolderTensor* place : weights->m_places)
            if (weights->m_folder.files[place->file] == file
                && place->end > static_cast<std::int64_t>(mapped->bytes().size()))
                return fail(fmt::format("{} was cut while it was read; fetch it again", file.string()));
        weights->m_files.push_back(std::move(*mapped));
    }
    return weights;
}

const FolderTensor* FolderWeights::find(const std::string& name) const
{
    const auto found = m_folder.tensors.find(name);
    return found == m_folder.tensors.end() ? nullptr : &found->second;
}

Status FolderWeights::match(const ModelDescription& model)
{
    const auto wrong = [&](std::string finding) {
        return fail(fmt::format("{}: {}", m_folder.folder.string(), std::move(finding)), ExitCode::Usage);
    };
    // files of a bare model lack the name of what holds it ("transformer.", "model.")
    const std::string& first = model.tensors.front().name;
    const std::string bare = first.substr(0, first.find('.') + 1);
    const bool isBare = !find(first) && find(first.substr(bare.size()));
    const auto nameInFile = [&](const std::string& name) {
        return isBare && name.starts_with(bare) ? name.substr(bare.size()) : name;
    };
    std::set<std::string> used;
    for (const TensorDescription& tensor : model.tensors) {
        const std::string name = nameInFile(tensor.name);
        const FolderTensor* place = find(name);
        if (!place)
            return wrong(
                fmt::format("tensor '{}' is missing; its config.json and its weights are of two models, "
                            "or a part was not fetched",
                    name));
        if (place->sizes != tensor.sizes)
            return wrong(
                fmt::format("tensor '{}' is [{}] and config.json makes it [{}]; they are of two models", name,
                    fmt::join(place->sizes, ", "), fmt::join(tensor.sizes, ", ")));
        if (place->format != "F32" && place->format != "BF16" && place->format != "F16")
            return wrong(fmt::format("tensor '{}' is {}; F32, BF16 and F16 can be trained: take the model as "
                                     "it was before it was quantized",
                name, place->format));
        used.insert(name);
        m_places.push_back(place);
        m_names.push_back(name);
    }
    for (const auto& [name, place] : m_folder.tensors)
        if (!used.contains(name) && !isIgnorable(name))
            return wrong(fmt::format("tensor '{}' has no place in a {}; its config.json is of another model",
                name, model.config.kind));
    return {};
}

void FolderWeights::read(const TensorDescription& tensor, std::int64_t first, float* to, std::int64_t n) const
{
    const FolderTensor& place = *m_places[tensor.index];
    const std::byte* from = m_files[place.file].bytes().data() + place.begin + first * widthOf(place.format);
    if (!convertFrom(place.format, from, to, n))
        m_bad.store(static_cast<std::int64_t>(tensor.index), std::memory_order_relaxed);
}

Status FolderWeights::status() const
{
    const std::int64_t bad = m_bad.load(std::memory_order_relaxed);
    if (bad < 0)
        return {};
    return fail(
        fmt::format("{}: tensor '{}' holds a number that is NaN or infinite, from which nothing can be "
                    "trained; take another copy of the model",
            m_folder.folder.string(), m_names[static_cast<std::size_t>(bad)]),
        ExitCode::Usage);
}

} // namespace mantissa

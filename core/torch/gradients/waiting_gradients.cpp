// SPDX-License-Identifier: Apache-2.0
#include "core/torch/gradients/waiting_gradients.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace mantissa {

namespace {

constexpr std::int64_t alignment = 64; // bytes: vectors

std::int64_t bytesOf(const WaitingGradient& gradient)
{
    return c10::multiply_integers(gradient.sizes)
        * static_cast<std::int64_t>(c10::elementSize(gradient.type));
}

} // namespace

Result<std::unique_ptr<WaitingGradients>> WaitingGradients::open(
    const std::filesystem::path& file, WaitingShape shape, bool reopens, const std::string& owner)
{
    std::vector<UnitLayout> units;
    for (const auto& block : shape) {
        std::int64_t bytes = 0;
        for (const WaitingGradient& gradient : block)
            bytes += roundedUp(bytesOf(gradient), alignment);
        bytes
            = roundedUp(std::max<std::int64_t>(1, bytes), filePage); // a block that is frozen has a place too
        units.push_back({.remainder = bytes, .moments = bytes, .end = bytes});
    }
    auto opened = reopens ? UnitFile::reopen(file, std::move(units), owner)
                          : UnitFile::make(file, std::move(units), owner);
    if (!opened)
        return fail(opened.error());
    return std::unique_ptr<WaitingGradients>(new WaitingGradients(std::move(*opened), std::move(shape)));
}

WaitingGradients::WaitingGradients(UnitFile file, WaitingShape shape)
    : m_shape(std::move(shape))
    , m_disk(std::move(file))
{
}

std::vector<at::Tensor> WaitingGradients::views(std::size_t block, const at::Tensor& bytes) const
{
    std::vector<at::Tensor> tensors;
    std::int64_t offset = 0;
    for (const WaitingGradient& gradient : m_shape[block]) {
        tensors.push_back(
            bytes.narrow(0, offset, bytesOf(gradient)).view(gradient.type).view(gradient.sizes));
        offset += roundedUp(bytesOf(gradient), alignment);
    }
    return tensors;
}

void WaitingGradients::put(std::size_t block, const std::vector<at::Tensor>& gradients, std::int64_t step)
{
    const auto places = views(block, m_disk.acquire(block, Parts::Weights, /*read*/ false));
    for (std::size_t i = 0; i < places.size(); ++i) {
        TORCH_CHECK(gradients[i].scalar_type() == m_shape[block][i].type,
            "a gradient that waits on Disk has another format than expected");
        places[i].copy_(gradients[i]);
    }
    m_disk.release(block, true, step);
}

std::vector<at::Tensor> WaitingGradients::take(std::size_t block, std::int64_t step)
{
    TORCH_CHECK(m_disk.stepOf(block) == step, "the waiting gradients of block ", block, " are of update ",
        m_disk.stepOf(block), ", not ", step, "; go back to a checkpoint or start anew");
    return views(block, m_disk.acquire(block, Parts::Weights));
}

} // namespace mantissa

// SPDX-License-Identifier: Apache-2.0
#include "core/torch/card/card_views.h"

#include "core/torch/card/card_memory.h"

#include <atomic>
#include <cstring>

namespace mantissa::card {

namespace {

thread_local int depth = 0;
std::atomic<std::int64_t> foreign = 0;

at::Tensor tensorOver(const c10::Storage& storage, c10::DispatchKey key, const at::Tensor& like)
{
    at::Tensor tensor = at::detail::make_tensor<c10::TensorImpl>(
        c10::Storage(storage), c10::DispatchKeySet(key), like.dtype());
    tensor.unsafeGetTensorImpl()->set_sizes_and_strides(like.sizes(), like.strides(), like.storage_offset());
    tensor._set_conj(like.is_conj());
    tensor._set_neg(like.is_neg());
    return tensor;
}

c10::Storage deviceStorage(std::size_t bytes, c10::DataPtr data)
{
    return {c10::Storage::use_byte_size_t(), bytes, std::move(data), &Memory::instance(), /*resizable*/ true};
}

/// The card's name for memory that a kernel took; the kernel's own storage ends with it.
c10::DataPtr adopted(const c10::Storage& inner)
{
    return {Memory::instance().outside(inner.data_ptr().get()), new c10::Storage(inner),
        [](void* kept) { delete static_cast<c10::Storage*>(kept); }, c10::Device(deviceType, 0)};
}

} // namespace

bool isOnCard(const at::Tensor& tensor) { return tensor.defined() && tensor.device().type() == deviceType; }

OnCard::OnCard() { ++depth; }
OnCard::~OnCard() { --depth; }
bool OnCard::isOn() { return depth > 0; }

std::int64_t Views::foreignResults() { return foreign; }

at::Tensor Views::inside(const at::Tensor& tensor)
{
    if (!isOnCard(tensor)) {
        m_hasForeign = m_hasForeign || (tensor.defined() && tensor.dim() > 0);
        return tensor;
    }
    for (const auto& [outer, inner] : m_tensors)
        if (outer.is_same(tensor))
            return inner;
    c10::Storage& storage = m_inner[tensor.storage().unsafeGetStorageImpl()];
    if (!storage) {
        c10::DataPtr data(Memory::instance().inside(tensor.storage().data_ptr().get()), at::kCPU);
        storage = c10::Storage(c10::Storage::use_byte_size_t(), tensor.storage().nbytes(), std::move(data),
            c10::GetAllocator(at::kCPU), /*resizable*/ true);
        m_outer[storage.unsafeGetStorageImpl()] = tensor.storage();
    }
    at::Tensor inner = tensorOver(storage, c10::DispatchKey::CPU, tensor);
    m_tensors.emplace_back(tensor, inner);
    return inner;
}

void Views::finish()
{
    for (const auto& [outer, inner] : m_tensors) {
        const c10::Storage& before = m_inner.at(outer.storage().unsafeGetStorageImpl());
        TORCH_CHECK(inner.storage().is_alias_of(before),
            "simulated card: an operation gave a tensor another storage");
        if (inner.storage().data_ptr().get() != Memory::instance().inside(outer.storage().data_ptr().get())) {
            outer.storage().set_data_ptr_noswap(adopted(inner.storage()));
            outer.storage().set_nbytes(inner.storage().nbytes());
        }
        if (inner.sizes() != outer.sizes() || inner.strides() != outer.strides()
            || inner.storage_offset() != outer.storage_offset())
            outer.unsafeGetTensorImpl()->set_sizes_and_strides(
                inner.sizes(), inner.strides(), inner.storage_offset());
    }
}

at::Tensor Views::outside(const at::Tensor& result)
{
    if (!result.defined() || !result.is_cpu())
        return result;
    for (const auto& [outer, inner] : m_tensors)
        if (inner.is_same(result))
            return outer;
    c10::Storage& storage = m_outer[result.storage().unsafeGetStorageImpl()];
    if (!storage) {
        m_kept.push_back(result.storage());
        const std::size_t bytes = result.storage().nbytes();
        if (bytes == 0 || Memory::instance().isInside(result.storage().data_ptr().get())) {
            storage = deviceStorage(bytes, adopted(result.storage()));
        } else {
            ++foreign;
            storage = deviceStorage(bytes, Memory::instance().allocate(bytes));
            std::memcpy(Memory::instance().inside(storage.data_ptr().get()), result.storage().data(), bytes);
        }
    }
    return tensorOver(storage, c10::DispatchKey::PrivateUse1, result);
}

} // namespace mantissa::card

// SPDX-License-Identifier: Apache-2.0
#include "core/torch/card/card_generator.h"

#include "core/torch/card/card_memory.h"

#include <ATen/CPUGeneratorImpl.h>

#include <mutex>

namespace mantissa::card {

namespace {

class CardGenerator final : public c10::GeneratorImpl {
public:
    CardGenerator()
        : GeneratorImpl(c10::Device(deviceType, 0), c10::DispatchKeySet(c10::DispatchKey::PrivateUse1))
        , m_cpu(at::detail::createCPUGenerator())
    {
    }
    void set_current_seed(uint64_t seed) override { m_cpu.set_current_seed(seed); }
    void set_offset(uint64_t offset) override { m_cpu.set_offset(offset); }
    uint64_t get_offset() const override { return m_cpu.get_offset(); }
    uint64_t current_seed() const override { return m_cpu.current_seed(); }
    uint64_t seed() override { return m_cpu.seed(); }
    void set_state(const c10::TensorImpl& state) override
    {
        m_cpu.unsafeGetGeneratorImpl()->set_state(state);
    }
    c10::intrusive_ptr<c10::TensorImpl> get_state() const override
    {
        return m_cpu.unsafeGetGeneratorImpl()->get_state();
    }
    const at::Generator& cpu() const { return m_cpu; }

private:
    GeneratorImpl* clone_impl() const override
    {
        TORCH_CHECK(false, "generators of the simulated card cannot be copied");
    }
    at::Generator m_cpu;
};

std::recursive_mutex swapping;

void swapWithCpu()
{
    auto* cpu = at::detail::getDefaultCPUGenerator().get<at::CPUGeneratorImpl>();
    auto* card = innerGenerator(defaultGenerator()).get<at::CPUGeneratorImpl>();
    const auto engine = cpu->engine();
    const auto nextFloat = cpu->next_float_normal_sample();
    const auto nextDouble = cpu->next_double_normal_sample();
    cpu->set_engine(card->engine());
    cpu->set_next_float_normal_sample(card->next_float_normal_sample());
    cpu->set_next_double_normal_sample(card->next_double_normal_sample());
    card->set_engine(engine);
    card->set_next_float_normal_sample(nextFloat);
    card->set_next_double_normal_sample(nextDouble);
}

} // namespace

const at::Generator& defaultGenerator()
{
    static const at::Generator generator = newGenerator();
    return generator;
}

at::Generator newGenerator() { return at::make_generator<CardGenerator>(); }

at::Generator innerGenerator(const at::Generator& card) { return card.get<CardGenerator>()->cpu(); }

GeneratorSwap::GeneratorSwap(bool isOn)
    : m_isOn(isOn)
{
    if (!m_isOn)
        return;
    swapping.lock();
    swapWithCpu();
}

GeneratorSwap::~GeneratorSwap()
{
    if (!m_isOn)
        return;
    swapWithCpu();
    swapping.unlock();
}

} // namespace mantissa::card

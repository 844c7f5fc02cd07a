// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/whole_backend.h"

#include "core/record/environment.h"
#include "core/torch/engine/guarded.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/torch_backend.h"
#include "core/torch/weights/weight_file.h"

#include <ATen/ATen.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <thread>

namespace mantissa {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

void finishWork(at::Device device)
{
    if (!device.is_cpu())
        at::accelerator::synchronizeDevice(device.index());
}

void useThreads(std::int64_t asked)
{
    const auto all = static_cast<std::int64_t>(std::max(1u, std::thread::hardware_concurrency()));
    at::set_num_threads(static_cast<int>(asked > 0 ? std::min(asked, all) : all));
}

} // namespace

std::string deviceTitle(at::Device device)
{
    if (!device.is_cpu())
        return device.str();
    return fmt::format("cpu: {}, {} used", cpuName(), at::get_num_threads());
}

bool emulatesFp16(at::Device device)
{
#if defined(__x86_64__)
    // AVX512-FP16 came after GCC 12's names for __builtin_cpu_supports; ask the processor itself (leaf 7, edx bit 23)
    unsigned a = 7;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    return device.is_cpu() && (d >> 23 & 1u) == 0;
#else
    return device.is_cpu();
#endif
}

WholeBackend::WholeBackend(const RunConfig& config, std::unique_ptr<Dataset> data, at::Device device)
    : m_config(config)
    , m_data(std::move(data))
    , m_store(device)
    , m_model(makeModel(config.model))
    , m_optimizer(config.optimizer)
    , m_executor(m_model, m_store, *m_data)
    , m_meter(device, [this] { return knownBytes(); })
{
    useThreads(config.training.threads);
    CountedAllocator::instance().setBudget(device.is_cpu() ? config.memory.budgetBytes : std::nullopt);
    const PurposeScope purpose(MemoryClass::Weights);
    for (const ParameterSpec& spec : m_model.parameters)
        m_store.add(spec.name, spec.decays, initialValue(spec, config.training.seed, device));
}

WholeBackend::~WholeBackend() { CountedAllocator::instance().setBudget(std::nullopt); }

MemoryComposition WholeBackend::knownBytes() const
{
    MemoryComposition known;
    const auto onDevice = [&](const at::Tensor& tensor, MemoryClass memoryClass) {
        if (tensor.defined() && tensor.device() == m_store.device())
            known.at(memoryClass) += static_cast<std::int64_t>(tensor.nbytes());
    };
    for (const Parameter& parameter : m_store.parameters()) {
        onDevice(parameter.value, MemoryClass::Weights);
        onDevice(parameter.low, MemoryClass::Remainder);
        onDevice(parameter.m, MemoryClass::Moments);
        onDevice(parameter.v, MemoryClass::Moments);
        if (parameter.value.defined())
            onDevice(parameter.value.grad(), MemoryClass::Gradients);
    }
    return known;
}

ForwardContext WholeBackend::context(bool training) const
{
    return {training, m_store.form() == Precision::Fp16 && emulatesFp16(m_store.device())};
}

BackendFacts WholeBackend::facts() const
{
    BackendFacts facts{.device = deviceTitle(m_store.device()), .parameters = m_store.elements(),
        .tokensPerStep = m_config.tokensPerStep()};
    if (const std::string& problem = cudaProblem(); !problem.empty())
        facts.notices.push_back("CUDA is off: " + problem);
    if (emulatesFp16(m_store.device()))
        for (const Phase phase : allPhases)
            if (m_config.choices.table.resolve(phase).compute == Precision::Fp16)
                facts.notices.push_back(fmt::format("FP16 in {} is emulated on this device (products in FP32, rounded): for "
                                                    "correctness, not for speed", nameOf(phase)));
    const auto setting = [](const char* name) {
        const char* value = std::getenv(name); // NOLINT(concurrency-mt-unsafe): set before threads began
        return std::string(value ? value : "default");
    };
    const Json environment = {{"libtorch", TORCH_VERSION}, {"threads", at::get_num_threads()},
        {"omp_wait_policy", setting("OMP_WAIT_POLICY")}, {"gomp_spincount", setting("GOMP_SPINCOUNT")}, {"libtorch_config", at::show_config()},
        {"device", facts.device}, {"fp16", emulatesFp16(m_store.device()) ? "emulated" : "native"}};
    facts.environmentJson = environment.dump();
    return facts;
}

Result<SegmentReport> WholeBackend::enter(Phase phase, const ResolvedPlan& plan)
{
    return guarded([&]() -> Result<SegmentReport> {
        m_meter.begin();
        SegmentReport report;
        if (phase != Phase::Predict)
            m_readout.dropCandidate();
        if (plan.compute == Precision::Fp16 && m_plan.compute != Precision::Fp16 && emulatesFp16(m_store.device()))
            report.notices.push_back(fmt::format("FP16 in {} is emulated on this device: for correctness, not for speed", nameOf(phase)));
        const CastReport cast = m_store.cast(plan.compute, plan.remainder);
        const MoveReport moved = m_store.moveMoments(plan.moments);
        finishWork(m_store.device());
        m_plan = plan;
        report.casts = cast.tensors;
        report.castBytes = cast.bytes;
        report.castSeconds = cast.seconds;
        report.castMismatches = cast.mismatches;
        report.escapes = cast.escapes;
        report.moves = moved.tensors;
        report.moveBytes = moved.bytes;
        report.memory = m_meter.end();
        return report;
    });
}

void WholeBackend::seedFor(std::int64_t step)
{
    if (m_config.model.dropout > 0) // a pure function of the step, so a resumed run drops the same elements
        at::manual_seed(randomAt(m_config.training.seed, step, -1, 0));
}

Result<StepReport> WholeBackend::step(const StepOrder& order)
{
    return guarded([&]() -> Result<StepReport> {
        const auto start = Clock::now();
        m_meter.begin();
        seedFor(order.step);
        StepReport report;
        {
            const GradientResult result = m_executor.gradients(
                order.step, m_config.training.accumulation, m_plan.gradients, order.lossScale, context(true));
            report.loss = result.loss;
            const PurposeScope purpose(MemoryClass::Workspace);
            report.gradNorm = gradientNorm(result.gradients) / order.lossScale;
            report.skipped = !std::isfinite(report.gradNorm) || !std::isfinite(report.loss);
            if (!report.skipped) {
                const double limit = m_config.optimizer.maxGradNorm;
                const double clip = limit > 0 ? std::min(1.0, limit / (report.gradNorm + 1e-6)) : 1.0;
                m_optimizer.update(m_store, result.gradients, order.learningRate, order.step + 1, clip / order.lossScale);
            }
        }
        m_store.dropGradients();
        if (order.collectReadout && !report.skipped)
            m_readout.collect(m_store);
        finishWork(m_store.device());
        report.seconds = secondsSince(start);
        report.memory = m_meter.end();
        return report;
    });
}

Result<ProbeReport> WholeBackend::probe(std::int64_t step)
{
    return guarded([&]() -> Result<ProbeReport> {
        const auto start = Clock::now();
        m_meter.begin();
        ProbeReport report;
        Batch batch;
        {
            const PurposeScope purpose(MemoryClass::Data);
            batch = m_data->trainingBatch(step, 0);
        }
        report.loss = m_executor.loss(batch, m_store.values(), context(false));
        report.readoutLoss = m_readout.count() > 0
            ? m_executor.loss(batch, m_readout.candidate(m_store, m_plan.compute), context(false))
            : NAN;
        report.seconds = secondsSince(start);
        report.memory = m_meter.end();
        return report;
    });
}

Result<EvaluationReport> WholeBackend::evaluate(Precision compute)
{
    return guarded([&]() -> Result<EvaluationReport> {
        const auto start = Clock::now();
        m_meter.begin();
        const Precision before = m_store.form();
        m_store.cast(compute, m_plan.remainder);
        EvaluationReport report;
        std::int64_t hits = 0;
        std::int64_t rows = 0;
        double sum = 0;
        for (std::int64_t i = 0; i < m_data->evaluationBatches(); ++i) {
            Batch batch;
            {
                const PurposeScope purpose(MemoryClass::Data);
                batch = m_data->evaluationBatch(i);
            }
            const double loss = m_executor.loss(batch, m_store.values(), context(false), m_data->hasClasses() ? &hits : nullptr);
            report.batchLosses.push_back(loss);
            sum += loss * static_cast<double>(batch.targets.numel());
            rows += batch.targets.numel();
        }
        m_store.cast(before, m_plan.remainder);
        report.loss = sum / static_cast<double>(rows);
        report.accuracy = m_data->hasClasses() ? static_cast<double>(hits) / static_cast<double>(rows) : NAN;
        report.seconds = secondsSince(start);
        report.memory = m_meter.end();
        return report;
    });
}

std::vector<NamedTensor> WholeBackend::weightTensors() const
{
    std::vector<NamedTensor> tensors;
    for (const Parameter& parameter : m_store.parameters())
        tensors.push_back({parameter.name, parameter.value.sizes().vec(), [this, &parameter] { return m_store.exactValue(parameter); }});
    return tensors;
}

std::vector<NamedTensor> WholeBackend::momentTensors() const
{
    std::vector<NamedTensor> tensors;
    for (const Parameter& parameter : m_store.parameters()) {
        tensors.push_back({parameter.name + ".m", parameter.value.sizes().vec(), [&parameter] { return parameter.m; }});
        tensors.push_back({parameter.name + ".v", parameter.value.sizes().vec(), [&parameter] { return parameter.v; }});
    }
    return tensors;
}

Result<std::int64_t> WholeBackend::save(const std::filesystem::path& folder)
{
    return guarded([&]() -> Result<std::int64_t> {
        const auto weights = saveTensors(folder / "model.safetensors", weightTensors(), {{"format", "pt"}});
        if (!weights)
            return weights;
        const auto moments = saveTensors(folder / "moments.safetensors", momentTensors());
        if (!moments)
            return moments;
        if (m_readout.count() == 0)
            return *weights + *moments;
        const auto readout = m_readout.save(folder / "readout.safetensors", m_store);
        if (!readout)
            return readout;
        return *weights + *moments + *readout;
    });
}

Status WholeBackend::load(const std::filesystem::path& folder)
{
    return guarded([&]() -> Status {
        auto& parameters = m_store.parameters();
        auto status = loadTensors(folder / "model.safetensors", weightTensors(),
            [&](std::size_t i, const at::Tensor& value) { m_store.assign(parameters[i], value); });
        if (!status)
            return status;
        status = loadTensors(folder / "moments.safetensors", momentTensors(), [&](std::size_t i, const at::Tensor& value) {
            (i % 2 == 0 ? parameters[i / 2].m : parameters[i / 2].v).copy_(value);
        });
        if (!status)
            return status;
        m_readout.reset();
        std::error_code error;
        const auto readout = folder / "readout.safetensors";
        return std::filesystem::exists(readout, error) ? m_readout.load(readout, m_store) : Status{};
    });
}

} // namespace mantissa

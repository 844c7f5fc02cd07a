// SPDX-License-Identifier: Apache-2.0
// The engine against a plain autograd loop written here with LibTorch alone: the same loss to the last bit,
// step by step.

#include "core/torch/engine/torch_engine.h"
#include "core/torch/kernels/cpu/cpu_kernels.h"
#include "core/torch/optim/optimizer.h"
#include "core/torch/torch_backend.h"
#include "tests/support/test_device.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>
#include <c10/core/GradMode.h>

#include <bit>
#include <fstream>

using namespace mantissa;

namespace {

constexpr int stepsOfModel = 50;

RunConfig gptConfig(const QTemporaryDir& dir)
{
    const auto file = std::filesystem::path(dir.path().toStdString()) / "text.txt";
    std::ofstream text(file);
    for (int i = 0; i < 20000; ++i)
        text << "line " << i * i % 977 << " of a text that repeats\n";
    text.close();
    RunConfig config;
    config.model = {.layers = 2, .width = 64, .heads = 4, .context = 32};
    config.data.source = file.string();
    config.training.batchSize = 6;
    config.training.threads = 2;
    return config;
}

/// GPT-2's forward pass as anybody would write it, for the weights of a 2-layer model in file order.
at::Tensor plainForward(const std::vector<at::Tensor>& w, const at::Tensor& tokens, std::int64_t heads)
{
    const std::int64_t batch = tokens.size(0), length = tokens.size(1), width = w[0].size(1);
    at::Tensor x = at::embedding(w[0], tokens) + w[1].slice(0, 0, length);
    const auto linear = [](const at::Tensor& in, const at::Tensor& weight, const at::Tensor& bias) {
        return at::addmm(bias, in.reshape({-1, in.size(-1)}), weight)
            .view({in.size(0), in.size(1), weight.size(1)});
    };
    std::size_t i = 2;
    for (; i + 2 < w.size(); i += 12) {
        const at::Tensor qkv = linear(at::layer_norm(x, {width}, w[i], w[i + 1], 1e-5), w[i + 2], w[i + 3]);
        const auto parts
            = qkv.view({batch, length, 3, heads, width / heads}).permute({2, 0, 3, 1, 4}).unbind(0);
        const at::Tensor mixed
            = at::scaled_dot_product_attention(parts[0], parts[1], parts[2], {}, 0.0, true);
        x = x + linear(mixed.transpose(1, 2).reshape({batch, length, width}), w[i + 4], w[i + 5]);
        const at::Tensor hidden = at::gelu(
            linear(at::layer_norm(x, {width}, w[i + 6], w[i + 7], 1e-5), w[i + 8], w[i + 9]), "tanh");
        x = x + linear(hidden, w[i + 10], w[i + 11]);
    }
    return at::mm(at::layer_norm(x, {width}, w[i], w[i + 1], 1e-5).view({-1, width}), w[0].t());
}

} // namespace

class WholeModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { initializeEngine(); }

    void fp32LossEqualsAPlainAutogradLoop() // to the last bit with LibTorch's kernels
    {
        const QTemporaryDir dir;
        const RunConfig config = gptConfig(dir);
        TorchEngine engine({config}, std::move(*openDataset(config)), testDevice());
        const auto data = std::move(*openDataset(config));
        std::vector<at::Tensor> w;
        std::vector<at::Tensor> m;
        std::vector<at::Tensor> v;
        for (const Parameter& parameter : engine.store().parameters()) {
            w.push_back(engine.store().exactValue(parameter).cpu().clone().requires_grad_());
            m.push_back(at::zeros_like(w.back()));
            v.push_back(at::zeros_like(w.back()));
        }
        QVERIFY(engine.enter(Phase::Full, {}).has_value());
        for (int step = 0; step < stepsOfModel; ++step) {
            const double rate = 1e-3;
            const Batch batch = data->trainingBatch(step, 0);
            const at::Tensor loss
                = at::cross_entropy_loss(plainForward(w, batch.inputs, config.model.heads), batch.targets);
            loss.backward();
            std::vector<at::Tensor> norms;
            for (const at::Tensor& weight : w)
                norms.push_back(weight.grad().norm());
            const double norm = at::stack(norms).norm().item<double>();
            const double clip = std::min(1.0, config.optimizer.maxGradNorm / (norm + 1e-6));
            for (std::size_t i = 0; i < w.size(); ++i) {
                const c10::NoGradGuard noGrad;
                if (clip != 1)
                    w[i].mutable_grad().mul_(clip);
                const bool decays = engine.store().parameters()[i].spec.decays;
                at::_fused_adamw_({w[i].detach()}, {w[i].grad()}, {m[i]}, {v[i]}, {},
                    {at::full({}, step + 1.0)}, rate, config.optimizer.beta1, config.optimizer.beta2,
                    decays ? config.optimizer.weightDecay : 0.0, config.optimizer.epsilon, false, false, {},
                    {});
                w[i].mutable_grad().reset();
            }
            const auto report = engine.step({.step = step, .learningRate = rate});
            QVERIFY(report.has_value());
            if (cpuKernels()) // sum in another order
                QVERIFY(std::abs(report->loss / loss.item<double>() - 1) < 1e-5);
            else
                QCOMPARE(std::bit_cast<std::uint32_t>(static_cast<float>(report->loss)),
                    std::bit_cast<std::uint32_t>(loss.item<float>()));
        }
        for (std::size_t i = 0; i < w.size(); ++i) {
            const at::Tensor own = engine.store().exactValue(engine.store().parameters()[i]).cpu();
            // early updates are as large as the rate, whatever the gradient's last digits say
            QVERIFY(cpuKernels() ? ((w[i] - own).abs().max() < 1e-4).item<bool>() : at::equal(w[i], own));
        }
    }

    void pairsUnderFp32GradientsLearnTheBitsOfTheFusedKernel()
    {
        // a multiple of 16: our pass against LibTorch's over FP32, for pairs and for FP32 weights
        const TensorDescription spec{.name = "w",
            .sizes = {128, 96},
            .initialiser = {Initialiser::Kind::Normal, 0.02},
            .decays = true};
        for (const Precision form : {Precision::Fp32, Precision::Bf16}) {
            const at::Device device = testDevice();
            ParameterStore store(StateFormat{device}, {.form = form});
            store.add({&spec, 1}, initialValues(1));
            at::Tensor plain = store.exactValue(store.parameters()[0]).cpu().clone();
            at::Tensor m = at::zeros_like(plain);
            at::Tensor v = at::zeros_like(plain);
            const OptimizerConfig config{};
            const Optimizer& optimizer = **optimizerFor({.device = device});
            const at::Tensor notFinite = at::zeros({1}, at::TensorOptions(at::kLong).device(device));
            for (int t = 1; t <= 20; ++t) {
                at::manual_seed(static_cast<std::uint64_t>(t));
                const at::Tensor gradient = at::randn({128, 96});
                PreparedUpdate update = optimizer.prepare(store.parameters()[0], gradient.to(device), {},
                    store.format(), config, {.rate = 1e-3, .t = t});
                optimizer.apply(update, notFinite);
                at::_fused_adamw_({plain}, {gradient}, {m}, {v}, {}, {at::full({}, static_cast<double>(t))},
                    1e-3, config.beta1, config.beta2, config.weightDecay, config.epsilon, false, false, {},
                    {});
            }
            QCOMPARE(notFinite.item<std::int64_t>(), 0);
            QVERIFY(at::equal(plain, store.exactValue(store.parameters()[0]).cpu()));
            QVERIFY(at::equal(m, store.parameters()[0].moments.m.cpu()));
            QVERIFY(at::equal(v, store.parameters()[0].moments.v.cpu()));
        }
    }

    void sixteenBitTrainingStaysNearFp32_data()
    {
        QTest::addColumn<int>("precision");
        QTest::newRow("bf16") << static_cast<int>(Precision::Bf16);
        QTest::newRow("fp16") << static_cast<int>(Precision::Fp16);
    }
    void sixteenBitTrainingStaysNearFp32()
    {
        QFETCH(int, precision);
        const QTemporaryDir dir;
        const RunConfig config = gptConfig(dir);
        const auto lossAfter = [&](Precision compute, double scale) {
            TorchEngine engine({config}, std::move(*openDataset(config)), testDevice());
            engine.enter(Phase::Full, {.compute = compute, .gradients = compute}).value();
            for (int step = 0; step < 40; ++step)
                engine.step({.step = step, .learningRate = 1e-3, .lossScale = scale}).value();
            return engine.evaluate(Precision::Fp32).value().loss;
        };
        const double fp32 = lossAfter(Precision::Fp32, 1);
        const double other = lossAfter(
            static_cast<Precision>(precision), precision == static_cast<int>(Precision::Fp16) ? 1024 : 1);
        QVERIFY2(std::abs(other - fp32) < 0.05 * fp32,
            qPrintable(QString::number(other) + QStringLiteral(" against ") + QString::number(fp32)));
    }
};

QTEST_APPLESS_MAIN(WholeModelTest)
#include "whole_model_test.moc"

// SPDX-License-Identifier: Apache-2.0
#include "core/torch/optim/optimizer.h"
#include "core/torch/state/fresh_parameter.h"
#include "core/torch/torch_backend.h"
#include "tests/support/test_device.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <QTest>

using namespace mantissa;

namespace {

constexpr std::int64_t weightRows = 600;
constexpr std::int64_t weightWidth = 512;

TensorDescription table()
{
    return {.name = "table",
        .sizes = {weightRows, weightWidth},
        .initialiser = {Initialiser::Kind::Normal, 0.02},
        .decays = true,
        .keepsFp32Moments = true};
}

at::Tensor flag(at::Device device) { return at::zeros({1}, at::TensorOptions(at::kLong).device(device)); }

/// The BF16 bits of a table after some updates; `sparse`: each gradient as the rows that it has.
at::Tensor updated(int threads, bool sparse, std::int64_t seed)
{
    at::set_num_threads(threads);
    const StateFormat format{.device = testDevice(), .master = Master::Stochastic};
    Parameter parameter = freshParameter(table(), {.form = Precision::Bf16}, format, initialValues(1));
    const Optimizer& optimizer = **optimizerFor({.device = format.device, .master = Master::Stochastic});
    const at::Tensor notFinite = flag(format.device);
    for (int t = 1; t <= 3; ++t) {
        at::manual_seed(static_cast<std::uint64_t>(t));
        const at::Tensor ids = at::arange(t, weightRows, 7, at::kLong);
        const at::Tensor some = at::randn({ids.numel(), weightWidth});
        const at::Tensor dense = at::zeros({weightRows, weightWidth}).index_copy_(0, ids, some);
        PreparedUpdate update = optimizer.prepare(parameter, (sparse ? some : dense).to(format.device),
            sparse ? ids.to(format.device) : at::Tensor(), format, {}, {.rate = 1e-3, .t = t, .seed = seed});
        optimizer.apply(update, notFinite);
    }
    return parameter.value.view(at::kShort).cpu().clone();
}

} // namespace

class OptimizerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { initializeEngine(); }

    void chanceIsAFunctionOfSeedStepTensorAndElement()
    {
        const at::Tensor one = updated(1, false, 7);
        QVERIFY(at::equal(one, updated(2, false, 7)));
        QVERIFY(at::equal(one, updated(2, true, 7))); // row by row
        QVERIFY(!at::equal(one, updated(2, false, 8)));
    }
    void stochasticRoundingIsUnbiased()
    {
        // one element that lies a quarter of the way between two BF16 numbers, many times
        const StateFormat format{.device = testDevice(), .master = Master::Stochastic};
        TensorDescription spec = table();
        spec.initialiser = {Initialiser::Kind::Ones, 1};
        spec.decays = false;
        Parameter parameter = freshParameter(spec, {.form = Precision::Bf16}, format, initialValues(1));
        const Optimizer& optimizer = **optimizerFor({.device = format.device, .master = Master::Stochastic});
        const double quarter = 0x1p-8 / 4; // below 1 BF16 numbers are 2^-8 apart
        PreparedUpdate update = optimizer.prepare(parameter, at::ones({weightRows, weightWidth}), {}, format,
            {.epsilon = 0}, {.rate = quarter, .t = 1});
        const at::Tensor notFinite = flag(format.device);
        optimizer.apply(update, notFinite);
        QCOMPARE(notFinite.item<std::int64_t>(), 0);
        const double mean = parameter.value.to(at::kDouble).mean().item<double>();
        QVERIFY(std::abs(mean - (1 - quarter)) < 0.02 * quarter);
    }
    void whatNobodyServesIsRefusedInASentence()
    {
        const at::Device card(at::kCUDA, 0);
        QCOMPARE(optimizerFor({.moments = MomentsFormat::Int8}).has_value(), true);
        QCOMPARE(optimizerFor({.device = card}).has_value(), true);
        for (const OptimizerUse& use : {OptimizerUse{.device = card, .moments = MomentsFormat::Int8},
                 OptimizerUse{.device = card, .master = Master::Stochastic}}) {
            const auto found = optimizerFor(use);
            QVERIFY(!found && found.error().code == ExitCode::Usage);
            QVERIFY2(
                found.error().message.find("cuda:0") != std::string::npos, found.error().message.c_str());
            QVERIFY(found.error().message.find("Put the moments on host") != std::string::npos);
        }
    }
    void preparingChangesNothing()
    {
        for (const Precision form : {Precision::Fp32, Precision::Bf16, Precision::Fp16}) {
            Parameter parameter = freshParameter(table(), {.form = form}, {}, initialValues(1));
            const at::Tensor before = exactValue(parameter, at::kCPU).clone();
            const PreparedUpdate update = (*optimizerFor({}))
                                              ->prepare(parameter, at::ones({weightRows, weightWidth}), {},
                                                  {}, {}, {.rate = 1e-3, .t = 1});
            QVERIFY(at::equal(before, exactValue(parameter, at::kCPU)));
            QVERIFY(parameter.moments.m.eq(0).all().item<bool>());
        }
    }
};

QTEST_APPLESS_MAIN(OptimizerTest)
#include "optimizer_test.moc"

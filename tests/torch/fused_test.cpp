// SPDX-License-Identifier: Apache-2.0
// Kernels of ours against the same put together from LibTorch's operations in FP64: odd shapes, all formats,
// what is not finite. Run once for each set of instructions that the processor has.

#include "core/torch/models/fused.h"

#include "core/memory/attention_scratch.h"
#include "core/torch/engine/head_loss.h"
#include "core/torch/kernels/cpu/cpu_kernels.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <QtTest>

#include <cmath>
#include <functional>
#include <limits>

using namespace mantissa;

namespace {

using Tensors = std::vector<at::Tensor>;
using Function = std::function<at::Tensor(const Tensors&)>;

constexpr at::ScalarType formats[] = {at::kFloat, at::kBFloat16, at::kHalf};

at::Tensor values(at::IntArrayRef sizes, int seed)
{
    at::manual_seed(static_cast<std::uint64_t>(seed));
    return at::randn(sizes);
}

/// The result and the gradients of all inputs, in FP64.
Tensors ofAll(const Tensors& inputs, at::ScalarType type, const Function& function)
{
    Tensors leaves;
    for (const at::Tensor& input : inputs)
        leaves.push_back(input.to(type).detach().requires_grad_());
    const at::Tensor result = function(leaves);
    result.backward(values(result.sizes(), 99).to(at::kHalf).to(at::kBFloat16).to(type));
    Tensors all{result.detach().to(at::kDouble)};
    for (const at::Tensor& leaf : leaves)
        all.push_back(leaf.grad().to(at::kDouble));
    return all;
}

/// Relative to the size of the whole.
double distance(const at::Tensor& a, const at::Tensor& b)
{
    return ((a - b).norm() / b.norm().clamp_min(1e-30)).item<double>();
}

/// Two results of one function must lie as close as the format rounds.
void compare(const Tensors& inputs, const Function& ours, const Function& reference)
{
    for (const at::ScalarType type : formats) {
        Tensors rounded; // the reference computes with the same numbers
        for (const at::Tensor& input : inputs)
            rounded.push_back(input.to(type).to(at::kDouble));
        const Tensors mine = ofAll(inputs, type, ours);
        const Tensors exact = ofAll(rounded, at::kDouble, reference);
        const double limit = type == at::kFloat ? 3e-6 : type == at::kHalf ? 2e-3 : 8e-3;
        for (std::size_t i = 0; i < mine.size(); ++i) {
            const double off = distance(mine[i], exact[i]);
            QVERIFY2(off <= limit,
                qPrintable(QString("%1, tensor %2: %3").arg(c10::toString(type)).arg(i).arg(off)));
        }
    }
}

at::Tensor plainAttention(
    const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, std::int64_t window)
{
    const std::int64_t shared = query.size(1) / key.size(1);
    const at::Tensor wideKey = key.repeat_interleave(shared, 1);
    const at::Tensor wideValue = value.repeat_interleave(shared, 1);
    const std::int64_t length = query.size(2);
    at::Tensor sees = at::ones({length, length}, at::kBool).tril();
    if (window > 0)
        sees = sees.triu(1 - window);
    return at::matmul(at::matmul(query, wideKey.transpose(2, 3))
                          .div(std::sqrt(static_cast<double>(query.size(3))))
                          .masked_fill(sees.logical_not(), -std::numeric_limits<double>::infinity())
                          .softmax(-1),
        wideValue);
}

} // namespace

class FusedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!cpuKernels())
            QSKIP("this processor has no AVX2: LibTorch's kernels are used");
        qInfo("kernels of %s", cpuKernels()->name);
    }

    void attention_data()
    {
        QTest::addColumn<std::vector<std::int64_t>>(
            "sizes"); // samples, heads, key heads, length, width, window
        const auto row
            = [](const char* name, std::vector<std::int64_t> sizes) { QTest::newRow(name) << sizes; };
        row("one token", {1, 1, 1, 1, 8, 0});
        row("odd width", {2, 3, 3, 21, 7, 0});
        row("a block and a bit", {1, 2, 2, 65, 32, 0});
        row("shared heads", {2, 6, 2, 130, 20, 0});
        row("one key head", {1, 3, 1, 64, 48, 0});
        row("window within a block", {1, 2, 2, 100, 16, 5});
        row("window over blocks", {1, 2, 1, 200, 64, 70});
        row("window longer than the text", {1, 2, 2, 40, 64, 100});
        row("more keys than one stretch", {1, 1, 1, 700, 24, 0});
        row("window and stretches", {1, 1, 1, 1200, 16, 900});
    }
    void attention()
    {
        QFETCH(std::vector<std::int64_t>, sizes);
        const Tensors inputs{values({sizes[0], sizes[1], sizes[3], sizes[4]}, 1),
            values({sizes[0], sizes[2], sizes[3], sizes[4]}, 2),
            values({sizes[0], sizes[2], sizes[3], sizes[4]}, 3)};
        compare(
            inputs, [&](const Tensors& x) { return fusedAttention(x[0], x[1], x[2], {}, sizes[5]); },
            [&](const Tensors& x) { return plainAttention(x[0], x[1], x[2], sizes[5]); });
    }

    void theEstimateKnowsTheScratch()
    {
        for (const auto& [element, bytes] :
            {std::pair{Element::Fp32, 4}, std::pair{Element::Bf16, 2}, std::pair{Element::Fp16, 2}})
            for (const std::int64_t length : {1, 64, 65, 1024, 5000})
                for (const std::int64_t width : {7, 32, 64, 80})
                    for (const bool isBackward : {false, true}) {
                        const auto said = attentionScratchBytes(
                            length, width, bytes, element == Element::Bf16, isBackward);
                        QCOMPARE(static_cast<std::int64_t>(cpuKernels()->attentionScratch(
                                     {.element = element, .length = length, .width = width}, isBackward)),
                            said);
                    }
    }

    void attentionOfOneTensor()
    {
        const Tensors inputs{values({2, 70, 3, 4, 16}, 1)};
        const auto of = [](const Tensors& x, std::int64_t part) {
            const auto parts = x[0].unbind(part);
            return plainAttention(
                parts[0].transpose(1, 2), parts[1].transpose(1, 2), parts[2].transpose(1, 2), 0);
        };
        compare(
            inputs, [&](const Tensors& x) { return fusedAttention(x[0], 2, {}, 0); },
            [&](const Tensors& x) { return of(x, 2); });
        compare(
            {values({2, 70, 4, 3, 16}, 1)}, [&](const Tensors& x) { return fusedAttention(x[0], 3, {}, 0); },
            [&](const Tensors& x) { return of(x, 3); });
    }

    void activations_data()
    {
        QTest::addColumn<int>("activation");
        QTest::addColumn<std::int64_t>("width");
        for (const int activation : {0, 1, 2})
            for (const std::int64_t width : {1, 16, 37})
                QTest::addRow("kind %d, width %d", activation, static_cast<int>(width))
                    << activation << width;
    }
    void activations()
    {
        QFETCH(int, activation);
        QFETCH(std::int64_t, width);
        const auto kind = static_cast<Activation>(activation);
        const auto plain = [&](const at::Tensor& x) {
            return kind == Activation::Silu ? at::silu(x)
                                            : at::gelu(x, kind == Activation::Gelu ? "none" : "tanh");
        };
        const at::Tensor gate = values({5, 3, width}, 1) * 3;
        const at::Tensor up = values({5, 3, width}, 2);
        compare(
            {gate}, [&](const Tensors& x) { return fusedActivation(kind, x[0], {}); },
            [&](const Tensors& x) { return plain(x[0]); });
        compare(
            {gate, up}, [&](const Tensors& x) { return fusedActivation(kind, x[0], x[1]); },
            [&](const Tensors& x) { return plain(x[0]) * x[1]; });
        compare(
            {at::cat({gate, up}, -1)}, [&](const Tensors& x) { return fusedHalves(kind, x[0]); },
            [&](const Tensors& x) {
                const auto halves = x[0].chunk(2, -1);
                return plain(halves[0]) * halves[1];
            });
    }

    void activationsFarOut()
    {
        const at::Tensor x
            = at::tensor({-1000.0F, -30.0F, -6.0F, -1e-20F, 0.0F, 1e-20F, 6.0F, 30.0F, 1000.0F});
        for (const Activation kind : {Activation::GeluTanh, Activation::Gelu, Activation::Silu}) {
            const at::Tensor plain = kind == Activation::Silu
                ? at::silu(x.to(at::kDouble))
                : at::gelu(x.to(at::kDouble), kind == Activation::Gelu ? "none" : "tanh");
            const at::Tensor off = (fusedActivation(kind, x, {}).to(at::kDouble) - plain).abs();
            QVERIFY((off <= 2e-6 + plain.abs() * 1e-6).all().item<bool>());
            const at::Tensor nan = fusedActivation(kind, at::full({3, 5}, NAN), {});
            QVERIFY(nan.isnan().all().item<bool>());
        }
    }

    void norms_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<std::int64_t>("width");
        for (const int kind : {0, 1, 2})
            for (const std::int64_t width : {3, 32, 75})
                QTest::addRow("kind %d, width %d", kind, static_cast<int>(width)) << kind << width;
    }
    void norms()
    {
        QFETCH(int, kind);
        QFETCH(std::int64_t, width);
        const NormForm form{static_cast<NormKind>(kind), 1e-3};
        const bool hasMean = form.kind == NormKind::Layer;
        Tensors inputs{values({3, 50, width}, 1) + 0.5, values({width}, 2)};
        if (hasMean)
            inputs.push_back(values({width}, 3));
        compare(
            inputs,
            [&](const Tensors& x) { return fusedNorm(form, x[0], x[1], hasMean ? x[2] : at::Tensor()); },
            [&](const Tensors& x) {
                const at::Tensor centred = hasMean ? x[0] - x[0].mean(-1, true) : x[0];
                const at::Tensor normed = centred * (centred.square().mean(-1, true) + form.epsilon).rsqrt();
                const at::Tensor weighted = normed * (form.kind == NormKind::RmsPlusOne ? x[1] + 1 : x[1]);
                return hasMean ? weighted + x[2] : weighted;
            });
    }

    void rotation()
    {
        for (const std::int64_t half : {4, 16, 19}) {
            const at::Tensor angle = values({11, half}, 4);
            const at::Tensor cosine = angle.cos(), sine = angle.sin();
            compare(
                {values({2, 11, 3, 40}, 1)},
                [&](const Tensors& x) { return fusedRotation(x[0], cosine, sine); },
                [&](const Tensors& x) {
                    const at::Tensor c = cosine.to(at::kDouble).view({1, 11, 1, half});
                    const at::Tensor s = sine.to(at::kDouble).view({1, 11, 1, half});
                    const at::Tensor left = x[0].narrow(-1, 0, half), right = x[0].narrow(-1, half, half);
                    return at::cat({left * c - right * s, right * c + left * s,
                                       x[0].narrow(-1, 2 * half, 40 - 2 * half)},
                        -1);
                });
        }
    }

    void pooling_data()
    {
        QTest::addColumn<std::int64_t>("height");
        QTest::addColumn<std::int64_t>("width");
        QTest::newRow("even") << std::int64_t{28} << std::int64_t{28};
        QTest::newRow("odd") << std::int64_t{7} << std::int64_t{15};
        QTest::newRow("one window") << std::int64_t{2} << std::int64_t{3};
    }
    void pooling()
    {
        QFETCH(std::int64_t, height);
        QFETCH(std::int64_t, width);
        for (const at::ScalarType type : formats) {
            at::Tensor map = (values({3, 5, height, width}, 1) * 2).round() / 2; // many are equal, some are 0
            map[1][2][1][0] = NAN;
            const auto of = [&](const Function& function) { return ofAll({map}, type, function); };
            const Tensors ours = of([](const Tensors& x) { return fusedPool(x[0]); });
            const Tensors theirs = of([](const Tensors& x) {
                return at::max_pool2d(at::relu(x[0].to(at::kFloat)), 2).to(x[0].scalar_type());
            });
            for (std::size_t i = 0; i < ours.size(); ++i)
                QVERIFY(at::equal(ours[i].nan_to_num(-7), theirs[i].nan_to_num(-7)));
        }
    }

    void loss_data()
    {
        QTest::addColumn<std::int64_t>("vocab");
        for (const std::int64_t vocab : {2, 16, 83, 1000})
            QTest::addRow("%d words", static_cast<int>(vocab)) << vocab;
    }
    void loss()
    {
        QFETCH(std::int64_t, vocab);
        at::manual_seed(5);
        const at::Tensor targets = at::randint(vocab, {37}, at::kLong);
        for (const at::ScalarType type : formats) {
            const at::Tensor numbers = (values({37, vocab}, 6) * 4).to(type);
            at::Tensor exact = numbers.to(at::kDouble).requires_grad_();
            const at::Tensor expected = at::cross_entropy_loss(exact, targets);
            (expected * 8).backward();
            at::Tensor logits = numbers.clone().requires_grad_();
            const HeadLoss result = headLoss(logits, targets, 8);
            result.root.backward();
            QVERIFY(std::abs(result.loss - expected.item<double>()) <= 1e-6 * result.loss);
            const double limit = type == at::kFloat ? 1e-6 : type == at::kHalf ? 2e-3 : 4e-3;
            QVERIFY(distance(logits.grad().to(at::kDouble), exact.grad()) <= limit);
            QVERIFY(std::abs(lossOf(numbers.clone(), targets) - result.loss) <= 1e-12);
        }
    }

    void whatIsNotFiniteIsSeen()
    {
        const double inf = std::numeric_limits<double>::infinity();
        for (const double bad : {static_cast<double>(NAN), inf, -inf}) {
            at::Tensor logits = values({4, 33}, 1);
            logits[2][7] = bad;
            const double loss = headLoss(logits, at::full({4}, 7, at::kLong), 1).loss;
            QVERIFY(!std::isfinite(loss));
            at::Tensor x = values({4, 33}, 1);
            x[2][7] = bad;
            const at::Tensor normed = fusedNorm({NormKind::Layer, 1e-5}, x, at::ones({33}), at::zeros({33}));
            QVERIFY(normed[2].isnan().any().item<bool>());
            QVERIFY(normed[1].isfinite().all().item<bool>());
        }
        at::Tensor query = values({1, 1, 70, 16}, 1);
        query[0][0][40][3] = NAN;
        const at::Tensor mixed
            = fusedAttention(query, values({1, 1, 70, 16}, 2), values({1, 1, 70, 16}, 3), {}, 0);
        QVERIFY(mixed[0][0][40].isnan().all().item<bool>());
        QVERIFY(mixed[0][0][39].isfinite().all().item<bool>());
    }

    void aTargetOutsideTheVocabularyIsRefused()
    {
        QVERIFY_THROWS_EXCEPTION(
            c10::IndexError, headLoss(values({3, 5}, 1), at::tensor({0L, 5L, 1L}, at::kLong), 1));
    }

    void bitsDoNotDependOnThreads()
    {
        const Tensors inputs{values({3, 130, 40}, 1), values({40}, 2), values({40}, 3)};
        const auto all = [&] {
            Tensors result = ofAll(inputs, at::kBFloat16, [](const Tensors& x) {
                return fusedNorm({NormKind::Layer, 1e-5}, x[0], x[1], x[2]);
            });
            for (const at::Tensor& t :
                ofAll({values({2, 4, 90, 24}, 1), values({2, 2, 90, 24}, 2), values({2, 2, 90, 24}, 3)},
                    at::kBFloat16, [](const Tensors& x) { return fusedAttention(x[0], x[1], x[2], {}, 0); }))
                result.push_back(t);
            return result;
        };
        const int before = at::get_num_threads();
        at::set_num_threads(1);
        const Tensors one = all();
        at::set_num_threads(4);
        const Tensors four = all();
        at::set_num_threads(before);
        for (std::size_t i = 0; i < one.size(); ++i)
            QVERIFY(at::equal(one[i], four[i]));
    }
};

QTEST_GUILESS_MAIN(FusedTest)
#include "fused_test.moc"

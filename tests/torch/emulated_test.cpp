// SPDX-License-Identifier: Apache-2.0
// Products of a format that the device only emulates: FP32 products of 16-bit operands, rounded once, and the
// same the whole way back.

#include "core/torch/models/emulated.h"

#include <ATen/ATen.h>
#include <QtTest>

using namespace mantissa;

namespace {

at::Tensor values(at::IntArrayRef sizes, at::ScalarType type, int seed)
{
    at::manual_seed(seed);
    return at::randn(sizes).to(type);
}

/// The gradients that reach 16-bit inputs when `forward` is the operation, the last one first handed
/// `upstream`.
template <class Forward>
std::vector<at::Tensor> resultAndGradients(
    const std::vector<at::Tensor>& inputs, at::ScalarType type, const Forward& forward)
{
    std::vector<at::Tensor> leaves;
    for (const at::Tensor& input : inputs)
        leaves.push_back(input.to(type).detach().requires_grad_());
    const at::Tensor result = forward(leaves);
    result.backward(values(result.sizes(), at::kBFloat16, 9).to(type));
    std::vector<at::Tensor> all{result.detach().to(at::kFloat)};
    for (const at::Tensor& leaf : leaves)
        all.push_back(leaf.grad().to(at::kFloat));
    return all;
}

/// Largest distance of `a` from `b`, in units of the largest value of `b`.
double farthest(const at::Tensor& a, const at::Tensor& b)
{
    return ((a - b).abs().max() / b.abs().max()).item<double>();
}

constexpr double oneRounding = 1.0 / 256; // of BF16, relative

} // namespace

class EmulatedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aProductInOneTileIsTheFp32ProductRounded()
    {
        for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
            const at::Tensor a = values({37, 129}, type, 1);
            const at::Tensor b = values({129, 65}, type, 2);
            QVERIFY(
                at::equal(emulatedMatrixProduct(a, b), at::mm(a.to(at::kFloat), b.to(at::kFloat)).to(type)));
        }
    }

    void tilesCoverEveryShape_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("inner");
        QTest::addColumn<int>("columns");
        QTest::newRow("several of each") << 1025 << 1030 << 600;
        QTest::newRow("one row") << 1 << 513 << 513;
        QTest::newRow("exactly two") << 1024 << 512 << 1024;
        QTest::newRow("panels in both directions") << 520 << 2060 << 530;
    }
    void tilesCoverEveryShape()
    {
        QFETCH(int, rows);
        QFETCH(int, inner);
        QFETCH(int, columns);
        const at::Tensor a = values({rows, inner}, at::kBFloat16, 3);
        const at::Tensor b = values({columns, inner}, at::kBFloat16, 4).t();
        const at::Tensor exact = at::mm(a.to(at::kDouble), b.to(at::kDouble));
        const at::Tensor result = emulatedMatrixProduct(a, b).to(at::kDouble);
        // half a step of BF16, and what FP32's order of additions may add
        QVERIFY(((result - exact).abs() <= exact.abs() / 256 + 1e-4).all().item<bool>());
    }

    void aLinearLayerGivesTheGradientsOfFp32()
    {
        const std::vector<at::Tensor> inputs{values({600, 70}, at::kBFloat16, 1),
            values({70, 530}, at::kBFloat16, 2), values({530}, at::kBFloat16, 3)};
        const auto ours = resultAndGradients(
            inputs, at::kBFloat16, [](const auto& x) { return emulatedLinear(x[0], x[1], x[2]); });
        const auto theirs = resultAndGradients(
            inputs, at::kFloat, [](const auto& x) { return at::addmm(x[2], x[0], x[1]); });
        for (std::size_t i = 0; i < ours.size(); ++i)
            QVERIFY2(farthest(ours[i], theirs[i]) < oneRounding, qPrintable(QString::number(i)));
    }

    void aLinearLayerNeedsNoBias()
    {
        const std::vector<at::Tensor> inputs{
            values({20, 7}, at::kBFloat16, 1), values({7, 11}, at::kBFloat16, 2)};
        const auto ours = resultAndGradients(
            inputs, at::kBFloat16, [](const auto& x) { return emulatedLinear(x[0], x[1], {}); });
        const auto theirs
            = resultAndGradients(inputs, at::kFloat, [](const auto& x) { return at::mm(x[0], x[1]); });
        for (std::size_t i = 0; i < ours.size(); ++i)
            QVERIFY2(farthest(ours[i], theirs[i]) < oneRounding, qPrintable(QString::number(i)));
    }

    void attentionGivesTheGradientsOfFp32_data()
    {
        QTest::addColumn<int>("samples");
        QTest::addColumn<int>("length");
        QTest::addColumn<int>("window");
        QTest::newRow("all at once") << 3 << 16 << 0;
        QTest::newRow("a few samples at once") << 9 << 256 << 0; // 9 x 4 x 256 x 64
        QTest::newRow("heads one by one") << 1 << 4100 << 0; // 4100 x 64 elements a head
        QTest::newRow("a window and a scale") << 9 << 256 << 40;
    }
    void attentionGivesTheGradientsOfFp32()
    {
        QFETCH(int, samples);
        QFETCH(int, length);
        std::vector<at::Tensor> inputs;
        for (int i = 0; i < 3; ++i)
            inputs.push_back(values({samples, 4, length, 64}, at::kBFloat16, i));
        QFETCH(int, window);
        const at::Tensor mask
            = window > 0 ? at::ones({length, length}, at::kBool).tril().triu(1 - window) : at::Tensor();
        const std::optional<double> scale = window > 0 ? std::optional(0.3) : std::nullopt;
        const auto ours = resultAndGradients(inputs, at::kBFloat16,
            [&](const auto& x) { return emulatedAttention(x[0], x[1], x[2], mask, scale); });
        const auto theirs = resultAndGradients(inputs, at::kFloat, [&](const auto& x) {
            return at::scaled_dot_product_attention(x[0], x[1], x[2],
                mask.defined() ? std::optional(mask) : std::nullopt, 0.0, /*is_causal*/ !mask.defined(),
                scale);
        });
        for (std::size_t i = 0; i < ours.size(); ++i) // backward reads the rounded result
            QVERIFY2(farthest(ours[i], theirs[i]) < 2 * oneRounding, qPrintable(QString::number(i)));
    }

    void aConvolutionGivesTheGradientsOfFp32()
    {
        const std::vector<at::Tensor> inputs{values({50, 3, 28, 28}, at::kBFloat16, 1),
            values({16, 3, 3, 3}, at::kBFloat16, 2), values({16}, at::kBFloat16, 3)};
        const auto ours = resultAndGradients(
            inputs, at::kBFloat16, [](const auto& x) { return emulatedConvolution(x[0], x[1], x[2]); });
        const auto theirs = resultAndGradients(
            inputs, at::kFloat, [](const auto& x) { return at::conv2d(x[0], x[1], x[2], 1, 1); });
        for (std::size_t i = 0; i < ours.size(); ++i)
            QVERIFY2(farthest(ours[i], theirs[i]) < oneRounding, qPrintable(QString::number(i)));
    }
};

QTEST_GUILESS_MAIN(EmulatedTest)
#include "emulated_test.moc"

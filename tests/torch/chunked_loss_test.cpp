// SPDX-License-Identifier: Apache-2.0
// The loss in chunks of rows against plain cross entropy by autograd: value, gradient of the states, gradient
// of the projection.

#include "core/torch/engine/chunked_loss.h"
#include "core/torch/torch_backend.h"
#include "tests/support/test_device.h"

#include <ATen/ATen.h>
#include <QTest>

using namespace mantissa;

namespace {

constexpr std::int64_t lossRows = 37;
constexpr std::int64_t width = 24;
constexpr std::int64_t vocab = 301;

struct Problem {
    at::Tensor states;
    at::Tensor projection;
    at::Tensor targets;
};

Problem problem()
{
    at::manual_seed(5);
    Problem p{at::randn({lossRows, width}), at::randn({vocab, width}) * 0.3,
        at::randint(0, vocab, {lossRows}, at::kLong)};
    p.projection.mutable_data_ptr<float>()[7 * width]
        = 40; // a logit that overflows exp() unless it is shifted
    return p;
}

Problem onDevice(const Problem& p)
{
    const at::Device device = testDevice();
    return {p.states.to(device), p.projection.to(device), p.targets.to(device)};
}

} // namespace

class ChunkedLossTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { initializeEngine(); }

    void chunksGiveThePlainLossAndGradients_data()
    {
        QTest::addColumn<int>("chunk");
        for (const int chunk : {1, 8, 36, 37, 1000})
            QTest::addRow("%d", chunk) << chunk;
    }
    void chunksGiveThePlainLossAndGradients()
    {
        QFETCH(int, chunk);
        const Problem p = problem();
        const double scale = 3;
        at::Tensor states = p.states.clone().requires_grad_();
        at::Tensor projection = p.projection.clone().requires_grad_();
        const at::Tensor loss = at::cross_entropy_loss(at::mm(states, projection.t()), p.targets);
        (loss * scale).backward();

        at::Tensor gradient = at::zeros_like(p.projection);
        std::int64_t ended = 0;
        const Problem there = onDevice(p);
        const ChunkedLoss chunked = chunkedLoss(there.states, there.projection, {}, there.targets, chunk,
            scale, {}, [&](std::int64_t first, const at::Tensor& slice, bool last) {
                gradient.narrow(0, first, slice.size(0)).add_(slice.cpu());
                ended += last ? 1 : 0;
            });
        QCOMPARE(ended, chunksOf(lossRows, chunk));
        QVERIFY(std::abs(chunked.loss - loss.item<double>()) < 1e-6 * loss.item<double>());
        QVERIFY(at::allclose(chunked.toStates.cpu(), states.grad(), 1e-5, 1e-6));
        QVERIFY(at::allclose(gradient, projection.grad(), 1e-5, 1e-6));
        std::int64_t hits = 0;
        const double value
            = chunkedLossValue(there.states, there.projection, {}, there.targets, chunk, {}, &hits);
        QVERIFY(std::abs(value - loss.item<double>()) < 1e-6 * value);
        QCOMPARE(
            hits, (at::mm(p.states, p.projection.t()).argmax(1) == p.targets).sum().item<std::int64_t>());
    }

    void aProjectionThatDoesNotTrainCostsNoGradient()
    {
        const Problem p = problem();
        const ChunkedLoss with = chunkedLoss(
            p.states, p.projection, {}, p.targets, 8, 1, {}, [](std::int64_t, const at::Tensor&, bool) {});
        const ChunkedLoss without = chunkedLoss(p.states, p.projection, {}, p.targets, 8, 1, {}, {});
        QCOMPARE(without.loss, with.loss);
        QVERIFY(at::equal(without.toStates, with.toStates));
    }
};

QTEST_APPLESS_MAIN(ChunkedLossTest)
#include "chunked_loss_test.moc"

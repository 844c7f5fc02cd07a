// SPDX-License-Identifier: Apache-2.0
// The operators of a card against the CPU's, through LibTorch's dispatcher: the same bits, and for the loss
// the same numbers. MANTISSA_TEST_DEVICE=cuda:0 runs it; "cpu" or "simulated:1GiB" rehearses it without
// a card.

#include "core/torch/kernels/operator_types.h"
#include "core/torch/optim/adamw_kernel.h"
#include "core/torch/torch_backend.h"
#include "tests/support/same_tensors.h"
#include "tests/support/test_device.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <QTest>

#include <algorithm>
#include <dlfcn.h>
#include <utility>
#include <vector>

using namespace mantissa;

namespace {

template <class Type> auto named(const char* name)
{
    return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Type>();
}

/// FP32 numbers of all kinds: every 262,139th pattern, NaN and infinities among them.
at::Tensor patterns()
{
    return at::arange(0, std::int64_t{1} << 32, 262139, at::kLong).to(at::kInt).view(at::kFloat);
}

/// The same bytes, NaN or not.
std::vector<double> scalarsOf(const AdamwScalars& s)
{
    std::vector<double> all;
    for (const float one : {s.decay, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, s.stepSize, s.rootCorrection,
             s.epsilon, s.gradientScale})
        all.push_back(static_cast<double>(one));
    return all;
}

struct Pair {
    at::Tensor high, low, counts, escapes;
};

Pair splitOf(const at::Tensor& from, at::ScalarType format, std::int64_t capacity)
{
    const auto like = [&](at::ScalarType type) { return from.options().dtype(type); };
    Pair pair{at::zeros(from.sizes(), like(format)), at::zeros(from.sizes(), like(at::kShort)),
        at::zeros({2}, like(at::kLong)), at::full({capacity, 2}, -1, like(at::kLong))};
    named<SplitOperator>("mantissa::split_").call(from, pair.high, pair.low, pair.counts, pair.escapes);
    return pair;
}

at::Tensor joinOf(const Pair& pair)
{
    at::Tensor to = at::zeros(pair.high.sizes(), pair.high.options().dtype(at::kFloat));
    named<JoinOperator>("mantissa::join_").call(pair.high, pair.low, to, pair.counts);
    return to;
}

/// Those that were written, in order.
std::vector<std::pair<std::int64_t, std::int64_t>> escapesOf(const Pair& pair)
{
    const at::Tensor list = pair.escapes.cpu();
    const auto* entries = list.const_data_ptr<std::int64_t>();
    std::vector<std::pair<std::int64_t, std::int64_t>> found;
    for (std::int64_t i = 0; i < std::min(list.size(0), pair.counts.cpu()[1].item<std::int64_t>()); ++i)
        found.emplace_back(entries[2 * i], entries[2 * i + 1]);
    std::sort(found.begin(), found.end());
    return found;
}

enum class Form { Fp32, Pair, Rounded, Stochastic };

/// A weight and its moments on one device.
struct State {
    State(const at::Tensor& value, Form ofForm, bool isInt8, at::Device device)
        : form(ofForm)
    {
        const auto on
            = [&](const at::Tensor& t) { return t.to(device, /*non_blocking*/ false, /*copy*/ true); };
        const Pair pair = splitOf(value, at::kBFloat16, 0);
        if (form == Form::Fp32)
            weight = on(value);
        else
            high = on(pair.high);
        if (form == Form::Pair)
            low = on(pair.low);
        const auto zeros = [&](at::ScalarType type, std::int64_t n) {
            return at::zeros({n}, at::TensorOptions(type).device(device));
        };
        const std::int64_t n = value.numel();
        m = zeros(isInt8 ? at::kChar : at::kFloat, n);
        v = zeros(isInt8 ? at::kByte : at::kFloat, n);
        if (isInt8)
            mScale = zeros(at::kFloat, (n + 255) / 256), vScale = zeros(at::kFloat, (n + 255) / 256);
        notFinite = zeros(at::kLong, 1);
    }
    void update(const at::Tensor& gradient, const std::optional<at::Tensor>& rows, int t)
    {
        const auto device = m.device();
        const auto ids = rows ? std::optional(rows->to(device)) : std::nullopt;
        named<AdamwOperator>("mantissa::adamw_")
            .call(weight, high, low, m, v, mScale, vScale, gradient.to(device), ids,
                scalarsOf(adamwScalars(1e-3, 0.9, 0.95, 1e-8, 0.1, t, 0.7)), form == Form::Stochastic,
                0x123456789ABCDEF + t, notFinite);
    }
    bool operator==(const State& o) const
    {
        const auto same = [](const std::optional<at::Tensor>& a, const std::optional<at::Tensor>& b) {
            return a.has_value() == b.has_value() && (!a || sameBits(*a, *b));
        };
        return same(weight, o.weight) && same(high, o.high) && same(low, o.low) && sameBits(m, o.m)
            && sameBits(v, o.v) && same(mScale, o.mScale) && same(vScale, o.vScale);
    }
    Form form;
    std::optional<at::Tensor> weight, high, low, mScale, vScale;
    at::Tensor m, v, notFinite;
};

} // namespace

class CudaKernelsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const QByteArray name = qgetenv("MANTISSA_TEST_DEVICE");
        if (name.isEmpty())
            QSKIP("needs a card: run with MANTISSA_TEST_DEVICE=cuda:0");
        initializeEngine();
        m_device = testDevice();
#ifdef MANTISSA_CUDA_PLUGIN_FILE
        if (m_device.is_cuda())
            QVERIFY2(::dlopen(MANTISSA_CUDA_PLUGIN_FILE, RTLD_NOW | RTLD_GLOBAL), ::dlerror());
#endif
        at::manual_seed(3);
    }
    void pairsAreTheCpus()
    {
        const at::Tensor from = patterns();
        for (const at::ScalarType format : {at::kBFloat16, at::kHalf}) {
            const Pair cpu = splitOf(from, format, from.numel());
            const Pair card = splitOf(from.to(m_device), format, from.numel());
            QVERIFY(sameBits(cpu.high, card.high) && sameBits(cpu.low, card.low));
            QVERIFY(sameBits(joinOf(cpu), joinOf(card)));
            QVERIFY(sameBits(cpu.counts, card.counts));
            QVERIFY(escapesOf(cpu) == escapesOf(card));
            QCOMPARE(card.counts.cpu()[0].item<std::int64_t>(), 0);
        }
    }
    void escapesWithoutRoomAreCounted()
    {
        const Pair pair = splitOf(at::full({1000}, 1e10).to(m_device), at::kHalf, 7);
        QCOMPARE(pair.counts.cpu()[1].item<std::int64_t>(), 1000);
        QVERIFY(pair.escapes.cpu().ge(0).select(1, 0).all().item<bool>());
    }
    void updatesAreTheCpus()
    {
        for (const std::int64_t n : {1, 255, 1003, 100'000})
            for (const Form form : {Form::Fp32, Form::Pair, Form::Rounded, Form::Stochastic})
                for (const bool isInt8 : {false, true})
                    for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
                        const at::Tensor value = at::randn({n}) * 0.05;
                        State cpu(value, form, isInt8, at::kCPU), card(value, form, isInt8, m_device);
                        for (int t = 1; t <= 3; ++t) {
                            const at::Tensor gradient = (at::randn({n}) * 0.3).to(type);
                            cpu.update(gradient, {}, t), card.update(gradient, {}, t);
                        }
                        QVERIFY(cpu == card);
                        QCOMPARE(card.notFinite.cpu().item<std::int64_t>(), 0);
                    }
    }
    void rowsAreTheCpus()
    {
        const at::Tensor rows = at::tensor(std::vector<std::int64_t>{0, 3, 4, 17, 39});
        for (const Form form : {Form::Fp32, Form::Pair, Form::Rounded, Form::Stochastic}) {
            const at::Tensor value = at::randn({40, 300}) * 0.05;
            State cpu(value, form, false, at::kCPU), card(value, form, false, m_device);
            for (int t = 1; t <= 2; ++t) {
                const at::Tensor gradient = at::randn({5, 300});
                cpu.update(gradient, rows, t), card.update(gradient, rows, t);
            }
            QVERIFY(cpu == card);
        }
    }
    void whatIsNotFiniteIsCounted()
    {
        for (const bool isInt8 : {false, true}) {
            State card(at::randn({1003}), Form::Pair, isInt8, m_device);
            at::Tensor gradient = at::randn({1003});
            gradient[1002] = std::numeric_limits<double>::infinity();
            card.update(gradient, {}, 1);
            QVERIFY(card.notFinite.cpu().item<std::int64_t>() >= 1);
        }
    }
    void windowsAreTheCpus()
    {
        const auto windows = named<WindowsOperator>("mantissa::windows");
        for (const std::int64_t n : {1, 16, 1024, 50'003})
            for (const auto& [stretch, window] :
                {std::pair<std::int64_t, std::int64_t>{1024, 16}, {256, 256}})
                for (const std::int64_t offset : {0, 592, 1008}) {
                    const at::Tensor value = at::randn({n});
                    QVERIFY(sameBits(windows.call(value, {}, stretch, window, offset),
                        windows.call(value.to(m_device), {}, stretch, window, offset)));
                    for (const at::ScalarType format : {at::kBFloat16, at::kHalf}) {
                        const Pair pair = splitOf(value, format, n);
                        const at::Tensor high = pair.high.to(m_device), low = pair.low.to(m_device);
                        QVERIFY(sameBits(windows.call(pair.high, {}, stretch, window, offset),
                            windows.call(high, {}, stretch, window, offset)));
                        QVERIFY(sameBits(windows.call(pair.high, pair.low, stretch, window, offset),
                            windows.call(high, low, stretch, window, offset)));
                    }
                }
    }
    void lossesAreTheCpusWithinRounding()
    {
        const auto lossRows = named<LossRowsOperator>("mantissa::loss_rows_");
        for (const std::int64_t vocab : {1, 100, 50'257}) {
            const at::Tensor logits = at::randn({33, vocab}) * 4;
            const at::Tensor targets = at::randint(vocab, {33}, at::kLong);
            for (const bool gradient : {false, true}) {
                const at::Tensor cpu = logits.clone(), card = logits.to(m_device, false, true);
                const at::Tensor lossCpu = at::zeros({1}, at::kDouble),
                                 lossCard = lossCpu.to(m_device, false, true);
                lossRows.call(cpu, targets, 0.25, gradient, lossCpu);
                lossRows.call(card, targets.to(m_device), 0.25, gradient, lossCard);
                // sums of as many FP32 numbers in another order; 33 rows
                QVERIFY(at::allclose(lossCpu, lossCard.cpu(), 1e-5, 1e-5));
                QVERIFY(!gradient || at::allclose(cpu, card.cpu(), 1e-5, 1e-7));
                const at::Tensor again = lossCpu.to(m_device, false, true).zero_();
                lossRows.call(logits.to(m_device, false, true), targets.to(m_device), 0.25, gradient, again);
                QVERIFY(sameBits(again, lossCard)); // one order of additions in every run
            }
        }
    }
    void whatIsRefusedChangesNothing()
    {
        if (!m_device.is_cuda())
            QSKIP("the CPU's kernels leave checks to their callers");
        const at::Tensor value = at::randn({40, 300}) * 0.05;
        State card(value, Form::Fp32, true, m_device), before(value, Form::Fp32, true, m_device);
        QVERIFY_EXCEPTION_THROWN(
            card.update(at::randn({1, 300}), at::tensor(std::vector<std::int64_t>{3}), 1), c10::Error);
        QVERIFY_EXCEPTION_THROWN(card.update(at::randn({7}), {}, 1), c10::Error);
        QVERIFY(card == before);
    }

private:
    at::Device m_device{at::kCPU};
};

QTEST_APPLESS_MAIN(CudaKernelsTest)
#include "cuda_kernels_test.moc"

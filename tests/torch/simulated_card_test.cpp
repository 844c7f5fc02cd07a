// SPDX-License-Identifier: Apache-2.0
// The simulated card itself: the CPU's bits, a card's memory, and an end for whoever follows its addresses.

#include "core/torch/device/device_memory.h"
#include "core/torch/device/open_device.h"
#include "core/torch/torch_backend.h"
#include "tests/support/same_tensors.h"

#include <ATen/ATen.h>
#include <QTest>
#include <c10/core/CachingDeviceAllocator.h>

#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

using namespace mantissa;

namespace {

constexpr std::int64_t MiB = std::int64_t{1} << 20;

at::Device card() { return {at::kPrivateUse1, 0}; }

at::Tensor block(std::int64_t bytes)
{
    return at::empty({bytes}, at::TensorOptions().dtype(at::kByte).device(card()));
}

std::int64_t reservedNow()
{
    return c10::getDeviceAllocator(at::kPrivateUse1)->getDeviceStats(0).reserved_bytes[0].current;
}

std::int64_t allocatedNow()
{
    return c10::getDeviceAllocator(at::kPrivateUse1)->getDeviceStats(0).allocated_bytes[0].current;
}

/// What a process of its own writes to stderr before it ends, and how it ends.
template <class Work> std::pair<std::string, int> inAProcess(const Work& work)
{
    int pipe[2];
    if (::pipe(pipe) != 0)
        qFatal("pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(pipe[1], STDERR_FILENO);
        work();
        ::_exit(0);
    }
    ::close(pipe[1]);
    std::string text;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::read(pipe[0], buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(n));
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return {text, status};
}

} // namespace

class SimulatedCardTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        initializeEngine();
        QVERIFY(openDevice({.device = "simulated:256MiB"}).has_value());
    }
    void init()
    {
        (*loadSimulatedCard())->setCapacity(static_cast<std::size_t>(240 * MiB), /*isBudget*/ false);
        emptyDeviceCache(card());
        QCOMPARE(allocatedNow(), 0);
    }

    void operationsHaveTheCpusBits()
    {
        at::manual_seed(3);
        const at::Tensor a = at::randn({37, 53});
        const at::Tensor b = at::randn({53, 29});
        const at::Tensor x = a.to(card());
        const at::Tensor y = b.to(card());
        QVERIFY(x.device() == card());
        QVERIFY(sameBits(at::mm(a, b), at::mm(x, y)));
        QVERIFY(sameBits(a.softmax(1), x.softmax(1)));
        QVERIFY(sameBits(a.t().contiguous(), x.t().contiguous()));
        QVERIFY(sameBits(a.to(at::kBFloat16), x.to(at::kBFloat16)));
        QVERIFY(sameBits(a.narrow(0, 3, 5).sum(0), x.narrow(0, 3, 5).sum(0)));
        QVERIFY(sameBits(at::cat({a, a * 2}, 1), at::cat({x, x * 2}, 1)));
        const at::Tensor picture = at::randn({2, 3, 9, 9});
        const at::Tensor filter = at::randn({4, 3, 3, 3});
        QVERIFY(sameBits(at::conv2d(picture, filter, {}, 1, 1),
            at::conv2d(picture.to(card()), filter.to(card()), {}, 1, 1)));
        QCOMPARE((*loadSimulatedCard())->counters().foreignResults, 0);
    }
    void gradientsHaveTheCpusBits()
    {
        at::manual_seed(4);
        const at::Tensor q = at::randn({2, 3, 17, 8});
        const auto gradients = [&](at::Device device) {
            at::Tensor leaf = q.to(device).detach().requires_grad_();
            at::scaled_dot_product_attention(leaf, leaf, leaf, {}, 0, true).square().sum().backward();
            return leaf.grad().cpu();
        };
        QVERIFY(sameBits(gradients(at::kCPU), gradients(card())));
    }
    void chanceIsTheCpusWithTheSameSeed()
    {
        at::manual_seed(5);
        const at::Tensor there = at::randn({100}, at::TensorOptions().device(card()));
        at::manual_seed(5);
        QVERIFY(sameBits(at::randn({100}), there));
    }
    void whoFollowsItsAddressesDiesAndIsTold()
    {
        const at::Tensor x = at::ones({16}, at::TensorOptions().device(card()));
        const auto [text, status] = inAProcess([&] {
            ::signal(SIGSEGV, SIG_DFL); // the test's own handler is slow
            (*loadSimulatedCard())->tellHostFaults();
            volatile float value = *x.const_data_ptr<float>();
            static_cast<void>(value);
        });
        QVERIFY(WIFSIGNALED(status));
        QVERIFY2(text.find("the host touched device memory") != std::string::npos, text.c_str());
    }
    void operandsOfTwoDevicesAreRefused()
    {
        const at::Tensor x = at::ones({4}, at::TensorOptions().device(card()));
        QVERIFY_THROWS_EXCEPTION(c10::Error, x + at::ones({4}));
    }
    void theCapacityIsNeverPassed()
    {
        std::vector<at::Tensor> held;
        try {
            for (;;)
                held.push_back(block(7 * MiB));
        } catch (const c10::OutOfMemoryError& error) {
            const std::string text = error.what_without_backtrace();
            QVERIFY2(text.find("240 MiB") != std::string::npos, text.c_str());
        }
        QVERIFY(reservedNow() <= 240 * MiB);
        QVERIFY(allocatedNow() >= 220 * MiB);
        held.clear();
        QCOMPARE(allocatedNow(), 0);
        QVERIFY(block(200 * MiB).defined()); // what was kept in small pieces goes back first
    }
    void freedNeighboursBecomeOneBlock()
    {
        std::vector<at::Tensor> held;
        for (int i = 0; i < 8; ++i)
            held.push_back(block(20 * MiB));
        const std::int64_t reserved = reservedNow();
        held.erase(held.begin() + 2, held.begin() + 5);
        QVERIFY(block(60 * MiB).defined());
        QCOMPARE(reservedNow(), reserved);
    }
    void wholePagesThatAreFreeGoBack()
    {
        std::vector<at::Tensor> held;
        for (int i = 0; i < 8; ++i)
            held.push_back(block(20 * MiB));
        held.erase(held.begin() + 2, held.begin() + 5);
        const std::int64_t reserved = reservedNow();
        emptyDeviceCache(card());
        QCOMPARE(reservedNow(), reserved - 60 * MiB);
        held.clear();
        emptyDeviceCache(card());
        QCOMPARE(reservedNow(), 0);
    }
    void smallBlocksHavePagesOfTheirOwn()
    {
        const at::Tensor one = block(1);
        QCOMPARE(allocatedNow(), 512);
        QCOMPARE(reservedNow(), 2 * MiB);
        const at::Tensor large = block(MiB + 1);
        QCOMPARE(allocatedNow(), 512 + MiB + 512);
        QCOMPARE(reservedNow(), 4 * MiB);
    }
    void contentsSurviveWhatHappensAroundThem()
    {
        at::manual_seed(6);
        std::vector<std::pair<at::Tensor, at::Tensor>> held; // there, and as it must stay
        for (int i = 0; i < 400; ++i) {
            const std::int64_t n = at::randint(1, 300000, {1}).item<std::int64_t>();
            const at::Tensor values = at::randint(0, 255, {n}, at::kByte);
            held.emplace_back(values.to(card()), values);
            if (i % 3 == 2)
                held.erase(held.begin()
                    + at::randint(0, static_cast<std::int64_t>(held.size()), {1}).item<std::int64_t>());
            if (i % 50 == 49)
                emptyDeviceCache(card());
        }
        for (const auto& [there, values] : held)
            QVERIFY(sameBits(values, there));
    }
    void theNthAllocationFailsOnce()
    {
        (*loadSimulatedCard())->failAllocation(2);
        const at::Tensor first = block(10);
        QVERIFY_THROWS_EXCEPTION(c10::OutOfMemoryError, block(10));
        QVERIFY(block(10).defined());
    }
    void copiesAndReadsAreCounted()
    {
        const auto counters = [] { return (*loadSimulatedCard())->counters(); };
        const CardCounters before = counters();
        const at::Tensor x = at::ones({8}).to(card());
        QCOMPARE(counters().copiesToDevice, before.copiesToDevice + 1);
        QCOMPARE(counters().bytesToDevice, before.bytesToDevice + 32);
        QCOMPARE(x.sum().item<float>(), 8.0F);
        QCOMPARE(counters().reads, before.reads + 1);
        QCOMPARE(x.cpu().sum().item<float>(), 8.0F);
        QCOMPARE(counters().copiesToHost, before.copiesToHost + 1);
    }
};

QTEST_APPLESS_MAIN(SimulatedCardTest)
#include "simulated_card_test.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// What the window costs: CPU time of its thread for a frame, for hovering, at rates of events, and over a
// soak. window_benchmark [--frames | --live] [--soak SECONDS] | --run FOLDER (memory for each tick of a run
// that was trained); run by hand on a quiet machine, see docs/measurements. Exit 1: a bound does not hold.

#include "tests/support/fake_engine.h"
#include "ui/main_window.h"
#include "ui/pages/train_page.h"
#include "ui/plot/plot_view.h"
#include "ui/plot/view_range.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QFile>
#include <QMouseEvent>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

#include <fmt/format.h>

#include <algorithm>
#include <clocale>
#include <ctime>
#include <filesystem>
#include <malloc.h>
#include <thread>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int warmUpMilliseconds = 1500;
bool allHold = true;

double cpuSeconds()
{
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void tell(const std::string& what, double value, const char* unit, double bound)
{
    const bool holds = value <= bound;
    allHold = allHold && holds;
    fmt::print("| {} | {:.2f} {} | {:.2f} | {} |\n", what, value, unit, bound, holds ? "yes" : "NO");
    std::fflush(stdout);
}

double at(std::vector<double> values, double part)
{
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

/// The rhythm of the shipped text example: 40 ticks a round.
Phase phaseAt(std::int64_t tick)
{
    return tick % 40 < 20 ? Phase::Full : tick % 40 < 35 ? Phase::Predict : Phase::Correct;
}

void addTick(std::vector<RunEvent>& events, std::int64_t tick)
{
    if (tick == 0 || phaseAt(tick) != phaseAt(tick - 1))
        events.push_back(SegmentStarted{.tick = tick,
            .step = tick,
            .phase = phaseAt(tick),
            .plan = {.compute = phaseAt(tick) == Phase::Predict ? Precision::Bf16 : Precision::Fp32},
            .casts = 3,
            .castBytes = 1 << 20});
    StepDone step{.tick = tick,
        .step = tick,
        .loss = 5 / (1 + 1e-4 * static_cast<double>(tick)) + 0.1 * std::sin(static_cast<double>(tick) * 1.7),
        .gradNorm = 1,
        .learningRate = 1e-3,
        .seconds = 0.01};
    for (const MemoryClass memoryClass : allMemoryClasses)
        step.memory.devicePeak.at(memoryClass)
            = (1 << 20) * (1 + (tick * 7 + static_cast<std::int64_t>(memoryClass)) % 5);
    step.memory.deviceReservedPeak = 60 << 20;
    events.push_back(step);
    if (tick % 50'000 == 0)
        events.push_back(Evaluated{.tick = tick, .step = tick, .loss = 3, .accuracy = NAN});
}

Run runOf(std::int64_t ticks)
{
    Run run(RunConfig{}, {});
    run.apply(RunStarted{.tokensPerStep = 768});
    std::vector<RunEvent> events;
    for (std::int64_t tick = 0; tick < ticks; ++tick) {
        addTick(events, tick);
        for (const RunEvent& event : events)
            run.apply(event);
        events.clear();
    }
    return run;
}

/// CPU milliseconds of frames: 50 events arrive, are taken in and drawn.
std::vector<double> frames(MainWindow& window, std::int64_t ticks, int count)
{
    std::vector<double> milliseconds;
    std::vector<RunEvent> events;
    for (int i = 0; i < count; ++i) {
        events.clear();
        for (int k = 0; k < 50; ++k)
            addTick(events, ticks++);
        const double before = cpuSeconds();
        window.session()->append(events);
        QCoreApplication::processEvents();
        milliseconds.push_back((cpuSeconds() - before) * 1e3);
    }
    return milliseconds;
}

std::vector<double> hovers(MainWindow& window)
{
    std::vector<double> milliseconds;
    PlotView* plot = window.trainPage()->memoryPlot();
    plot->setAttribute(Qt::WA_UnderMouse); // the offscreen platform sends no enter events
    for (int x = 120; x < plot->width() - 60; x += 7) {
        const double before = cpuSeconds();
        QMouseEvent move(QEvent::MouseMove, QPointF(x, 40), plot->viewport()->mapToGlobal(QPointF(x, 40)),
            Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QCoreApplication::sendEvent(plot->viewport(), &move);
        QCoreApplication::processEvents();
        milliseconds.push_back((cpuSeconds() - before) * 1e3);
    }
    return milliseconds;
}

struct Live {
    double share = 0; ///< of a core, GUI thread
    double rate = 0; ///< steps a second that were reached
    double worst = 0; ///< longest time between two turns of the loop, milliseconds
    std::int64_t lost = 0;
    double grownMiB = 0; ///< of the process
    std::int64_t ticks = 0;
};

/// quit() would ask the window, which asks the user while a run trains.
void leave() { QCoreApplication::exit(0); }

double residentMiB()
{
    QFile file(u"/proc/self/statm"_s);
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toDouble() * 4096 / 1048576
                                          : 0;
}

/// A real trainer thread with a fake engine, paced.
Live live(std::int64_t perSecond, double seconds)
{
    ::malloc_trim(0); // else what runs before have left is filled first, and growth reads as nothing
    QTemporaryDir folder;
    FakeEngineScript script;
    using Clock = std::chrono::steady_clock;
    Clock::time_point start{};
    std::int64_t paced = 0; // steps and probes
    const auto pace = [&] {
        if (paced == 0)
            start = Clock::now();
        const auto due = start + std::chrono::nanoseconds(paced++ * 1'000'000'000 / perSecond);
        if (due - Clock::now()
            > std::chrono::milliseconds(2)) // in small bursts: a sleep for each would take longer than a step
            std::this_thread::sleep_until(due);
    };
    script.beforeStep = [&](std::int64_t) { pace(); };
    script.inProbe = pace;
    MainWindow window(fakeFactory(script), folder.path().toStdString());
    window.resize(1600, 1000);
    window.show();
    RunConfig config;
    config.training = {.maxSteps = 1'000'000'000, .evalInterval = 50'000, .saveInterval = 0, .threads = 1};
    config.phases = {.warmupSteps = 10, .fullSteps = 20, .maxPredictSteps = 15};
    window.startTraining(config);
    QTimer::singleShot(warmUpMilliseconds, qApp, leave);
    QCoreApplication::exec();
    Live result;
    const double before = cpuSeconds();
    const double resident = residentMiB();
    const std::int64_t ticks = window.session()->run().ticks();
    const auto begin = Clock::now();
    auto turn = begin;
    QTimer watch;
    QObject::connect(&watch, &QTimer::timeout, qApp, [&] {
        const auto now = Clock::now();
        result.worst = std::max(result.worst, std::chrono::duration<double, std::milli>(now - turn).count());
        turn = now;
    });
    watch.start(10);
    QTimer::singleShot(static_cast<int>(seconds * 1000), qApp, leave);
    QCoreApplication::exec();
    const double wall = std::chrono::duration<double>(Clock::now() - begin).count();
    result.share = (cpuSeconds() - before) / wall;
    result.ticks = window.session()->run().ticks() - ticks;
    result.rate = static_cast<double>(result.ticks) / wall;
    result.grownMiB = residentMiB() - resident;
    QObject::connect(window.session(), &RunSession::ended, qApp, leave);
    window.session()->stop();
    QCoreApplication::exec();
    result.lost = script.steps + script.probes - window.session()->run().ticks();
    return result;
}

/// What a real run takes in the window: its columns, segments and events, and the rows of its lists.
int measureRun(const std::filesystem::path& folder)
{
    FakeEngineScript script;
    QTemporaryDir runs;
    MainWindow window(fakeFactory(script), runs.path().toStdString());
    window.resize(1600, 1000);
    window.show();
    QCoreApplication::processEvents();
    const std::size_t before = ::mallinfo2().uordblks;
    window.session()->setLongLog(INT64_MAX); // what is read on another thread is in another arena
    if (const auto status = window.session()->open(folder); !status) {
        fmt::print(stderr, "{}\n", status.error().message);
        return 2;
    }
    QCoreApplication::processEvents();
    const auto ticks = static_cast<double>(std::max<std::int64_t>(1, window.session()->run().ticks()));
    tell(fmt::format("memory for each of {:.0f} ticks of a trained run", ticks),
        static_cast<double>(::mallinfo2().uordblks - before) / ticks, "B", 56);
    std::error_code error;
    fmt::print("| its log, events.jsonl | {:.0f} B a tick | | |\n",
        static_cast<double>(std::filesystem::file_size(folder / "events.jsonl", error)) / ticks);
    return allHold ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QTemporaryDir settings;
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    QApplication application(argc, argv);
    std::setlocale(LC_NUMERIC, "C");
    loadFonts();
    applyTheme(ThemeChoice::Dark);
    const QStringList arguments = QCoreApplication::arguments();
    const qsizetype soak = arguments.indexOf(u"--soak"_s);
    fmt::print("| what | figure | bound | holds |\n|---|---|---|---|\n");
    if (const qsizetype run = arguments.indexOf(u"--run"_s); run >= 0)
        return measureRun(arguments.value(run + 1).toStdString());
    std::array<double, 3> medians{};
    const std::array<std::int64_t, 3> sizes{100'000, 1'000'000, 10'000'000};
    for (std::size_t i = 0; i < sizes.size() && !arguments.contains(u"--live"_s); ++i) {
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), settings.path().toStdString());
        window.resize(1600, 1000);
        window.show();
        window.session()->show(runOf(sizes[i]));
        frames(window, sizes[i], 10); // the first draw everything for the first time
        const auto cost = frames(window, sizes[i] + 500, 60);
        medians[i] = at(cost, 0.5);
        tell(fmt::format("frame at {} steps, whole run in view, median CPU", sizes[i]), medians[i], "ms",
            i == 1 ? 12 : 16);
        tell(fmt::format("frame at {} steps, 95th percentile", sizes[i]), at(cost, 0.95), "ms",
            i == 1 ? 16 : 24);
        window.trainPage()->range()->zoom(
            2000.0 / static_cast<double>(sizes[i]), static_cast<double>(sizes[i]) / 2);
        tell(fmt::format("frame at {} steps, 2,000 of them in view, median CPU", sizes[i]),
            at(frames(window, sizes[i] + 3500, 40), 0.5), "ms", 12);
        window.trainPage()->range()->showAll();
        tell(fmt::format("hover at {} steps, median CPU", sizes[i]), at(hovers(window), 0.5), "ms", 5);
    }
    if (medians[0] > 0)
        tell("frame(10M) / frame(100k)", medians[2] / medians[0], "×", 1.3);
    if (arguments.contains(u"--frames"_s))
        return allHold ? 0 : 1;
    for (const auto& [rate, bound] : {std::pair<std::int64_t, double>(1000, 25),
             std::pair<std::int64_t, double>(10'000, 25), std::pair<std::int64_t, double>(100'000, 35)}) {
        const Live result = live(rate, 10);
        tell(fmt::format("GUI thread at {} events/s asked, {:.0f} reached", rate, result.rate),
            100 * result.share, "% of a core", bound);
        tell(fmt::format("events lost at {} /s", rate), static_cast<double>(result.lost), "", 0);
    }
    const double seconds = soak >= 0 ? arguments.value(soak + 1).toDouble() : 10;
    const Live result = live(60'000, seconds);
    tell(fmt::format(
             "soak: GUI thread over {:.0f} s, {} ticks at {:.0f} /s", seconds, result.ticks, result.rate),
        100 * result.share, "% of a core", 35);
    tell("soak: events lost", static_cast<double>(result.lost), "", 0);
    tell("soak: longest pause of the loop", result.worst, "ms", 250);
    tell("soak: memory for each tick",
        result.grownMiB * 1048576 / static_cast<double>(std::max<std::int64_t>(1, result.ticks)), "B", 56);
    return allHold ? 0 : 1;
}

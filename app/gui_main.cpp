// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine_loader.h"
#include "app/leave_on_signals.h"
#include "app/pdf_report.h"
#include "core/base/installation.h"
#include "core/base/instruction_set.h"
#include "core/record/environment.h"
#include "core/record/run_store.h"
#include "ui/main_window.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/rung_prices.h"
#include "ui/settings.h"
#include "ui/theme/format.h"
#include "ui/theme/quiet_tips.h"
#include "ui/theme/stale_hover.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QProcess>
#include <QSessionManager>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <string_view>
#include <unistd.h>
#include <vector>

using namespace Qt::Literals::StringLiterals;
using namespace mantissa;

namespace {

struct Options {
    QCommandLineParser parser;
    QCommandLineOption screenshot{
        u"screenshot"_s, QObject::tr("Draw a page into FILE (PNG) and exit."), u"FILE"_s};
    QCommandLineOption pdf{
        u"pdf"_s, QObject::tr("Write the report of a run as FILE (PDF) and exit."), u"FILE"_s};
    QCommandLineOption baseline{u"baseline"_s,
        QObject::tr("The run that --pdf compares with (default: found beside the run)."), u"RUN"_s};
    QCommandLineOption size{u"size"_s, QObject::tr("Size of the window, for example 1600x1000."), u"WxH"_s};
    QCommandLineOption page{u"page"_s,
        QObject::tr("Page to show: train, compare, numbers, experiment, report, runs or presets."), u"NAME"_s,
        u"train"_s};
    QCommandLineOption theme{u"theme"_s, QObject::tr("light, dark or system."), u"NAME"_s, u"system"_s};
    QCommandLineOption scale{u"scale"_s,
        QObject::tr("Pixels of a screenshot for each pixel of the window: 1 to 4."), u"N"_s, u"1"_s};
    QCommandLineOption runs{
        u"runs"_s, QObject::tr("Folder of runs (default: runs, or $MANTISSA_RUNS)."), u"DIR"_s};
    QCommandLineOption train{u"train"_s, QObject::tr("Start training this config at once."), u"CONFIG"_s};
};

/// A picture or a line of help needs no display.
bool isWithoutWindow(const std::vector<std::string_view>& arguments)
{
    return std::ranges::any_of(arguments, [](std::string_view a) {
        return a.starts_with("--screenshot") || a.starts_with("--pdf") || a.starts_with("--help") || a == "-h"
            || a == "-?" || a == "--version" || a == "-v";
    });
}

int complainInWords(const QString& message)
{
    std::fprintf(stderr, "mantissa: %s\n", message.toUtf8().constData());
    return static_cast<int>(ExitCode::Usage);
}

bool setSize(ui::MainWindow& window, const QString& size)
{
    const QStringList parts = size.split(u'x');
    const int width = parts.value(0).toInt();
    const int height = parts.value(1).toInt();
    if (parts.size() != 2 || width < 320 || height < 240 || width > 16000 || height > 16000)
        return false;
    window.resize(width, height);
    return true;
}

int drawScreenshot(ui::MainWindow& window, const QString& file, int scale)
{
    window.show();
    while (window.isReading()) // long logs, on their threads
        QApplication::processEvents(QEventLoop::WaitForMoreEvents);
    for (int round = 0; round < 3; ++round) // layouts settle, and what they post; nothing else runs here
        QApplication::processEvents();
    QPixmap picture(window.size() * scale);
    picture.setDevicePixelRatio(scale);
    window.render(&picture);
    return picture.save(file)
        ? 0
        : complainInWords(QObject::tr("cannot write %1; choose another folder").arg(file));
}

/// A logout and a signal end the window as Stop and save does, unasked: nothing that was trained is lost.
void leaveWithSession(QApplication& application, ui::MainWindow& window)
{
    leaveOnSignals(&window, [&window] { window.closeUnasked(); });
    QObject::connect(
        &application, &QGuiApplication::commitDataRequest, &window,
        [&window](QSessionManager&) {
            window.session()->interrupt();
            while (window.session()->isTraining()) // the session goes on logging out once this returns
                QApplication::processEvents(QEventLoop::WaitForMoreEvents);
        },
        Qt::DirectConnection);
}

/// What was chosen in the window; empty where nothing was. The variable stands above it, as an option does.
std::filesystem::path chosenRunsFolder(const Options& options)
{
    return options.parser.isSet(options.screenshot) || options.parser.isSet(options.runs)
            || !qEnvironmentVariableIsEmpty("MANTISSA_RUNS")
        ? std::filesystem::path()
        : ui::pathFrom(ui::WindowSettings().value(ui::runsFolderKey).toString());
}

std::filesystem::path runsFolder(const Options& options)
{
    if (options.parser.isSet(options.runs))
        return options.parser.value(options.runs).toStdString();
    const auto chosen = chosenRunsFolder(options);
    std::error_code error;
    return std::filesystem::is_directory(chosen, error) ? chosen : defaultRunsFolder();
}

/// A disk that is not plugged in, for one.
void tellMissingFolder(const Options& options, ui::MainWindow& window)
{
    const auto chosen = chosenRunsFolder(options);
    std::error_code error;
    if (chosen.empty() || std::filesystem::is_directory(chosen, error))
        return;
    const QString words = QObject::tr("the folder of runs, %1, is not there; runs go to %2 this time")
                              .arg(ui::pathText(chosen), ui::pathText(runsFolder(options)));
    complainInWords(words);
    Q_EMIT window.session()->failed(words);
}

int writePdf(const Options& options)
{
    const QStringList runs = options.parser.positionalArguments();
    if (runs.size() != 1)
        return complainInWords(QObject::tr("--pdf is of one run; name its folder"));
    const auto written
        = writePdfReport(runs.front().toStdString(), options.parser.value(options.baseline).toStdString(),
            options.parser.value(options.pdf).toStdString());
    if (!written) {
        complainInWords(ui::text(written.error().message));
        return static_cast<int>(written.error().code);
    }
    return 0;
}

int runWindow(QApplication& application, Options& options)
{
    QCommandLineParser& parser = options.parser;
    if (parser.isSet(options.pdf))
        return writePdf(options);
    const bool remembers = !parser.isSet(options.theme) && !parser.isSet(options.screenshot);
    const QString themeName = remembers ? ui::WindowSettings().value(u"theme"_s, u"system"_s).toString()
                                        : parser.value(options.theme);
    if (!QStringList{u"light"_s, u"dark"_s, u"system"_s}.contains(themeName))
        return complainInWords(QObject::tr("--theme is '%1'; expected light, dark or system").arg(themeName));
    ui::loadFonts();
    ui::applyTheme(themeName == u"light" ? ui::ThemeChoice::Light
            : themeName == u"dark"       ? ui::ThemeChoice::Dark
                                         : ui::ThemeChoice::System);
    application.installEventFilter(new ui::QuietTips(&application));
    application.installEventFilter(new ui::StaleHover(&application));
    ui::MainWindow window(engineFactory(), runsFolder(options));
    if (parser.isSet(options.size) && !setSize(window, parser.value(options.size)))
        return complainInWords(
            QObject::tr("--size is '%1'; write for example 1600x1000").arg(parser.value(options.size)));
    std::vector<std::filesystem::path> files;
    for (const QString& file : parser.positionalArguments())
        files.emplace_back(file.toStdString());
    window.setHeadless([](const std::filesystem::path& folder) {
        return QProcess::startDetached(QCoreApplication::applicationDirPath() + u"/mantissa-cli"_s,
            {u"resume"_s, ui::text(std::filesystem::absolute(folder).string())});
    });
    const QString commandLine = QCoreApplication::applicationDirPath() + u"/mantissa-cli"_s;
    if (QFileInfo(commandLine).isExecutable())
        window.trainPage()->setup()->prices()->setProgram(commandLine);
    window.trainPage()->setup()->findCards();
    if (files.empty())
        parser.isSet(options.screenshot) ? window.openSomeRun() : window.restoreSession();
    else if (::isatty(STDERR_FILENO) != 1 && !parser.isSet(options.screenshot))
        window.openOrTell(files); // a double click: nobody reads what is said elsewhere
    else if (const auto opened = window.openFiles(files); !opened)
        return complainInWords(ui::text(opened.error().message));
    if (parser.isSet(options.page) && !window.showPage(parser.value(options.page)))
        return complainInWords(QObject::tr(
            "--page is '%1'; expected train, compare, numbers, experiment, report, runs or presets")
                                   .arg(parser.value(options.page)));
    if (parser.isSet(options.train)) {
        const auto loaded = loadConfig(parser.value(options.train).toStdString());
        if (!loaded)
            return complainInWords(ui::text(loaded.error().message));
        window.startTraining(loaded->config);
    }
    if (parser.isSet(options.screenshot))
        return drawScreenshot(
            window, parser.value(options.screenshot), std::clamp(parser.value(options.scale).toInt(), 1, 4));
    window.show();
    tellMissingFolder(options, window);
    leaveWithSession(application, window);
    if (std::error_code error; std::filesystem::exists(engineFolder() / "libmantissa_torch.so", error))
        window.offerLibTorch(commandLine);
    return application.exec();
}

} // namespace

int main(int argc, char** argv)
{
    prepareEngineEnvironment(argv);
    if (isWithoutWindow({argv + 1, argv + argc}))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    else if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY")
        && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        return complainInWords(
            u"there is no display (DISPLAY and WAYLAND_DISPLAY are empty); mantissa-cli does the same without one, and --screenshot FILE draws a page"_s);
    QApplication application(argc, argv);
    if (const auto known = checkInstructionSet(); !known)
        return complainInWords(ui::text(known.error().message));
    std::setlocale(LC_NUMERIC, "C"); // Qt set the user's; files and logs use the dot
    QApplication::setApplicationName(u"mantissa"_s);
    QApplication::setDesktopFileName(QStringLiteral(MANTISSA_APP_ID));
    QApplication::setApplicationVersion(ui::text(programVersion()));
    Options options;
    options.parser.setApplicationDescription(
        QObject::tr("Mantissa: train with a number format for each phase, and measure what it costs."));
    options.parser.addHelpOption();
    options.parser.addVersionOption();
    options.parser.addPositionalArgument(u"file"_s,
        QObject::tr(
            "What to open: folders of runs (several are compared) or their run.json, set-ups, presets."),
        u"[FILE…]"_s);
    options.parser.addOptions({options.screenshot, options.pdf, options.baseline, options.size, options.page,
        options.theme, options.scale, options.runs, options.train});
    options.parser.process(application);
    return runWindow(application, options);
}

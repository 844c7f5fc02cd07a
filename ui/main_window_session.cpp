// SPDX-License-Identifier: GPL-3.0-or-later
// How the window comes and goes: what it restores, what it asks before it closes, what it tells when a run
// ends.

#include "core/base/json.h"
#include "core/record/run_labels.h"
#include "core/record/run_store.h"
#include "ui/desktop_note.h"
#include "ui/example_run.h"
#include "ui/main_window.h"
#include "ui/models/run_queue_model.h"
#include "ui/pages/compare_page.h"
#include "ui/pages/confirm_bar.h"
#include "ui/pages/continue_dialog.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/settings.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QCloseEvent>
#include <QStackedWidget>
#include <QTabBar>
#include <QTimer>

#include <nlohmann/json.hpp>

#include <cmath>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

QStringList pathsOf(const std::vector<std::filesystem::path>& folders)
{
    QStringList paths;
    for (const auto& folder : folders)
        paths << pathText(folder);
    return paths;
}

/// A config alone, or one of a run that goes on, with where and what changes.
Json queuedJson(const QueuedRun& run)
{
    Json config = toJson(run.config);
    if (run.returnTo)
        return {{"return_to", pathText(*run.returnTo).toStdString()}, {"config", std::move(config)}};
    if (!run.goesOn)
        return config;
    return {{"goes_on", pathText(*run.folder).toStdString()}, {"settings", run.settings},
        {"config", std::move(config)}};
}

std::optional<QueuedRun> queuedFrom(const Json& json)
try {
    if (json.contains("return_to")) {
        const auto loaded = configFromJson(json.at("config"), {}, {});
        return loaded ? std::optional(QueuedRun{.config = loaded->config,
                   .returnTo = pathFrom(text(json.at("return_to").get<std::string>()))})
                      : std::nullopt;
    }
    if (!json.contains("goes_on")) {
        const auto loaded = configFromJson(json, {}, {});
        return loaded ? std::optional(QueuedRun{.config = loaded->config}) : std::nullopt;
    }
    const auto loaded = configFromJson(json.at("config"), {}, {});
    if (!loaded)
        return std::nullopt;
    return QueuedRun{.config = loaded->config,
        .folder = pathFrom(text(json.at("goes_on").get<std::string>())),
        .settings = json.at("settings").get<std::vector<std::string>>(),
        .goesOn = true};
} catch (const Json::exception&) { // edited by somebody
    return std::nullopt;
}

} // namespace

void MainWindow::restoreSession()
{
    const WindowSettings settings;
    m_train->setChoices(settings.value(u"train"_s).toMap());
    const std::filesystem::path folder = pathFrom(settings.value(u"run"_s).toString());
    if (folder.empty() || !readRunConfig(folder) || !m_session->open(folder))
        openSomeRun();
    if (isExampleRun(m_session->run().folder())) {
        // it shows every format, FP16 too, which some processors compute a hundred times slower
        RunConfig quick = m_session->run().config();
        if (const auto preset = findPreset("default"))
            quick.choices = preset->choices;
        m_train->setup()->setConfig(quick);
    }
    std::vector<std::filesystem::path> compared;
    for (const QString& path : settings.value(u"compared"_s).toStringList())
        compared.push_back(pathFrom(path));
    if (!compared.empty())
        m_compare->showRuns(compared);
    offerToCompare();
    for (const QString& line : settings.value(u"queue"_s).toStringList())
        if (const auto json = parseJson(line.toStdString(), "queue"))
            if (auto run = queuedFrom(*json))
                m_session->queue()->add(std::move(*run)); // waits until somebody goes on with it
    showPage(settings.value(u"page"_s, u"train"_s).toString());
}

void MainWindow::openSomeRun()
{
    if (const auto runs = listRuns(m_session->runsFolder()); !runs.empty())
        return openRun(runs.front().folder);
    const auto example = unpackExampleRun();
    if (!example || !m_session->open(*example))
        return;
    m_compare->showRuns({*example, example->parent_path() / "kjv-gpt-example-fp32"});
    m_bar->tell(tr("This is a finished example, recorded by this program: look around. Start trains the "
                   "set-up on the left; a short run takes a minute."));
}

void MainWindow::offerToCompare()
{
    std::vector<std::filesystem::path> runs{m_session->run().folder()};
    if (const Run* baseline = m_session->baseline())
        runs.push_back(baseline->folder());
    const auto before = std::exchange(m_offered, runs);
    if (before.empty() || before.front() != runs.front())
        return m_compare->offerRuns(std::move(runs));
    for (const auto& run : runs) // of the same run again: only what is new, since others may be unticked
        if (std::ranges::find(before, run) == before.end())
            m_compare->offerToo(run);
}

void MainWindow::leaveRemovedRun()
{
    std::error_code error;
    if (const auto& shown = m_session->run().folder(); shown.empty() || std::filesystem::exists(shown, error))
        return;
    m_bar->dismiss(); // what it offers is to go on with that run
    m_session->show(Run{});
}

void MainWindow::saveSession()
{
    WindowSettings settings;
    settings.setValue(u"geometry"_s, saveGeometry());
    settings.setValue(u"theme"_s,
        themeChoice() == ThemeChoice::System ? u"system"_s
            : theme().isDark                 ? u"dark"_s
                                             : u"light"_s);
    settings.setValue(u"page"_s, m_pages->currentWidget()->objectName());
    // what was stopped by closing is shown, and offered to go on with, the next time
    settings.setValue(
        u"run"_s, pathText(m_closing.isAsked ? m_session->endedFolder() : m_session->run().folder()));
    settings.setValue(u"compared"_s, pathsOf(m_compare->folders()));
    settings.setValue(u"train"_s, m_train->choices());
    saveQueue();
}

void MainWindow::saveQueue()
{
    QStringList queue;
    for (int row = 0; row < m_session->queue()->rowCount(); ++row)
        if (const QueuedRun& run = m_session->queue()->at(row);
            run.goesOn || !run.folder) // an experiment's are found again in its folder
            queue << text(jsonLine(queuedJson(run)));
    WindowSettings().setValue(u"queue"_s, queue);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!m_session->isTraining()) {
        saveSession();
        event->accept();
        return;
    }
    event->ignore();
    if (!m_closing.isAsked)
        askBeforeClosing();
}

void MainWindow::askBeforeClosing()
{
    const auto stop = [this] { closeUnasked(); };
    const QString question = tr("%1 is training. What shall become of it when the window closes?")
                                 .arg(text(m_session->trainingRun()->title()));
    if (!m_headless)
        return m_bar->ask(question, tr("Stop and save"), stop, {}, {}, tr("Cancel"));
    m_bar->ask(
        question, tr("Keep training without the window"),
        [this] {
            m_closing.goesOnHeadless = true;
            closeUnasked();
        },
        tr("Stop and save"), stop, tr("Cancel"));
}

void MainWindow::closeUnasked()
{
    if (!m_session->isTraining()) {
        close();
        return;
    }
    m_closing.isAsked = true; // the trainer writes a checkpoint first; `ended` closes
    m_session->interrupt();
    tell(tr("stopping: a checkpoint is being written"));
}

void MainWindow::leave(bool headless)
{
    if (headless && !m_headless(m_session->endedFolder())) {
        m_closing = {};
        return notify(tr("mantissa-cli could not be started, so the run was saved and stopped; Continue goes "
                         "on with it here"));
    }
    close();
}

void MainWindow::offerToContinue()
{
    const Run& run = m_session->run();
    const bool isInterrupted = !run.ended() || run.ended()->outcome == Outcome::Interrupted;
    if (run.folder().empty() || m_session->isTraining() || m_session->isFollowing() || !isInterrupted
        || run.ticks() == 0)
        return;
    const std::int64_t saved = run.checkpoints().empty() ? 0 : run.checkpoints().back().step;
    const QString lost = run.steps() > saved
        ? tr("; %1 steps since the last checkpoint are trained again").arg(countText(run.steps() - saved))
        : QString();
    m_bar->ask(
        tr("%1 was interrupted at step %2 of %3%4")
            .arg(text(run.title()), countText(run.steps()), countText(run.config().training.maxSteps), lost),
        tr("Continue"), [this, folder = run.folder()] { resume(folder); }, {}, {}, tr("Not now"));
}

void MainWindow::resume(const std::filesystem::path& folder) { goOn(folder, {}); }

void MainWindow::goOn(const std::filesystem::path& folder, const std::vector<std::string>& settings)
{
    const bool waits = m_session->isTraining();
    if (const auto status = m_session->continueRun(folder, settings); !status)
        m_bar->tell(messageText(status.error().message));
    else if (waits)
        tell(tr("queued; the Runs page shows what comes next"));
    else
        showPage(u"train"_s);
    showState();
}

void MainWindow::askToContinue()
{
    m_bar->dismiss();
    auto* dialog = new ContinueDialog(m_session->run(), this);
    connect(dialog, &ContinueDialog::continueChosen, this,
        [this, folder = m_session->run().folder()](
            const std::vector<std::string>& settings) { goOn(folder, settings); });
    connect(dialog, &ContinueDialog::forkChosen, this,
        [this](const ForkOrder& order, const std::vector<std::string>& settings) {
            m_session->fork(order, settings);
            tell(tr("a copy of the checkpoint is being made; then it trains"));
            showPage(u"train"_s);
        });
    connect(m_session, &RunSession::runChanged, dialog, &QDialog::reject);
    dialog->open();
}

void MainWindow::noteEnd()
{
    const Run& run = m_session->run();
    if (!run.ended() || isExampleRun(run.folder()))
        return;
    const double loss = run.evaluations().empty() ? run.lastLoss() : run.evaluations().back().loss;
    const QString words = withFailures(
        tr("%1: %2 after %3 steps, loss %4, peak %5")
            .arg(text(run.title()), text(nameOf(run.ended()->outcome)).replace(u'_', u' '),
                countText(run.steps()), std::isfinite(loss) ? QString::number(loss, 'f', 4) : u"–"_s,
                measuredBytesText(static_cast<double>(run.peakDeviceBytes()))),
        text(run.ended()->message));
    notify(words);
    if (canContinue(*m_session))
        m_bar->offer(words, tr("Continue…"), [this] { askToContinue(); });
}

void MainWindow::noteEndAside(const std::filesystem::path& folder)
{
    const RunListing run = listRun(folder);
    const QString words = withFailures(
        tr("%1: %2 after %3 steps, loss %4, peak %5")
            .arg(text(runTitle(folder)), text(nameOf(run.state)).replace(u'_', u' '), countText(run.steps),
                std::isfinite(run.evalLoss) ? QString::number(run.evalLoss, 'f', 4) : u"–"_s,
                measuredBytesText(static_cast<double>(run.peakDeviceBytes))),
        {});
    notify(words);
    m_bar->offer(words, tr("Show it"), [this, folder] { openRun(folder); });
}

void MainWindow::noteFailure(const QString& message)
{
    m_failures << message;
    QTimer::singleShot(0, this, [this] {
        if (!m_failures.isEmpty())
            notify(std::exchange(m_failures, {}).join(u"; "_s));
    });
}

QString MainWindow::withFailures(const QString& words, const QString& own)
{
    QStringList all = std::exchange(m_failures, {});
    if (!own.isEmpty() && !all.contains(own))
        all.prepend(own);
    return all.isEmpty() ? words : QString(words % u": "_s % all.join(u"; "_s));
}

void MainWindow::notify(const QString& message)
{
    m_bar->tell(message);
    if (isActiveWindow())
        return;
    QApplication::alert(this);
    if (WindowSettings().value(notesKey, true).toBool())
        showDesktopNote(message);
}

} // namespace mantissa::ui

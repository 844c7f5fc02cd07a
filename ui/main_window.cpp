// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window.h"

#include "core/record/foreign_run.h"
#include "core/record/machine_needs.h"
#include "ui/models/preset_list_model.h"
#include "ui/models/run_queue_model.h"
#include "ui/page_scroll.h"
#include "ui/pages/compare_page.h"
#include "ui/pages/confirm_bar.h"
#include "ui/pages/experiment_page.h"
#include "ui/pages/guide_dialog.h"
#include "ui/pages/numbers_page.h"
#include "ui/pages/presets_page.h"
#include "ui/pages/queue_card.h"
#include "ui/pages/report_page.h"
#include "ui/pages/runs_page.h"
#include "ui/pages/setup_menu.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/pages/training_chip.h"
#include "ui/plot/view_range.h"
#include "ui/run_alerts.h"
#include "ui/settings.h"
#include "ui/theme/format.h"

#include <QFileDialog>
#include <QScreen>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

const QStringList& pageNames()
{
    static const QStringList names{
        u"train"_s, u"compare"_s, u"numbers"_s, u"experiment"_s, u"report"_s, u"runs"_s, u"presets"_s};
    return names;
}

} // namespace

MainWindow::MainWindow(EngineFactory makeEngine, const std::filesystem::path& runsFolder)
    : m_session(new RunSession(std::move(makeEngine), runsFolder, this))
    , m_bar(new ConfirmBar(this))
    , m_pages(new QStackedWidget(this))
    , m_tabs(new QTabBar(this))
    , m_train(new TrainPage(m_session, this))
    , m_compare(new ComparePage(this))
    , m_numbers(new NumbersPage(m_session, this))
    , m_experiment(new ExperimentPage(
          m_session, [this] { return m_train->setup()->config(); }, this))
    , m_report(new ReportPage(m_session, this))
    , m_runs(new RunsPage(runsFolder, this))
    , m_presetList(new PresetListModel(ownPresetsFolder(), this))
    , m_presets(new PresetsPage(m_presetList, this))
{
    setWindowTitle(tr("Mantissa"));
    setWindowIcon(QIcon(u":/icons/mantissa.svg"_s));
    setAcceptDrops(true);
    m_pages->setObjectName(u"pages"_s);
    for (QWidget* page : std::initializer_list<QWidget*>{
             m_train, m_compare, m_numbers, m_experiment, m_report, m_runs, m_presets}) {
        page->setObjectName(pageNames()[m_pages->count()]);
        m_pages->addWidget(page);
    }
    auto* central = new QWidget(this);
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins({});
    column->setSpacing(0);
    auto* chip = new TrainingChip(m_session, this);
    connect(chip, &QPushButton::clicked, this, [this] {
        m_bar->dismiss();
        m_session->showTraining();
        showPage(u"train"_s);
    });
    column->addWidget(chip, 0, Qt::AlignLeft);
    column->addWidget(new PageScroll(m_pages, this), 1);
    column->addWidget(m_bar); // below: what it says comes by itself, and must not move what is being clicked
    setCentralWidget(central);
    for (const QString& title : {tr("Train"), tr("Compare"), tr("Numbers"), tr("Experiment"), tr("Report"),
             tr("Runs"), tr("Presets")})
        m_tabs->addTab(title);
    m_tabs->setDrawBase(false);
    m_tabs->setUsesScrollButtons(false); // else the tool bar squeezes it until tabs are gone; so it moves
                                         // what follows into its overflow
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int page) {
        m_pages->setCurrentIndex(page);
        fitToPage();
        if (m_pages->currentWidget() == m_runs)
            m_runs->refresh();
    });
    fitToPage();
    connectPages();
    buildToolBar();
    buildStatusBar();
    connect(new RunAlerts(m_session, this), &RunAlerts::raised, this, &MainWindow::notify);
    addPageKeys();
    connect(m_runs, &RunsPage::openRequested, this, &MainWindow::openRun);
    connect(m_session, &RunSession::failed, this, &MainWindow::noteFailure);
    connect(m_session, &RunSession::rowsAppended, this, &MainWindow::showState);
    connect(m_session, &RunSession::runChanged, this, &MainWindow::showState);
    connect(m_session, &RunSession::runChanged, this, &MainWindow::showTitle);
    connect(m_session, &RunSession::ended, this, [this] {
        showState();
        if (m_closing.isAsked && !m_session->isTraining()) // and not one that was followed
            return leave(m_closing.goesOnHeadless);
        if (m_session->endedFolder() != m_session->run().folder())
            return noteEndAside(m_session->endedFolder());
        noteEnd();
        if (!m_session->run().ended())
            offerToContinue(); // it was followed, and whoever wrote it is gone
    });
    connect(m_session, &RunSession::runChanged, this, &MainWindow::offerToContinue);
    for (const auto change : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_session->queue(), change, this, &MainWindow::saveQueue);
    if (!restoreGeometry(WindowSettings().value(u"geometry"_s).toByteArray()))
        resize(QSize(1440, 920).boundedTo(
            screen()->availableSize() - QSize(20, 60))); // the frame needs room too
    m_pages->setFocus(); // no field looks chosen before anybody has chosen one
    showState();
}

void MainWindow::fitToPage()
{
    for (int i = 0; i < m_pages->count(); ++i) // a stack is as large as its largest page, shown or not
        m_pages->widget(i)->setSizePolicy(
            i == m_pages->currentIndex() ? QSizePolicy::Preferred : QSizePolicy::Ignored,
            i == m_pages->currentIndex() ? QSizePolicy::Preferred : QSizePolicy::Ignored);
}

void MainWindow::connectPages()
{
    m_compare->setRunsFolder(m_session->runsFolder());
    for (const auto change : {&RunSession::runChanged, &RunSession::baselineChanged})
        connect(m_session, change, this, [this] { offerToCompare(); });
    connect(m_compare, &ComparePage::runsRequested, this, [this] { showPage(u"runs"_s); });
    connect(m_runs, &RunsPage::labelsChanged, this, [this] {
        showTitle();
        m_compare->redraw();
    });
    connect(m_experiment, &ExperimentPage::openRequested, this, &MainWindow::openRun);
    connect(m_experiment, &ExperimentPage::told, this, &MainWindow::tell);
    connect(m_runs, &RunsPage::compareRequested, this, &MainWindow::compare);
    connect(m_runs, &RunsPage::resumeRequested, this, &MainWindow::resume);
    connect(m_runs, &RunsPage::queueRequested, m_session, &RunSession::enqueue);
    connect(m_runs, &RunsPage::folderChosen, this, &MainWindow::useRunsFolder);
    connect(m_runs, &RunsPage::removed, this, &MainWindow::leaveRemovedRun);
    connect(m_train, &TrainPage::continueRequested, this, &MainWindow::askToContinue);
    m_runs->setQueue(m_session->queue());
    m_runs->addBelow(new QueueCard(m_session, m_runs));
    SetupPanel* setup = m_train->setup();
    const auto offerPresets = [this, setup] {
        std::vector<Preset> presets;
        for (int row = 0; row < m_presetList->rowCount(); ++row)
            presets.push_back(m_presetList->at(row));
        setup->setPresets(std::move(presets));
    };
    offerPresets();
    connect(setup, &SetupPanel::refused, this, &MainWindow::tell);
    connect(setup->file(), &SetupMenu::told, this, &MainWindow::tell);
    connect(setup->file(), &SetupMenu::chosen, this,
        [this](const std::filesystem::path& file) { openOrTell({file}); });
    connect(m_presetList, &QAbstractItemModel::modelReset, this, offerPresets);
    m_presets->setCurrent(setup->choices());
    connect(
        setup, &SetupPanel::configChanged, this, [this, setup] { m_presets->setCurrent(setup->choices()); });
    connect(m_presets, &PresetsPage::useRequested, this, [this, setup](const Preset& preset) {
        const auto use = [this, setup, preset] {
            setup->usePreset(preset);
            showPage(u"train"_s);
        };
        if (!m_session->isControlled())
            return use();
        m_bar->ask(tr("%1 is training, and its table would change with the next step. Use the preset in it?")
                       .arg(text(m_session->run().title())),
            tr("Change the run"), use);
    });
}

bool MainWindow::showPage(const QString& name)
{
    const auto page = static_cast<int>(pageNames().indexOf(name));
    if (page >= 0)
        m_tabs->setCurrentIndex(page);
    return page >= 0;
}

bool MainWindow::isReading() const { return m_session->isReading() || m_experiment->isReading(); }

void MainWindow::openRun(const std::filesystem::path& folder)
{
    m_bar->dismiss(); // what it says or asks is of the run before
    std::error_code error;
    if (std::filesystem::exists(folder / "experiment.json", error)) {
        m_experiment->openExperiment(folder);
        showPage(u"experiment"_s);
        return;
    }
    if (isForeignRun(folder)) { // there is nothing of it to open: it is shown beside the run that is
        std::vector<std::filesystem::path> both{folder};
        if (const auto& own = m_session->run().folder(); !own.empty())
            both.insert(both.begin(), own);
        return compare(both);
    }
    if (const auto status = m_session->open(folder); !status)
        m_bar->tell(messageText(status.error().message));
    else
        showPage(u"train"_s);
}

void MainWindow::compare(const std::vector<std::filesystem::path>& folders)
{
    m_compare->showRuns(folders);
    showPage(u"compare"_s);
}

void MainWindow::startTraining(const RunConfig& config)
{
    if (const auto room = checkRoom(config, roomFor(config, m_session->runsFolder() / "new")); !room) {
        m_bar->ask(messageText(room.error().message), tr("Start all the same"), [this, config] {
            RunConfig allowed = config;
            allowed.memory.allowOvercommit = true;
            startTraining(allowed);
        });
        return;
    }
    if (const auto status = m_session->start(config); !status && m_session->isTraining())
        m_bar->tell(messageText(status.error().message));
    else if (!status) // its folder cannot be made
        m_bar->offer(
            messageText(status.error().message), tr("Other folder…"), [this] { m_runs->chooseFolder(); });
    else
        m_bar->dismiss();
    showState();
}

void MainWindow::start()
{
    showPage(u"train"_s);
    const auto config = m_train->setup()->usable();
    if (!config)
        return m_bar->tell(messageText(config.error().message));
    if (!m_session->isFollowing())
        return startTraining(*config);
    m_bar->ask(
        tr("%1 is trained by another process. Both would share the processor and the memory. Start a run "
           "beside it?")
            .arg(text(m_session->run().title())),
        tr("Start beside it"), [this, config = *config] { startTraining(config); });
}

void MainWindow::queueSetup(int seeds)
{
    auto config = m_train->setup()->usable();
    if (!config)
        return m_bar->tell(messageText(config.error().message));
    for (int i = 0; i < seeds; ++i) {
        m_session->enqueue(*config);
        ++config->training.seed;
    }
    tell(tr("queued; the Runs page shows what comes next"));
}

void MainWindow::chooseRun()
{
    const QString folder = QFileDialog::getExistingDirectory(
        this, tr("Open a run folder"), text(m_session->runsFolder().string()));
    if (!folder.isEmpty())
        openRun(folder.toStdString());
}

void MainWindow::useRunsFolder(const std::filesystem::path& folder)
{
    m_session->setRunsFolder(folder);
    m_runs->setRunsFolder(folder);
    m_compare->setRunsFolder(folder);
    m_train->setup()->setRunsFolder(folder);
    WindowSettings().setValue(runsFolderKey, pathText(folder));
    tell(tr("runs are kept in %1 from now on").arg(text(folder.string())));
}

void MainWindow::showGuide()
{
    auto* guide = findChild<GuideDialog*>();
    if (!guide)
        guide = new GuideDialog(this);
    guide->show();
    guide->raise();
    guide->activateWindow();
}

void MainWindow::showTitle()
{
    const Run& run = m_session->run();
    setWindowTitle(run.folder().empty()
            ? tr("Mantissa")
            : tr("%1 – Mantissa").arg(text(run.title()))); // reads a file: not for every frame
}

} // namespace mantissa::ui

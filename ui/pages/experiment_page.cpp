// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/experiment_page.h"

#include "core/base/json.h"
#include "core/output/experiment_report.h"
#include "ui/models/run_queue_model.h"
#include "ui/models/text_table_model.h"
#include "ui/pages/card_head.h"
#include "ui/pages/empty_state.h"
#include "ui/pages/new_experiment_bar.h"
#include "ui/plot/experiment_plot.h"
#include "ui/run_session.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QFileDialog>
#include <QFileSystemWatcher>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int plotHeadHeight = 34; ///< title and margins of its card

enum Table { Arms, Seeds, Changes };

QStringList headerOf(int table)
{
    switch (table) {
    case Arms:
        return {QObject::tr("Arm"), QObject::tr("Pairs"), QObject::tr("Quality delta"),
            QObject::tr("95 % interval"), QObject::tr("Batch error"), QObject::tr("Peak"),
            QObject::tr("of baseline"), QObject::tr("Tokens/s"), QObject::tr("of baseline"),
            QObject::tr("Below %1").arg(percentText(claimedDeltaPercent, 1, false))};
    case Seeds:
        return {QObject::tr("Arm"), QObject::tr("Seed"), QObject::tr("Outcome"), QObject::tr("Steps"),
            QObject::tr("Evaluation loss"), QObject::tr("Quality delta"), QObject::tr("Batch error"),
            QObject::tr("Peak"), QObject::tr("of baseline"), QObject::tr("Tokens/s"),
            QObject::tr("of baseline")};
    default:
        return {QObject::tr("Arm"), QObject::tr("Key"), QObject::tr("Baseline"), QObject::tr("Arm's")};
    }
}

} // namespace

ExperimentPage::ExperimentPage(
    RunSession* session, std::function<std::optional<RunConfig>()> setup, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_setup(std::move(setup))
    , m_rows(new TextTableModel(this))
    , m_watcher(new QFileSystemWatcher(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 8);
    column->setSpacing(8);
    auto* buttons = new QHBoxLayout;
    buildHead(buttons);
    column->addLayout(buttons);
    m_new = new NewExperimentBar(this);
    connect(m_new, &NewExperimentBar::asked, this, &ExperimentPage::createNew);
    column->addWidget(m_new);
    m_warnings = new QLabel(this);
    m_warnings->setObjectName(u"experimentWarnings"_s);
    m_warnings->setWordWrap(true);
    column->addWidget(m_warnings);
    m_views = new QStackedWidget(this);
    m_views->addWidget(emptyState(tr("No experiment is open"),
        tr("One pair of runs cannot tell a loss of quality from the luck of a seed. An experiment trains "
           "each way several times, in pairs with equal "
           "start and data, and says whether the claim holds.\nNew… plans one from the set-up on the Train "
           "page; Open… shows a folder of mantissa-cli experiment."),
        nullptr, this));
    auto* full = new QWidget(this);
    auto* inside = new QVBoxLayout(full);
    inside->setContentsMargins({});
    auto* scroll = new QScrollArea(full);
    m_plot = new ExperimentPlot(scroll);
    m_plot->setObjectName(u"experimentPlot"_s);
    scroll->setWidget(m_plot);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* head = new CardHead(
        tr("Quality delta by arm"), tr("dots: seeds; bar: 95 % interval of their mean"), nullptr, full);
    m_plotCard = cardOf(head, scroll, full);
    inside->addWidget(m_plotCard, 6);
    buildTables(inside);
    m_views->addWidget(full);
    column->addWidget(m_views, 1);
    connect(m_watcher, &QFileSystemWatcher::fileChanged, this, &ExperimentPage::refresh);
    for (const auto change : {&RunSession::ended, &RunSession::runChanged})
        connect(session, change, this, [this] {
            if (isVisible())
                refresh();
        });
    for (const auto change : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(session->queue(), change, this, [this] {
            if (isVisible())
                showResult();
        });
    showResult();
}

void ExperimentPage::buildHead(QHBoxLayout* head)
{
    m_state = new QLabel(this);
    m_state->setObjectName(u"experimentState"_s);
    m_state->setWordWrap(true);
    head->addWidget(m_state, 1);
    const auto button = [&](const QString& name, const QString& title, const QString& tip, auto act) {
        auto* made = new QPushButton(title, this);
        made->setObjectName(name);
        made->setToolTip(tip);
        connect(made, &QPushButton::clicked, this, act);
        head->addWidget(made);
        return made;
    };
    m_train = button(u"experimentTrain"_s, tr("Train what is missing"),
        tr("Queues the runs that are not there or were cut off, whole pairs first"),
        &ExperimentPage::queueMissing);
    m_save = button(u"experimentSave"_s, tr("Save report…"),
        tr("One HTML file with the chart, all pairs, what the arms change and the command that repeats it"),
        &ExperimentPage::saveReport);
    button(u"experimentOpen"_s, tr("Open…"),
        tr("The folder of an experiment, made here or by mantissa-cli experiment"),
        &ExperimentPage::chooseFolder);
    auto* plan
        = button(u"experimentNew"_s, tr("New…"), tr("Plans one from the set-up on the Train page"), [this] {
              if (m_new->isHidden())
                  m_new->offer(m_setup());
              else
                  m_new->hide();
          });
    plan->setAutoDefault(false);
}

void ExperimentPage::buildTables(QVBoxLayout* column)
{
    m_tabs = new QTabBar(this);
    m_tabs->setObjectName(u"experimentTables"_s);
    for (const QString& title : {tr("Arms"), tr("Seeds"), tr("What the arms change")})
        m_tabs->addTab(title);
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    connect(m_tabs, &QTabBar::currentChanged, this, &ExperimentPage::showTable);
    column->addWidget(m_tabs);
    m_table = new QTableView(this);
    m_table->setObjectName(u"experimentTable"_s);
    m_table->setModel(m_rows);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(24);
    m_table->horizontalHeader()->setHighlightSections(false);
    connect(
        m_table, &QTableView::activated, this, [this](const QModelIndex& index) { openRow(index.row()); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex& current) {
            if (m_tabs->currentIndex() == Arms && current.isValid())
                m_plot->setCurrentArm(current.row());
        });
    connect(m_plot, &ExperimentPlot::currentArmChanged, this, [this](int arm) {
        if (m_tabs->currentIndex() == Arms && m_table->currentIndex().row() != arm)
            m_table->selectRow(arm);
    });
    column->addWidget(m_table, 2);
}

bool ExperimentPage::openExperiment(const std::filesystem::path& folder)
{
    auto stored = readExperiment(folder);
    if (!stored) {
        m_problem = text(stored.error().message);
        showResult();
        return false;
    }
    if (!m_watcher->files().isEmpty())
        m_watcher->removePaths(m_watcher->files());
    m_folder = folder;
    m_stored = std::move(*stored);
    refresh();
    return true;
}

void ExperimentPage::refresh()
{
    if (m_folder.empty())
        return;
    const QString file = text((m_folder / "experiment.json").string());
    m_watcher->addPath(file); // written by renaming: the watch is of the old file
    const Status status = m_runs.refresh(m_stored.plan, m_folder);
    m_problem = status ? QString() : text(status.error().message);
    if (status) {
        std::vector<const Run*> pointers;
        for (const auto& run : m_runs.runs())
            pointers.push_back(run ? &*run : nullptr);
        m_result = resultOf(m_stored.plan, pointers);
    }
    showResult();
}

void ExperimentPage::showEvent(QShowEvent* event)
{
    refresh();
    QWidget::showEvent(event);
}

bool ExperimentPage::isComing(const std::filesystem::path& folder) const
{
    return m_session->queue()->holds(folder)
        || (m_session->isTraining() && m_session->run().folder() == folder);
}

std::vector<PlannedRun> ExperimentPage::missing() const
{
    std::vector<PlannedRun> open;
    const auto planned = runsOf(m_stored.plan);
    const auto& runs = m_runs.runs();
    for (std::size_t i = 0; i < planned.size() && i < runs.size(); ++i)
        if ((!runs[i] || !isFinal(*runs[i])) && !isComing(m_folder / planned[i].folder))
            open.push_back(planned[i]);
    return open;
}

int ExperimentPage::coming() const
{
    return static_cast<int>(std::ranges::count_if(runsOf(m_stored.plan),
        [this](const PlannedRun& planned) { return isComing(m_folder / planned.folder); }));
}

void ExperimentPage::showResult()
{
    const bool isOpen = !m_folder.empty() && m_problem.isEmpty();
    m_views->setCurrentIndex(isOpen ? 1 : 0);
    const auto open = isOpen ? missing().size() : 0;
    const bool waits = isOpen && coming() > 0 && !m_session->isTraining(); // a stop left them in the queue
    m_train->setEnabled(open > 0 || waits);
    m_train->setText(open > 0 ? tr("Train the %1 missing").arg(open)
            : waits           ? tr("Go on with the queue")
                              : tr("Train what is missing"));
    m_save->setEnabled(isOpen);
    QStringList warnings;
    if (!m_problem.isEmpty())
        warnings << u"! "_s % m_problem;
    if (isOpen)
        for (const std::string& warning : m_result.warnings)
            warnings << u"! "_s % text(warning);
    m_warnings->setText(warnings.join(u'\n'));
    m_warnings->setVisible(!warnings.isEmpty());
    m_state->setText(!isOpen
            ? tr("Arms × seeds against the FP32 baseline, with intervals and a verdict")
            : tr("%1: %2 of %3 runs ended%7, %4 arms × %5 seeds%6")
                  .arg(text(m_result.name))
                  .arg(m_result.endedRuns())
                  .arg(m_result.plannedRuns())
                  .arg(m_result.arms.size())
                  .arg(m_result.seeds.size())
                  .arg(m_result.device.empty() ? QString() : u" · "_s % text(m_result.device))
                  .arg(coming() > 0 ? tr(", %1 queued or training").arg(coming()) : QString()));
    if (!isOpen)
        return;
    m_plot->showResult(m_result);
    m_plotCard->setMaximumHeight(
        m_plot->sizeHint().height() + plotHeadHeight); // what one arm does not need is the table's
    showTable();
}

void ExperimentPage::showTable()
{
    const int tab = m_tabs->currentIndex();
    const ReportTable table = tab == Arms ? armsTable(m_result)
        : tab == Seeds                    ? seedsTable(m_result)
                                          : choicesTable(m_result);
    std::vector<QStringList> rows;
    for (const auto& cells : table.rows) {
        rows.emplace_back();
        for (const std::string& cell : cells)
            rows.back() << text(cell);
    }
    if (tab == Arms)
        for (std::size_t i = 0; i < m_result.arms.size(); ++i)
            rows[i].back() = verdictMark(m_result.arms[i]);
    m_table->setAccessibleName(m_tabs->tabText(tab));
    m_rows->setTable(headerOf(tab), std::move(rows));
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    if (tab == Arms && m_plot->currentArm() >= 0)
        m_table->selectRow(m_plot->currentArm());
}

void ExperimentPage::openRow(int row)
{
    if (m_tabs->currentIndex() != Seeds || row < 0)
        return;
    for (const ArmResult& arm : m_result.arms) {
        if (row < static_cast<int>(arm.seeds.size())) {
            const SeedResult& seed = arm.seeds[static_cast<std::size_t>(row)];
            if (!seed.folder.empty() && seed.outcome)
                Q_EMIT openRequested(m_folder / seed.folder);
            return;
        }
        row -= static_cast<int>(arm.seeds.size());
    }
}

void ExperimentPage::chooseFolder()
{
    const QString folder = QFileDialog::getExistingDirectory(
        this, tr("Open an experiment's folder"), text(m_session->runsFolder().string()));
    if (!folder.isEmpty())
        openExperiment(folder.toStdString());
}

void ExperimentPage::createNew(const QStringList& arms, int seeds)
{
    if (const Status status = planNew(arms, seeds); !status)
        Q_EMIT told(text(status.error().message));
    else
        m_new->hide();
}

Status ExperimentPage::planNew(const QStringList& names, int seeds)
{
    const auto base = m_setup();
    if (!base)
        return fail(
            tr("the set-up on the Train page has a field that cannot be used; the checks there say which")
                .toStdString());
    std::vector<ExperimentArm> arms;
    const bool hasPlan = names.contains(NewExperimentBar::planArm);
    if (hasPlan && base->choices == baselineOf(*base).choices)
        return fail(tr("the plan in Train is FP32 everywhere, and that is the baseline; change it there, or "
                       "leave it out")
                        .toStdString());
    for (const QString& name : names) {
        auto arm = name == NewExperimentBar::planArm
            ? armFromJson(name.toStdString(), choicesToJson(base->choices), *base)
            : armFromPreset(name.toStdString(), *base);
        if (!arm)
            return fail(arm.error());
        arms.push_back(std::move(*arm));
    }
    auto plan = planExperiment(*base, std::move(arms), seeds);
    if (!plan)
        return fail(plan.error());
    const std::filesystem::path first = m_session->runsFolder() / ("experiment-" + base->name);
    std::filesystem::path folder = first;
    std::error_code error;
    for (int n = 2; std::filesystem::exists(folder, error); ++n)
        folder = first.string() + "-" + std::to_string(n);
    std::filesystem::create_directories(folder, error);
    if (error)
        return fail("cannot make the folder " + folder.string() + ": " + error.message());
    TRY(writeFileAtomically(folder / "config.json", toJson(*base).dump(2) + "\n"));
    const std::filesystem::path planFile = folder / (NewExperimentBar::planArm.toStdString() + ".json");
    if (hasPlan)
        TRY(writeFileAtomically(planFile, choicesToJson(base->choices).dump(2) + "\n"));
    QStringList given; // as the command line takes them
    for (const QString& name : names)
        given << (name == NewExperimentBar::planArm ? text(planFile.string()) : name);
    m_folder = folder;
    m_stored = {std::move(*plan),
        QStringLiteral("mantissa-cli experiment %1 --arms %2 --seeds %3 --out %4")
            .arg(text((folder / "config.json").string()), given.join(u','), QString::number(seeds),
                text(folder.string()))
            .toStdString()};
    m_result = resultOf(m_stored.plan, std::vector<const Run*>(runsOf(m_stored.plan).size(), nullptr));
    m_problem.clear();
    const Status written = writeFiles();
    refresh();
    return written;
}

Status ExperimentPage::writeFiles() const
{
    const ExperimentReportInput input{.result = &m_result, .repeatCommand = m_stored.command};
    const std::pair<const char*, std::string> files[]
        = {{"experiment.json", experimentJson(input).dump(2) + "\n"},
            {"experiment.md", experimentMarkdown(input)}, {"experiment.html", experimentHtml(input)}};
    for (const auto& [name, content] : files)
        TRY(writeFileAtomically(m_folder / name, content));
    return {};
}

void ExperimentPage::queueMissing()
{
    std::vector<std::pair<RunConfig, std::filesystem::path>> runs;
    for (const PlannedRun& planned : missing())
        runs.emplace_back(planned.config, m_folder / planned.folder);
    if (!runs.empty())
        Q_EMIT told(tr("%1 runs are queued; the Runs page shows what comes next").arg(runs.size()));
    m_session->enqueueIn(runs);
}

void ExperimentPage::saveReport()
{
    const QString file = QFileDialog::getSaveFileName(this, tr("Save the report of the experiment"),
        text((m_folder / "experiment.html").string()), tr("HTML (*.html)"));
    if (file.isEmpty())
        return;
    const ExperimentReportInput input{.result = &m_result, .repeatCommand = m_stored.command};
    const auto status = writeFileAtomically(file.toStdString(), experimentHtml(input));
    Q_EMIT told(status ? tr("saved as %1").arg(file) : text(status.error().message));
}

void ExperimentPage::redraw() { m_plot->update(); }

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/experiment_page.h"

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/evidence/new_experiment.h"
#include "core/output/experiment_report.h"
#include "ui/models/run_queue_model.h"
#include "ui/pages/card_head.h"
#include "ui/pages/empty_state.h"
#include "ui/pages/experiment_tables.h"
#include "ui/pages/new_experiment_bar.h"
#include "ui/plot/experiment_plot.h"
#include "ui/run_session.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QFileDialog>
#include <QFileSystemWatcher>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int plotHeadHeight = 34; ///< title and margins of its card

} // namespace

ExperimentPage::ExperimentPage(
    RunSession* session, std::function<std::optional<RunConfig>()> setup, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_setup(std::move(setup))
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
           "start and data, and says whether quality stays within the limit of 0.5 %.\nNew… plans one from "
           "the set-up on the Train "
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
    m_tables = new ExperimentTables(m_plot, full);
    connect(m_tables, &ExperimentTables::openRequested, this,
        [this](const QString& run) { Q_EMIT openRequested(m_folder / run.toStdString()); });
    inside->addWidget(m_tables, 2);
    m_views->addWidget(full);
    column->addWidget(m_views, 1);
    connect(m_watcher, &QFileSystemWatcher::fileChanged, this, &ExperimentPage::refresh);
    connect(&m_logs.wait, &QTimer::timeout, this, &ExperimentPage::takeWhenDone);
    for (const auto change : {&RunSession::ended, &RunSession::runChanged})
        connect(session, change, this, [this] {
            if (isVisible())
                refresh();
        });
    connect(session, &RunSession::trained, this, [this](const std::filesystem::path& folder) {
        if (m_folder.empty() || folder.parent_path() != m_folder)
            return;
        m_logs.isToWrite = true;
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

bool ExperimentPage::openExperiment(const std::filesystem::path& folder)
{
    auto stored = readExperiment(folder);
    if (!stored) {
        m_problem = messageText(stored.error().message);
        showResult();
        return false;
    }
    if (!m_watcher->files().isEmpty())
        m_watcher->removePaths(m_watcher->files());
    forget();
    m_folder = placeOf(folder);
    m_stored = std::move(*stored);
    m_result = resultOf(m_stored.plan, std::vector<const Run*>(runsOf(m_stored.plan).size(), nullptr));
    refresh();
    return true;
}

void ExperimentPage::forget()
{
    m_logs.wait.stop();
    m_logs.reading.reset();
    m_logs.isStale = false;
    m_logs.isToWrite = false;
    m_runs = {};
}

ExperimentReportInput ExperimentPage::reportInput() const
{
    return experimentReportInput(m_result, m_stored.plan, m_stored.command, m_folder);
}

void ExperimentPage::refresh()
{
    if (m_folder.empty())
        return;
    const QString file = text((m_folder / "experiment.json").string());
    m_watcher->addPath(file); // written by renaming: the watch is of the old file
    m_logs.isStale = m_logs.reading != nullptr; // what is being read may be older than this
    if (m_logs.isStale)
        return;
    std::int64_t bytes = 0;
    for (const PlannedRun& planned : runsOf(m_stored.plan))
        bytes += logBytes(m_folder / planned.folder);
    const auto work
        = [plan = m_stored.plan, folder = m_folder,
              runs = std::make_shared<ExperimentRuns>(std::move(m_runs))](const std::stop_token& stop) {
              const Status status = runs->refresh(plan, folder, stop);
              return ReadRuns{std::move(*runs), status};
          };
    m_runs = {};
    if (bytes <= m_logs.longFrom)
        return take(work({}));
    m_logs.reading = std::make_unique<Background<ReadRuns>>(work);
    m_logs.wait.start(backgroundMilliseconds);
}

void ExperimentPage::take(ReadRuns read)
{
    m_runs = std::move(read.runs);
    m_problem = read.status ? QString() : messageText(read.status.error().message);
    if (read.status) {
        std::vector<const Run*> pointers;
        for (const auto& run : m_runs.runs())
            pointers.push_back(run ? &*run : nullptr);
        m_result = resultOf(m_stored.plan, pointers);
    }
    if (read.status && std::exchange(m_logs.isToWrite, false)) // as mantissa-cli does when a run has ended
        if (const auto written = writeExperiment(reportInput(), m_folder); !written)
            Q_EMIT told(messageText(written.error().message));
    showResult();
}

void ExperimentPage::takeWhenDone()
{
    if (!m_logs.reading || !m_logs.reading->isDone())
        return;
    m_logs.wait.stop();
    ReadRuns read = m_logs.reading->take();
    m_logs.reading.reset();
    take(std::move(read));
    if (std::exchange(m_logs.isStale, false))
        refresh();
}

void ExperimentPage::showEvent(QShowEvent* event)
{
    refresh();
    QWidget::showEvent(event);
}

bool ExperimentPage::isComing(const std::filesystem::path& folder) const
{
    const Run* training = m_session->trainingRun();
    return m_session->queue()->holds(folder) || (training && training->folder() == folder);
}

std::vector<PlannedRun> ExperimentPage::missing() const
{
    std::vector<PlannedRun> open;
    if (m_logs.reading)
        return {}; // not known yet
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
    m_tables->showResult(m_result);
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
        Q_EMIT told(messageText(status.error().message));
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
    std::vector<std::string> arms;
    for (const QString& name : names)
        arms.push_back(name.toStdString());
    auto made = makeExperiment(*base, arms, seeds, m_session->runsFolder());
    if (!made)
        return fail(made.error());
    forget();
    m_folder = placeOf(made->folder);
    m_stored = std::move(made->stored);
    m_result = resultOf(m_stored.plan, std::vector<const Run*>(runsOf(m_stored.plan).size(), nullptr));
    m_problem.clear();
    const Status written = writeExperiment(reportInput(), m_folder);
    refresh();
    return written;
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
    const auto status = writeFileAtomically(file.toStdString(), experimentHtml(reportInput()));
    Q_EMIT told(status ? tr("saved as %1").arg(file) : messageText(status.error().message));
}

void ExperimentPage::redraw() { m_plot->update(); }

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export_menu.h"

#include "core/output/chart_registry.h"
#include "core/output/html_report.h"
#include "core/output/svg.h"
#include "ui/pages/setup_panel.h"
#include "ui/run_export.h"
#include "ui/run_session.h"
#include "ui/theme/format.h"

#include <QAction>
#include <QClipboard>
#include <QCoreApplication>
#include <QFileDialog>
#include <QGuiApplication>
#include <QSysInfo>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

ExportMenu::ExportMenu(RunSession* session, SetupPanel* setup, QWidget* page, QWidget* window)
    : QMenu(window)
    , m_session(session)
    , m_setup(setup)
    , m_page(page)
{
    setObjectName(u"exportMenu"_s);
    connect(&m_wait, &QTimer::timeout, this, [this] {
        if (!m_writing->isDone())
            return;
        m_wait.stop();
        const QString words = m_writing->take();
        m_writing.reset();
        Q_EMIT told(words);
    });
    const auto add = [&](const QString& name, const QString& title, const QKeySequence& keys, auto act) {
        QAction* entry = addAction(title, this, act);
        entry->setObjectName(name);
        entry->setShortcut(keys);
        window->addAction(entry); // its keys work while the menu is closed
    };
    add(u"exportHtml"_s, tr("Report as HTML…"), Qt::CTRL | Qt::Key_E, [this] { exportReport(u"html"_s); });
    add(u"exportPdf"_s, tr("Report as PDF…"), {}, [this] { exportReport(u"pdf"_s); });
    add(u"copyMarkdownReport"_s, tr("Copy report as Markdown"), {}, [this] { copyReport(); });
    addSeparator();
    add(u"exportCsv"_s, tr("Numbers as CSV…"), {}, [this] { exportReport(u"csv"_s); });
    QKeySequence chartKeys = Qt::CTRL | Qt::SHIFT | Qt::Key_E; // of the first
    for (const ChartEntry& chart : chartsOfARun()) {
        add(u"export-chart-"_s % text(chart.name), tr("Chart: %1…").arg(titleOf(chart)), chartKeys,
            [this, chart] { exportChart(chart); });
        chartKeys = {};
    }
    add(u"exportTensorboard"_s, tr("TensorBoard event file…"), {}, [this] { exportTensorboard(); });
    add(u"exportTrace"_s, tr("Trace for Perfetto…"), {}, [this] {
        if (const QString file = fileFor(tr("Export trace"), u"trace.json"_s, tr("Trace (*.json)"));
            !file.isEmpty())
            Q_EMIT told(writeTrace(m_session->run(), file));
    });
    add(u"exportModel"_s, tr("Model as Hugging Face folder…"), {}, [this] { exportModelFolder(); });
    addSeparator();
    add(u"exportPicture"_s, tr("Picture of this page…"), {}, [this] { exportPicture(); });
    addSeparator();
    add(u"copyCommand"_s, tr("Copy set-up as command"), Qt::CTRL | Qt::SHIFT | Qt::Key_C,
        [this] { copyCommand(); });
    add(u"exportDiagnostics"_s, tr("Diagnostics for a bug report…"), {}, [this] { exportDiagnostics(); });
}

QString ExportMenu::titleOf(const ChartEntry& chart) { return text(chart.title); }

QString ExportMenu::fileFor(const QString& title, const QString& name, const QString& filter)
{
    const Run& run = m_session->run();
    if (run.folder().empty()) {
        Q_EMIT told(tr("no run is open; open or start one first"));
        return {};
    }
    const QString ending = name.section(u'.', -1);
    const QString chosen = QFileDialog::getSaveFileName(
        this, title, text((run.folder() / name.toStdString()).string()), filter);
    if (chosen.isEmpty())
        return {};
    const auto file = withEnding(chosen, u'.' % ending);
    if (!file)
        Q_EMIT told(messageText(file.error().message));
    return file.value_or(QString());
}

void ExportMenu::exportReport(const QString& ending)
{
    const QString filter = ending == u"html" ? tr("HTML (*.html);;Markdown (*.md)")
        : ending == u"pdf"                   ? tr("PDF (*.pdf)")
                                             : tr("CSV (*.csv)");
    const QString file
        = fileFor(tr("Export"), (ending == u"csv" ? u"numbers."_s : u"report."_s) % ending, filter);
    if (!file.isEmpty())
        Q_EMIT told(writeReport(reportInput(m_session->run(), m_session->baseline()), file));
}

void ExportMenu::copyReport()
{
    const Run& run = m_session->run();
    if (run.folder().empty())
        return Q_EMIT told(tr("no run is open; open or start one first"));
    QGuiApplication::clipboard()->setText(text(markdownReport(reportInput(run, m_session->baseline()))));
    Q_EMIT told(tr("the report is in the clipboard as Markdown"));
}

void ExportMenu::exportChart(const ChartEntry& chart)
{
    const Run& run = m_session->run();
    const auto spec = chart.build(chartInput(run, m_session->baseline()));
    if (!run.folder().empty() && !spec)
        return Q_EMIT told(tr("this run has nothing to show as “%1”").arg(titleOf(chart)));
    const QString file
        = fileFor(tr("Export chart"), text(chart.fileStem) % u".svg"_s, tr("SVG (*.svg);;PNG (*.png)"));
    if (!file.isEmpty())
        Q_EMIT told(writeChart(chartSvg(*spec), file));
}

void ExportMenu::exportTensorboard()
{
    if (m_session->run().folder().empty())
        return Q_EMIT told(tr("no run is open; open or start one first"));
    const QString folder = QFileDialog::getExistingDirectory(
        this, tr("Folder that TensorBoard looks into"), text(m_session->run().folder().string()));
    if (!folder.isEmpty())
        Q_EMIT told(writeTensorboard(m_session->run(), folder));
}

void ExportMenu::exportModelFolder()
{
    const std::filesystem::path run = m_session->run().folder();
    if (run.empty())
        return Q_EMIT told(tr("no run is open; open or start one first"));
    if (m_writing)
        return Q_EMIT told(tr("a model is being written already; wait for it"));
    const QString folder = QFileDialog::getSaveFileName(
        this, tr("Name of the new folder"), text((run / "huggingface").string()));
    if (folder.isEmpty())
        return;
    m_writing = std::make_unique<Background<QString>>(
        [run, folder](const std::stop_token&) { return writeModel(run, folder); });
    m_wait.start(backgroundMilliseconds);
    Q_EMIT told(tr("the model is being written to %1…").arg(folder));
}

void ExportMenu::exportPicture()
{
    const QString file = fileFor(tr("Export picture"), u"page.png"_s, tr("PNG (*.png)"));
    if (!file.isEmpty())
        Q_EMIT told(writePicture(m_page, file));
}

void ExportMenu::exportDiagnostics()
{
    const QString file = fileFor(
        tr("Diagnostics: no weights, no data, no names of folders"), u"diagnostics.zip"_s, tr("ZIP (*.zip)"));
    if (file.isEmpty())
        return;
    const QString facts = u"mantissa %1\nQt %2\n%3, %4, ratio %5\n"_s
                              .arg(QCoreApplication::applicationVersion(), QLatin1StringView(qVersion()),
                                  QSysInfo::prettyProductName(), QGuiApplication::platformName())
                              .arg(devicePixelRatioF());
    Q_EMIT told(writeDiagnostics(m_session->run(), facts, file));
}

void ExportMenu::copyCommand()
{
    const auto config = m_setup->config();
    if (!config)
        return Q_EMIT told(
            tr("the set-up on the left has a field that cannot be used; the checks there say which"));
    QGuiApplication::clipboard()->setText(commandOf(*config));
    Q_EMIT told(tr("the command that trains this set-up is in the clipboard"));
}

} // namespace mantissa::ui

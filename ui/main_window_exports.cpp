// SPDX-License-Identifier: GPL-3.0-or-later
// What the window writes for others: reports, charts, numbers, the command that does the same.

#include "core/output/chart_registry.h"
#include "core/output/html_report.h"
#include "core/output/svg.h"
#include "ui/main_window.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/run_export.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QClipboard>
#include <QCoreApplication>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMenu>
#include <QSysInfo>
#include <QToolBar>
#include <QToolButton>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

void MainWindow::buildExportMenu(QToolBar* bar)
{
    auto* menu = new QMenu(this);
    menu->setObjectName(u"exportMenu"_s);
    const auto add = [&](const QString& name, const QString& title, const QKeySequence& keys, auto act) {
        QAction* entry = menu->addAction(title, this, act);
        entry->setObjectName(name);
        entry->setShortcut(keys);
        addAction(entry); // its keys work while the menu is closed
    };
    add(u"exportHtml"_s, tr("Report as HTML…"), Qt::CTRL | Qt::Key_E, [this] { exportReport(u"html"_s); });
    add(u"exportPdf"_s, tr("Report as PDF…"), {}, [this] { exportReport(u"pdf"_s); });
    add(u"copyMarkdownReport"_s, tr("Copy report as Markdown"), {}, [this] { copyReport(); });
    menu->addSeparator();
    add(u"exportCsv"_s, tr("Numbers as CSV…"), {}, [this] { exportReport(u"csv"_s); });
    QKeySequence chartKeys = Qt::CTRL | Qt::SHIFT | Qt::Key_E; // of the first
    for (const ChartEntry& chart : chartsOfARun()) {
        add(u"export-chart-"_s % text(chart.name),
            tr("Chart: %1…").arg(QCoreApplication::translate("Chart", chart.title.data())), chartKeys,
            [this, chart] { exportChart(chart); });
        chartKeys = {};
    }
    add(u"exportPicture"_s, tr("Picture of this page…"), {}, [this] { exportPicture(); });
    menu->addSeparator();
    add(u"copyCommand"_s, tr("Copy set-up as command"), Qt::CTRL | Qt::SHIFT | Qt::Key_C,
        [this] { copyCommand(); });
    add(u"exportDiagnostics"_s, tr("Diagnostics for a bug report…"), {}, [this] { exportDiagnostics(); });
    auto* button = new QToolButton(bar);
    button->setObjectName(u"export"_s);
    auto* face = new QAction(icon(u"export"_s), tr("Export"), button);
    m_icons.emplace_back(face, u"export"_s);
    button->setDefaultAction(face);
    button->setToolTip(tr("Reports, charts, numbers, and the command that does the same"));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setMenu(menu);
    bar->addWidget(button);
}

QString MainWindow::fileFor(const QString& title, const QString& name, const QString& filter)
{
    const Run& run = m_session->run();
    if (run.folder().empty()) {
        tell(tr("no run is open; open or start one first"));
        return {};
    }
    const QString ending = name.section(u'.', -1);
    QString file = QFileDialog::getSaveFileName(
        this, title, text((run.folder() / name.toStdString()).string()), filter);
    if (!file.isEmpty() && !file.section(u'/', -1).contains(u'.'))
        file += u'.' % ending;
    return file;
}

void MainWindow::exportReport(const QString& ending)
{
    const QString filter = ending == u"html" ? tr("HTML (*.html);;Markdown (*.md)")
        : ending == u"pdf"                   ? tr("PDF (*.pdf)")
                                             : tr("CSV (*.csv)");
    const QString file
        = fileFor(tr("Export"), (ending == u"csv" ? u"numbers."_s : u"report."_s) % ending, filter);
    if (!file.isEmpty())
        tell(writeReport(reportInput(m_session->run(), m_session->baseline()), file));
}

void MainWindow::copyReport()
{
    const Run& run = m_session->run();
    if (run.folder().empty())
        return tell(tr("no run is open; open or start one first"));
    QGuiApplication::clipboard()->setText(text(markdownReport(reportInput(run, m_session->baseline()))));
    tell(tr("the report is in the clipboard as Markdown"));
}

void MainWindow::exportChart(const ChartEntry& chart)
{
    const Run& run = m_session->run();
    const auto spec = chart.build(chartInput(run, m_session->baseline()));
    if (!run.folder().empty() && !spec)
        return tell(tr("this run has nothing to show as “%1”")
                        .arg(QCoreApplication::translate("Chart", chart.title.data())));
    const QString file
        = fileFor(tr("Export chart"), text(chart.fileStem) % u".svg"_s, tr("SVG (*.svg);;PNG (*.png)"));
    if (!file.isEmpty())
        tell(writeChart(chartSvg(*spec), file));
}

void MainWindow::exportPicture()
{
    const QString file = fileFor(tr("Export picture"), u"page.png"_s, tr("PNG (*.png)"));
    if (!file.isEmpty())
        tell(writePicture(centralWidget(), file));
}

void MainWindow::exportDiagnostics()
{
    const QString file = fileFor(
        tr("Diagnostics: no weights, no data, no names of folders"), u"diagnostics.zip"_s, tr("ZIP (*.zip)"));
    if (file.isEmpty())
        return;
    const QString facts = u"mantissa %1\nQt %2\n%3, %4, ratio %5\n"_s
                              .arg(QCoreApplication::applicationVersion(), QLatin1StringView(qVersion()),
                                  QSysInfo::prettyProductName(), QGuiApplication::platformName())
                              .arg(devicePixelRatioF());
    tell(writeDiagnostics(m_session->run(), facts, file));
}

void MainWindow::copyCommand()
{
    const auto config = m_train->setup()->config();
    if (!config)
        return tell(tr("the set-up on the left has a field that cannot be used; the checks there say which"));
    QGuiApplication::clipboard()->setText(commandOf(*config));
    tell(tr("the command that trains this set-up is in the clipboard"));
}

} // namespace mantissa::ui

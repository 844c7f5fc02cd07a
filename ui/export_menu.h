// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the window writes for others: reports, charts, numbers, the command that does the same.

#include "ui/background.h"

#include <QMenu>
#include <QTimer>

#include <memory>

namespace mantissa {
struct ChartEntry;
}

namespace mantissa::ui {

class RunSession;
class SetupPanel;

class ExportMenu : public QMenu {
    Q_OBJECT
public:
    /// `page` is what a picture shows. Keys of the entries work everywhere in `window`.
    ExportMenu(RunSession* session, SetupPanel* setup, QWidget* page, QWidget* window);

    /// html (or Markdown), pdf or csv.
    void exportReport(const QString& ending);
    void copyReport();

Q_SIGNALS:
    void told(const QString& message);

private:
    static QString titleOf(const ChartEntry& chart);
    /// Asks for a file beside the open run; empty when there is none or nobody wants one.
    QString fileFor(const QString& title, const QString& name, const QString& filter);
    void exportChart(const ChartEntry& chart);
    void exportTensorboard();
    void exportModelFolder();
    void exportPicture();
    void exportDiagnostics();
    void copyCommand();

    RunSession* m_session;
    SetupPanel* m_setup;
    QWidget* m_page;
    std::unique_ptr<Background<QString>> m_writing{}; ///< a model's folder
    QTimer m_wait; ///< for it
};

} // namespace mantissa::ui

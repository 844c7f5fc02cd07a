// SPDX-License-Identifier: GPL-3.0-or-later
// What comes from outside: files by a double click, a drop or an argument, and LibTorch.

#include "ui/main_window.h"

#include "core/record/opened_file.h"
#include "ui/libtorch_offer.h"
#include "ui/pages/confirm_bar.h"
#include "ui/pages/presets_page.h"
#include "ui/pages/setup_panel.h"
#include "ui/pages/train_page.h"
#include "ui/theme/format.h"

#include <QDropEvent>
#include <QMimeData>
#include <QUrl>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

Status MainWindow::openFiles(const std::vector<std::filesystem::path>& files)
{
    std::vector<std::filesystem::path> runs;
    std::vector<std::filesystem::path> presets;
    for (const auto& file : files) {
        const auto opened = openedFile(file);
        if (!opened)
            return fail(opened.error());
        switch (opened->kind) {
        case FileKind::Run:
            runs.push_back(opened->place);
            break;
        case FileKind::Experiment:
            openRun(opened->place);
            break;
        case FileKind::Setup:
            TRY(openSetup(opened->place));
            break;
        case FileKind::Preset:
            presets.push_back(opened->place);
            break;
        }
    }
    if (!presets.empty()) {
        showPage(u"presets"_s);
        m_presets->importFiles(presets);
    }
    if (!runs.empty())
        openRun(runs.front());
    if (runs.size() > 1)
        compare(runs);
    return {};
}

void MainWindow::openOrTell(const std::vector<std::filesystem::path>& files)
{
    if (const auto status = openFiles(files); !status)
        m_bar->tell(messageText(status.error().message));
}

Status MainWindow::openSetup(const std::filesystem::path& file)
{
    if (m_session->isControlled())
        return fail(
            tr("%1 is a set-up, and the set-up is fixed while a run trains; open it when the run has ended")
                .arg(text(file.string()))
                .toStdString());
    const auto loaded = loadConfig(file);
    if (!loaded)
        return fail(loaded.error());
    m_train->setup()->setConfig(loaded->config);
    showPage(u"train"_s);
    return {};
}

void MainWindow::offerLibTorch(const QString& program)
{
    (new LibTorchOffer(m_bar, program, this))->lookAt(LibTorchPlaces::ofThisProcess());
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    std::vector<std::filesystem::path> files;
    for (const QUrl& url : event->mimeData()->urls())
        files.emplace_back(url.toLocalFile().toStdString());
    openOrTell(files);
}

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/setup_menu.h"

#include "core/base/file.h"
#include "core/record/opened_file.h"
#include "ui/run_export.h"
#include "ui/settings.h"
#include "ui/theme/format.h"

#include <QFileDialog>
#include <QFileInfo>

#include <nlohmann/json.hpp>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

SetupMenu::SetupMenu(std::function<Result<RunConfig>()> setup, QWidget* parent)
    : QMenu(parent)
    , m_setup(std::move(setup))
{
    addAction(tr("Open set-up…"), this, &SetupMenu::open)->setObjectName(u"openSetup"_s);
    addAction(tr("Save set-up as…"), this, &SetupMenu::save)->setObjectName(u"saveSetup"_s);
}

QString SetupMenu::folder() const
{
    const QString last = lastFolder(u"setups"_s);
    return last.isEmpty() ? text(m_folder.string()) : last;
}

void SetupMenu::open()
{
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Open a set-up"), folder(), tr("Set-ups and configs (*.json);;All files (*)"));
    if (file.isEmpty())
        return;
    keepFolder(u"setups"_s, QFileInfo(file).path());
    Q_EMIT chosen(file.toStdString());
}

void SetupMenu::save()
{
    const auto config = m_setup();
    if (!config)
        return Q_EMIT told(tr("the set-up is not saved: %1").arg(messageText(config.error().message)));
    const std::string name = config->name + std::string(setupEnding);
    const QString chosen = QFileDialog::getSaveFileName(this, tr("Save the set-up"),
        folder() % u'/' % text(isPlainName(name) ? name : "run" + std::string(setupEnding)),
        tr("Set-ups (*%1)").arg(text(setupEnding)));
    if (chosen.isEmpty())
        return;
    const auto file = withEnding(chosen, text(setupEnding));
    if (!file)
        return Q_EMIT told(messageText(file.error().message));
    keepFolder(u"setups"_s, QFileInfo(*file).path());
    const auto written = writeFileAtomically(file->toStdString(), jsonText(toJson(*config)) + "\n");
    Q_EMIT told(written ? tr("written: %1").arg(*file) : messageText(written.error().message));
}

} // namespace mantissa::ui

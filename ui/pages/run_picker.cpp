// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/run_picker.h"

#include "core/evidence/experiment_folder.h"
#include "core/record/run_labels.h"
#include "core/record/run_store.h"
#include "ui/theme/format.h"

#include <QListWidget>
#include <QMenu>
#include <QSignalBlocker>
#include <QWidgetAction>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

RunPicker::RunPicker(QWidget* parent)
    : QToolButton(parent)
    , m_list(new QListWidget)
{
    setObjectName(u"runPicker"_s);
    setPopupMode(QToolButton::InstantPopup);
    setToolTip(tr("The runs to lay beside each other"));
    m_list->setObjectName(u"pickedRuns"_s);
    m_list->setAccessibleName(tr("Runs to compare"));
    m_list->setMinimumSize(420, 320);
    auto* menu = new QMenu(this);
    auto* whole = new QWidgetAction(menu);
    whole->setDefaultWidget(m_list);
    menu->addAction(whole);
    setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, &RunPicker::fill);
    connect(m_list, &QListWidget::itemChanged, this, [this](const QListWidgetItem* item) {
        Q_EMIT ticked(pathFrom(item->data(Qt::UserRole).toString()), item->checkState() == Qt::Checked);
    });
    setTicked({});
}

void RunPicker::setTicked(const std::vector<std::filesystem::path>& folders)
{
    m_ticked.clear();
    for (const auto& folder : folders)
        m_ticked.push_back(placeOf(folder));
    setText(tr("Runs: %1").arg(m_ticked.size()));
}

void RunPicker::add(const std::filesystem::path& folder, const QString& title)
{
    auto* item = new QListWidgetItem(title, m_list);
    item->setData(Qt::UserRole, pathText(folder));
    item->setToolTip(ui::text(folder.string()));
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setCheckState(std::ranges::find(m_ticked, folder) != m_ticked.end() ? Qt::Checked : Qt::Unchecked);
}

void RunPicker::fill()
{
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    std::vector<std::filesystem::path> left = m_ticked;
    const auto offer = [&](const std::filesystem::path& folder, const QString& group) {
        std::erase(left, folder);
        add(folder, group % ui::text(runTitle(folder)));
    };
    for (const auto& folder : runFoldersIn(m_runsFolder))
        offer(folder, {});
    for (const auto& experiment : experimentsIn(m_runsFolder))
        for (const auto& folder : runFoldersIn(experiment))
            offer(folder, ui::text(experiment.filename().string()) % u" / "_s);
    for (const auto& folder : std::vector(left)) // from elsewhere
        offer(folder, {});
    if (m_list->count() > 0)
        m_list->setCurrentRow(0);
}

} // namespace mantissa::ui

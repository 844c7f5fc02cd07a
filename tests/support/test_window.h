// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What tests of the window begin with: settings of nobody, the shipped fonts, and a run.

#include "ui/main_window.h"
#include "ui/pages/confirm_bar.h"
#include "ui/theme/theme.h"

#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>

namespace mantissa::ui {

inline void prepareForWindows(const QString& settingsFolder, ThemeChoice theme)
{
    QStandardPaths::setTestModeEnabled(true);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settingsFolder);
    loadFonts();
    applyTheme(theme);
}

/// Of the bar below the page: "yes", "other" or "no".
inline QPushButton* barButton(MainWindow& window, const QString& name)
{
    return window.findChild<ConfirmBar*>()->findChild<QPushButton*>(name);
}

/// Returns once it has rows; its folder.
inline std::filesystem::path startEndlessRun(MainWindow& window)
{
    window.show();
    RunConfig config;
    config.training = {.maxSteps = 100'000'000, .evalInterval = 0, .saveInterval = 0};
    QSignalSpy rows(window.session(), &RunSession::rowsAppended);
    window.startTraining(config);
    if (!rows.wait(60'000))
        qWarning("no rows");
    return window.session()->run().folder();
}

inline void trainSomething(MainWindow& window, std::int64_t steps)
{
    QSignalSpy ended(window.session(), &RunSession::ended);
    RunConfig config;
    config.training = {.maxSteps = steps, .evalInterval = 50, .saveInterval = 0};
    window.startTraining(config);
    QVERIFY(ended.wait(60'000));
}

} // namespace mantissa::ui

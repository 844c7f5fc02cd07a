// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a first start says where LibTorch is not found: it can be downloaded, or taken from a folder. All of
// it is done by mantissa-cli fetch-libtorch in a process of its own.

#include "core/files/libtorch_folder.h"
#include "ui/background.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>

class QProcess;
class QTimer;

namespace mantissa::ui {

class ConfirmBar;

class LibTorchOffer : public QObject {
    Q_OBJECT
public:
    /// Speaks in `bar`; `program` is the command line.
    LibTorchOffer(ConfirmBar* bar, QString program, QObject* parent);
    ~LibTorchOffer() override;

    /// Looks at the places, away from this thread since a Python may be asked, and offers if none has one.
    void lookAt(const LibTorchPlaces& places);

Q_SIGNALS:
    void looked(bool isFound);

private:
    void offer(const QString& problem);
    void askForSize();
    void download();
    void chooseFolder();
    /// Runs fetch-libtorch; `done` gets its exit code and what it said on stderr.
    void run(const QStringList& arguments, std::function<void(int, const QString&)> done);
    void showProgress();

    ConfirmBar* m_bar;
    QString m_program;
    QProcess* m_process;
    QTimer* m_poll;
    std::unique_ptr<Background<Result<LibTorchPlace>>> m_search{};
    std::function<void(int, const QString&)> m_done{};
    QString m_said{};
};

} // namespace mantissa::ui

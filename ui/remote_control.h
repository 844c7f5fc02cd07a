// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The way from the window to a run that another process trains: its door, found again where it opens later,
// and what the trainer says it does. Never waits. GUI thread.

#include "core/training/control_line.h"

#include <QObject>
#include <QSocketNotifier>

#include <filesystem>
#include <memory>
#include <optional>

namespace mantissa::ui {

class RemoteControl : public QObject {
    Q_OBJECT
public:
    explicit RemoteControl(std::filesystem::path runFolder, QObject* parent = nullptr);

    /// What comes of it shows in the run's events and in state().
    void ask(const ControlRequest& request);
    /// Asks what the trainer does, or looks for the door where there is none. To be called now and then.
    void look();

    bool isOpen() const { return m_line.has_value(); }
    /// Why the run cannot be controlled from here; empty where it can.
    const QString& whyNot() const { return m_whyNot; }
    TrainerState state() const { return m_state; }

Q_SIGNALS:
    void changed(); ///< isOpen() or state()
    void refused(const QString& message);

private:
    void open();
    void close();
    void takeAnswers();

    std::filesystem::path m_folder;
    std::optional<ControlLine> m_line{};
    std::unique_ptr<QSocketNotifier> m_readable{}; ///< before m_line goes
    TrainerState m_state = TrainerState::Training;
    QString m_whyNot{};
    int m_looks = 0; ///< without a door
};

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// "Continue…": how to go on with a run that was trained: in its own folder, or in a new one that begins at
// one of its checkpoints; further, or with another learning rate. Says before it begins what cannot be.

#include "core/record/run_config.h"
#include "core/training/fork.h"

#include <QDialog>

#include <string>
#include <vector>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;
class QTimer;

namespace mantissa {
class Run;
}

namespace mantissa::ui {

class NumberField;
class RunSession;

/// The run that is shown has something to go on from, and nobody trains it.
bool canContinue(const RunSession& session);

class ContinueDialog : public QDialog {
    Q_OBJECT
public:
    ContinueDialog(const Run& run, QWidget* parent);

Q_SIGNALS:
    /// "key=value" each, over what was in force.
    void continueChosen(const std::vector<std::string>& settings);
    void forkChosen(const ForkOrder& order, const std::vector<std::string>& settings);

private:
    void buildWays(const Run& run, QFormLayout* form);
    void buildSettings(QFormLayout* form);
    /// The checkpoint that is chosen; nothing where the run itself goes on.
    const ForkPoint* point() const;
    /// What is in force where it goes on from.
    const RunConfig& base() const;
    /// The fields show what is in force there, but for what was typed.
    void choosePoint();
    /// Looked at once no key follows for a moment: it may read a long log.
    void noteTyping();
    /// What the fields ask for that was not so.
    std::vector<std::string> settings() const;
    /// What is wrong with the typed length; empty where nothing is.
    QString whyNoLength() const;
    QString whyNoFork() const;
    void showAnswer();
    void choose();

    std::filesystem::path m_folder;
    RunConfig m_config; ///< in force at the end
    std::int64_t m_steps; ///< that were trained
    std::vector<ForkPoint> m_points{}; ///< of the checkpoints, as listed
    QTimer* m_pause;
    QRadioButton* m_continue = nullptr;
    QRadioButton* m_fork = nullptr;
    QComboBox* m_checkpoint = nullptr;
    QLineEdit* m_name = nullptr;
    QLabel* m_lengthName = nullptr;
    QLineEdit* m_length = nullptr; ///< steps; epochs where those decide
    QLabel* m_lengthReason = nullptr;
    NumberField* m_rate = nullptr;
    QLabel* m_answer = nullptr;
    QPushButton* m_go = nullptr;
};

} // namespace mantissa::ui

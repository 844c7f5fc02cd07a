// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// "Advice…": what the open run's measurements say to the troubles of mixed precision, each with the change
// that answers it.

#include <QDialog>

#include <string>
#include <vector>

class QVBoxLayout;

namespace mantissa {
struct Advice;
}

namespace mantissa::ui {

class RunSession;

class AdviceDialog : public QDialog {
    Q_OBJECT
public:
    /// The session outlives it; another run in it closes it.
    AdviceDialog(RunSession* session, QWidget* parent);

Q_SIGNALS:
    /// "key=value" each, for the set-up.
    void chosen(const std::vector<std::string>& settings);

private:
    void addAdvice(const Advice& advice, bool isTraining, QVBoxLayout* column);
};

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Arms and seeds of a new experiment, to tick; the experiment itself is planned by who hears `asked`.

#include "core/record/run_config.h"

#include <QFrame>

#include <optional>
#include <vector>

class QCheckBox;
class QPushButton;

namespace mantissa::ui {

class NumberField;

class NewExperimentBar : public QFrame {
    Q_OBJECT
public:
    explicit NewExperimentBar(QWidget* parent);
    /// Shows it, with the plan in Train ticked where no preset says the same.
    void offer(const std::optional<RunConfig>& setup);

Q_SIGNALS:
    void asked(const QStringList& arms, int seeds); ///< presets by name, and ownPlanArm

private:
    QCheckBox* addArm(const QString& name, const QString& title, const QString& tip);
    QStringList ticked() const;
    std::vector<QCheckBox*> m_arms{};
    QCheckBox* m_plan = nullptr;
    NumberField* m_seeds = nullptr;
    QPushButton* m_create = nullptr;
};

} // namespace mantissa::ui

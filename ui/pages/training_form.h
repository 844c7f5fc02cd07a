// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How a run trains, beside its model: optimizer, learning rate, evaluation, and the rhythm of its phases.
// Folded up until it is wanted. Shows and reads a config; keeps nothing of its own.

#include "ui/pages/number_field.h"
#include "ui/pages/setup_state.h"

#include <QWidget>

#include <functional>
#include <vector>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QToolButton;

namespace mantissa::ui {

class TrainingForm : public QWidget {
    Q_OBJECT
public:
    explicit TrainingForm(QWidget* parent);

    /// Puts a config into the fields, and what was typed into those that are wrong; `edited` may be emitted
    /// for those that change. The first field's number is `first`.
    void showConfig(const RunConfig& config, const std::map<int, WrongNumber>& wrong, int first);
    /// What is wrong is noted, and its value left as it was.
    void writeTo(RunConfig& config, std::map<int, WrongNumber>& wrong, int first) const;
    /// Read only, and still unfolded at will: who watches a run may look at its rates.
    void setLocked(bool locked) { m_body->setEnabled(!locked); }
    /// All fields, for somebody who has to filter their keys.
    std::vector<QWidget*> fields() const;
    static constexpr int mostFields = 32;

Q_SIGNALS:
    void edited(int field, const QString& name);
    void left(); ///< a field: typing in it again is another edit

private:
    struct Whole {
        NumberField* field = nullptr;
        std::function<std::int64_t&(RunConfig&)> of{};
        int number = 0; ///< as `edited` tells it
    };
    struct Real {
        NumberField* field = nullptr;
        std::function<double&(RunConfig&)> of{};
        int number = 0;
    };
    struct Flag {
        QCheckBox* box = nullptr;
        std::function<bool&(RunConfig&)> of{};
    };
    void addOptimizer();
    void addTraining();
    void addPhases();
    void addTitle(const QString& title);
    NumberField* addField(const QString& name, const QString& tip, NumberField* field);
    void addWhole(const QString& name, const QString& tip, double least, double most,
        std::function<std::int64_t&(RunConfig&)> of, NumberField::Kind kind = NumberField::Kind::Count);
    NumberField* addReal(const QString& name, const QString& tip, double least, double most,
        std::function<double&(RunConfig&)> of);
    void addFlag(const QString& name, const QString& tip, std::function<bool&(RunConfig&)> of);
    void place(const QString& name, const QString& tip, QWidget* field, QWidget* reason = nullptr);
    int fieldCount() const { return static_cast<int>(m_wholes.size() + m_reals.size() + m_flags.size()); }

    QToolButton* m_unfold;
    QWidget* m_body;
    QGridLayout* m_grid = nullptr;
    int m_cell = 0; ///< index of the next free cell of the grid; three make a row
    std::vector<Whole> m_wholes{};
    std::vector<Real> m_reals{};
    std::vector<Flag> m_flags{};
    QComboBox* m_schedule = nullptr;
};

} // namespace mantissa::ui

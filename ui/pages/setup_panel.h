// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The left column: model, data, steps, budget, preset, table, estimate, checks. Holds what the next run will be.

#include "core/record/run_config.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QTableView;
class QUndoStack;
class QVBoxLayout;

namespace mantissa::ui {

class EstimateBars;
class PrecisionTableModel;

class SetupPanel : public QWidget {
    Q_OBJECT
public:
    explicit SetupPanel(QWidget* parent);

    /// Shows a config, as of an opened run or an example.
    void setConfig(const RunConfig& config);
    /// What Start would train; nothing while a field is wrong, which `problem` then tells.
    std::optional<RunConfig> config() const;
    /// What the drop-down offers beside "custom".
    void setPresets(std::vector<Preset> presets);
    /// As a choice in the drop-down.
    void usePreset(const Preset& preset);
    PresetChoices choices() const;
    PrecisionTableModel* tableModel() const { return m_tableModel; }
    QUndoStack* undoStack() const { return m_undo; }
    /// Takes colours anew after a change of theme; no field changes.
    void applyColours() { showAnswers(); }
    /// Everything but the table is fixed while a run trains.
    void setTraining(bool training);

Q_SIGNALS:
    void tableEdited();
    void configChanged();

private:
    void buildModelSection(QVBoxLayout* column);
    void buildTableSection(QVBoxLayout* column);
    void choosePreset(int index);
    void chooseData(int index);
    void update();
    void showAnswers();
    void showPresetName();
    void showChecks(const RunConfig& config);
    QSpinBox* spin(int least, int most, const QString& name);

    RunConfig m_config{};
    std::vector<Preset> m_presets{};
    bool m_loading = false;
    QUndoStack* m_undo = nullptr;
    PrecisionTableModel* m_tableModel = nullptr;
    QComboBox* m_data = nullptr;
    QSpinBox* m_layers = nullptr;
    QSpinBox* m_width = nullptr;
    QSpinBox* m_heads = nullptr;
    QSpinBox* m_context = nullptr;
    QSpinBox* m_batch = nullptr;
    QSpinBox* m_steps = nullptr;
    QLineEdit* m_budget = nullptr;
    QComboBox* m_preset = nullptr;
    QTableView* m_table = nullptr;
    EstimateBars* m_estimate = nullptr;
    QLabel* m_checks = nullptr;
    QWidget* m_fields = nullptr;
};

} // namespace mantissa::ui

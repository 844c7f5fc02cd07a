// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The left column: model, data, steps, device, budget, preset, table, estimate, checks. Holds what the next
// run will be; every edit can be undone.

#include "core/card/cards.h"
#include "ui/background.h"
#include "ui/pages/setup_edit.h"

#include <QWidget>

#include <array>
#include <memory>
#include <optional>
#include <vector>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QUndoStack;
class QVBoxLayout;

namespace mantissa::ui {

class ChecksLabel;
class DeviceField;
class EstimateBars;
class PlanTable;
class PrecisionTableModel;
class RowLength;
class RungPrices;
class SetupMenu;
class ModelField;
class NumberField;
class TrainingForm;

class SetupPanel : public QWidget {
    Q_OBJECT
public:
    explicit SetupPanel(QWidget* parent);

    /// Shows a config, as of an opened run; undo brings back what was there.
    void setConfig(const RunConfig& config);
    /// Shows the config of a run that others asked for, as of an experiment: no edit, and takeBack() shows
    /// what was there before the first of them. False where nothing was lent.
    void lend(const RunConfig& config);
    bool takeBack();
    /// What Start would train; nothing while a field is wrong, which the checks then tell.
    std::optional<RunConfig> config() const;
    /// The same, or why it cannot be used.
    Result<RunConfig> usable() const { return usableConfig(state()); }
    /// What the drop-down offers beside "custom".
    void setPresets(std::vector<Preset> presets);
    /// As a choice in the drop-down.
    void usePreset(const Preset& preset);
    /// "key=value" over what the fields hold, as one step of undo; refused() where that cannot be.
    void takeSettings(const std::vector<std::string>& settings);
    PresetChoices choices() const { return state().config.choices; }
    PrecisionTableModel* tableModel() const { return m_tableModel; }
    QUndoStack* undoStack() const { return m_undo; }
    /// Takes colours anew after a change of theme; no field changes.
    void applyColours() { showAnswers(); }
    /// What the trainer works with now, whoever changed it: shown without an undo step. An edit that it
    /// refused is gone then.
    void takeTableInForce(const PrecisionTable& table);
    /// Everything but the table is fixed while a run trains.
    void setTraining(bool training);
    /// Where runs will be kept: the checks look at the room there.
    void setRunsFolder(const std::filesystem::path& folder);
    /// The cards that the device is chosen from, and that the checks look at.
    void setCards(CardList cards);
    /// Asks the driver for them, away from this thread: it may take longer than a window takes to appear.
    void findCards();
    /// What "Fit into…" measures the price of a step with; may have no program.
    RungPrices* prices() const { return m_prices; }
    /// The whole as a file.
    SetupMenu* file() const { return m_file; }

Q_SIGNALS:
    void tableEdited(const PrecisionTable& from); ///< what the table showed before
    void configChanged();
    void refused(const QString& problem); ///< an edit of the table that cannot be

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// Numbers the fields, so that typing in one of them is one undo step: the numbers in their order, the
    /// budget, the device, the name, then the fields of TrainingForm.
    enum Field { Layers, Width, Heads, Context, Batch, Steps, Budget, Device, Name, Training };

    void buildModelSection(QVBoxLayout* column);
    void buildDeviceRows(QGridLayout* grid);
    void buildTableSection(QVBoxLayout* column);
    void choosePreset(int index);
    void chooseData(int index);
    void chooseFolder();
    void showPreview();
    SetupState state() const;
    /// Puts a state into the fields without an undo step.
    void showState(const SetupState& state);
    void showData(const DataConfig& data);
    /// Makes or undoes an edit.
    void showEdit(const SetupState& from, const SetupState& to);
    /// An undo step to a state that the fields do not show yet.
    void pushState(const SetupState& state, const QString& what);
    /// An undo step for what was typed in a field.
    void noteTyping(int field, const QString& what);
    void takeTable();
    void showLadder();
    void showAnswers();
    void showPresetName();
    void showCellMarks();

    SetupState m_shown{}; ///< as the fields were after the last edit
    std::optional<SetupState> m_own{}; ///< while another's config is shown
    std::vector<Preset> m_presets{};
    std::filesystem::path m_runsFolder{"."};
    struct {
        bool isLoading = false; ///< fields are being filled
        int typing = 0; ///< counts up when a field is left: typing in it again begins another undo step
    } m_editing{};
    QUndoStack* m_undo = nullptr;
    PrecisionTableModel* m_tableModel = nullptr;
    RungPrices* m_prices = nullptr;
    RowLength* m_rows = nullptr;
    SetupMenu* m_file = nullptr;
    ModelField* m_model = nullptr;
    QLineEdit* m_name = nullptr; ///< of the run, and of its folder
    QComboBox* m_data = nullptr;
    QComboBox* m_template = nullptr; ///< of rows
    std::array<NumberField*, 6> m_numbers{}; ///< layers, width, heads, context, batch, steps
    TrainingForm* m_training = nullptr;
    DeviceField* m_device = nullptr;
    struct {
        std::optional<CardList> found{}; ///< nothing while they are looked for
        std::unique_ptr<Background<CardList>> search{};
    } m_cards{};
    QLineEdit* m_budget = nullptr;
    QLabel* m_budgetReason = nullptr;
    QPushButton* m_fit = nullptr;
    QComboBox* m_preset = nullptr;
    PlanTable* m_table = nullptr;
    QLabel* m_cellMarks = nullptr; ///< what the small letters in its cells say
    EstimateBars* m_estimate = nullptr;
    ChecksLabel* m_checks = nullptr;
    QWidget* m_fields = nullptr;
};

} // namespace mantissa::ui

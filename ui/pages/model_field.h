// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which model to train: one of sizes that stand below, a known one's sizes, or a Hugging Face folder, of
// which it says what it is.

#include "core/model/model_config.h"

#include <QWidget>

class QComboBox;
class QLabel;

namespace mantissa::ui {

class ModelField : public QWidget {
    Q_OBJECT
public:
    explicit ModelField(QWidget* parent);

    void setModel(const ModelConfig& model);

Q_SIGNALS:
    void folderWanted(); ///< "Hugging Face folder…": the owner asks which
    void sizesWanted();
    void knownWanted(const ModelConfig& model);

private:
    void choose(int index);

    QComboBox* m_choice;
    QLabel* m_facts;
};

/// "qwen2 · 494 M parameters · context up to 32,768 · tied head · licence apache-2.0"; empty for a model that
/// is made from sizes.
QString factsOf(const ModelConfig& model);

} // namespace mantissa::ui

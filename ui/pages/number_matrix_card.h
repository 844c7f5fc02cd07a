// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a 16-bit format does to the numbers of a run, by layer and phase: one statistic at a time, to choose.

#include "core/record/run.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QTableView;

namespace mantissa::ui {

class NumberMatrixModel;

class NumberMatrixCard : public QWidget {
    Q_OBJECT
public:
    explicit NumberMatrixCard(QWidget* parent);

    /// Measurements of a run, which outlives the card, up to one of them.
    void showRun(const Run& run, std::size_t upTo);

Q_SIGNALS:
    void groupChosen(const QString& group);

private:
    void showMatrix();

    NumberMatrixModel* m_model;
    const Run* m_run = nullptr;
    std::size_t m_upTo = 0;
    QComboBox* m_statistic = nullptr;
    QComboBox* m_precision = nullptr;
    QLabel* m_words = nullptr;
    QTableView* m_table = nullptr;
};

/// As tables of numbers look: no frame, no grid, columns of equal width.
void dressNumberTable(QTableView* table);

} // namespace mantissa::ui

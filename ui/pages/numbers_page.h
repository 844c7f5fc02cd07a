// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How the numbers of the open run fare: what is really in memory in which format, how large weights,
// gradients and updates are, and what each 16-bit format would do to them, by group and phase. Shows
// measurements; asks the trainer for more.

#include "core/record/run.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QSlider;
class QTabBar;
class QTableView;
class QTreeView;

namespace mantissa::ui {

class CardHead;
class ExponentPlot;
class NumberMatrixCard;
class NumbersTreeModel;
class RunSession;
class TextTableModel;

class NumbersPage : public QWidget {
    Q_OBJECT
public:
    NumbersPage(RunSession* session, QWidget* parent);

    /// Takes colours anew after a change of theme.
    void redraw();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void buildHead(QHBoxLayout* head);
    QWidget* treeCard();
    QWidget* histogramCard();
    void showRun();
    void showNewRows();
    /// Shows the measurement that the slider stands on: the newest while nobody moved it.
    void showMeasurement();
    void showGroup();
    void askForAll();
    const NumbersMeasured* measured() const;

    RunSession* m_session;
    NumbersTreeModel* m_treeModel;
    TextTableModel* m_histogramRows;
    QLabel* m_what = nullptr;
    QSlider* m_when = nullptr;
    QPushButton* m_all = nullptr;
    QTreeView* m_tree = nullptr;
    CardHead* m_treeHead = nullptr;
    ExponentPlot* m_histogram = nullptr;
    CardHead* m_histogramHead = nullptr;
    QTableView* m_histogramTable = nullptr;
    NumberMatrixCard* m_matrix = nullptr;
    QString m_group{};
    bool m_follows = true; ///< shows the newest measurement
    bool m_asked = false; ///< a look at every element was asked for and has not come yet
    std::size_t m_seen = 0; ///< measurements shown so far
};

} // namespace mantissa::ui

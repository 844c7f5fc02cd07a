// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a run is and does, live: figures, memory, phases, quality or loss, events; on the left what to train
// next.

#include "ui/run_session.h"

#include <QWidget>

class QComboBox;
class QScrollArea;
class QSplitter;
class QVBoxLayout;

namespace mantissa::ui {

class CardHead;
class CardLanes;
class FiguresBar;
class ListsCard;
class LossCard;
class PlotView;
class SetupPanel;
class SetupRail;
class StackItem;
class TimelineStrip;
class ViewRange;

class TrainPage : public QWidget {
    Q_OBJECT
public:
    TrainPage(RunSession* session, QWidget* parent);

    SetupPanel* setup() const { return m_setup; }
    ViewRange* range() const { return m_range; }
    PlotView* memoryPlot() const { return m_memory; }
    LossCard* lossCard() const { return m_loss; }
    /// As the user left axis, smoothing and heights, by their names.
    QVariantMap choices() const;
    void setChoices(const QVariantMap& choices);
    /// Takes colours anew after a change of theme.
    void applyColours();

protected:
    void resizeEvent(QResizeEvent* event) override;

Q_SIGNALS:
    void continueRequested(); ///< with the run that is shown

private:
    void buildCentre(QVBoxLayout* column);
    QComboBox* axisBox();
    /// What its colours mean, and the unit of its axis.
    QWidget* timelineAside();
    /// Folds the set-up and shortens the figures where both and a run would not fit.
    void fitWidth();
    void buildLanes(QSplitter* splitter);
    void showRun();
    void showNewRows();
    void showBaseline();
    void showMemory();
    /// Writes into each plot's caption how many ticks a pixel stands for.
    void showCaptions();

    RunSession* m_session;
    bool m_isLoading = false; ///< the set-up takes over what a run has; nobody edits
    ViewRange* m_range;
    SetupPanel* m_setup = nullptr;
    QScrollArea* m_setupArea = nullptr;
    SetupRail* m_rail = nullptr;
    FiguresBar* m_figures = nullptr;
    CardHead* m_memoryHead = nullptr;
    PlotView* m_memory = nullptr;
    StackItem* m_stack = nullptr;
    TimelineStrip* m_timeline = nullptr;
    CardLanes* m_lanes = nullptr;
    QWidget* m_lanesCard = nullptr; ///< hidden where the run has no readings
    LossCard* m_loss = nullptr;
    QComboBox* m_axis = nullptr;
    QSplitter* m_splitter = nullptr;
    ListsCard* m_lists = nullptr;
};

} // namespace mantissa::ui

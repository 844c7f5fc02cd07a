// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The card of how well a run learns: training loss raw and smoothed with evaluations, the quality delta
// against its baseline, or evaluations, gradient norm, learning rate and throughput by themselves. Smoothing
// and a logarithmic axis are choices of the eye: the raw line is always there.

#include "core/record/smoothed_series.h"
#include "core/record/throughput_series.h"
#include "ui/plot/plot_point.h"
#include "ui/run_session.h"

#include <QFrame>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QTabBar;
class QToolButton;

namespace mantissa::ui {

class LineItem;
class MarksItem;
class PlotView;
class PointsItem;
class ViewRange;

class LossCard : public QFrame {
    Q_OBJECT
public:
    LossCard(RunSession* session, ViewRange* range, QWidget* parent);

    PlotView* plot() const { return m_plot; }
    /// Another run is shown.
    void showRun();
    /// Brings the button up to date. The lines follow by themselves when the range announces new ticks.
    void showNewRows();
    void showBaseline();
    void applyColours();
    /// As the user left them, by their names.
    QVariantMap choices() const;
    void setChoices(const QVariantMap& choices);

private:
    void buildHead(QHBoxLayout* head);
    /// What the card shows, in the order of its tabs.
    enum class Shown { Loss, Quality, Evaluation, Gradient, Rate, Speed };

    Shown shown() const;
    void showLoss();
    void showQuality();
    void showEvaluation();
    /// A column of the run by itself.
    void showColumn(const Series& column, bool isStepped);
    /// The axis of what is in view between the two; logarithmic where that is asked for and can be.
    void fitY(double low, double high);
    std::vector<PlotPoint> evaluations(double& low, double& high) const;
    const Series& column() const;
    void redraw();
    void showCaption();
    QString columnTitle() const;
    void measure();

    RunSession* m_session;
    ViewRange* m_range;
    SmoothedSeries m_smoothed{};
    ThroughputSeries m_speed{};
    QTabBar* m_tabs;
    QLabel* m_note;
    QComboBox* m_smoothing;
    QToolButton* m_log;
    QPushButton* m_measure;
    bool m_isBaseline = false; ///< the run is FP32 itself, and needs no other baseline
    std::size_t m_judgedSegments = static_cast<std::size_t>(-1); ///< of the run, when that was asked
    PlotView* m_plot;
    LineItem* m_raw;
    LineItem* m_smoothLine;
    PointsItem* m_points;
    MarksItem* m_marks;
};

} // namespace mantissa::ui

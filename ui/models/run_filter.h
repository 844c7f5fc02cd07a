// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Runs in which every word of the search is found and which have the state, preset and model asked for;
// archived ones when they are asked for. An experiment is shown with those of its runs that are.

#include <QCollator>
#include <QSortFilterProxyModel>
#include <QStringList>

namespace mantissa::ui {

class RunListModel;

class RunFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    RunFilter(RunListModel* runs, QObject* parent);

    void showArchived(bool shown);
    void setWords(const QString& words);
    /// What runs are told apart by; empty: any.
    struct Choice {
        QString state{};
        QString preset{};
        QString model{};
        friend bool operator==(const Choice&, const Choice&) = default;
    };
    void setChoice(const Choice& choice);
    const Choice& choice() const { return m_choice; }
    /// Runs, not experiments, that are shown.
    int shownRuns() const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    bool accepts(const QModelIndex& index) const;
    RunListModel* m_runs;
    QCollator m_order{}; ///< run-2 before run-10
    QStringList m_words{};
    Choice m_choice{};
    bool m_showsArchived = false;
};

} // namespace mantissa::ui

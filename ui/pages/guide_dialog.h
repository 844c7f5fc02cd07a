// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// docs/guide.md inside the program, with its headings at the side and a search. Stays open beside the window.

#include <QDialog>
#include <QTextCursor>

#include <vector>

class QLabel;
class QLineEdit;
class QListWidget;
class QTextBrowser;

namespace mantissa::ui {

class GuideDialog : public QDialog {
    Q_OBJECT
public:
    explicit GuideDialog(QWidget* parent);

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// The text in the colours of the theme.
    void load();
    void listHeadings();
    void showHeading(int row);
    void find(const QString& words);
    /// The place that is `by` after the one shown, around the end.
    void showFound(int by);
    QListWidget* m_headings;
    QTextBrowser* m_text;
    QLineEdit* m_words;
    QLabel* m_count;
    std::vector<QTextCursor> m_found{};
    std::size_t m_shown = 0; ///< of those found
};

} // namespace mantissa::ui

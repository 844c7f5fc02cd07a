// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// docs/guide.md inside the program, with its headings at the side. Stays open beside the window.

#include <QDialog>

class QListWidget;
class QTextBrowser;

namespace mantissa::ui {

class GuideDialog : public QDialog {
    Q_OBJECT
public:
    explicit GuideDialog(QWidget* parent);

private:
    void listHeadings();
    void showHeading(int row);
    QListWidget* m_headings;
    QTextBrowser* m_text;
};

} // namespace mantissa::ui

// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A question in the page itself, where another program would open a box. Escape and the second button leave
// all as it is.

#include <QFrame>
#include <QPointer>

#include <functional>

class QLabel;
class QPushButton;

namespace mantissa::ui {

class ConfirmBar : public QFrame {
    Q_OBJECT
public:
    explicit ConfirmBar(QWidget* parent);

    /// Shows the question, with the focus on "Cancel"; `act` is called when it is confirmed. Focus returns to
    /// where it was.
    void ask(const QString& question, const QString& yes, std::function<void()> act);
    /// The same with a third button between the two.
    void ask(const QString& question, const QString& yes, std::function<void()> act, const QString& other,
        std::function<void()> actOther, const QString& no);
    /// Tells something with nothing to decide.
    void tell(const QString& message);
    /// The same with a button; who types meanwhile goes on typing.
    void offer(const QString& message, const QString& yes, std::function<void()> act);
    void dismiss();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void confirm(bool other);
    QLabel* m_text;
    QPushButton* m_yes;
    QPushButton* m_other;
    QPushButton* m_no;
    std::function<void()> m_act{};
    std::function<void()> m_actOther{};
    QPointer<QWidget> m_before{}; ///< the widget that had the focus; may be deleted meanwhile
};

} // namespace mantissa::ui

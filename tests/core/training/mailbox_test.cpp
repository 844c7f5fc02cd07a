// SPDX-License-Identifier: Apache-2.0
#include "core/training/mailbox.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace mantissa;

class MailboxTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theLastTableIsTakenOnce()
    {
        Mailbox mailbox;
        mailbox.setTable(PrecisionTable{}, PrecisionTable{});
        mailbox.setTable(PrecisionTable{}.withAuto(false), PrecisionTable{});
        const auto edits = mailbox.takeEdits();
        QCOMPARE(edits.size(), std::size_t{1});
        QVERIFY(edits.front().table == PrecisionTable{}.withAuto(false));
        QVERIFY(mailbox.takeEdits().empty());
    }
    void tablesFromAnotherOneWaitInTheirOrder()
    {
        Mailbox mailbox;
        const PrecisionTable seen = PrecisionTable{}.withAuto(false);
        mailbox.setTable(seen, PrecisionTable{});
        mailbox.setTable(seen.withEnabled(false), seen);
        const auto edits = mailbox.takeEdits();
        QCOMPARE(edits.size(), std::size_t{2});
        QVERIFY(edits[0].table == seen && edits[1].from == seen);
    }
    void anInterruptOutranksAStop()
    {
        Mailbox mailbox;
        mailbox.requestStop(StopRequest::Interrupt);
        mailbox.requestStop(StopRequest::Stop);
        QVERIFY(mailbox.stopRequested() == StopRequest::Interrupt);
    }
    void aPausedTrainerWaitsUntilAnotherThreadLetsItGo()
    {
        Mailbox mailbox;
        mailbox.setPaused(true);
        std::atomic<bool> passed = false;
        std::thread trainer([&] {
            mailbox.waitWhilePaused();
            passed = true;
        });
        mailbox.setPaused(false);
        trainer.join();
        QVERIFY(passed);
        QVERIFY(!mailbox.waitWhilePaused());
    }
    void aStopEndsAPause()
    {
        Mailbox mailbox;
        mailbox.setPaused(true);
        std::thread trainer([&] { mailbox.waitWhilePaused(); });
        mailbox.requestStop(StopRequest::Stop);
        trainer.join();
        QVERIFY(mailbox.stopRequested() == StopRequest::Stop);
    }
    void itSaysWhatTheTrainerDoes()
    {
        Mailbox mailbox;
        QVERIFY(mailbox.state() == TrainerState::Training);
        mailbox.setPaused(true);
        QVERIFY(mailbox.state() == TrainerState::Pausing); // until the step in hand has ended
        QVERIFY(mailbox.waitWhilePaused(std::chrono::milliseconds(1)));
        QVERIFY(mailbox.state() == TrainerState::Paused); // it looks at its card between two waits
        mailbox.setPaused(false);
        mailbox.setPaused(true);
        QVERIFY(mailbox.state() == TrainerState::Pausing); // it went on meanwhile
        mailbox.requestStop(StopRequest::Stop);
        QVERIFY(mailbox.state() == TrainerState::Stopping);
        mailbox.requestStop(StopRequest::Interrupt);
        QVERIFY(mailbox.state() == TrainerState::Interrupting);
        QCOMPARE(nameOf(mailbox.state()), std::string_view("interrupting"));
    }
    void aSnapshotIsTakenOnce()
    {
        Mailbox mailbox;
        mailbox.requestSnapshot();
        QVERIFY(mailbox.takeSnapshotRequest());
        QVERIFY(!mailbox.takeSnapshotRequest());
    }
    void numbersAreTakenOnce()
    {
        Mailbox mailbox;
        mailbox.requestNumbers();
        QVERIFY(mailbox.takeNumbersRequest());
        QVERIFY(!mailbox.takeNumbersRequest());
    }
};

QTEST_APPLESS_MAIN(MailboxTest)
#include "mailbox_test.moc"

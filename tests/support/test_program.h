// SPDX-License-Identifier: Apache-2.0
#pragma once

// Several classes of tests share a program, since most of what a test costs to build is reading headers; each
// still runs in a process of its own, `PROGRAM NAME [arguments of Qt Test]`, with NAME the test's file
// without ".cpp". This header stands before each of them and turns its QTEST_MAIN (QTEST_GUILESS_MAIN,
// QTEST_APPLESS_MAIN) from a main() into an entry in that list.

#include <QTest>

#include <string_view>

namespace mantissa {

using TestMain = int (*)(int argc, char** argv);

/// Any thread before main(); always true.
bool addTest(std::string_view file, TestMain run);

} // namespace mantissa

#undef QTEST_MAIN_WRAPPER
#define QTEST_MAIN_WRAPPER(TestObject, ...)                                                                  \
    static int main##TestObject(int argc, char** argv)                                                       \
    {                                                                                                        \
        QTest::Internal::callInitMain<TestObject>();                                                         \
        __VA_ARGS__                                                                                          \
        TestObject tests;                                                                                    \
        return QTest::qExec(&tests, argc, argv);                                                             \
    }                                                                                                        \
    [[maybe_unused]] static const bool has##TestObject = mantissa::addTest(__FILE__, main##TestObject);

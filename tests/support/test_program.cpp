// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_program.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <string>

namespace {

/// By name; made by the first that adds itself.
std::map<std::string, mantissa::TestMain, std::less<>>& tests()
{
    static std::map<std::string, mantissa::TestMain, std::less<>> all;
    return all;
}

} // namespace

bool mantissa::addTest(std::string_view file, TestMain run)
{
    return tests().emplace(std::filesystem::path(file).stem().string(), run).second;
}

int main(int argc, char** argv)
{
    const auto named = argc > 1 ? tests().find(std::string_view(argv[1])) : tests().end();
    if (named != tests().end()) {
        argv[1] = argv[0]; // the program as Qt Test sees it
        return named->second(argc - 1, argv + 1);
    }
    if (tests().size() == 1)
        return tests().begin()->second(argc, argv);
    std::fprintf(stderr, "%s: say which test first:\n", argv[0]);
    for (const auto& [name, run] : tests())
        std::fprintf(stderr, "  %s\n", name.c_str());
    return 2;
}

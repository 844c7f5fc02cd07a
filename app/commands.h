// SPDX-License-Identifier: Apache-2.0
#pragma once

// The commands of mantissa-cli. Each registers itself with CLI11 and returns its exit code through `code`.

#include "core/base/result.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace mantissa {

/// What main runs once the command line is understood.
using Command = std::function<ExitCode()>;

void addTrain(CLI::App& app, Command& chosen);
void addResume(CLI::App& app, Command& chosen);
void addFork(CLI::App& app, Command& chosen);
void addEstimate(CLI::App& app, Command& chosen);
void addExperiment(CLI::App& app, Command& chosen);
void addCheck(CLI::App& app, Command& chosen);
void addFetchLibTorch(CLI::App& app, Command& chosen);
void addCompare(CLI::App& app, Command& chosen);
void addReport(CLI::App& app, Command& chosen);
void addExport(CLI::App& app, Command& chosen);
void addNumbers(CLI::App& app, Command& chosen);
void addEvaluate(CLI::App& app, Command& chosen);
void addGenerate(CLI::App& app, Command& chosen);
void addAdvice(CLI::App& app, Command& chosen);
void addData(CLI::App& app, Command& chosen);
void addDigest(CLI::App& app, Command& chosen);
void addRuns(CLI::App& app, Command& chosen);
void addPresets(CLI::App& app, Command& chosen);
void addBenchmark(CLI::App& app, Command& chosen);
/// Of benchmark, not of the program.
void addThroughput(CLI::App& benchmark, Command& chosen);
void addShapes(CLI::App& benchmark, Command& chosen);
void addPlan(CLI::App& app, Command& chosen);
void addTrial(CLI::App& app, Command& chosen);
void addWhatIf(CLI::App& app, Command& chosen);
void addTokenize(CLI::App& app, Command& chosen);
/// stop, pause, go-on, save, look, edit: what is said to a run that another process trains.
void addControls(CLI::App& app, Command& chosen);
void addWatch(CLI::App& app, Command& chosen);
void addCache(CLI::App& app, Command& chosen);
void addHelp(CLI::App& app, Command& chosen);

/// Writes "mantissa-cli: …" to stderr and returns the error's code.
ExitCode complain(const Error& error);
/// Writes a result where the user wants it ("-": stdout), and tells the file's name on stdout where that is
/// free.
ExitCode writeResult(const std::string& output, std::string_view text);

} // namespace mantissa

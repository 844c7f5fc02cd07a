// SPDX-License-Identifier: Apache-2.0
// Of programs of Google Benchmark that call the engine's operators.

#include "core/torch/torch_backend.h"

#include <benchmark/benchmark.h>

int main(int argc, char** argv)
{
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    mantissa::initializeEngine();
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/step_journal.h"

#include "core/base/open_file.h"
#include "core/torch/memory/tier_scope.h"
#include "core/torch/memory/unit_file.h"
#include "core/torch/memory/work_span.h"

#include <ATen/ATen.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace mantissa {

namespace {

constexpr std::uint64_t magic = 0x324C4E4A4E414D44ull;
constexpr std::size_t mostSizes = 4;

struct RecordHead {
    std::uint64_t magic = 0;
    std::uint64_t owner = 0;
    std::int64_t step = 0;
    std::int64_t block = 0;
    std::int64_t micro = 0;
    std::int32_t kind = 0;
    std::int32_t scalarType = 0;
    std::int64_t dimensions = 0;
    std::array<std::int64_t, mostSizes> sizes{};
    std::uint64_t checksum = 0; ///< of the tensor's bytes
};

const char* systemWord()
{
    return std::strerror(errno);
} // NOLINT(concurrency-mt-unsafe): glibc's is per thread

/// False at the end of the file.
bool readAll(int descriptor, void* data, std::size_t bytes, std::int64_t offset)
{
    auto* to = static_cast<char*>(data);
    while (bytes > 0) {
        const ssize_t done = ::pread(descriptor, to, bytes, offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        to += done;
        offset += done;
        bytes -= static_cast<std::size_t>(done);
    }
    return true;
}

} // namespace

const at::Tensor* JournalRecords::find(JournalKind kind, std::size_t block, std::size_t micro) const
{
    const auto at = m_tensors.find({kind, block, micro});
    return at == m_tensors.end() ? nullptr : &at->second;
}

const at::Tensor& JournalRecords::at(JournalKind kind, std::size_t block, std::size_t micro) const
{
    const at::Tensor* tensor = find(kind, block, micro);
    TORCH_CHECK(tensor,
        "the states on disk are between two updates and the journal beside them does not say how to go on "
        "(record ",
        static_cast<int>(kind), " of block ", block, " is missing); go back to a checkpoint or start anew");
    return *tensor;
}

void JournalRecords::put(JournalKind kind, std::size_t block, std::size_t micro, at::Tensor tensor)
{
    m_tensors.insert_or_assign({kind, block, micro}, std::move(tensor));
}

StepJournal::StepJournal(std::filesystem::path file, const std::string& owner)
    : m_file(std::move(file))
    , m_owner(checksumOf(
          reinterpret_cast<const std::byte*>(owner.data()), static_cast<std::int64_t>(owner.size())))
    , m_descriptor(::open(m_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600))
{
    TORCH_CHECK(m_descriptor >= 0, "cannot open ", m_file.string(), ": ", systemWord(),
        "; name another memory.scratch");
}

StepJournal::~StepJournal() { ::close(m_descriptor); }

void StepJournal::remove() const
{
    std::error_code ignored;
    std::filesystem::remove(placeOfOpen(m_descriptor), ignored);
}

void StepJournal::begin(std::int64_t step)
{
    m_step = step;
    m_end = 0;
    TORCH_CHECK(::ftruncate(m_descriptor, 0) == 0, "cannot empty ", m_file.string(), ": ", systemWord());
}

void StepJournal::add(JournalKind kind, std::size_t block, std::size_t micro, const at::Tensor& tensor)
{
    const WorkSpan span(WorkKind::Disk, "journal", block);
    const PurposeScope purpose(Tier::Host, MemoryClass::Activations);
    const at::Tensor own = tensor.detach().cpu().contiguous();
    const auto* bytes = static_cast<const std::byte*>(own.const_data_ptr());
    RecordHead head{.magic = magic,
        .owner = m_owner,
        .step = m_step,
        .block = static_cast<std::int64_t>(block),
        .micro = static_cast<std::int64_t>(micro),
        .kind = static_cast<std::int32_t>(kind),
        .scalarType = static_cast<std::int32_t>(own.scalar_type()),
        .dimensions = own.dim(),
        .checksum = checksumOf(bytes, static_cast<std::int64_t>(own.nbytes()))};
    TORCH_CHECK(own.dim() <= static_cast<std::int64_t>(mostSizes), "a tensor of ", own.dim(),
        " dimensions in the journal");
    for (std::int64_t i = 0; i < own.dim(); ++i)
        head.sizes[static_cast<std::size_t>(i)] = own.size(i);
    const auto append = [&](const void* data, std::size_t size) {
        const auto* from = static_cast<const char*>(data);
        while (size > 0) {
            const ssize_t done = ::pwrite(m_descriptor, from, size, m_end);
            if (done < 0 && errno == EINTR)
                continue;
            TORCH_CHECK(done > 0, "cannot write ", m_file.string(), ": ", systemWord(),
                "; free some space and resume");
            from += done;
            m_end += done;
            size -= static_cast<std::size_t>(done);
        }
    };
    const std::int64_t before = m_end;
    try {
        append(&head, sizeof head);
        append(bytes, own.nbytes());
    } catch (...) {
        m_end = before; // what comes next stands where this one should
        throw;
    }
}

void StepJournal::sync() const
{
    const WorkSpan span(WorkKind::Disk, "sync journal");
    TORCH_CHECK(::fdatasync(m_descriptor) == 0, "cannot make ", m_file.string(), " last: ", systemWord());
}

JournalRecords StepJournal::read(std::int64_t step)
{
    const PurposeScope purpose(Tier::Host, MemoryClass::Activations);
    JournalRecords records;
    m_step = step;
    m_end = 0;
    for (RecordHead head; readAll(m_descriptor, &head, sizeof head, m_end);) {
        const bool isKnown = head.magic == magic && head.owner == m_owner && head.step == step
            && head.dimensions >= 0 && head.dimensions <= static_cast<std::int64_t>(mostSizes)
            && head.kind >= 0 && head.kind <= static_cast<std::int32_t>(JournalKind::Loss) && head.block >= 0
            && head.micro >= 0
            && (head.scalarType == static_cast<std::int32_t>(at::kFloat)
                || head.scalarType == static_cast<std::int32_t>(at::kDouble)
                || head.scalarType == static_cast<std::int32_t>(at::kBFloat16)
                || head.scalarType == static_cast<std::int32_t>(at::kHalf));
        if (!isKnown)
            break;
        std::int64_t elements = 1;
        for (std::int64_t i = 0; i < head.dimensions; ++i)
            elements *= std::max<std::int64_t>(0, head.sizes[static_cast<std::size_t>(i)]);
        if (elements > static_cast<std::int64_t>(std::filesystem::file_size(m_file)))
            break;
        at::Tensor tensor
            = at::empty(at::IntArrayRef(head.sizes.data(), static_cast<std::size_t>(head.dimensions)),
                static_cast<at::ScalarType>(head.scalarType));
        const auto start = m_end + static_cast<std::int64_t>(sizeof head);
        if (!readAll(m_descriptor, tensor.mutable_data_ptr(), tensor.nbytes(), start)
            || checksumOf(static_cast<const std::byte*>(tensor.const_data_ptr()),
                   static_cast<std::int64_t>(tensor.nbytes()))
                != head.checksum)
            break;
        records.put(static_cast<JournalKind>(head.kind), static_cast<std::size_t>(head.block),
            static_cast<std::size_t>(head.micro), tensor);
        m_end = start + static_cast<std::int64_t>(tensor.nbytes());
    }
    return records;
}

} // namespace mantissa

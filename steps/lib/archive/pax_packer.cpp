#include "archive/pax_packer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "archive/libarchive.hpp"
#include "core/error.hpp"

namespace archive {

namespace {

using core::Error;
using core::ExitCode;
using Handle = libarchive::archive;
using HeaderEntry = libarchive::archive_entry;

struct FreeWriter {
  void operator()(Handle* handle) const { archive_write_free(handle); }
};
struct FreeReader {
  void operator()(Handle* handle) const { archive_read_free(handle); }
};
struct FreeEntry {
  void operator()(HeaderEntry* entry) const { archive_entry_free(entry); }
};

// Grows as a string does, but is never filled with zeros first.
class Buffer {
 public:
  void reserve(std::size_t capacity) {
    if (capacity <= m_capacity) return;
    capacity = std::max(capacity, m_size + m_size / 2);
    std::unique_ptr<char[]> larger(new char[capacity]);
    std::copy_n(m_bytes.get(), m_size, larger.get());
    m_bytes = std::move(larger);
    m_capacity = capacity;
  }
  // Bytes that stand at end() already are only counted.
  void append(const char* bytes, std::size_t size) {
    if (bytes != end()) {
      reserve(m_size + size);
      std::copy_n(bytes, size, end());
    }
    m_size += size;
  }
  char* end() { return m_bytes.get() + m_size; }
  std::string_view view() const { return {m_bytes.get(), m_size}; }

 private:
  std::unique_ptr<char[]> m_bytes;
  std::size_t m_size = 0;
  std::size_t m_capacity = 0;
};

// A pax header of an entry with nothing that a plain one could not say.
constexpr std::size_t kHeader = 512;

mode_t file_type(PaxType type) {
  switch (type) {
    case PaxType::kFolder:
      return AE_IFDIR;
    case PaxType::kSymbolicLink:
      return AE_IFLNK;
    case PaxType::kFifo:
      return AE_IFIFO;
    case PaxType::kFile:
    case PaxType::kHardLink:
      break;
  }
  return AE_IFREG;
}

void describe(HeaderEntry* out, const PaxEntry& entry, std::size_t size) {
  archive_entry_clear(out);
  archive_entry_set_pathname(out, entry.path.c_str());
  archive_entry_set_filetype(out, file_type(entry.type));
  archive_entry_set_perm(out, entry.mode);
  archive_entry_set_uid(out, entry.uid);
  archive_entry_set_gid(out, entry.gid);
  if (!entry.user.empty()) archive_entry_set_uname(out, entry.user.c_str());
  if (!entry.group.empty()) archive_entry_set_gname(out, entry.group.c_str());
  archive_entry_set_mtime(out, entry.mtime_seconds, entry.mtime_nanoseconds);
  archive_entry_set_size(out, static_cast<int64_t>(size));
  if (entry.type == PaxType::kSymbolicLink) archive_entry_set_symlink(out, entry.target.c_str());
  if (entry.type == PaxType::kHardLink) archive_entry_set_hardlink(out, entry.target.c_str());
  for (const auto& [name, value] : entry.attributes)
    archive_entry_xattr_add_entry(out, name.c_str(), value.data(), value.size());
}

}  // namespace

struct PaxPacker::Impl {
  Buffer tar;
  std::string header;
  bool in_header = false;
  std::unique_ptr<Handle, FreeWriter> handle{libarchive::archive_write_new()};
  std::unique_ptr<HeaderEntry, FreeEntry> entry{libarchive::archive_entry_new()};

  // ARCHIVE_WARN is no failure: names that are no UTF-8 are written as they are.
  void require(ssize_t result) const {
    if (result < ARCHIVE_WARN)
      throw Error(ExitCode::kInternal,
                  fmt::format("cannot pack files: {}", archive_error_string(handle.get())));
  }

  static ssize_t write(Handle* /*handle*/, void* self, const void* bytes, std::size_t size) {
    auto* packer = static_cast<Impl*>(self);
    if (packer->in_header)
      packer->header.append(static_cast<const char*>(bytes), size);
    else
      packer->tar.append(static_cast<const char*>(bytes), size);
    return static_cast<ssize_t>(size);
  }

  // Apart from the rest, because content may stand in room() already: it moves when the header is
  // longer than most.
  std::string_view write_header(std::string_view content) {
    const bool placed = !content.empty() && content.data() == tar.end() + kHeader;
    header.clear();
    in_header = true;
    require(archive_write_header(handle.get(), entry.get()));
    in_header = false;
    if (placed && header.size() != kHeader) {
      const std::string apart(content);
      tar.append(header.data(), header.size());
      tar.reserve(tar.view().size() + apart.size());
      std::copy(apart.begin(), apart.end(), tar.end());
    } else {
      tar.append(header.data(), header.size());
    }
    return placed ? std::string_view(tar.end(), content.size()) : content;
  }
};

PaxPacker::PaxPacker(std::size_t reserve_bytes) : m_impl(std::make_unique<Impl>()) {
  m_impl->tar.reserve(reserve_bytes + kHeader);
  Handle* handle = m_impl->handle.get();
  m_impl->require(archive_write_set_format_pax_restricted(handle));
  m_impl->require(archive_write_set_options(handle, "hdrcharset=BINARY"));
  m_impl->require(archive_write_set_bytes_per_block(handle, 0));
  m_impl->require(archive_write_set_bytes_in_last_block(handle, 1));
  m_impl->require(archive_write_open(handle, m_impl.get(), nullptr, Impl::write, nullptr));
}

PaxPacker::~PaxPacker() = default;

char* PaxPacker::room(std::size_t size) {
  m_impl->tar.reserve(m_impl->tar.view().size() + kHeader + size);
  return m_impl->tar.end() + kHeader;
}

void PaxPacker::add(const PaxEntry& entry, std::string_view content) {
  describe(m_impl->entry.get(), entry, content.size());
  content = m_impl->write_header(content);
  if (!content.empty())
    m_impl->require(archive_write_data(m_impl->handle.get(), content.data(), content.size()));
  // the padding goes into the tar, not into the next header
  m_impl->require(archive_write_finish_entry(m_impl->handle.get()));
}

std::string_view PaxPacker::finish() {
  m_impl->require(archive_write_close(m_impl->handle.get()));
  return m_impl->tar.view();
}

namespace {

// Usually one block of the memory that holds the tar; `spare` is for the other case.
std::string_view read_content(Handle* handle, HeaderEntry* entry, std::string& spare,
                              const std::string& name) {
  const auto size = static_cast<std::size_t>(archive_entry_size(entry));
  spare.clear();
  const void* block = nullptr;
  std::size_t length = 0;
  int64_t offset = 0;
  while (archive_read_data_block(handle, &block, &length, &offset) == ARCHIVE_OK) {
    const std::string_view piece(static_cast<const char*>(block), length);
    if (offset == 0 && length == size) return piece;
    if (static_cast<std::size_t>(offset) != spare.size()) break;
    spare.append(piece);
  }
  if (spare.size() != size)
    throw Error(ExitCode::kIntegrity, fmt::format("{} holds a file that ends too early", name));
  return spare;
}

}  // namespace

void unpack_pax(
    std::string_view tar, const std::string& name,
    const std::function<void(std::string_view path, std::string_view content)>& on_file) {
  const std::unique_ptr<Handle, FreeReader> handle(libarchive::archive_read_new());
  archive_read_support_format_tar(handle.get());
  archive_read_set_options(handle.get(), "hdrcharset=BINARY");
  int result = archive_read_open_memory(handle.get(), tar.data(), tar.size());
  HeaderEntry* entry = nullptr;
  std::string spare;
  while (result >= ARCHIVE_WARN) {
    result = archive_read_next_header(handle.get(), &entry);
    if (result == ARCHIVE_EOF) return;
    if (result < ARCHIVE_WARN) break;
    const char* path = archive_entry_pathname(entry);
    if (path == nullptr) break;
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr)
      continue;
    if (archive_entry_size(entry) < 0 ||
        static_cast<std::size_t>(archive_entry_size(entry)) > tar.size())
      break;
    on_file(path, read_content(handle.get(), entry, spare, name));
  }
  throw Error(ExitCode::kIntegrity, fmt::format("{} is no readable pack of files", name),
              "use another archive");
}

}  // namespace archive

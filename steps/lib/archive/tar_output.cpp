#include "archive/tar_output.hpp"

#include <memory>
#include <new>

#include <fcntl.h>
#include <fmt/format.h>

#include "archive/libarchive.hpp"
#include "core/error.hpp"
#include "core/unique_fd.hpp"

namespace archive {

namespace {

constexpr std::size_t kHeld = std::size_t{64} << 10;
// Dirty pages that pile up until the final fsync would make it wait for all of them at once.
constexpr std::uint64_t kStartWritingEvery = std::uint64_t{16} << 20;

struct FreeEntry {
  void operator()(libarchive::archive_entry* entry) const { libarchive::archive_entry_free(entry); }
};

// Never says that it failed: libarchive does not free all of a writer whose write failed. check()
// throws what was kept.
libarchive::la_ssize_t write_callback(libarchive::archive* /*tar*/, void* self, const void* bytes,
                                      std::size_t size) {
  auto* output = static_cast<TarOutput*>(self);
  try {
    output->accept({static_cast<const char*>(bytes), size});
  } catch (...) {  // must not pass through C
    output->keep_failure();
  }
  return static_cast<libarchive::la_ssize_t>(size);
}

}  // namespace

TarOutput::TarOutput(int fd, std::string name, std::int64_t mtime)
    : m_tar(libarchive::archive_write_new()), m_fd(fd), m_name(std::move(name)), m_mtime(mtime) {
  if (m_tar == nullptr) throw std::bad_alloc();
  // Restricted: a pax header only where a plain one cannot say it (long names).
  libarchive::archive_write_set_format_pax_restricted(m_tar);
  libarchive::archive_write_set_bytes_per_block(
      m_tar, 0);  // straight through: offsets are exact, no copies
  check(libarchive::archive_write_open(m_tar, this, nullptr, write_callback, nullptr));
}

TarOutput::~TarOutput() {
  m_abandoned = true;  // free() would write an end to a tar that has none
  libarchive::archive_write_free(m_tar);
}

void TarOutput::check(int result) {
  if (m_failure) std::rethrow_exception(m_failure);
  if (result == ARCHIVE_OK) return;
  const char* text = libarchive::archive_error_string(m_tar);
  throw core::Error(
      core::ExitCode::kStorage,
      fmt::format("cannot write {}: {}", m_name, text == nullptr ? "no reason given" : text),
      "look at the disk and at the system's log");
}

TarOutput::Place TarOutput::add(const std::string& member_name, std::string_view bytes) {
  const std::unique_ptr<libarchive::archive_entry, FreeEntry> entry(
      libarchive::archive_entry_new());
  libarchive::archive_entry_set_pathname(entry.get(), member_name.c_str());
  libarchive::archive_entry_set_filetype(entry.get(), AE_IFREG);
  libarchive::archive_entry_set_perm(entry.get(), 0600);
  libarchive::archive_entry_set_size(entry.get(),
                                     static_cast<libarchive::la_int64_t>(bytes.size()));
  libarchive::archive_entry_set_mtime(entry.get(), m_mtime, 0);

  Place place;
  check(ARCHIVE_OK);  // a tar that failed once stays failed
  place.header_offset = static_cast<std::uint64_t>(libarchive::archive_filter_bytes(m_tar, 0));
  check(libarchive::archive_write_header(m_tar, entry.get()));
  place.offset = static_cast<std::uint64_t>(libarchive::archive_filter_bytes(m_tar, 0));
  const auto put = libarchive::archive_write_data(m_tar, bytes.data(), bytes.size());
  check(put == static_cast<libarchive::la_ssize_t>(bytes.size()) ? ARCHIVE_OK : ARCHIVE_FATAL);
  check(libarchive::archive_write_finish_entry(m_tar));
  return place;
}

void TarOutput::close() {
  check(libarchive::archive_write_close(m_tar));
  flush();
}

void TarOutput::accept(std::string_view bytes) {
  if (m_abandoned || m_failure) return;
  m_accepted += bytes.size();
  if (bytes.size() + m_held.size() <= kHeld) {
    m_held.append(bytes);
    return;
  }
  flush();
  write_out(bytes);
}

void TarOutput::flush() {
  write_out(m_held);
  m_held.clear();
}

void TarOutput::write_out(std::string_view bytes) {
  core::write_all(m_fd, bytes, m_name);
  m_written += bytes.size();
  if (m_written - m_started < kStartWritingEvery) return;
  ::sync_file_range(m_fd, static_cast<off64_t>(m_started),
                    static_cast<off64_t>(m_written - m_started), SYNC_FILE_RANGE_WRITE);
  m_started = m_written;
}

}  // namespace archive

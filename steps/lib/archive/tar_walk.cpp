#include "archive/tar_walk.hpp"

#include <algorithm>
#include <cerrno>
#include <new>

#include <fmt/format.h>
#include <unistd.h>

#include "archive/format_version.hpp"
#include "archive/libarchive.hpp"
#include "archive/member_name.hpp"
#include "archive/pax_header.hpp"
#include "archive/tar_block.hpp"
#include "core/error.hpp"
#include "core/unique_fd.hpp"

namespace archive {

namespace {

constexpr std::size_t kBuffer = 4096;  // a header and what follows it; data is seeked over

libarchive::la_ssize_t read_callback(libarchive::archive* /*tar*/, void* self, const void** bytes) {
  return static_cast<TarWalk*>(self)->read(bytes);
}

libarchive::la_int64_t skip_callback(libarchive::archive* /*tar*/, void* self,
                                     libarchive::la_int64_t bytes) {
  return static_cast<TarWalk*>(self)->skip(bytes);
}

bool is_plain_file(libarchive::archive_entry* entry) {
  return libarchive::archive_entry_filetype(entry) == AE_IFREG &&
         libarchive::archive_entry_hardlink(entry) == nullptr &&
         libarchive::archive_entry_symlink(entry) == nullptr &&
         libarchive::archive_entry_sparse_count(entry) == 0 &&
         libarchive::archive_entry_size_is_set(entry) != 0;
}

}  // namespace

TarWalk::TarWalk(int fd, std::uint64_t size, std::string name)
    : m_tar(libarchive::archive_read_new()),
      m_fd(fd),
      m_size(size),
      m_name(std::move(name)),
      m_buffer(kBuffer, '\0') {
  if (m_tar == nullptr) throw std::bad_alloc();
  libarchive::archive_read_support_format_tar(
      m_tar);  // no filters: a compressed file is no archive of ours
  libarchive::archive_read_set_read_callback(m_tar, read_callback);
  libarchive::archive_read_set_skip_callback(m_tar, skip_callback);
  libarchive::archive_read_set_callback_data(m_tar, this);
  if (libarchive::archive_read_open1(m_tar) != ARCHIVE_OK) {
    libarchive::archive_read_free(m_tar);
    refuse("is not a tar file");
  }
}

TarWalk::~TarWalk() {
  libarchive::archive_read_free(m_tar);
}

std::optional<WalkedMember> TarWalk::next() {
  libarchive::archive_entry* entry = nullptr;
  const int result = libarchive::archive_read_next_header(m_tar, &entry);
  if (result == ARCHIVE_EOF) return std::nullopt;
  if (result != ARCHIVE_OK) refuse(fmt::format("has a broken header behind byte {}", m_end));
  return examine(entry);
}

WalkedMember TarWalk::examine(libarchive::archive_entry* entry) {
  WalkedMember member;
  const char* name = libarchive::archive_entry_pathname(entry);
  if (name == nullptr || !is_safe_member_name(name))
    refuse(fmt::format("has a member with an unsafe name at byte {}", m_end));
  member.name = name;
  if (!is_plain_file(entry))
    refuse(fmt::format("holds {}, which is a link, a folder or a device", member.name));
  member.header_offset =
      static_cast<std::uint64_t>(libarchive::archive_read_header_position(m_tar));
  member.offset = static_cast<std::uint64_t>(libarchive::archive_filter_bytes(m_tar, 0));
  member.size = static_cast<std::uint64_t>(libarchive::archive_entry_size(entry));
  if (member.header_offset != m_end) refuse(fmt::format("has a gap before {}", member.name));
  if (member.offset > m_size || member.size > m_size - member.offset)
    refuse(fmt::format("ends within {}", member.name));
  check_header(m_fd, {member.name, member.header_offset, member.offset});
  m_end = round_up_to_block(member.offset + member.size);
  return member;
}

void TarWalk::check_end() {
  if (m_size != m_end + kTarEnd)
    refuse(m_size < m_end + kTarEnd ? "was cut short" : "goes on behind its end");
  std::string end(kTarEnd, '\0');
  core::pread_exactly(m_fd, end.data(), end.size(), static_cast<off_t>(m_end), m_name);
  if (end.find_first_not_of('\0') != std::string::npos) refuse("has no end mark");
}

long TarWalk::read(const void** bytes) {
  *bytes = m_buffer.data();
  for (;;) {
    const auto got =
        ::pread(m_fd, m_buffer.data(), m_buffer.size(), static_cast<off_t>(m_position));
    if (got > 0) m_position += static_cast<std::uint64_t>(got);
    if (got >= 0) return got;
    if (errno == EINTR) continue;
    libarchive::archive_set_error(m_tar, errno, "read failed");
    return ARCHIVE_FATAL;
  }
}

std::int64_t TarWalk::skip(std::int64_t bytes) {
  const std::uint64_t left = m_size - std::min(m_size, m_position);
  const auto step = std::min(static_cast<std::uint64_t>(bytes), left);
  m_position += step;
  return static_cast<std::int64_t>(step);
}

void TarWalk::refuse(const std::string& what) const {
  throw core::Error(core::ExitCode::kIntegrity, fmt::format("{} {}", m_name, what),
                    kUseAnotherArchive);
}

}  // namespace archive

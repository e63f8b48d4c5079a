#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <mutex>
#include <string>

#include <fmt/format.h>
#include <zstd.h>

#include "archive/archive_reader.hpp"
#include "archive/format_version.hpp"
#include "archive/frame.hpp"
#include "archive/meaning.hpp"
#include "archive/pax_header.hpp"
#include "archive/tar_block.hpp"
#include "core/error.hpp"
#include "core/sha256.hpp"
#include "core/unique_fd.hpp"
#include "core/worker_pool.hpp"

namespace archive {

namespace {

using core::Error;
using core::ExitCode;

// Read, hashed and decoded while it is in the processor's cache.
constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr std::uint64_t kJobBytes = std::uint64_t{8} << 20;  // small members share a job
constexpr std::size_t kMaxNamed = 20;

// Decodes a member piece by piece, keeping nothing.
class Decoding {
 public:
  explicit Decoding(const Member& member) : m_member(member), m_context(thread_decoder()) {}

  void feed(std::string_view piece) {
    if (m_decoded == 0 && m_left == 1)
      check_frame(piece, m_member.stored_size, m_member.plain_size, m_member.name);
    thread_local std::array<char, kPiece> plain;
    ZSTD_inBuffer in{piece.data(), piece.size(), 0};
    do {
      if (m_left == 0) refuse_member(m_member.name, "goes on behind its zstd frame");
      ZSTD_outBuffer out{plain.data(), plain.size(), 0};
      m_left = ZSTD_decompressStream(m_context, &out, &in);
      if (ZSTD_isError(m_left) != 0U)
        refuse_member(m_member.name,
                      fmt::format("cannot be decoded ({})", ZSTD_getErrorName(m_left)));
      m_decoded += out.pos;
      if (m_decoded > m_member.plain_size) refuse_member(m_member.name, "decodes to too much");
      if (out.pos < out.size && in.pos == in.size) return;
    } while (in.pos < in.size || m_left != 0);
  }

  void finish() const {
    if (m_left != 0 || m_decoded != m_member.plain_size)
      refuse_member(m_member.name, "is not one whole zstd frame");
  }

 private:
  const Member& m_member;
  ZSTD_DCtx* m_context;
  std::size_t m_left = 1;  // 0 at the end of the frame
  std::uint64_t m_decoded = 0;
};

struct Damage {
  const Member* member;
  std::string what;
};

class Verification {
 public:
  Verification(const ArchiveReader& reader, core::Context& context, const Explain& explain)
      : m_reader(reader), m_context(context), m_explain(explain) {}

  void run() {
    std::vector<core::Job> jobs;
    const auto& members = m_reader.manifest().members;
    m_context.progress.expect("verify", m_reader.size_bytes());
    for (std::size_t begin = 0; begin < members.size();) {
      std::size_t end = begin;
      std::uint64_t bytes = 0;
      while (end < members.size() && bytes < kJobBytes) bytes += members[end++].stored_size;
      jobs.emplace_back([this, begin, end] { check_range(begin, end); });
      begin = end;
    }
    core::run_all(std::move(jobs), core::default_workers(), m_context.cancel);
    if (!m_damaged.empty()) throw_damage();
  }

 private:
  void check_range(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const Member& member = m_reader.manifest().members[i];
      m_context.cancel.check();
      const auto charge =
          m_context.memory.acquire(2 * kPiece + window_of(member), m_context.cancel);
      try {
        check(member);
      } catch (const Error& error) {
        if (error.code() != ExitCode::kIntegrity) throw;
        note_damage(member, error.what());
      }
      m_context.progress.advance("verify", end_of(member) - member.header_offset);
    }
  }

  // What the decoder keeps: at most the frame's window, never above the plain size.
  static std::size_t window_of(const Member& member) {
    constexpr std::uint64_t kLevelOneWindow = std::uint64_t{1} << 20;
    return member.codec.empty() ? 0 : std::min(member.plain_size, kLevelOneWindow);
  }

  void check(const Member& member) const {
    thread_local std::string piece(kPiece, '\0');
    core::Sha256 sha;
    Decoding decoding(member);
    const bool zstd = is_zstd(member.codec, member.name);
    for (std::uint64_t done = 0; done < member.stored_size;) {
      const auto count = std::min<std::uint64_t>(piece.size(), member.stored_size - done);
      core::pread_exactly(m_reader.fd(), piece.data(), count,
                          static_cast<off_t>(member.offset + done), member.name);
      sha.update({piece.data(), count});
      if (zstd) decoding.feed({piece.data(), count});
      done += count;
    }
    if (sha.hex() != member.sha256) refuse_member(member.name, "has another SHA-256");
    if (zstd) decoding.finish();
    check_padding(m_reader.fd(), member.offset + member.stored_size, end_of(member), member.name);
  }

  void note_damage(const Member& member, const std::string& what) {
    const std::lock_guard lock(m_mutex);
    ++m_count;
    m_damaged.emplace(member.header_offset, Damage{&member, what});
    if (m_damaged.size() > kMaxNamed) m_damaged.erase(std::prev(m_damaged.end()));
  }

  std::string describe(const Damage& damage) const {
    std::string meaning = meaning_of(m_reader.manifest(), *damage.member);
    const std::string more = m_explain ? m_explain(*damage.member) : "";
    if (!more.empty()) meaning += (meaning.empty() ? "" : ", ") + more;
    return meaning.empty() ? damage.what : fmt::format("{} ({})", damage.what, meaning);
  }

  [[noreturn]] void throw_damage() const {
    std::string text;
    for (const auto& [offset, damage] : m_damaged)
      text += (text.empty() ? "" : "; ") + describe(damage);
    if (m_count > m_damaged.size())
      text += fmt::format("; and {} more", m_count - m_damaged.size());
    throw Error(ExitCode::kIntegrity, fmt::format("{} is damaged: {}", m_reader.path(), text),
                kUseAnotherArchive);
  }

  const ArchiveReader& m_reader;
  core::Context& m_context;
  const Explain& m_explain;
  std::mutex m_mutex;
  std::map<std::uint64_t, Damage> m_damaged;  // the first ones, by place in the archive
  std::size_t m_count = 0;
};

}  // namespace

void verify(const ArchiveReader& reader, core::Context& context, const Explain& explain) {
  Verification(reader, context, explain).run();
}

}  // namespace archive

#include "resources/deployment/bundle.hpp"

#include <filesystem>
#include <map>

#include <fcntl.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/unique_fd.hpp"
#include "resources/deployment/working_copy.hpp"

namespace resources::deployment {

namespace {

constexpr std::size_t kPartBytes = std::size_t{8} << 20;
constexpr const char* kBundleRef = "refs/environment-backup/bundle";

// Collects git's output and puts it away part by part. Packs are compressed already.
class BundleParts {
 public:
  BundleParts(archive::ChunkSink& sink, core::Context& context) : m_sink(sink), m_context(context) {
    m_part.reserve(kPartBytes);
  }

  void add(std::string_view piece) {
    while (!piece.empty()) {
      const std::size_t fits = std::min(piece.size(), kPartBytes - m_part.size());
      m_part.append(piece.substr(0, fits));
      piece.remove_prefix(fits);
      if (m_part.size() == kPartBytes) put();
    }
  }

  void finish() {
    if (!m_part.empty()) put();
  }

 private:
  void put() {
    archive::ChunkName name;
    name.path = fmt::format("deployment/unpushed.bundle.{:04}", m_number);
    name.resource = kName;
    name.meta.set("kind", "bundle");
    name.meta.set("part", m_number);
    m_context.progress.advance(kName, m_part.size());
    m_sink.put(std::move(name), archive::encode_plain(m_part));
    m_part.clear();
    ++m_number;
  }

  archive::ChunkSink& m_sink;
  core::Context& m_context;
  std::string m_part;
  unsigned m_number = 0;
};

std::map<std::uint64_t, const archive::Member*> parts_of(const archive::ArchiveReader& archive) {
  std::map<std::uint64_t, const archive::Member*> parts;
  for (const auto* member : archive.manifest().members_of(kName))
    if (member->meta.get_string("kind") == "bundle") parts[member->meta.get_uint("part")] = member;
  return parts;
}

}  // namespace

void capture_bundle(const Git& git, archive::ChunkSink& sink, core::Context& context) {
  const auto charge = context.memory.acquire(3 * kPartBytes, context.cancel);
  BundleParts parts(sink, context);
  git.stream({"bundle", "create", "--quiet", "-", "HEAD", "--not", "--remotes"},
             [&](std::string_view piece) { parts.add(piece); });
  parts.finish();
}

bool has_bundle(const archive::ArchiveReader& archive) {
  return !parts_of(archive).empty();
}

BundleFile::BundleFile(const archive::ArchiveReader& archive, core::Context& context)
    : m_path((std::filesystem::temp_directory_path() /
              ("environment-backup-" + core::random_hex(8) + ".bundle"))
                 .string()) {
  const core::UniqueFd fd = core::open_fd(m_path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  try {
    std::uint64_t next = 0;
    for (const auto& [part, member] : parts_of(archive)) {
      if (part != next++)
        throw core::Error(core::ExitCode::kIntegrity, "a part of the bundle of commits is missing",
                          "use another archive");
      const auto charge =
          context.memory.acquire(member->plain_size + member->stored_size, context.cancel);
      core::write_all(fd.get(), archive.read(*member), m_path);
    }
  } catch (...) {
    std::filesystem::remove(m_path);
    throw;
  }
}

BundleFile::~BundleFile() {
  std::error_code ignored;
  std::filesystem::remove(m_path, ignored);
}

bool BundleFile::fits(const Git& git) const {
  return git.succeeds({"bundle", "verify", "--quiet", m_path});
}

void BundleFile::add_to(const Git& git) const {
  git.output({"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", m_path,
              std::string("+HEAD:") + kBundleRef});
}

}  // namespace resources::deployment

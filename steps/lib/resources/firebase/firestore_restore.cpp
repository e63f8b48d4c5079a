#include "resources/firebase/firestore_restore.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/firebase/chunk_lines.hpp"
#include "resources/firebase/firestore_names.hpp"
#include "resources/firebase/project.hpp"

namespace resources::firebase {

namespace {

constexpr std::size_t kBatch = 500;                        // the most that one call takes
constexpr std::size_t kBatchBytes = std::size_t{6} << 20;  // 10 MiB is refused

std::string journal_entry(const std::string& member) {
  return std::string(kFirestore) + "/" + member;
}

// Writes what it is given, in batches.
class Loader {
 public:
  Loader(const FirestoreSite& site, core::Lease& lease) : m_site(site), m_lease(lease) {}

  void add(std::string line) {
    if (m_batch.size() >= kBatch || m_bytes + line.size() > kBatchBytes) flush();
    m_bytes += line.size();
    m_batch.push_back("{\"update\":" + std::move(line) + "}");
  }

  void flush() {
    if (m_batch.empty()) return;
    m_lease.check();
    m_site.database->write(m_batch);
    m_batch.clear();
    m_bytes = 0;
  }

 private:
  const FirestoreSite& m_site;
  core::Lease& m_lease;
  std::vector<std::string> m_batch;
  std::size_t m_bytes = 0;
};

}  // namespace

FirestoreRestore::FirestoreRestore(const Settings& settings, const archive::ArchiveReader& archive,
                                   core::Context& context)
    : m_archive(archive),
      m_context(context),
      m_archived(archived_databases(archive)),
      m_sites(open_sites(settings, roots_of(m_archived), context.cancel)) {
  for (std::size_t i = 0; i < m_sites.size(); ++i)
    for (const auto* member : m_archived[i].chunks)
      m_chunks[member->name] = {member, &m_sites[i], &m_archived[i]};
}

std::vector<Task> FirestoreRestore::plan() {
  std::vector<Task> items;
  for (const auto& [name, chunk] : m_chunks)
    if (!m_context.journal.is_done(kResource, journal_entry(name)))
      items.push_back({name, chunk.member->plain_size});
  return items;
}

void FirestoreRestore::load(const Chunk& chunk, std::string_view plain) {
  const auto& project = chunk.site->database->project();
  Loader loader(*chunk.site, m_context.lease);
  std::uint64_t documents = 0;
  for_each_line(plain, [&](std::string_view line) {
    ++documents;
    if (!chunk.site->published.empty() &&
        lies_below(relative_path(name_of(parse_document(line))), chunk.site->published))
      return;
    loader.add(moved(line, chunk.archived->project, project));
  });
  if (documents != chunk.member->rows.value_or(0))
    throw core::Error(core::ExitCode::kIntegrity,
                      fmt::format("{} holds {} documents instead of {}", chunk.member->name,
                                  documents, chunk.member->rows.value_or(0)),
                      "use another archive");
  loader.flush();
}

void FirestoreRestore::run(const Task& item) {
  const auto found = m_chunks.find(item.id);
  if (found == m_chunks.end())
    throw core::Error(core::ExitCode::kInternal, "no chunk '" + item.id + "'");
  const auto& member = *found->second.member;
  // The chunk, and one batch as lines and as a body.
  const auto charge = m_context.memory.acquire(
      member.plain_size + member.stored_size + 3 * kBatchBytes, m_context.cancel);
  load(found->second, m_archive.read(member));
  m_context.journal.done(kResource, journal_entry(item.id));
  m_context.progress.advance(kResource, member.plain_size);
}

json::Value FirestoreRestore::finish() {
  std::uint64_t documents = 0;
  for (const auto& database : m_archived) documents += database.documents();
  json::Value report;
  report.set("documents", documents);
  return report;
}

}  // namespace resources::firebase

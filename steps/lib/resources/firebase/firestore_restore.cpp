#include "resources/firebase/firestore_restore.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/worker_pool.hpp"
#include "resources/firebase/chunk_lines.hpp"
#include "resources/firebase/firestore_names.hpp"
#include "resources/firebase/project.hpp"

namespace resources::firebase {

namespace {

constexpr std::size_t kShare = std::size_t{4} << 20;       // a document in arrival, twice
constexpr std::size_t kBatch = 500;                        // the most that one call takes
constexpr std::size_t kBatchBytes = std::size_t{6} << 20;  // 10 MiB is refused

// Sends what it is given, in batches.
class Writer {
 public:
  Writer(const FirestoreSite& site, core::Lease& lease) : m_site(site), m_lease(lease) {}

  void write(std::string line) { add("{\"update\":" + std::move(line) + "}"); }
  void remove(std::string_view name) { add("{\"delete\":" + std::string(name) + "}"); }
  std::uint64_t changes() const { return m_changes; }

  void flush() {
    if (m_batch.empty()) return;
    m_lease.check();
    m_site.database->write(m_batch);
    m_batch.clear();
    m_bytes = 0;
  }

 private:
  void add(std::string change) {
    if (m_batch.size() >= kBatch || m_bytes + change.size() > kBatchBytes) flush();
    m_bytes += change.size();
    m_batch.push_back(std::move(change));
    ++m_changes;
  }

  const FirestoreSite& m_site;
  core::Lease& m_lease;
  std::vector<std::string> m_batch;
  std::size_t m_bytes = 0;
  std::uint64_t m_changes = 0;
};

}  // namespace

FirestoreRestore::FirestoreRestore(const Settings& settings, const archive::ArchiveReader& archive,
                                   core::Context& context)
    : m_archive(archive), m_context(context) {
  auto archived = archived_databases(archive);
  auto sites = open_sites(settings, roots_of(archived), context.cancel);
  for (std::size_t i = 0; i < sites.size(); ++i) {
    auto& place = m_places.emplace_back();
    place.archived = std::move(archived[i]);
    place.site = std::move(sites[i]);
  }
  look_at_live(settings.workers);
}

void FirestoreRestore::look_at_live(std::size_t workers) {
  std::vector<core::Job> jobs;
  for (auto& place : m_places) {
    auto& database = *place.site.database;
    const auto moment = moment_of(database, place.archived.missing);
    if (!moment) continue;
    place.collections = collections_of(database, place.site.roots, *moment);
    for (const auto& collection : place.collections)
      jobs.emplace_back([this, &place, &database, collection, moment = *moment] {
        const auto charge = m_context.memory.acquire(kShare, m_context.cancel);
        database.read(collection, {moment, false}, [&](const Document& document) {
          place.live.add(relative_path(name_of(document)), hash_of(document, database.project()));
        });
      });
  }
  core::run_all(std::move(jobs), workers, m_context.cancel);
  for (auto& place : m_places) place.live.sort();
}

std::vector<Task> FirestoreRestore::plan() {
  std::vector<Task> tasks;
  for (auto& place : m_places)
    for (const auto* member : place.archived.chunks)
      tasks.push_back({member->name, member->plain_size, false,
                       [this, &place, member] { load(place, *member); }});
  return tasks;
}

void FirestoreRestore::load(Place& place, const archive::Member& member) {
  // The chunk, and one batch as lines and as a body.
  const auto charge = m_context.memory.acquire(
      member.plain_size + member.stored_size + 3 * kBatchBytes, m_context.cancel);
  load_lines(place, member, m_archive.read(member));
  m_context.progress.advance(kResource, member.plain_size);
}

void FirestoreRestore::load_lines(Place& place, const archive::Member& member,
                                  std::string_view plain) {
  Writer writer(place.site, m_context.lease);
  std::uint64_t documents = 0;
  for_each_line(plain, [&](std::string_view line) {
    ++documents;
    const auto document = parse_document(line);
    const auto name = name_of(document);
    const auto path = relative_path(name);
    if (lies_below(path, place.site.published)) return;
    place.names.add(short_hash(path));
    if (!place.live.holds(path, hash_of(document, place.archived.project)))
      writer.write(moved(line, place.archived.project, place.site.database->project()));
  });
  if (documents != member.rows.value_or(0))
    throw core::Error(core::ExitCode::kIntegrity,
                      fmt::format("{} holds {} documents instead of {}", member.name, documents,
                                  member.rows.value_or(0)),
                      "use another archive");
  writer.flush();
  m_written += writer.changes();
}

void FirestoreRestore::remove_extras(Place& place) {
  place.names.sort();
  auto& database = *place.site.database;
  Writer writer(place.site, m_context.lease);
  for (const auto& collection : place.collections)
    database.read(collection, {"", true}, [&](const Document& document) {
      const auto name = name_of(document);
      const auto path = relative_path(name);
      if (!lies_below(path, place.site.published) && !place.names.contains(path))
        writer.remove(document.name);
    });
  writer.flush();
  m_removed += writer.changes();
}

json::Value FirestoreRestore::finish() {
  std::uint64_t documents = 0;
  for (auto& place : m_places) {
    documents += place.archived.documents();
    remove_extras(place);
  }
  json::Value report;
  report.set("documents", documents);
  report.set("written", m_written.load());
  report.set("removed", m_removed);
  return report;
}

}  // namespace resources::firebase

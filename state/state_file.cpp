#include "state/state_file.hpp"

#include <filesystem>
#include <mutex>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "core/error.hpp"
#include "state/create.hpp"
#include "state/marker.hpp"
#include "state/migrations/migrations.hpp"

namespace state {

struct StateFile::Impl {
  Place place;
  const core::Clock& clock;
  std::unique_ptr<SQLite::Database> db;
  mutable std::mutex mutex;

  void open(OpenMode mode) {
    if (!std::filesystem::exists(place.path)) create_or_migrate(place, mode, clock);
    db = connect(place.path);
    if (schema_of(*db, place.path) == newest_schema()) return;
    db.reset();
    create_or_migrate(place, mode, clock);
    db = connect(place.path);
  }

  void check_identity(bool any_machine) const {
    // First the marker: it follows the row, so a row read later is never behind it.
    const auto marker = read_marker(place);
    SQLite::Statement row(*db, "SELECT name, machine_id, epoch FROM environment");
    if (!row.executeStep())
      throw core::Error(core::ExitCode::kState,
                        fmt::format("state file {} holds no environment", place.path),
                        "put it back from the server's disk backup");
    const std::string name = row.getColumn(0).getString();
    if (name != place.environment)
      throw core::Error(core::ExitCode::kConfiguration,
                        fmt::format("state file {} belongs to environment '{}', not to '{}'",
                                    place.path, name, place.environment),
                        "give each environment a state_folder or a name of its own");
    if (!any_machine && row.getColumn(1).getString() != place.machine_id)
      throw core::Error(core::ExitCode::kConfiguration,
                        fmt::format("state file {} was written on another machine", place.path),
                        "run the job on that machine's agent; if the environment moved here for "
                        "good, run `operation reconcile --adopt-host` once");
    check_marker(marker, row.getColumn(2).getInt64());
  }

  void check_marker(const std::optional<Marker>& marker, std::int64_t epoch) const {
    if (marker && marker->epoch > epoch)
      throw core::Error(
          core::ExitCode::kState,
          fmt::format("state file {} is older than its marker (epoch {} < {})", place.path, epoch,
                      marker->epoch),
          fmt::format("an old copy was put back; look at {} and move it away when the environment "
                      "is as the state file says",
                      state::marker_path(place)));
  }
};

StateFile::StateFile(Place place, OpenMode mode, const core::Clock& clock, bool any_machine)
    : m_impl(new Impl{std::move(place), clock, nullptr, {}}) {
  auto& own = m_impl->place;
  if (own.machine_id.empty()) own.machine_id = core::machine_id();
  try {
    m_impl->open(mode);
    m_impl->check_identity(any_machine);
  } catch (const SQLite::Exception&) {
    rethrow_sqlite(own.path);
  } catch (const std::filesystem::filesystem_error& error) {
    throw core::Error(core::ExitCode::kStorage,
                      fmt::format("cannot make state file {}: {}", own.path, error.what()),
                      "make the state folder and give the agent's user the right to write there");
  }
}

StateFile::~StateFile() = default;

const Place& StateFile::place() const {
  return m_impl->place;
}

const core::Clock& StateFile::clock() const {
  return m_impl->clock;
}

std::string StateFile::marker_path() const {
  return state::marker_path(place());
}

void StateFile::write(const Body& body) {
  const std::lock_guard lock(m_impl->mutex);
  try {
    SQLite::Transaction transaction(*m_impl->db, SQLite::TransactionBehavior::IMMEDIATE);
    body(*m_impl->db);
    transaction.commit();
  } catch (const SQLite::Exception&) {
    rethrow_sqlite(place().path);
  }
}

void StateFile::read(const Body& body) const {
  const std::lock_guard lock(m_impl->mutex);
  try {
    SQLite::Transaction transaction(*m_impl->db, SQLite::TransactionBehavior::DEFERRED);
    body(*m_impl->db);
    transaction.commit();
  } catch (const SQLite::Exception&) {
    rethrow_sqlite(place().path);
  }
}

void StateFile::check_pages() const {
  std::string finding;
  read([&](SQLite::Database& db) { finding = db.execAndGet("PRAGMA quick_check(1)").getString(); });
  if (finding != "ok")
    throw core::Error(core::ExitCode::kState,
                      fmt::format("state file {} is corrupt: {}", place().path, finding),
                      "put it back from the server's disk backup");
}

}  // namespace state

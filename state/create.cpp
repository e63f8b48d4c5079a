#include "state/create.hpp"

#include <filesystem>

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/file.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/unique_fd.hpp"
#include "state/marker.hpp"
#include "state/migrations/migrations.hpp"

namespace state {

namespace fs = std::filesystem;

namespace {

constexpr int kBusyTimeoutMs = 15'000;
constexpr const char* kPutBack =
    "put the state file back from the server's disk backup; if there is none, move what is left of "
    "it away and run `catalogue rebuild`";

core::UniqueFd lock_creation(const std::string& path) {
  core::UniqueFd fd = core::open_fd(path + ".lock", O_RDWR | O_CREAT);
  while (::flock(fd.get(), LOCK_EX) != 0)
    if (errno != EINTR) core::throw_errno("lock", path + ".lock");
  return fd;
}

bool holds_archive(const Place& place) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(place.archive_folder, ignored)) {
    const std::string stem = entry.path().stem().string();
    if (entry.path().extension() == ".tar" && core::is_backup_id(stem) &&
        core::environment_of(stem) == place.environment)
      return true;
  }
  return false;
}

void refuse_if_there_was_one(const Place& place, OpenMode mode) {
  const auto refuse = [&](const std::string& trace) {
    throw core::Error(core::ExitCode::kState,
                      fmt::format("state file {} is missing, but {}", place.path, trace), kPutBack);
  };
  if (fs::exists(place.path + "-wal")) refuse("its log " + place.path + "-wal is there");
  if (mode == OpenMode::kRebuild) return;
  if (fs::exists(marker_path(place))) refuse("its marker " + marker_path(place) + " is there");
  if (!place.archive_folder.empty() && holds_archive(place))
    refuse("archives of '" + place.environment + "' lie in " + place.archive_folder);
}

void migrate(SQLite::Database& db, int from) {
  SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
  for (int version = from; version < newest_schema(); ++version)
    db.exec(std::string(migrations()[static_cast<std::size_t>(version)]));
  db.exec(fmt::format("PRAGMA user_version = {}", newest_schema()));
  transaction.commit();
}

void insert_environment(SQLite::Database& db, const Place& place, const core::Clock& clock) {
  SQLite::Statement insert(
      db, "INSERT INTO environment (id, name, machine_id, newest_time_ms) VALUES (1, ?, ?, ?)");
  SQLite::bind(insert, place.environment, place.machine_id, clock.now_ms());
  insert.exec();
  const auto marker = read_marker(place);
  if (!marker) return;
  // A restore that was under way stays under way: the environment is closed and under maintenance.
  SQLite::Statement take_over(
      db,
      "UPDATE environment SET state = ?, epoch = ? + 1, restoring_from = ?, safety_archive = ?, "
      "maintenance_return = CASE ? WHEN 'live' THEN NULL ELSE 0 END");
  SQLite::bind(take_over, to_text(marker->state), marker->epoch, marker->restoring_from,
               marker->safety_archive, to_text(marker->state));
  take_over.exec();
}

// Made under a temporary name and renamed, so that no other process ever sees half of it.
void create(const Place& place, const core::Clock& clock) {
  const std::string temporary = place.path + std::string(core::kTemporaryMark) + "new";
  for (const char* tail : {"", "-wal", "-shm", "-journal"}) fs::remove(temporary + tail);
  {
    SQLite::Database db(temporary, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    fs::permissions(temporary, fs::perms::owner_read | fs::perms::owner_write);
    db.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
    migrate(db, 0);
    insert_environment(db, place, clock);
    db.execAndGet("PRAGMA journal_mode = WAL");
  }
  core::fsync_fd(core::open_fd(temporary, O_RDONLY).get(), temporary);
  fs::rename(temporary, place.path);
  core::fsync_directory(core::folder_of(place.path));
}

[[noreturn]] void throw_missing(const Place& place) {
  throw core::Error(core::ExitCode::kNotFound,
                    fmt::format("environment '{}' has no state file {} yet: nothing was backed up",
                                place.environment, place.path),
                    "check the environment's name and its state_folder, or run the first backup");
}

}  // namespace

void create_or_migrate(const Place& place, OpenMode mode, const core::Clock& clock) {
  if (!fs::exists(place.path)) {
    refuse_if_there_was_one(place,
                            mode);  // before the lock: its folder may have gone with the file
    if (mode == OpenMode::kExisting) throw_missing(place);
  }
  const core::UniqueFd lock = lock_creation(place.path);
  if (!fs::exists(place.path)) {
    refuse_if_there_was_one(place, mode);
    create(place, clock);
    return;
  }
  const auto db = connect(place.path);
  if (const int version = schema_of(*db, place.path); version < newest_schema())
    migrate(*db, version);
}

std::unique_ptr<SQLite::Database> connect(const std::string& path) {
  // StateFile has a mutex of its own.
  auto db = std::make_unique<SQLite::Database>(path, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX,
                                               kBusyTimeoutMs);
  db->exec("PRAGMA foreign_keys = ON");
  db->exec("PRAGMA synchronous = FULL");
  return db;
}

int schema_of(SQLite::Database& db, const std::string& path) {
  const int version = db.execAndGet("PRAGMA user_version").getInt();
  if (db.execAndGet("PRAGMA application_id").getInt64() != kApplicationId || version < 1)
    throw core::Error(core::ExitCode::kState,
                      fmt::format("{} is empty or not a state file of this tool", path), kPutBack);
  if (version > newest_schema())
    throw core::Error(core::ExitCode::kState,
                      fmt::format("state file {} has schema {}, this tool knows up to {}", path,
                                  version, newest_schema()),
                      "install the newer version of this tool that wrote it");
  return version;
}

void rethrow_sqlite(const std::string& path) {
  try {
    throw;
  } catch (const SQLite::Exception& error) {
    switch (error.getErrorCode()) {
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB:
      case SQLITE_ERROR:
      case SQLITE_MISMATCH:
        throw core::Error(core::ExitCode::kState,
                          fmt::format("state file {} is corrupt: {}", path, error.what()),
                          kPutBack);
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        throw core::Error(core::ExitCode::kState,
                          fmt::format("state file {} is held by another program", path),
                          "end the program that has it open (fuser shows it) and run again");
      default:
        throw core::Error(core::ExitCode::kStorage,
                          fmt::format("cannot use state file {}: {}", path, error.what()),
                          "look at the disk's free space, its health and the file's rights");
    }
  }
}

}  // namespace state

#pragma once
// The SQLite file of one environment. Created and migrated under a flock on <path>.lock; appears
// only whole. Every connection: busy_timeout, foreign_keys, synchronous=FULL, BEGIN IMMEDIATE.
// Any thread: one connection behind a mutex.
//
// Beside it: <path>.step (flock of the running step), <environment>.marker (see marker.hpp).

#include <functional>
#include <memory>
#include <string>

#include "core/clock.hpp"

namespace SQLite {  // NOLINT(readability-identifier-naming): the name of the library
class Database;
}

namespace state {

struct Place {
  std::string path;            // "<state_folder>/<environment>.sqlite"
  std::string environment;     // name
  std::string archive_folder;  // looked at before a new file is created; may be empty
  std::string machine_id;      // empty: this machine's
};

// kRebuild: makes a new file although archives or a marker tell that there was one; it takes over
// what the marker says. An existing file is opened like any other.
enum class OpenMode { kExisting, kCreate, kRebuild };

class StateFile {
 public:
  // Throws Error(kState) for a file that is corrupt, too new, or missing although archives or a
  // marker tell that there was one; Error(kNotFound) when there never was one (kExisting);
  // Error(kConfiguration) for a file of another environment or, unless `any_machine`, machine.
  StateFile(Place place, OpenMode mode, const core::Clock& clock = core::system_clock(),
            bool any_machine = false);
  ~StateFile();
  StateFile(const StateFile&) = delete;
  StateFile& operator=(const StateFile&) = delete;

  const Place& place() const;
  const core::Clock& clock() const;
  std::string step_lock_path() const { return place().path + ".step"; }
  std::string marker_path() const;

  using Body = std::function<void(SQLite::Database&)>;
  // BEGIN IMMEDIATE, body, COMMIT: durable when it returns; an exception rolls back. SQLite's
  // errors become Error(kState) or Error(kStorage). A busy file is waited for. Not reentrant.
  void write(const Body& body);
  // One consistent view.
  void read(const Body& body) const;
  // Reads every page: Error(kState) when the file is corrupt.
  void check_pages() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace state

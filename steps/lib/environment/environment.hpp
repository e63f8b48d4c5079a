#pragma once
// environment.json: what an environment is made of and where its archives and state lie. Loaded
// once at the start of a step, valid by environment.schema.json (embedded), every default filled
// in.

#include <string>
#include <vector>

#include "json/value.hpp"

namespace environment {

struct Retention {
  int keep_days = 60;
  int keep_last = 0;
  int keep_daily = 0;
  int keep_weekly = 0;
  int keep_monthly = 0;
  int min_verified = 3;
  int restore_grace_days = 14;
  bool prune_when_short = true;  // a backup that is short of space may prune first
};

// How a restore replaces live data.
enum class Staging {
  kAuto,      // beside live data wherever that is possible
  kRequired,  // refused where a part would have to go in place
  kOff        // in place: destroy, then load
};

struct Restore {
  Staging staging = Staging::kAuto;
  int keep_aside_hours = 0;  // how long the replaced data is kept after users are back
  bool full_prove = false;   // prove reads all data again after the move
};

struct Maintenance {
  std::string flag_file;                // nginx looks at it; empty: none
  std::vector<std::string> on_command;  // argv arrays; empty: none
  std::vector<std::string> off_command;
  std::vector<std::string> quiesce_command;
  std::vector<std::string> resume_command;
  std::string probe_url;  // must answer 503 when on; empty: none
  int probe_timeout_seconds = 30;
  bool after_cut = false;  // a backup lets users back in as soon as its cuts are open
  std::uint64_t max_cut_bytes = std::uint64_t{1} << 30;  // to be copied before that, at most
};

// Where builds may be asked whether they have ended. Empty url: they cannot be asked.
struct Jenkins {
  std::string url;
  std::string user;
  json::Value token;  // a reference
};

struct Environment {
  std::string name;
  std::string archive_folder;
  std::string state_folder;
  std::string published_file;  // key view_file; empty: beside the state file
  int workers = 0;             // 0: cores of the machine
  std::uint64_t memory_bytes = std::uint64_t{128} << 20;
  int takeover_after_minutes = 30;
  int max_maintenance_minutes = 60;  // of a backup
  Jenkins jenkins;
  Maintenance maintenance;
  Retention retention;
  Restore restore;
  std::vector<std::pair<std::string, json::Value>> resources;  // configured ones, in known order
  json::Value publish;   // where the view is published, defaults filled in; null: nowhere
  std::string source;    // path it was read from
  json::Value document;  // as read: references only, goes into the archive

  std::string state_file() const { return state_folder + "/" + name + ".sqlite"; }
  // What people may see, as JSON (see publish/view.hpp).
  std::string view_file() const {
    return published_file.empty() ? state_folder + "/" + name + ".view.json" : published_file;
  }
  std::string archive_path(const std::string& backup_id) const {
    return archive_folder + "/" + backup_id + ".tar";
  }
};

// Throws Error(kConfiguration) listing every violation with its place.
Environment load(const std::string& path);
// The path for step options: --environment-file, else
// $ENVIRONMENT_BACKUP_CONFIG_DIR/<name>/environment.json (default /etc/environment-backup).
std::string locate(const std::string& environment_file, const std::string& environment_name);

// {"env": "NAME"} or {"file": "/path"} (one trailing newline removed).
std::string resolve_secret(const json::Value& reference);

}  // namespace environment

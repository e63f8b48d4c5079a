#pragma once
// What a resource is made from: its section of environment.json (already valid by the schema) and a
// way to look a secret up. Resources do not know the environment module.

#include <functional>
#include <string>

#include "json/value.hpp"

namespace resources {

// Resolves {"env": "NAME"} or {"file": "/path"}; throws Error(kConfiguration) when it is missing.
// The value never goes into a log, an error, the state file or the archive.
using SecretSource = std::function<std::string(const json::Value& reference)>;

struct Settings {
  std::string environment;     // name
  std::string archive_folder;  // may not lie inside a resource
  std::string state_folder;
  json::Value section;  // /resources/<name>
  SecretSource secret;
  // /publish, null when not configured: where the environment's view goes. What lies there is never
  // part of an archive, never destroyed and never restored.
  json::Value publish;
  std::size_t workers = 2;
  // A restore's safety archive: what somebody removed altogether (a database, a folder) is recorded
  // as missing. An ordinary backup refuses it instead: else a slip would be archived as the truth.
  bool safety = false;
  // Users come back as soon as the cuts are open: whatever would have to be locked for as long as
  // the copy takes is refused.
  bool after_cut = false;
  // prove reads all data again, also what is known to be unchanged since prove_staged.
  bool full_prove = false;
};

}  // namespace resources

#pragma once
// The names under which a restore keeps indices beside the live ones. Those of one environment
// never meet those of another on the same servers, and no backup takes any of them.

#include <string>
#include <string_view>

namespace resources::elasticsearch {

class ScratchNames {
 public:
  explicit ScratchNames(const std::string& environment);

  // At most 255 bytes, whatever the length of `index`: a long one is cut and gets a hash.
  std::string staged(const std::string& index) const { return name("staged", index); }
  std::string aside(const std::string& index) const { return name("aside", index); }
  std::string rehearsed(const std::string& index) const { return name("rehearsed", index); }

  bool is_staged(const std::string& name) const { return has(name, "staged"); }
  bool is_aside(const std::string& name) const { return has(name, "aside"); }
  bool is_rehearsed(const std::string& name) const { return has(name, "rehearsed"); }

  std::string guard_template() const;  // see WriterGuard
  std::string maker_template() const;  // see IndexMaker

 private:
  std::string prefix(const char* kind) const;
  std::string name(const char* kind, const std::string& index) const;
  bool has(const std::string& name, const char* kind) const;

  std::string m_environment;  // a hash: names of environments may contain what an index may not
};

// Of any environment.
bool is_scratch(std::string_view name);
bool is_scratch_template(std::string_view name);

// The hidden alias that an index carries while a restore has to know what it was cloned from:
// Elasticsearch forgets index.resize.source.uuid once its shards run.
std::string origin_alias(const std::string& source_uuid);
// The uuid in such an alias; empty for any other.
std::string origin_of(const std::string& alias);

}  // namespace resources::elasticsearch

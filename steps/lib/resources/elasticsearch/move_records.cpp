#include "resources/elasticsearch/move_records.hpp"

#include "json/value.hpp"
#include "resources/elasticsearch/members.hpp"

namespace resources::elasticsearch {

namespace {

constexpr std::string_view kStaged = "staged ";
constexpr std::string_view kMove = "index ";
constexpr const char* kTemplates = "templates";

json::Value to_json(const KnownIndex& known) {
  json::Value value = json::Value::object();
  value.set("uuid", known.uuid);
  value.set("sequence", known.sequence);
  return value;
}

KnownIndex known_from(const json::Value& value) {
  return {value.get_string("uuid"), value.get_string("sequence")};
}

json::Value to_json(const IndexMove& move) {
  json::Value value = json::Value::object();
  value.set("live", to_json(move.live));
  value.set("definition", move.definition);
  value.set("aside_uuid", move.aside_uuid);
  value.set("staged", to_json(move.staged));
  value.set("made_uuid", move.made_uuid);
  value.set("back_uuid", move.back_uuid);
  value.set("in_doubt", move.in_doubt);
  return value;
}

IndexMove move_from(const json::Value& value) {
  return {known_from(value.at("live")),   value.get_string("definition"),
          value.get_string("aside_uuid"), known_from(value.at("staged")),
          value.get_string("made_uuid"),  value.get_string("back_uuid"),
          value.get_bool("in_doubt")};
}

// Parts of one kind, by the rest of their names.
template <typename Made, typename Make>
std::map<std::string, Made> parts_of(core::MoveRecord& moves, std::string_view kind,
                                     const Make& make) {
  std::map<std::string, Made> parts;
  for (const auto& [part, text] : moves.moves(kResource))
    if (part.compare(0, kind.size(), kind) == 0)
      parts[part.substr(kind.size())] = make(json::parse(text, "record of " + part));
  return parts;
}

}  // namespace

std::map<std::string, StagedIndex> MoveRecords::staged() const {
  return parts_of<StagedIndex>(
      m_moves, kStaged, [](const json::Value& value) { return StagedIndex{known_from(value)}; });
}

void MoveRecords::record(const std::string& index, const StagedIndex& staged) {
  m_moves.record(kResource, std::string(kStaged) + index, json::dump(to_json(staged.known)));
}

void MoveRecords::forget_staged() {
  std::vector<std::string> parts;
  for (const auto& [index, one] : staged()) parts.push_back(std::string(kStaged) + index);
  if (!parts.empty()) m_moves.forget(kResource, parts);
}

std::map<std::string, IndexMove> MoveRecords::moves() const {
  return parts_of<IndexMove>(m_moves, kMove, move_from);
}

void MoveRecords::record(const std::string& index, const IndexMove& move) {
  m_moves.record(kResource, std::string(kMove) + index, json::dump(to_json(move)));
}

void MoveRecords::forget_move(const std::string& index) {
  m_moves.forget(kResource, {std::string(kMove) + index});
}

std::optional<MoveRecords::Templates> MoveRecords::templates() const {
  const auto all = m_moves.moves(kResource);
  const auto found = all.find(kTemplates);
  if (found == all.end()) return std::nullopt;
  const auto value = json::parse(found->second, "record of the templates");
  return Templates{value.get_string("before"), value.get_strings("added")};
}

void MoveRecords::record(const Templates& templates) {
  json::Value value = json::Value::object();
  value.set("before", templates.before);
  json::Value added = json::Value::array();
  for (const auto& name : templates.added) added.push_back(name);
  value.set("added", std::move(added));
  m_moves.record(kResource, kTemplates, json::dump(value));
}

void MoveRecords::forget_templates() {
  m_moves.forget(kResource, {kTemplates});
}

}  // namespace resources::elasticsearch

#include "resources/mysql/proof_mark.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "json/value.hpp"
#include "resources/mysql/identifier.hpp"

namespace resources::mysql {

namespace {

constexpr const char* kMovedBack = "moved back";
constexpr std::int64_t kGrainSeconds = 2;  // both are told in whole seconds

std::int64_t started_at(Connection& connection, std::int64_t now) {
  const auto rows = connection.query("SHOW GLOBAL STATUS LIKE 'Uptime'");
  return rows.empty() ? 0 : now - std::stoll(rows[0].at(1).value_or("0"));
}

json::Value to_json(const ProofMark& mark) {
  json::Value value = json::Value::object();
  value.set("server_started", mark.server_started);
  value.set("proof_began", mark.proof_began);
  return value;
}

ProofMark from_json(const json::Value& value) {
  return {value.at("server_started").as_int(), value.at("proof_began").as_int()};
}

}  // namespace

ProofMark mark_now(Connection& connection) {
  const auto now = static_cast<std::int64_t>(connection.number("SELECT UNIX_TIMESTAMP()"));
  return {started_at(connection, now), now};
}

void record_mark(core::Context& context, const std::string& which, const ProofMark& mark) {
  context.moves.record("mysql", which, json::dump(to_json(mark)));
}

std::optional<ProofMark> recorded_mark(core::Context& context, const std::string& which) {
  const auto moves = context.moves.moves("mysql");
  const auto found = moves.find(which);
  if (found == moves.end()) return std::nullopt;
  return from_json(json::parse(found->second, "the record of moves"));
}

void remember_moved_back(core::Context& context, const std::string& safety_archive) {
  const auto mark = recorded_mark(context, kLiveMark);
  if (!mark) return;
  json::Value value = to_json(*mark);
  value.set("archive", safety_archive);
  context.journal.remember("mysql", kMovedBack, json::dump(value));
}

std::optional<ProofMark> mark_of_moved_back(core::Context& context, const std::string& archive) {
  const auto text = context.journal.recall("mysql", kMovedBack);
  if (!text) return std::nullopt;
  const json::Value value = json::parse(*text, "the journal");
  if (value.at("archive").as_string() != archive) return std::nullopt;
  return from_json(value);
}

bool is_unchanged(Connection& connection, const Table& table, const ProofMark& mark) {
  const auto now = mark_now(connection);
  if (std::llabs(now.server_started - mark.server_started) > kGrainSeconds) return false;
  const auto written = connection.value(
      fmt::format("SELECT UNIX_TIMESTAMP(UPDATE_TIME) FROM information_schema.TABLES WHERE "
                  "TABLE_SCHEMA={} AND TABLE_NAME={}",
                  quote_text(table.database), quote_text(table.name)));
  return written && std::stoll(*written) + kGrainSeconds <= mark.proof_began;
}

}  // namespace resources::mysql

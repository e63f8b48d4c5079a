#include "admin/web/rows.hpp"

#include "admin/view/compare.hpp"
#include "admin/web/words.hpp"
#include "core/units.hpp"

namespace admin {

namespace {

constexpr std::size_t kShortDescription = 160;
constexpr std::string_view kSignature = "asked for by ";  // see signed_description()

// Cut between characters, not inside one.
std::string shortened(const std::string& text) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (begins && ++characters > kShortDescription) return text.substr(0, at) + "…";
  }
  return text;
}

json::Value fact_rows(const ResourceView& resource) {
  json::Value facts = json::Value::array();
  for (const auto& [path, text] : resource.facts) {
    if (title_of_fact(path).empty()) continue;
    json::Value fact;
    fact.set("label", title_of_fact(path));
    fact.set("value", shown_fact(path, text));
    facts.push_back(std::move(fact));
  }
  return facts;
}

}  // namespace

Asked asked_of(const Visit& visit, const std::string& description,
               const std::string& requested_by) {
  // only this service's own account signs for others
  if (requested_by != visit.services.settings.jenkins.user)
    return {description, person_text(requested_by)};
  const auto at = description.rfind(kSignature);
  if (at == std::string::npos) return {description, requested_by};
  std::string person = description.substr(at + kSignature.size());
  if (at == 0) return {"", person};
  if (person.empty() || person.back() != ')' || at < 2 || description.compare(at - 2, 2, " (") != 0)
    return {description, requested_by};
  person.pop_back();
  return {description.substr(0, at - 2), person};
}

json::Value archive_link(const Visit& visit, const std::string& backup_id) {
  if (backup_id.empty()) return nullptr;
  json::Value link;
  link.set("id", backup_id);
  const auto* archive = visit.view() == nullptr ? nullptr : visit.view()->find(backup_id);
  if (archive == nullptr) return link;
  link.set("href", visit.base() + "/archives/" + backup_id);
  link.set("created", time_value(archive->created_ms, visit.now_ms));
  return link;
}

json::Value archive_row(const Visit& visit, const ArchiveView& archive) {
  json::Value row;
  row.set("id", archive.backup_id);
  row.set("href", visit.base() + "/archives/" + archive.backup_id);
  row.set("created", time_value(archive.created_ms, visit.now_ms));
  const auto asked = asked_of(visit, archive.description, archive.requested_by);
  row.set("description", asked.words);
  row.set("short_description", shortened(asked.words));
  row.set("requested_by", asked.person);
  row.set("safety", archive.kind == "safety");
  row.set("size", bytes_text(archive.size_bytes));
  row.set("duration", core::human_duration(archive.duration_seconds));
  row.set("verified",
          archive.verified() ? time_value(archive.verified_ms, visit.now_ms) : json::Value());
  row.set("damaged", archive.damaged());
  row.set("damage", archive.damage);
  row.set("unverified", !archive.verified() && !archive.damaged());
  row.set("pinned", archive.pinned.has_value());
  row.set("pin_reason", archive.pinned.value_or(""));
  row.set("leaving", archive.prune_next);
  row.set("keep_reason", archive.keep_reason);
  row.set("unanchored", !archive.anchored);
  return row;
}

json::Value archive_rows(const Visit& visit, const std::vector<const ArchiveView*>& archives) {
  json::Value rows = json::Value::array();
  for (const auto* archive : archives) rows.push_back(archive_row(visit, *archive));
  return rows;
}

json::Value resource_rows(const std::vector<ResourceView>& resources) {
  json::Value rows = json::Value::array();
  for (const auto& resource : resources) {
    json::Value row;
    row.set("title", title_of_resource(resource.name));
    row.set("absent", resource.absent);
    row.set("rows",
            resource.rows == 0 || !has_count(resource.name) ? "" : count_text(resource.rows));
    row.set("unit", unit_of_resource(resource.name));
    if (has_size(resource.name)) {
      row.set("plain", bytes_text(resource.plain_bytes));
      row.set("stored", bytes_text(resource.stored_bytes));
    }
    row.set("facts", fact_rows(resource));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace admin

#include <fmt/format.h>

#include "admin/view/compare.hpp"
#include "admin/web/jobs.hpp"
#include "admin/web/pages.hpp"
#include "admin/web/rows.hpp"
#include "admin/web/words.hpp"
#include "core/ids.hpp"

namespace admin {

namespace {

json::Value fact_row(const std::string& resource, const ComparedFact& fact) {
  json::Value row;
  const bool rows = fact.label == "rows";
  std::string label = rows ? unit_of_resource(resource) : title_of_fact(fact.label);
  if (!label.empty() && rows) label[0] = static_cast<char>(label[0] - 'a' + 'A');
  row.set("label", fact.label == "size" ? "Size" : label);
  row.set("archive", fact.archive);
  row.set("now", fact.now);
  row.set("differs", fact.differs);
  return row;
}

json::Value compared_rows(const std::vector<ComparedResource>& compared) {
  json::Value rows = json::Value::array();
  for (const auto& resource : compared) {
    json::Value row;
    row.set("title", title_of_resource(resource.name));
    row.set("absent", resource.absent);
    row.set("only_in_archive", resource.only_in_archive);
    row.set("only_now", resource.only_now);
    row.set("differs", resource.differs);
    json::Value facts = json::Value::array();
    for (const auto& fact : resource.facts) facts.push_back(fact_row(resource.name, fact));
    row.set("facts", std::move(facts));
    rows.push_back(std::move(row));
  }
  return rows;
}

// The resources that a safety archive may have to do without.
json::Value lost_choices(const Visit& visit) {
  json::Value choices = json::Value::array();
  for (const auto& resource : visit.view()->now) {
    json::Value choice;
    choice.set("name", resource.name);
    choice.set("title", title_of_resource(resource.name));
    choice.set("chosen", !visit.ask.field("lost_" + resource.name).empty());
    choices.push_back(std::move(choice));
  }
  return choices;
}

bool is_undo(const Visit& visit) {
  return visit.view()->undo_archive == visit.args.at("id") &&
         (visit.ask.parameter("undo") == "1" || visit.ask.field("undo") == "1");
}

void add_comparison(const Visit& visit, const ArchiveView& archive, json::Value& values) {
  const View& view = *visit.view();
  const auto compared = compare(archive, view);
  values.set("resources", compared_rows(compared));
  values.set("now", time_value(view.now_ms, visit.now_ms));
  values.set("now_known", !view.now.empty());
  bool left_alone = false;
  for (const auto& resource : compared) left_alone = left_alone || resource.only_now;
  values.set("left_alone", left_alone);
}

Answer show_restore(Visit& visit, const ArchiveView& archive, int status,
                    const std::string& trouble) {
  const View& view = *visit.view();
  json::Value values;
  const std::string id = visit.ask.field("request_id");
  values.set("request_id", is_request_id(id) ? id : core::random_hex(16));
  values.set("archive", archive_row(visit, archive));
  values.set("trouble", trouble);
  values.set("undo", is_undo(visit));
  values.set("reason", visit.ask.field("description"));
  values.set("lost_reason", visit.ask.field("lost_reason"));
  values.set("lost", lost_choices(visit));
  values.set("closed", view.closed());
  if (view.operation) values.set("running", operation_values(visit, *view.operation));
  if (view.operation) values.set("running_href", visit.base());
  values.set("age", ago_text(archive.created_ms, visit.now_ms));
  add_comparison(visit, archive, values);
  return page(visit, "restore", is_undo(visit) ? "Undo the last restore" : "Restore",
              std::move(values), status);
}

// "elasticsearch: its disk is dead; firebase: ...", as the job takes it.
std::string allow_missing(const Visit& visit) {
  std::string text;
  for (const auto& resource : visit.view()->now)
    if (!visit.ask.field("lost_" + resource.name).empty())
      text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", resource.name,
                          visit.ask.field("lost_reason"));
  return text;
}

std::string trouble_of(const Visit& visit) {
  if (visit.ask.field("confirm") != visit.environment())
    return fmt::format("To be sure that this is the right one, type the environment's name, {}.",
                       visit.environment());
  const std::string reason = visit.ask.field("lost_reason");
  if (!allow_missing(visit).empty() &&
      (reason.empty() || reason.find_first_of(";\r\n") != std::string::npos))
    return "Please say in one line, without a semicolon, why that part cannot be saved first.";
  if (auto trouble = text_trouble(reason); !trouble.empty()) return trouble;
  return text_trouble(visit.ask.field("description"));
}

Job job_of(const Visit& visit, const ArchiveView& archive) {
  Job job{is_undo(visit) ? "undo" : "restore",
          "restore-environment",
          {{"BackupId", archive.backup_id},
           {"Description", signed_description(visit, visit.ask.field("description"))}}};
  if (const auto missing = allow_missing(visit); !missing.empty())
    job.parameters["AllowMissing"] = missing;
  return job;
}

Answer no_archive(Visit& visit) {
  return message_page(visit, 404, "There is no such archive",
                      "It may have been removed by the retention policy. Nothing was done.");
}

}  // namespace

Answer restore_page(Visit& visit) {
  if (visit.view() == nullptr) return no_view(visit);
  const auto* archive = visit.view()->find(visit.args.at("id"));
  return archive == nullptr ? no_archive(visit) : show_restore(visit, *archive, 200, "");
}

Answer start_restore(Visit& visit) {
  if (visit.view() == nullptr) return no_view(visit);
  const auto* archive = visit.view()->find(visit.args.at("id"));
  if (archive == nullptr) return no_archive(visit);
  if (archive->damaged())
    return show_restore(visit, *archive, 422, "This archive is damaged. Choose another one.");
  if (const auto trouble = trouble_of(visit); !trouble.empty())
    return show_restore(visit, *archive, 422, trouble);
  return start_job(visit, job_of(visit, *archive));
}

}  // namespace admin

#include <algorithm>

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
  row.set("archive", shown_fact(fact.label, fact.archive));
  row.set("now", shown_fact(fact.label, fact.now));
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

// A list of parts to tick, and the reason that goes with it: fields "<kind>_<resource>" and
// "<kind>_reason" of the form, one parameter of the job.
struct Exception {
  const char* kind;
  const char* parameter;
  const std::vector<ResourceView>& parts;
};

// The safety archive may have to do without what is broken now.
Exception lost(const Visit& visit) {
  return {"lost", "AllowMissing", visit.view()->now};
}

// The restore may leave out what the archive holds.
Exception skipped(const ArchiveView& archive) {
  return {"skip", "SkipResources", archive.resources};
}

bool is_chosen(const Visit& visit, const Exception& exception, const ResourceView& part) {
  return !visit.ask.field(fmt::format("{}_{}", exception.kind, part.name)).empty();
}

std::string reason_of(const Visit& visit, const Exception& exception) {
  return visit.ask.field(fmt::format("{}_reason", exception.kind));
}

bool is_known(const std::vector<ResourceView>& parts, const std::string& name) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](const auto& part) { return part.name == name; });
}

json::Value choices_of(const Visit& visit, const Exception& exception) {
  json::Value choices = json::Value::array();
  for (const auto& part : exception.parts) {
    if (!part.absent.empty()) continue;
    json::Value choice;
    choice.set("field", fmt::format("{}_{}", exception.kind, part.name));
    choice.set("title", title_of_resource(part.name));
    choice.set("gone", !visit.view()->now.empty() && !is_known(visit.view()->now, part.name));
    choice.set("chosen", is_chosen(visit, exception, part));
    choices.push_back(std::move(choice));
  }
  return choices;
}

// "elasticsearch: its disk is dead; firebase: ...", as the job takes it; empty: nothing was ticked.
std::string chosen_text(const Visit& visit, const Exception& exception) {
  std::string text;
  for (const auto& part : exception.parts)
    if (part.absent.empty() && is_chosen(visit, exception, part))
      text +=
          fmt::format("{}{}: {}", text.empty() ? "" : "; ", part.name, reason_of(visit, exception));
  return text;
}

void add_exception(const Visit& visit, const Exception& exception, json::Value& values) {
  const std::string kind = exception.kind;
  values.set(kind, choices_of(visit, exception));
  values.set(kind + "_reason", reason_of(visit, exception));
  values.set(kind + "_open",
             !reason_of(visit, exception).empty() || !chosen_text(visit, exception).empty());
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

// "5 hours", "less than a minute"
std::string work_text(std::int64_t seconds) {
  std::string text = span_text(std::max<std::int64_t>(seconds, 0));
  constexpr std::string_view kAbout = "about ";
  return text.rfind(kAbout, 0) == 0 ? text.substr(kAbout.size()) : text;
}

// As measured: a safety archive is made while users are out, and takes as long as a backup does.
// 0: there is none to go by.
std::int64_t users_out_seconds(const View& view) {
  const auto measured =
      std::find_if(view.archives.begin(), view.archives.end(), [](const ArchiveView& archive) {
        return archive.duration_seconds > 0 && !archive.damaged();
      });
  return view.closed() || measured == view.archives.end() ? 0 : measured->duration_seconds;
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
  add_exception(visit, lost(visit), values);
  add_exception(visit, skipped(archive), values);
  values.set("stay_closed", !visit.ask.field("stay_closed").empty());
  values.set("stay_reason", visit.ask.field("stay_reason"));
  values.set("stay_open",
             !visit.ask.field("stay_closed").empty() || !visit.ask.field("stay_reason").empty());
  values.set("closed", view.closed());
  if (view.operation) values.set("running", operation_values(visit, *view.operation));
  if (view.operation) values.set("running_href", visit.base());
  values.set("lost_span", work_text((visit.now_ms - archive.created_ms) / 1000));
  if (const auto seconds = users_out_seconds(view); seconds > 0)
    values.set("users_out", span_text(seconds));
  add_comparison(visit, archive, values);
  return page(visit, "restore", is_undo(visit) ? "Undo the last restore" : "Restore",
              std::move(values), status);
}

bool is_one_line(const std::string& reason) {
  return !reason.empty() && reason.find_first_of(";\r\n") == std::string::npos;
}

// Of what was unfolded and ticked.
std::string trouble_of_exceptions(const Visit& visit, const ArchiveView& archive) {
  if (!chosen_text(visit, lost(visit)).empty() && !is_one_line(visit.ask.field("lost_reason")))
    return "Please say in one line, without a semicolon, why that part cannot be saved first.";
  const auto skip = skipped(archive);
  if (!chosen_text(visit, skip).empty() && !is_one_line(visit.ask.field("skip_reason")))
    return "Please say in one line, without a semicolon, why that part is left out.";
  if (std::all_of(skip.parts.begin(), skip.parts.end(), [&](const auto& part) {
        return !part.absent.empty() || is_chosen(visit, skip, part);
      }))
    return "Every part is left out: then there is nothing to bring back.";
  if (!visit.ask.field("stay_closed").empty() && visit.ask.field("stay_reason").empty())
    return "Please say why the state before shall not be put back when a step fails.";
  for (const char* reason : {"lost_reason", "skip_reason", "stay_reason"})
    if (auto trouble = text_trouble(visit.ask.field(reason)); !trouble.empty()) return trouble;
  return "";
}

std::string trouble_of(const Visit& visit, const ArchiveView& archive) {
  if (visit.ask.field("confirm") != visit.environment())
    return fmt::format("To be sure that this is the right one, type the environment's name, {}.",
                       visit.environment());
  if (auto trouble = trouble_of_exceptions(visit, archive); !trouble.empty()) return trouble;
  return text_trouble(visit.ask.field("description"));
}

// With the reason for staying closed, which has no parameter of its own.
std::string description_of(const Visit& visit) {
  std::string text = visit.ask.field("description");
  if (!visit.ask.field("stay_closed").empty())
    text += fmt::format("{}not rolled back on failure: {}", text.empty() ? "" : "; ",
                        visit.ask.field("stay_reason"));
  return signed_description(visit, text);
}

Job job_of(const Visit& visit, const ArchiveView& archive) {
  Job job{is_undo(visit) ? "undo" : "restore",
          "restore-environment",
          {{"BackupId", archive.backup_id}, {"Description", description_of(visit)}}};
  for (const auto& exception : {lost(visit), skipped(archive)})
    if (auto text = chosen_text(visit, exception); !text.empty())
      job.parameters[exception.parameter] = std::move(text);
  if (!visit.ask.field("stay_closed").empty()) job.parameters["RollbackOnFailure"] = "false";
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
  if (const auto trouble = trouble_of(visit, *archive); !trouble.empty())
    return show_restore(visit, *archive, 422, trouble);
  return start_job(visit, job_of(visit, *archive));
}

}  // namespace admin

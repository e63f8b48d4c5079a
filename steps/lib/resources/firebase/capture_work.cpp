#include "resources/firebase/capture_work.hpp"

#include <algorithm>

#include "core/worker_pool.hpp"

namespace resources::firebase {

namespace {

// Named in every archive, so that nobody takes it for more than it is.
constexpr const char* kNotIncluded[] = {"Cloud Storage", "Remote Config",
                                        "Firestore indexes, rules and time-to-live policies",
                                        "Auth providers and templates", "Cloud Functions"};

json::Value copy_now(Work& work, std::size_t workers, core::Context& context) {
  std::vector<core::Job> jobs;
  for (auto& item : work.plan())
    jobs.emplace_back([&work, item = std::move(item)] { work.run(item); });
  core::run_all(std::move(jobs), workers, context.cancel);
  return work.finish();
}

}  // namespace

bool any_has_cut(const Parts& parts) {
  return std::any_of(parts.begin(), parts.end(), [](const auto& part) { return part->has_cut(); });
}

// The cuts come last: what they may last begins to run then.
CaptureWork::CaptureWork(const Settings& settings, const Parts& parts, archive::ChunkSink& sink,
                         core::Context& context)
    : m_project(settings.section.get_string("project")) {
  const bool copies_now = any_has_cut(parts);
  for (const auto& part : parts)
    if (copies_now && !part->has_cut())
      m_copied.set(part->name(), copy_now(*part->open(sink, context), settings.workers, context));
  for (const auto& part : parts)
    if (!m_copied.contains(part->name())) m_works.add(part->name(), part->open(sink, context));
}

json::Value CaptureWork::finish() {
  json::Value parts = m_works.finish();
  for (const auto& [name, detail] : m_copied.as_object()) parts.set(name, detail);
  json::Value not_included = json::Value::array();
  for (const char* name : kNotIncluded) not_included.push_back(name);
  json::Value detail;
  detail.set("project", m_project);
  detail.set("parts", std::move(parts));
  detail.set("not_included", std::move(not_included));
  return detail;
}

}  // namespace resources::firebase

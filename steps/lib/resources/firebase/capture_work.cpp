#include "resources/firebase/capture_work.hpp"

#include <algorithm>

namespace resources::firebase {

namespace {

// Named in every archive, so that nobody takes it for more than it is.
constexpr const char* kNotIncluded[] = {"Cloud Storage", "Remote Config",
                                        "Firestore indexes, rules and time-to-live policies",
                                        "Auth providers and templates", "Cloud Functions"};

}  // namespace

bool any_has_cut(const Parts& parts) {
  return std::any_of(parts.begin(), parts.end(), [](const auto& part) { return part->has_cut(); });
}

CaptureWork::CaptureWork(const Settings& settings, const Parts& parts, archive::ChunkSink& sink,
                         core::Context& context)
    : m_project(settings.section.get_string("project")) {
  const bool others_may_wait = any_has_cut(parts);
  for (const auto& part : parts)
    m_works.add(part->name(), part->open(sink, context), others_may_wait && !part->has_cut());
}

json::Value CaptureWork::finish() {
  json::Value not_included = json::Value::array();
  for (const char* name : kNotIncluded) not_included.push_back(name);
  json::Value detail;
  detail.set("project", m_project);
  detail.set("parts", m_works.finish());
  detail.set("not_included", std::move(not_included));
  return detail;
}

}  // namespace resources::firebase

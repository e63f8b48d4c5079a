#include "admin/view/views.hpp"

#include <malloc.h>
#include <sys/stat.h>

#include <csignal>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/log.hpp"
#include "core/unique_fd.hpp"

namespace admin {

namespace {

constexpr int kLookEveryMs = 1000;
constexpr int kAskEveryMs = 5000;  // Firebase
constexpr std::size_t kLargestView = std::size_t{256} << 20;

std::string stamp_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0)
    throw core::Error(core::ExitCode::kNotFound, fmt::format("{} is not there", path),
                      "the first step that runs writes it");
  return fmt::format("{}-{}-{}-{}", info.st_ino, info.st_size, info.st_mtim.tv_sec,
                     info.st_mtim.tv_nsec);
}

}  // namespace

Views::Views(const std::vector<EnvironmentSource>& sources) {
  for (const auto& source : sources) {
    auto& kept = m_views[source.name];
    kept.source = source;
    if (!source.view_url.empty()) kept.firebase = std::make_unique<FirebaseView>(source, m_ending);
  }
  for (auto& [name, kept] : m_views) {
    Kept& one = kept;
    if (!one.firebase) refresh_one(one);
    m_threads.emplace_back([this, &one] { watch(one); });
  }
}

void Views::watch(Kept& kept) {
  try {
    if (kept.firebase) refresh_one(kept);
    for (;;) {
      m_ending.sleep_ms(kept.firebase ? kAskEveryMs : kLookEveryMs);
      refresh_one(kept);
    }
  } catch (const core::Cancelled&) {
    return;
  }
}

Views::~Views() {
  m_ending.cancel(SIGTERM);
  for (auto& thread : m_threads) thread.join();
}

bool Views::knows(const std::string& environment) const {
  return m_views.count(environment) > 0;
}

std::vector<std::string> Views::names() const {
  std::vector<std::string> names;
  for (const auto& [name, kept] : m_views) names.push_back(name);
  return names;
}

Seen Views::get(const std::string& environment) const {
  const std::lock_guard lock(m_mutex);
  return m_views.at(environment).seen;
}

void Views::refresh() {
  for (auto& [name, kept] : m_views) refresh_one(kept);
}

void Views::refresh_one(Kept& kept) {
  const std::lock_guard turn(kept.looking);
  Seen seen{get(kept.source.name).view, ""};
  try {
    const auto document = kept.firebase ? kept.firebase->changed() : load(kept);
    if (document) seen.view = std::make_shared<const View>(parse_view(*document, kept.source.name));
    keep(kept, std::move(seen));
    if (!document) return;
  } catch (const core::Error& error) {
    kept.stamp.clear();
    if (kept.firebase) kept.firebase->forget();
    seen.problem = error.what();
    return keep(kept, std::move(seen));
  }
  // the document of a long catalogue is much larger than what is kept of it
  ::malloc_trim(0);
}

std::optional<json::Value> Views::load(Kept& kept) {
  auto stamp = stamp_of(kept.source.view_file);
  if (stamp == kept.stamp) return std::nullopt;
  auto document =
      json::parse(core::read_file(kept.source.view_file, kLargestView), "the published view");
  kept.stamp = std::move(stamp);
  return document;
}

void Views::keep(Kept& kept, Seen seen) {
  if (!seen.problem.empty() && seen.problem != get(kept.source.name).problem)
    core::log_warning(fmt::format("view of {}: {}", kept.source.name, seen.problem));
  const std::lock_guard lock(m_mutex);
  kept.seen = std::move(seen);
}

}  // namespace admin

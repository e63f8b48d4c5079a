#pragma once
// The capture of all parts. When any of them has a cut, the items of those without one are marked
// live: they are copied while users are out, and the bulk of the others after users are back.

#include <memory>

#include "resources/firebase/part.hpp"
#include "resources/firebase/part_works.hpp"

namespace resources::firebase {

class CaptureWork final : public Work {
 public:
  CaptureWork(const Settings& settings, const Parts& parts, archive::ChunkSink& sink,
              core::Context& context);

  std::vector<Task> plan() override { return m_works.plan(); }
  // {"project", "parts": {...}, "not_included": [...]}
  json::Value finish() override;

 private:
  std::string m_project;
  PartWorks m_works;
};

bool any_has_cut(const Parts& parts);

}  // namespace resources::firebase

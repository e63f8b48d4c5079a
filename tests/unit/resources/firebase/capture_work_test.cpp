#include "resources/firebase/capture_work.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/support/memory_context.hpp"

using namespace resources;

namespace {

// A part that notes what is done to it, and when.
class NotingPart final : public firebase::Part {
 public:
  NotingPart(std::string name, bool cut, std::vector<std::string>& notes)
      : m_name(std::move(name)), m_cut(cut), m_notes(notes) {}

  std::string name() const override { return m_name; }
  bool has_cut() const override { return m_cut; }
  std::string holds(core::Context&) override { return ""; }
  PreflightReport preflight_backup(core::Context&) override { return {}; }
  PreflightReport preflight_restore(const archive::ArchiveReader&, core::Context&) override {
    return {};
  }
  std::vector<std::string> destroy(const archive::ArchiveReader&, core::Context&) override {
    return {};
  }
  std::unique_ptr<Work> restore(const archive::ArchiveReader&, core::Context&) override {
    return nullptr;
  }
  std::unique_ptr<Work> prove(const archive::ArchiveReader&, core::Context&) override {
    return nullptr;
  }
  std::unique_ptr<Work> open(archive::ChunkSink&, core::Context&) override {
    m_notes.push_back(m_name + " opened");
    return std::make_unique<NotingWork>(m_name, m_notes);
  }

 private:
  class NotingWork final : public Work {
   public:
    NotingWork(std::string name, std::vector<std::string>& notes)
        : m_name(std::move(name)), m_notes(notes) {}
    std::vector<Task> plan() override { return {{"all", 1}}; }
    void run(const Task& item) override { m_notes.push_back(m_name + " copied " + item.id); }
    json::Value finish() override { return {m_name + "'s detail"}; }

   private:
    std::string m_name;
    std::vector<std::string>& m_notes;
  };

  std::string m_name;
  bool m_cut;
  std::vector<std::string>& m_notes;
};

class NoSink final : public archive::ChunkSink {
 public:
  void put(archive::ChunkName, const archive::EncodedChunk&) override {}
};

using Notes = std::vector<std::string>;

struct Parts {
  explicit Parts(const std::vector<std::pair<std::string, bool>>& given) {
    for (const auto& [name, cut] : given)
      parts.push_back(std::make_unique<NotingPart>(name, cut, notes));
    settings.section.set("project", "demo");
    work = std::make_unique<firebase::CaptureWork>(settings, parts, sink, context.context);
  }

  support::MemoryContext context;
  Settings settings;
  NoSink sink;
  Notes notes;
  firebase::Parts parts;
  std::unique_ptr<firebase::CaptureWork> work;
};

}  // namespace

TEST_CASE("the items of parts without a cut are live when another part has one") {
  Parts site({{"firestore", true}, {"auth", false}});
  CHECK(site.notes == Notes{"firestore opened", "auth opened"});
  CHECK(firebase::any_has_cut(site.parts));
  for (const auto& item : site.work->plan()) {
    CHECK(item.live == (item.id == "auth/all"));
    site.work->run(item);
  }
  CHECK(site.notes ==
        Notes{"firestore opened", "auth opened", "auth copied all", "firestore copied all"});
  const auto detail = site.work->finish();
  CHECK(detail.get_string("project") == "demo");
  for (const std::string part : {"firestore", "auth"})
    CHECK(detail.at("parts").get_string(part) == part + "'s detail");
  CHECK(detail.at("not_included").as_array().size() == 5);
}

TEST_CASE("without any cut no item is live: the resource as a whole is read while users are out") {
  Parts site({{"auth", false}});
  CHECK_FALSE(firebase::any_has_cut(site.parts));
  for (const auto& item : site.work->plan()) CHECK_FALSE(item.live);
}

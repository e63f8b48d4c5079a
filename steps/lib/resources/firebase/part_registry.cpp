#include "resources/firebase/auth_capture.hpp"
#include "resources/firebase/auth_checks.hpp"
#include "resources/firebase/auth_goes.hpp"
#include "resources/firebase/auth_prove.hpp"
#include "resources/firebase/auth_restore.hpp"
#include "resources/firebase/firestore_capture.hpp"
#include "resources/firebase/firestore_checks.hpp"
#include "resources/firebase/firestore_goes.hpp"
#include "resources/firebase/firestore_prove.hpp"
#include "resources/firebase/firestore_restore.hpp"
#include "resources/firebase/part.hpp"
#include "resources/firebase/realtime_capture.hpp"
#include "resources/firebase/realtime_checks.hpp"
#include "resources/firebase/realtime_prove.hpp"
#include "resources/firebase/realtime_restore.hpp"

namespace resources::firebase {

namespace {

struct Firestore {
  static constexpr const char* kName = kFirestore;
  static constexpr bool kHasCut = true;
  static constexpr auto check_backup = check_firestore_backup;
  static constexpr auto check_restore = check_firestore_restore;
  static constexpr auto holds = firestore_holds;
  static constexpr auto destroy = firestore_that_goes;
  using Capture = FirestoreCapture;
  using Restore = FirestoreRestore;
  using Prove = FirestoreProve;
};

struct Auth {
  static constexpr const char* kName = kAuth;
  static constexpr bool kHasCut = false;
  static constexpr auto check_backup = check_auth_backup;
  static constexpr auto check_restore = check_auth_restore;
  static constexpr auto holds = auth_holds;
  static constexpr auto destroy = users_that_go;
  using Capture = AuthCapture;
  using Restore = AuthRestore;
  using Prove = AuthProve;
};

struct Realtime {
  static constexpr const char* kName = kRealtime;
  static constexpr bool kHasCut = false;
  static constexpr auto check_backup = check_realtime_backup;
  static constexpr auto check_restore = check_realtime_restore;
  static constexpr auto holds = realtime_holds;
  static constexpr auto destroy = destroy_realtime;
  using Capture = RealtimeCapture;
  using Restore = RealtimeRestore;
  using Prove = RealtimeProve;
};

template <typename Kind>
class Made final : public Part {
 public:
  explicit Made(const Settings& settings) : m_settings(settings) {}

  std::string name() const override { return Kind::kName; }
  bool has_cut() const override { return Kind::kHasCut; }
  PreflightReport preflight_backup(core::Context& context) override {
    return Kind::check_backup(m_settings, context);
  }
  PreflightReport preflight_restore(const archive::ArchiveReader& archive,
                                    core::Context& context) override {
    return Kind::check_restore(m_settings, archive, context);
  }
  std::string holds(core::Context& context) override { return Kind::holds(m_settings, context); }
  std::unique_ptr<Work> open(archive::ChunkSink& sink, core::Context& context) override {
    return std::make_unique<typename Kind::Capture>(m_settings, sink, context);
  }
  std::vector<std::string> destroy(const archive::ArchiveReader& archive,
                                   core::Context& context) override {
    return Kind::destroy(m_settings, archive, context);
  }
  std::unique_ptr<Work> restore(const archive::ArchiveReader& archive,
                                core::Context& context) override {
    return std::make_unique<typename Kind::Restore>(m_settings, archive, context);
  }
  std::unique_ptr<Work> prove(const archive::ArchiveReader& archive,
                              core::Context& context) override {
    return std::make_unique<typename Kind::Prove>(m_settings, archive, context);
  }

 private:
  Settings m_settings;
};

template <typename Kind>
void add(Parts& parts, const Settings& settings) {
  if (settings.section.contains(Kind::kName))
    parts.push_back(std::make_unique<Made<Kind>>(settings));
}

}  // namespace

Parts make_parts(const Settings& settings) {
  Parts parts;
  // in the order in which people read about them
  add<Firestore>(parts, settings);
  add<Auth>(parts, settings);
  add<Realtime>(parts, settings);
  return parts;
}

}  // namespace resources::firebase

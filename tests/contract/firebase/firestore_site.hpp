#pragma once
// A project of its own on the Firestore emulator, with one database that belongs to it whole.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "archive/archive_reader.hpp"
#include "resources/firebase/firebase_resource.hpp"
#include "resources/firebase/firestore_database.hpp"
#include "tests/contract/support/stages.hpp"
#include "tests/unit/support/memory_context.hpp"

namespace firebase_test {

// The emulator's address; nothing, and a line `skipped: reason`, when it does not run.
std::optional<std::string> emulator();

class FirestoreSite {
 public:
  explicit FirestoreSite(const std::string& url);
  ~FirestoreSite();
  FirestoreSite(const FirestoreSite&) = delete;
  FirestoreSite& operator=(const FirestoreSite&) = delete;

  // {"v": value}
  void write(const std::string& path, int value);
  void remove(const std::string& path);
  // "a/1=5 a/2=7": all documents with their value, in the order of names.
  std::string documents();
  // The environment's view lies below this document.
  void publish_at(const std::string& document);

  // Paths of collections instead of the whole database.
  void configure(const std::vector<std::string>& collections);

  resources::PreflightReport preflight_backup();
  resources::PreflightReport preflight_restore(const archive::ArchiveReader& archive);
  // `meanwhile`: done when the cut is open and nothing has been read.
  archive::ArchiveReader capture(const std::function<void()>& meanwhile = {});
  std::vector<std::string> destroy(const archive::ArchiveReader& archive);
  void restore(const archive::ArchiveReader& archive);
  std::string prove(const archive::ArchiveReader& archive);  // the differences

 private:
  resources::firebase::FirebaseResource resource() const;

  std::filesystem::path m_folder;
  support::MemoryContext m_memory;
  resources::firebase::Database m_database;
  resources::Settings m_settings;
};

}  // namespace firebase_test

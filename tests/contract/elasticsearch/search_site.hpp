#pragma once
// A real search server that a test fills, and the stages of the resource against it as the steps
// run them. Tests of one server never run side by side: templates belong to all of it.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "resources/elasticsearch/elasticsearch_resource.hpp"
#include "tests/contract/support/stages.hpp"
#include "tests/unit/support/memory_context.hpp"

namespace search_test {

using support::text_of;

class SearchSite {
 public:
  // TEST_<name>_URL; removes every index, stream, template and pipeline of earlier tests.
  explicit SearchSite(const std::string& name);
  ~SearchSite();
  // Whether TEST_<name>_URL is there; if not, prints the line that marks a skipped test.
  static bool available(const std::string& name);

  bool is_opensearch() const { return m_name == "OPENSEARCH"; }
  const std::string& url() const { return m_url; }
  // A folder that the server may use for repositories.
  const std::string& repository() const { return m_repository; }

  // One call; the body of an error as well. ok() of the status is required by must().
  std::pair<int, std::string> call(const std::string& method, const std::string& path,
                                   const std::string& body = "") const;
  std::string must(const std::string& method, const std::string& path,
                   const std::string& body = "") const;
  void index(const std::string& name, const std::string& body = "{}") const;
  void put(const std::string& index, const std::string& encoded_id, const std::string& source,
           const std::string& options = "") const;
  // `count` documents {"n":i,...} with ids d0, d1, ...
  void fill(const std::string& index, int count, const std::string& extra = "") const;
  // _id -> _source as the server gives it, of at most 10000 documents.
  std::map<std::string, std::string> documents(const std::string& index) const;
  std::uint64_t count(const std::string& index) const;
  // A persistent setting of the cluster; empty where it is not set.
  std::string setting(const std::string& key) const;

  // The stages.
  json::Value section = json::Value::object();  // urls is set
  resources::PreflightReport preflight_backup();
  resources::PreflightReport preflight_restore(const archive::ArchiveReader& archive);
  // `opened` is called when the cut is open.
  archive::ArchiveReader capture(const std::function<void()>& opened = [] {});
  std::vector<std::string> destroy(const archive::ArchiveReader& archive);
  void restore(const archive::ArchiveReader& archive);
  std::vector<resources::Difference> prove(const archive::ArchiveReader& archive);
  // destroy, restore, prove without a difference
  void put_back(const archive::ArchiveReader& archive);

  // A restore without a point of no return, as the steps write its record. Each throws what the
  // resource throws.
  void stage(const archive::ArchiveReader& target);  // and proves it
  void move_in(const archive::ArchiveReader& target, const archive::ArchiveReader& safety);
  void move_back();
  void restore_beside(const archive::ArchiveReader& target, const archive::ArchiveReader& safety);
  std::vector<std::string> beside();

  std::unique_ptr<resources::elasticsearch::ElasticsearchResource> resource() const;
  support::MemoryContext memory;

 private:
  void clean() const;

  std::string m_name;
  std::string m_url;
  std::string m_repository;
  std::string m_folder;
};

}  // namespace search_test

// The same test on both servers; BODY takes `SearchSite& site`.
#define TEST_ON_BOTH(FUNCTION, SENTENCE)                              \
  static void FUNCTION(search_test::SearchSite& site);                \
  TEST_CASE("elasticsearch: " SENTENCE) {                             \
    if (!search_test::SearchSite::available("ELASTICSEARCH")) return; \
    search_test::SearchSite site("ELASTICSEARCH");                    \
    FUNCTION(site);                                                   \
  }                                                                   \
  TEST_CASE("opensearch: " SENTENCE) {                                \
    if (!search_test::SearchSite::available("OPENSEARCH")) return;    \
    search_test::SearchSite site("OPENSEARCH");                       \
    FUNCTION(site);                                                   \
  }                                                                   \
  static void FUNCTION(search_test::SearchSite& site)

// What the free build of Elasticsearch has not.
#define TEST_ON_OPENSEARCH(FUNCTION, SENTENCE)                     \
  static void FUNCTION(search_test::SearchSite& site);             \
  TEST_CASE("opensearch: " SENTENCE) {                             \
    if (!search_test::SearchSite::available("OPENSEARCH")) return; \
    search_test::SearchSite site("OPENSEARCH");                    \
    FUNCTION(site);                                                \
  }                                                                \
  static void FUNCTION(search_test::SearchSite& site)

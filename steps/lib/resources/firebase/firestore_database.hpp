#pragma once
// One Firestore database over REST. Any thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "google/service.hpp"
#include "resources/firebase/firestore_document.hpp"

namespace resources::firebase {

// What one environment has of a database, as environment.json or an archive says.
struct Roots {
  std::string database;                  // "(default)"
  std::vector<std::string> collections;  // paths; {"*"}: all of it

  bool whole() const { return collections.size() == 1 && collections.front() == "*"; }
};

class Database {
 public:
  using OnDocument = std::function<void(const Document&)>;

  struct Reading {
    std::string read_time;  // empty: as it is when asked
    bool names_only = false;
  };

  Database(std::shared_ptr<google::Service> service, std::string project, std::string id);

  const std::string& project() const { return m_project; }
  const std::string& id() const { return m_id; }
  std::string root() const;  // "projects/p/databases/d/documents"

  // The server's present moment, as a readTime. Throws Error(kNotFound) when there is no such
  // database.
  std::string now();
  // Collections at the root, as of then.
  std::vector<std::string> collections(const std::string& read_time);
  // Every document of a collection and below it, those under missing documents too, in the order
  // of names. A transfer that breaks goes on behind the last document.
  void read(const std::string& collection, const Reading& reading, const OnDocument& take);
  // As the server counts, or 0 when it does not. For estimates and for people.
  std::uint64_t count(const std::string& collection);
  // Throws Error(kCredentials) when the account may not write. Changes nothing.
  void require_writable();
  // Sends writes ({"update": {...}} or {"delete": "name"}), each once. Throws Error(kServiceError)
  // naming the first document that is refused. What the server is too busy for is sent again.
  void write(const std::vector<std::string>& writes);

  const core::CancelToken& cancel() const { return m_service->cancel(); }

 private:
  struct Page;
  void read_page(const std::string& collection, const Reading& reading, const OnDocument& take,
                 Page& page);
  std::string path(const std::string& verb) const { return "/v1/" + root() + ":" + verb; }

  std::shared_ptr<google::Service> m_service;
  std::string m_project;
  std::string m_id;
};

}  // namespace resources::firebase

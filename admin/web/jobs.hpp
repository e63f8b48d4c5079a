#pragma once
// From a form to a job of Jenkins.

#include "admin/web/visit.hpp"

namespace admin {

struct Job {
  std::string action;  // backup, restore, undo, pin, unpin, verify, clear-up
  std::string name;    // "restore-environment"
  Fields parameters;   // Environment and RequestId are added
};

// Starts the job once for the form's request_id and goes to its page; the same form sent again goes
// there too. Another job under the same id is refused.
Answer start_job(Visit& visit, const Job& job);

// The words of a person, with who they are: Jenkins knows the service's account only.
std::string signed_description(const Visit& visit, const std::string& text);

// What is too long or holds control characters; empty: it will do.
std::string text_trouble(const std::string& text);

}  // namespace admin

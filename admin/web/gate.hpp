#pragma once
// Who may pass: only the proxy speaks to the service, only its word counts for where a visitor
// comes from and who he is, and a form counts only from the page that it was shown on.

#include <optional>
#include <string>

#include "admin/web/exchange.hpp"
#include "admin/web/services.hpp"

namespace admin {

struct Visitor {
  std::string user;
  Role role = Role::kViewer;
  bool by_proxy = false;
  std::string address;
  std::string cookie;      // of the session
  std::string new_cookie;  // Set-Cookie line to send along; empty: none

  bool is_operator() const { return role == Role::kOperator; }
};

class Gate {
 public:
  explicit Gate(Services& services) : m_services(services) {}

  // Why a request is turned away before anything else is looked at ("ask the proxy"); empty: it is
  // not.
  std::string refusal(const Ask& ask) const;
  // Whether the request is for the host of public_url, whatever its port: the proxy decides by the
  // host who may pass, so a request for another one was judged by another site's rule.
  bool is_own_host(const Ask& ask) const;
  // Where the visitor comes from, as the proxy says.
  std::string address_of(const Ask& ask) const;
  // Who is signed in. `active`: the request counts as activity of his; `live`: a script asks, which
  // begins no session.
  std::optional<Visitor> visitor(const Ask& ask, bool active, bool live);
  // Whether a POST comes from a page of this service, shown to this cookie.
  bool is_own_form(const Ask& ask, const std::string& cookie) const;

  std::string session_cookie_name() const;
  std::string login_cookie_name() const;
  std::string device_cookie_name() const;
  // A Set-Cookie value with every attribute that keeps it in place. Empty `value`: removes it.
  std::string set_cookie(const std::string& name, const std::string& value) const;
  // One that outlives the browser, for half a year.
  std::string set_lasting_cookie(const std::string& name, const std::string& value) const;
  // The role that the proxy's groups give; nullopt: none.
  std::optional<Role> role_of_groups(const std::string& groups) const;

 private:
  std::optional<Visitor> by_proxy(const Ask& ask, bool active, bool live);
  std::optional<Visitor> by_account(const Ask& ask, bool active);

  Services& m_services;
};

}  // namespace admin

#pragma once
// Everything that pages work with, made once at start.

#include "admin/auth/known_devices.hpp"
#include "admin/auth/password.hpp"
#include "admin/auth/sessions.hpp"
#include "admin/auth/throttle.hpp"
#include "admin/jenkins/follower.hpp"
#include "admin/settings/settings.hpp"
#include "admin/store/accounts.hpp"
#include "admin/store/audit.hpp"
#include "admin/store/requests.hpp"
#include "admin/view/views.hpp"

namespace admin {

struct Services {
  Services(Settings with, const core::Clock& by);

  Settings settings;
  const core::Clock& clock;
  Accounts accounts;
  Audit audit;
  Requests requests;
  Sessions sessions;
  Throttle throttle;
  KnownDevices devices;
  PasswordCheck passwords;
  FormTokens form_tokens;
  Views views;
  Follower follower;
};

}  // namespace admin

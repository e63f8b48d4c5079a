#pragma once
// Every page and every form, one function each. The router has made sure of the visitor's role, of
// the environment and of a form's origin before it calls one.

#include "admin/web/visit.hpp"

namespace admin {

// sign_in.cpp
Answer login_page(Visit& visit);
Answer login(Visit& visit);
Answer logout(Visit& visit);

// overview.cpp
Answer environments_page(Visit& visit);
Answer overview_page(Visit& visit);
Answer overview_live(Visit& visit);

// archives.cpp
Answer archives_page(Visit& visit);
Answer archive_page(Visit& visit);

// jobs.cpp
Answer backup_page(Visit& visit);
Answer start_backup(Visit& visit);
Answer manage_archive(Visit& visit);
Answer start_clear_up(Visit& visit);

// restore.cpp
Answer restore_page(Visit& visit);
Answer start_restore(Visit& visit);

// request.cpp
Answer request_page(Visit& visit);
Answer request_live(Visit& visit);
Answer send_request_again(Visit& visit);

// history.cpp, retention.cpp, trail.cpp
Answer history_page(Visit& visit);
Answer retention_page(Visit& visit);
Answer audit_page(Visit& visit);

}  // namespace admin

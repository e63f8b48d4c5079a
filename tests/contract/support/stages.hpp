#pragma once
// The stages of one resource as the steps run them, without a step around it.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "archive/archive_reader.hpp"
#include "core/error.hpp"
#include "core/ports.hpp"
#include "resources/resource.hpp"
#include "resources/settings.hpp"

namespace support {

inline constexpr std::size_t kWorkers = 2;

// Secrets stand in the section as plain texts: {"password": "x"}.
resources::Settings settings_of(json::Value section);

// Runs a Work's items side by side, then finish(), whose value it returns.
json::Value run_work(std::unique_ptr<resources::Work> work, core::Context& context,
                     std::size_t workers = kWorkers);

// Returns the archive's path, inside `folder`. `opened` is called when the cut is open and nothing
// is read yet.
std::string capture(
    resources::Resource& resource, const std::string& folder, core::Context& context,
    std::size_t workers = kWorkers, const std::function<void()>& opened = [] {});
void restore(resources::Resource& resource, const archive::ArchiveReader& archive,
             core::Context& context, std::size_t workers = kWorkers);
std::vector<resources::Difference> prove(resources::Resource& resource,
                                         const archive::ArchiveReader& archive,
                                         core::Context& context, std::size_t workers = kWorkers);

// For a message: what differs, one a line; empty when nothing does.
std::string text_of(const std::vector<resources::Difference>& differences);

// The exit code of the error that `action` throws, kOk when it throws none; its text with the hint.
core::ExitCode code_of(const std::function<void()>& action, std::string* message = nullptr);

}  // namespace support

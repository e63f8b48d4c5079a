#include "resources/mysql/schema.hpp"

#include <array>

#include <fmt/format.h>

#include "core/error.hpp"

namespace resources::mysql {

namespace {
struct KindName {
  ObjectKind kind;
  std::string_view text;
};
constexpr std::array kKinds{
    KindName{ObjectKind::kDatabase, "database"}, KindName{ObjectKind::kTable, "table"},
    KindName{ObjectKind::kSequence, "sequence"}, KindName{ObjectKind::kView, "view"},
    KindName{ObjectKind::kFunction, "function"}, KindName{ObjectKind::kProcedure, "procedure"},
    KindName{ObjectKind::kPackage, "package"},   KindName{ObjectKind::kPackageBody, "package body"},
    KindName{ObjectKind::kTrigger, "trigger"},   KindName{ObjectKind::kEvent, "event"},
};
}  // namespace

std::string_view to_text(ObjectKind kind) {
  for (const auto& [known, text] : kKinds)
    if (known == kind) return text;
  return "object";
}

ObjectKind kind_from_text(std::string_view text) {
  for (const auto& [kind, known] : kKinds)
    if (known == text) return kind;
  throw core::Error(core::ExitCode::kIntegrity,
                    fmt::format("the archive names an object of unknown kind \"{}\"", text),
                    "the archive is damaged or was made by a newer version");
}

std::string label(const Definition& definition) {
  if (definition.kind == ObjectKind::kDatabase)
    return fmt::format("database {}", definition.database);
  return fmt::format("{} {}.{}", to_text(definition.kind), definition.database, definition.name);
}

const Column* Table::column(std::string_view wanted) const {
  for (const auto& candidate : columns)
    if (candidate.name == wanted) return &candidate;
  return nullptr;
}

const Table* Schema::table(std::string_view database, std::string_view name) const {
  for (const auto& candidate : tables)
    if (candidate.name == name && candidate.database == database) return &candidate;
  return nullptr;
}

}  // namespace resources::mysql

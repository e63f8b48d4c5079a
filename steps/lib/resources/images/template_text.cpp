#include "resources/images/template_text.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "core/error.hpp"

namespace resources::images {

namespace {
// Literal text, or a variable with what stands behind its name.
struct Piece {
  std::string literal;
  std::string name;
  std::string mark;  // "", "-", ":-", "?", ":?"
  std::string fallback;
};

[[noreturn]] void refuse(const std::string& service, const std::string& reason) {
  throw core::Error(core::ExitCode::kConfiguration,
                    fmt::format("service {}: its image {}", service, reason),
                    "write the image as registry/name:${TAG}");
}

std::size_t name_length(const std::string& text, std::size_t start) {
  std::size_t end = start;
  const auto fits = [&](unsigned char c) {
    return c == '_' || std::isalpha(c) != 0 || (end > start && std::isdigit(c) != 0);
  };
  while (end < text.size() && fits(static_cast<unsigned char>(text[end]))) ++end;
  return end - start;
}

// `inside` is what stands between the braces.
Piece braced(const std::string& inside, const std::string& service) {
  const auto length = name_length(inside, 0);
  Piece piece;
  piece.name = inside.substr(0, length);
  const std::string rest = inside.substr(length);
  for (const std::string mark : {":-", ":?", "-", "?"})
    if (piece.mark.empty() && rest.compare(0, mark.size(), mark) == 0) piece.mark = mark;
  piece.fallback = rest.substr(piece.mark.size());
  const bool known_form = rest.empty() || !piece.mark.empty();
  if (length == 0 || !known_form || piece.fallback.find('$') != std::string::npos)
    refuse(service, fmt::format("holds ${{{}}}, which is not understood", inside));
  return piece;
}

std::vector<Piece> pieces_of(const std::string& text, const std::string& service) {
  std::vector<Piece> pieces;
  std::string literal;
  const auto add = [&](Piece piece) {
    piece.literal = std::move(literal);
    literal.clear();
    pieces.push_back(std::move(piece));
  };
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      literal += text[at++];
    } else if (text.compare(at, 2, "$$") == 0) {
      literal += '$';
      at += 2;
    } else if (text.compare(at, 2, "${") == 0) {
      const auto end = text.find('}', at);
      if (end == std::string::npos) refuse(service, "holds ${ without }");
      add(braced(text.substr(at + 2, end - at - 2), service));
      at = end + 1;
    } else {
      const auto length = name_length(text, at + 1);
      if (length == 0) refuse(service, "holds a single $");
      add({"", text.substr(at + 1, length), "", ""});
      at += 1 + length;
    }
  }
  if (!literal.empty()) add({});
  return pieces;
}

std::string value_of(const Piece& piece, const Variables& values, const std::string& service) {
  const auto found = values.find(piece.name);
  const bool empty_counts_as_unset = piece.mark.substr(0, 1) == ":";
  if (found != values.end() && !(empty_counts_as_unset && found->second.empty()))
    return found->second;
  if (piece.mark == "-" || piece.mark == ":-") return piece.fallback;
  refuse(service, fmt::format("needs the variable {}, which has no value", piece.name));
}
}  // namespace

std::vector<std::string> variables_in(const std::string& text, const std::string& service) {
  std::vector<std::string> names;
  for (const auto& piece : pieces_of(text, service))
    if (!piece.name.empty() && std::find(names.begin(), names.end(), piece.name) == names.end())
      names.push_back(piece.name);
  return names;
}

Resolved resolve(const std::string& text, const Variables& values, const std::string& service) {
  Resolved resolved;
  for (const auto& piece : pieces_of(text, service)) {
    resolved.text += piece.literal;
    if (piece.name.empty()) continue;
    const auto value = value_of(piece, values, service);
    resolved.text += value;
    resolved.used[piece.name] = value;
  }
  return resolved;
}

}  // namespace resources::images

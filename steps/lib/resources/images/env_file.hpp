#pragma once
// A Compose .env file: KEY=value lines among comments, quotes and whatever else. Only the lines
// that are asked for must be understood; all others stay as they are, byte by byte.

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace resources::images {

class EnvFile {
 public:
  EnvFile() = default;
  // `name` is the path for messages.
  EnvFile(std::string text, std::string name);

  bool contains(const std::string& key) const { return m_entries.count(key) > 0; }
  // Empty when the key is not there. Throws Error(kConfiguration) naming the key when it stands
  // twice, or its value spans lines or holds a variable.
  std::optional<std::string> value(const std::string& key) const;
  // Replaces the value where it stands, in the same quotes; a new key becomes the last line.
  void set(const std::string& key, const std::string& value);
  // The whole line, for people; empty when absent.
  std::string line(const std::string& key) const;

  const std::string& text() const { return m_text; }

 private:
  struct Entry {
    std::size_t line_start = 0;
    std::size_t value_start = 0;  // within the quotes
    std::size_t value_size = 0;
    char quote = '\0';
    std::string problem;  // why the value is not understood
  };
  void scan();
  std::size_t scan_line(std::size_t start);
  std::size_t scan_value(std::size_t start, Entry& entry) const;

  std::string m_text;
  std::string m_name;
  std::map<std::string, Entry> m_entries;
};

}  // namespace resources::images

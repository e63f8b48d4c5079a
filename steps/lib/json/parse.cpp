#include <charconv>
#include <cmath>
#include <cstdlib>
#include <set>

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include "core/error.hpp"
#include "json/value.hpp"

namespace json {

namespace {

constexpr std::size_t kMaxDepth = 256;

template <typename Whole>
bool read_whole(const std::string& text, Whole& whole) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, whole);
  return error == std::errc() && stop == end;
}

// RapidJSON's own conversion reads out of bounds for some numbers with hundreds of zeros.
Value number_from(const std::string& text, const std::string& name) {
  std::int64_t with_sign = 0;
  if (read_whole(text, with_sign)) return Value(with_sign);
  std::uint64_t large = 0;
  if (read_whole(text, large)) return Value(large);
  const double real = std::strtod(text.c_str(), nullptr);
  if (std::isfinite(real)) return Value(real);
  throw core::Error(core::ExitCode::kIntegrity,
                    fmt::format("{}: the number {} is too big", name, text));
}

// Receives RapidJSON's events and builds Values; the recursion stays on our own stack of frames.
class Builder {
 public:
  explicit Builder(const std::string& name) : m_name(name) {}

  bool Null() { return add(Value()); }
  bool Bool(bool value) { return add(Value(value)); }
  // Numbers come as text only.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return add(number_from(std::string(text, size), m_name));
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return add(Value(std::string(text, size)));
  }
  bool StartObject() { return open(Value::object()); }
  bool StartArray() { return open(Value::array()); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  bool Key(const char* text, rapidjson::SizeType size, bool) {
    Frame& frame = m_frames.back();
    frame.key.assign(text, size);
    if (!frame.keys.insert(frame.key).second)
      throw core::Error(core::ExitCode::kIntegrity,
                        fmt::format("{}: the key '{}' stands twice", m_name, frame.key));
    return true;
  }

  Value take() { return std::move(m_root); }

 private:
  struct Frame {
    Value value;
    std::string key;
    std::set<std::string> keys;
  };

  bool open(Value value) {
    if (m_frames.size() >= kMaxDepth)
      throw core::Error(core::ExitCode::kIntegrity,
                        fmt::format("{}: nested deeper than {} levels", m_name, kMaxDepth));
    m_frames.push_back({std::move(value), {}, {}});
    return true;
  }

  bool close() {
    Value value = std::move(m_frames.back().value);
    m_frames.pop_back();
    return add(std::move(value));
  }

  bool add(Value value) {
    if (m_frames.empty())
      m_root = std::move(value);
    else if (Frame& frame = m_frames.back(); frame.value.is_array())
      frame.value.push_back(std::move(value));
    else
      frame.value.as_object().emplace_back(std::move(frame.key), std::move(value));
    return true;
  }

  const std::string& m_name;
  std::vector<Frame> m_frames;
  Value m_root;
};

template <unsigned kFlags>
Value parse_by(std::string_view text, const std::string& name) {
  Builder builder(name);
  rapidjson::Reader reader;
  rapidjson::MemoryStream memory(text.data(), text.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(memory);
  const auto result = reader.Parse<kFlags>(stream, builder);
  if (result.IsError())
    throw core::Error(core::ExitCode::kIntegrity,
                      fmt::format("{}: {} at byte {}", name,
                                  rapidjson::GetParseError_En(result.Code()), result.Offset()));
  return builder.take();
}

constexpr unsigned kStrict = rapidjson::kParseValidateEncodingFlag |
                             rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;

}  // namespace

Value parse(std::string_view text, const std::string& name) {
  return parse_by<kStrict>(text, name);
}

Value parse_with_comments(std::string_view text, const std::string& name) {
  return parse_by<kStrict | rapidjson::kParseCommentsFlag | rapidjson::kParseTrailingCommasFlag>(
      text, name);
}

}  // namespace json

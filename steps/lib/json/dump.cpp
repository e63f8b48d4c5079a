#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include "json/value.hpp"

namespace json {

namespace {

template <typename Writer>
void write_scalar(const Value& value, Writer& writer) {
  if (value.is_null())
    writer.Null();
  else if (value.is_bool())
    writer.Bool(value.as_bool());
  else if (value.is_string())
    writer.String(value.as_string().data(),
                  static_cast<rapidjson::SizeType>(value.as_string().size()));
  else if (!value.is_integer())
    writer.Double(value.as_double());
  else if (value.is_negative())
    writer.Int64(value.as_int());
  else
    writer.Uint64(value.as_uint());
}

template <typename Writer>
void write(const Value& value, Writer& writer) {
  if (value.is_array()) {
    writer.StartArray();
    for (const Value& entry : value.as_array()) write(entry, writer);
    writer.EndArray();
  } else if (value.is_object()) {
    writer.StartObject();
    for (const auto& [key, entry] : value.as_object()) {
      writer.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
      write(entry, writer);
    }
    writer.EndObject();
  } else {
    write_scalar(value, writer);
  }
}

}  // namespace

std::string dump(const Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  write(value, writer);
  return {buffer.GetString(), buffer.GetSize()};
}

std::string dump_pretty(const Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  writer.SetIndent(' ', 2);
  write(value, writer);
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace json

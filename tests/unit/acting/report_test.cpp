#include "acting/report.hpp"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

TEST_CASE("a JUnit report counts what failed and escapes what XML cannot hold") {
  const auto text = acting::junit_text(
      "prove", {{"mysql equals", ""}, {"files <equal> & \"more\"", "a\x01 < c\nsecond"}});
  CHECK(text ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuite name=\"prove\" tests=\"2\" failures=\"1\">\n"
        "  <testcase classname=\"prove\" name=\"mysql equals\"/>\n"
        "  <testcase classname=\"prove\" name=\"files &lt;equal&gt; &amp; &quot;more&quot;\">\n"
        "    <failure message=\"a? &lt; c\">a? &lt; c\nsecond</failure>\n"
        "  </testcase>\n"
        "</testsuite>\n");
}

TEST_CASE("a report and the manifest land in the folder that was asked for, which may be new") {
  char pattern[] = "/tmp/report-test-XXXXXX";
  const std::filesystem::path root = ::mkdtemp(pattern);
  std::ofstream(root / "a-1.json") << "{}";
  cli::Options options;
  options.m_values["report-folder"] = (root / "results" / "7").string();
  acting::write_junit(options, "verify", "a-1", {{"whole", ""}});
  acting::keep_manifest(options, root.string(), "a-1");
  acting::keep_manifest(options, root.string(), "no-such-archive");
  CHECK(std::filesystem::exists(root / "results/7/verify-a-1.xml"));
  CHECK(std::filesystem::exists(root / "results/7/a-1.json"));
  CHECK_FALSE(std::filesystem::exists(root / "results/7/no-such-archive.json"));
  std::filesystem::remove_all(root);
}

TEST_CASE("without a folder no report is written") {
  cli::Options options;
  options.m_values["report-folder"] = "";
  acting::write_junit(options, "verify", "a-1", {{"whole", ""}});
  acting::keep_manifest(options, "/nowhere", "a-1");
  CHECK_FALSE(std::filesystem::exists("verify-a-1.xml"));
}

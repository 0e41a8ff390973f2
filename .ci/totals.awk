# Reads Surefire's XML reports, one after another: what failed, what was skipped and why, and as the last line the sums.

function attribute(name,    value) {
  if (!match($0, " " name "=\"[^\"]*\"")) return ""
  value = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
  gsub(/&quot;/, "\"", value); gsub(/&lt;/, "<", value); gsub(/&gt;/, ">", value); gsub(/&#10;/, " ", value); gsub(/&amp;/, "\\&", value)
  return value
}

# A test may print what looks like a report.
/<system-(out|err)>/ { output = 1 }
/<\/system-(out|err)>/ { output = 0; next }
output { next }

/<testsuite / { tests += attribute("tests"); failed += attribute("failures") + attribute("errors"); skipped += attribute("skipped") }
/<testcase / { test = attribute("classname") "." attribute("name") }
/<skipped/ { why = attribute("message"); print "Skipped: " test (why == "" ? "" : ": " why) }
/<(failure|error)[ >]/ { print "Failed: " test }

END { printf "%d passed, %d failed, %d skipped\n", tests - failed - skipped, failed, skipped }

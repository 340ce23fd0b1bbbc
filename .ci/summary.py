#!/usr/bin/env python3
"""summary.py RESULTS FAILED_STEPS: adds up the .trx files of a directory, names what failed and what was skipped and why, and ends with a
line "N passed, N failed, N skipped". Exits with 1 where a test or a step failed, or where no test ran."""
import collections
import pathlib
import sys
import xml.etree.ElementTree as xml

NAMESPACE = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"


def main():
    results, failed_steps = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    counts, failures, skipped = collections.Counter(), [], collections.Counter()
    for path in sorted(results.rglob("*.trx")):
        for result in xml.parse(path).iter(NAMESPACE + "UnitTestResult"):
            outcome, name = result.get("outcome"), result.get("testName")
            if outcome == "Passed":
                counts["passed"] += 1
            elif outcome == "NotExecuted":
                counts["skipped"] += 1
                reason = result.find(f"{NAMESPACE}Output/{NAMESPACE}ErrorInfo/{NAMESPACE}Message")
                reason = reason if reason is not None else result.find(f"{NAMESPACE}Output/{NAMESPACE}StdOut")
                skipped[(reason.text or "").strip() if reason is not None else "no reason given"] += 1
            else:
                counts["failed"] += 1
                failures.append(name)
    for name in failures:
        print(f"failed: {name}")
    for reason, count in skipped.most_common():
        print(f"skipped {count}: {reason}")
    if not counts["passed"] and not counts["failed"]:
        print("no test ran")
        counts["failed"] += 1
    elif failed_steps and not counts["failed"]:
        counts["failed"] += failed_steps  # a build or a test host that broke leaves no result of its own
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    sys.exit(1 if counts["failed"] else 0)


if __name__ == "__main__":
    main()

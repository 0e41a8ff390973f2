package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** A report that is misread would let a failure of Node's pass for a success. */
class NodeReportTest {
    private static final String REPORT = """
            <?xml version="1.0" encoding="utf-8"?>
            <testsuites>
            	<testcase name="works" time="0.1" classname="test"/>
            	<testcase name="fails" time="0.1" classname="test" failure="1 !== 2">
            		<failure type="testCodeFailure" message="1 !== 2">
            expected \u001b[31m1 &amp; not 2
            		</failure>
            	</testcase>
            	<testsuite name="within" tests="1">
            		<testcase name="waits" time="0.1" classname="test">
            			<skipped type="skipped" message="no such model"/>
            		</testcase>
            	</testsuite>
            </testsuites>
            """;

    @Test
    void eachOfNodesTestsEndsAsItDidThere() throws IOException {
        List<NodeReport.Result> results = NodeReport.parse(REPORT);
        assertEquals(
                List.of("works", "fails", "waits"),
                results.stream().map(NodeReport.Result::name).toList());
        assertDoesNotThrow(() -> results.get(0).replay("a.test.mjs"));

        AssertionFailedError failure =
                assertThrows(AssertionFailedError.class, () -> results.get(1).replay("a.test.mjs"));
        String said = String.valueOf(failure.getMessage());
        assertTrue(said.contains("a.test.mjs: fails") && said.contains("1 & not 2"), said);

        TestAbortedException skip =
                assertThrows(TestAbortedException.class, () -> results.get(2).replay("a.test.mjs"));
        String why = String.valueOf(skip.getMessage());
        assertTrue(why.contains("waits") && why.contains("no such model"), why);
    }

    @Test
    void reportThatBreaksOffIsAFault() {
        assertThrows(IOException.class, () -> NodeReport.parse(REPORT.substring(0, REPORT.length() / 2)));
    }
}
